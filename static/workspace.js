/* The assessment: saves within a second of the last key, says so, and loses nothing. Works on top of a page
   that saves by its buttons alone. Keeps nothing in the browser but the page itself. */
(function () {
  "use strict";
  var doc = document, form = doc.querySelector("form[data-workspace]");
  if (!form) return;
  var WAIT = 500, BEAT = 20000, OUTLIVES = 60000, GIVE_UP = 10000, KEPT = 30000;
  var ROW = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(.+)$/;
  var bases = JSON.parse(form.elements.bases.value || "{}");
  var dirty = new Map(), conflicts = new Map(), errors = new Map(), drafts = new Set((form.dataset.drafts || "").split(" ").filter(Boolean)), unheard = [], pressed = null, stop = "";
  var flying = 0, timer = 0, tries = 0, stamp = 0, tried = 0, since = "", state = "", out = false, leaving = false, loud = false, lastAt = "";
  var status = form.querySelector("[data-save-state]"), time = form.querySelector("[data-save-time]");
  var signIn = form.querySelector("[data-sign-in]"), news = doc.querySelector("[data-news]");

  /* Fields: a control's name without its companion's ending; in a row, "row:name". */
  function fieldOf(control) {
    if (!control || !control.name || !control.closest(".field")) return "";
    var name = control.name.replace(/__na$/, ""), row = ROW.exec(name);
    return row ? row[1] + ":" + row[2] : name;
  }
  function controls(field) {
    var name = field.replace(":", "-");
    return Array.prototype.filter.call(form.elements, function (one) {
      return (one.name === name || one.name === name + "__na") && one.type !== "hidden";
    });
  }
  function boxOf(field) { var own = controls(field)[0]; return own ? own.closest(".field") : null; }
  function picks(control) { return control.type === "radio" || control.type === "checkbox"; }
  form.querySelectorAll(".field.has-error [name]").forEach(function (one) { drafts.add(fieldOf(one)); });
  function focused(box) { return !!box && box.contains(doc.activeElement); }
  function typing(field) {
    var own = doc.activeElement;
    return controls(field).indexOf(own) >= 0 && !picks(own);
  }
  function broken(one) { return one.validity && one.validity.badInput; }
  function halfTyped() { return Array.prototype.some.call(form.elements, broken); }

  /* What is said under the form: changes only when the state does, so that it is announced once. */
  function tell(name, words) {
    if (signIn) signIn.hidden = name !== "out";
    form.dataset.saving = name;
    if (loud) { status.textContent = ""; loud = false; }
    if (status.textContent !== words) status.textContent = words;
    if (name !== "saved") time.textContent = "";
    state = name;
  }
  function settled(at) {
    if (at) lastAt = at;
    if (conflicts.size) {
      var who = conflicts.values().next().value.who || "Somebody";
      tell("conflict", who + " changed this answer. Choose.");
    } else if (!dirty.size) {
      var wrong = Array.from(drafts).filter(boxOf).length;
      tell("saved", wrong ? "Kept, but " + (wrong === 1 ? "1 answer isn't" : wrong + " answers aren't") + " right yet" : "Saved");
      time.textContent = lastAt;
    }
  }
  function clock() { return new Date().toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" }).toLowerCase(); }
  function failed() {
    since = since || lastAt || clock();
    tell("offline", dirty.size ? "Not connected, not saved since " + since + "; your typing stays on this page" : "Not connected; your typing stays on this page");
    tries += 1;
    again(Math.min(15000, 1000 * Math.pow(2, tries)));
  }
  function again(after) {
    clearTimeout(timer);
    timer = setTimeout(function () { timer = 0; if (out) ask(); else if (dirty.size) send(); else beat(); }, after);
  }
  function signedOut() {
    out = true;
    tell("out", "You were signed out: sign in in a new tab, your typing stays");
    again(5000);
  }

  /* After signing in again in another tab: a new token, for the same person only. */
  function ask() {
    fetch(form.dataset.here, { headers: { "X-Refresh": "1" }, redirect: "manual" }).then(function (answer) {
      if (!answer.ok) { signedOut(); return null; }
      return answer.json().then(function (told) {
        if (told.me !== form.dataset.me) { tell("blocked", "Somebody else signed in here. Your typing stays on this page"); again(15000); return; }
        doc.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach(function (one) { one.value = told.token; });
        out = false; tries = 0;
        if (dirty.size) send(); else settled();
      });
    }).catch(function () { again(5000); });
  }

  function uuid() {  /* randomUUID is missing where the address is not a secure one */
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    var hex = Array.from(bytes, function (one) { return ("0" + one.toString(16)).slice(-2); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }
  function token() { return form.elements.csrfmiddlewaretoken.value; }
  function post(url, body, quiet) {
    var stop = new AbortController(), guard = setTimeout(function () { stop.abort(); }, GIVE_UP);
    var text = body.toString(), headers = { "Content-Type": "application/x-www-form-urlencoded" };
    if (quiet) headers["X-Refresh"] = "1";
    return fetch(url, { method: "POST", body: text, headers: headers, redirect: "manual", signal: stop.signal, keepalive: text.length < OUTLIVES })
      .finally(function () { clearTimeout(guard); });
  }

  /* Saving: one request at a time; what changes meanwhile goes with the next. */
  function change(field) {
    /* Half a date reads as nothing: it is sent once it is whole, so that no stored answer is taken back. */
    if (Array.prototype.some.call(controls(field), broken)) { dirty.delete(field); return; }
    dirty.set(field, stamp += 1);
    if (state === "saved" || state === "") form.dataset.saving = "soon";
    if (!timer && !flying && !out) timer = setTimeout(function () { timer = 0; send(); }, WAIT);
  }
  function bodyOf(fields) {
    var body = new URLSearchParams(), seen = {};
    body.append("csrfmiddlewaretoken", token());
    body.append("me", form.dataset.me);
    body.append("version", form.elements.version.value);
    fields.forEach(function (field) {
      if (field === "completed") {
        body.append("mark", "1");
        if (form.elements.completed.checked) body.append("completed", "1");
        return;
      }
      body.append("field", field);
      if (field in bases) seen[field] = bases[field];
      controls(field).forEach(function (one) { if (!picks(one) || one.checked) body.append(one.name, one.value); });
    });
    body.append("bases", JSON.stringify(seen));
    return body;
  }
  function send(beside) {
    if (!dirty.size || out || (flying && !beside)) return;
    clearTimeout(timer); timer = 0;
    var fields = Array.from(dirty.keys()), sent = new Map(dirty), key = uuid();
    var body = bodyOf(fields);
    unheard.forEach(function (one) { body.append("after", one); });
    body.append("save_key", key); unheard.push(key);
    var slow = setTimeout(function () { if (state === "saved" || state === "") tell("saving", "Saving…"); }, 1000);
    flying += 1;
    /* Trying again by itself keeps no session alive. */
    var quiet = tries > 0 && stamp === tried;
    tried = stamp;
    post(form.dataset.save, body, quiet).then(function (answer) {
      if (answer.type === "opaqueredirect") { signedOut(); return null; }
      if (answer.status === 403) { out = true; ask(); return null; }
      if (answer.status === 409) return answer.json().then(blocked);
      if (!answer.ok) throw new Error("not saved");
      return answer.json().then(function (told) { saved(told, sent, key); });
    }).catch(failed).finally(function () {
      clearTimeout(slow);
      flying -= 1;
      if (!out && dirty.size && !timer && !flying) timer = setTimeout(function () { timer = 0; send(); }, WAIT);
      if (out) pressed = null;
      goOn();
    });
  }
  function blocked(told) {
    pressed = null;
    tries = 1;
    tell("blocked", told.problem + " Your typing stays on this page");
    again(15000);
  }
  function saved(told, sent, key) {
    tries = 0; since = "";
    unheard = unheard.slice(unheard.indexOf(key) + 1);
    Object.keys(told.saved).forEach(function (field) { bases[field] = told.saved[field]; });
    form.elements.bases.value = JSON.stringify(bases);
    sent.forEach(function (when, field) {
      if (dirty.get(field) === when) dirty.delete(field);
      if (conflicts.delete(field)) unchoose(field);
      if (told.drafts.indexOf(field) >= 0) drafts.add(field); else drafts.delete(field);
      hold(field, told.errors[field.replace(":", "-")] || "");
    });
    told.conflicts.forEach(choose);
    Object.keys(told.opened).forEach(function (field) { open(field, told.opened[field]); });
    common(told);
    settled(told.at);
  }
  function common(told) {
    var presence = doc.querySelector("[data-presence]");
    if (presence && presence.textContent !== told.presence) presence.textContent = told.presence;
    stop = told.stop || stop;
    goOn();
  }
  function go(url) { leaving = true; location.href = url; }
  /* A press waits for what was typed to be saved, also where the first try fails; one that is long ago is not
     made any more: the page leaves under nobody's hands. An emergency is not forgotten. */
  function flush(then) {
    pressed = { then: then, at: Date.now() };
    if (!dirty.size && !flying) goOn(); else send();
  }
  function goOn() {
    if (dirty.size || flying) return;
    var last = pressed;
    pressed = null;
    if (stop) go(stop); else if (last && Date.now() - last.at < KEPT) last.then();
  }

  /* Errors stand beside the field, and only once it is left. */
  function hold(field, words) {
    if (words) errors.set(field, words); else { errors.delete(field); show(field, ""); }
    if (words && !typing(field)) show(field, words);
  }
  function show(field, words) {
    var box = boxOf(field), own = box && box.querySelector(".field-error");
    if (!box || (!own && !words)) return;
    var control = box.querySelector("fieldset:not(.non-answer)") || controls(field)[0], id = "id_" + field.replace(":", "-") + "_error";
    var names = (control.getAttribute("aria-describedby") || "").split(" ").filter(function (one) { return one && one !== id; });
    if (!words) { own.remove(); box.classList.remove("has-error"); control.removeAttribute("aria-invalid"); }
    else {
      if (!own) {
        own = doc.createElement("p"); own.className = "field-error"; own.id = id;
        var place = box.querySelector(".with-unit") || (control.tagName === "FIELDSET" ? control.querySelector(".choices") : control);
        place.parentNode.insertBefore(own, place);
      }
      own.textContent = words;
      box.classList.add("has-error"); control.setAttribute("aria-invalid", "true"); names.push(id);
    }
    if (names.length) control.setAttribute("aria-describedby", names.join(" ")); else control.removeAttribute("aria-describedby");
  }

  /* Two answers to one question: both beside the field, and a person chooses. */
  function button(words, press) {
    var one = doc.createElement("button");
    one.type = "button"; one.className = "btn btn-quiet btn-sm"; one.textContent = words;
    one.addEventListener("click", press);
    return one;
  }
  function unchoose(field) {
    var box = boxOf(field), old = box && box.querySelector("[data-chooser]");
    if (old) old.remove();
  }
  function choose(told) {
    var box = boxOf(told.field), who = told.who || "Somebody";
    unchoose(told.field);
    conflicts.set(told.field, told);
    if (!box) return;
    var ask = doc.createElement("fieldset"), legend = doc.createElement("legend");
    ask.className = "chooser"; ask.dataset.chooser = "1";
    legend.textContent = who + " changed this" + (told.when ? ", " + told.when : "") + ". Keep which one? Both stay in the history.";
    ask.append(legend,
      button("Yours: " + told.mine, function () { settle(told, true); }),
      button(who + ": " + told.theirs, function () { settle(told, false); }));
    box.append(ask);
  }
  function settle(told, mine) {
    bases[told.field] = told.version;
    form.elements.bases.value = JSON.stringify(bases);
    conflicts.delete(told.field);
    unchoose(told.field);
    if (mine) { change(told.field); send(); } else { fill(told.posted); dirty.delete(told.field); drafts.delete(told.field); hold(told.field, ""); }
    var first = controls(told.field)[0];
    if (first) (controls(told.field).find(function (one) { return one.checked; }) || first).focus();
    settled();
  }
  function unfold() { form.dispatchEvent(new Event("change", { bubbles: true })); }  /* questions that another answer opens */
  function open(field, now) {
    var box = boxOf(field);
    if (!box || now !== box.hasAttribute("data-shown-when")) return;
    if (now) { box.removeAttribute("data-shown-when"); box.hidden = false; } else box.setAttribute("data-shown-when", "[]");
    unfold();
  }
  function fill(posted) {
    Object.keys(posted).forEach(function (name) {
      Array.prototype.forEach.call(form.elements, function (one) {
        if (one.name !== name) return;
        if (picks(one)) one.checked = posted[name].indexOf(one.value) >= 0; else one.value = posted[name][0] || "";
      });
    });
    unfold();
  }

  /* Who else is here, and what they changed. What has the focus is never replaced. */
  function beat() {
    if (out || leaving || doc.hidden) return;
    var body = new URLSearchParams();
    body.append("csrfmiddlewaretoken", token());
    body.append("at", fieldOf(doc.activeElement));
    body.append("version", form.elements.version.value);
    body.append("bases", JSON.stringify(bases));
    post(form.dataset.here, body, true).then(function (answer) {
      if (answer.type === "opaqueredirect") { signedOut(); return null; }
      if (answer.status === 403) { out = true; ask(); return null; }
      if (!answer.ok) throw new Error("no answer");
      return answer.json().then(function (told) {
        if (state === "offline" && !dirty.size) { tries = 0; since = ""; settled(told.at); }
        common(told);
        offer(told);
      });
    }).catch(function () { if (!flying && !timer) failed(); });
  }
  function rowsHere() {
    return Array.prototype.map.call(form.querySelectorAll("[data-row]"), function (one) { return one.dataset.row; });
  }
  function offer(told) {
    if (!news) return;
    var fields = Object.keys(told.changed).filter(function (field) { return !dirty.has(field) && !conflicts.has(field); });
    var here = rowsHere(), rows = told.rows ? told.rows.filter(function (id) { return here.indexOf(id) < 0; }) : [];
    var gone = told.rows ? here.filter(function (id) { return told.rows.indexOf(id) < 0; }) : [];
    fields = fields.filter(function (field) { return field.indexOf(":") < 0 || here.indexOf(field.split(":")[0]) >= 0; });
    var count = fields.length + rows.length + gone.length;
    var words = count ? (told.who || "Somebody") + " changed " + (count === 1 ? "1 answer" : count + " answers") + " here." : "";
    news.hidden = !count;
    news.querySelector("[data-news-says]").textContent = words;
    news.querySelector("button").onclick = function () { bring(fields, told.changed, rows, gone); };
  }
  function bring(fields, versions, rows, gone) {
    fetch(location.pathname, { redirect: "manual" }).then(function (answer) {
      if (!answer.ok) { location.reload(); return null; }
      return answer.text().then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html"), first = null;
        fields.forEach(function (field) {
          var old = boxOf(field), own = fresh.getElementsByName(field.replace(":", "-"))[0];
          var now = own && own.closest(".field");
          if (!old || !now || focused(old) || dirty.has(field)) return;
          now.classList.add("changed");
          old.replaceWith(now);
          bases[field] = versions[field];
          first = first || now;
        });
        rows.forEach(function (id) {
          var now = fresh.querySelector("[data-row='" + id + "']"), list = form.querySelector("[data-rows]");
          if (now && list) { list.append(now); first = first || now; }
        });
        gone.forEach(function (id) {
          var old = form.querySelector("[data-row='" + id + "']");
          if (old && !focused(old)) old.remove();
        });
        form.elements.bases.value = JSON.stringify(bases);
        news.hidden = true;
        unfold();
        if (first) first.scrollIntoView({ block: "nearest" });
      });
    });
  }

  /* Events */
  function edited(event) {
    if (event.target.name === "completed") change("completed");
    var field = fieldOf(event.target);
    if (field) change(field);
  }
  form.addEventListener("input", edited);
  form.addEventListener("change", edited);
  form.addEventListener("focusout", function (event) {
    var field = fieldOf(event.target);
    if (dirty.size) send();
    if (!field) return;
    setTimeout(function () { if (errors.has(field) && !typing(field)) show(field, errors.get(field)); }, 0);
  });
  form.addEventListener("submit", function (event) {
    if (event.defaultPrevented) return;
    if (!dirty.size && !flying) { leaving = true; return; }
    var pressed = event.submitter;
    event.preventDefault();
    flush(function () { form.requestSubmit(pressed || undefined); });
  });
  doc.addEventListener("submit", function (event) {
    if (event.target === form || event.defaultPrevented || (!dirty.size && !flying)) return;
    var other = event.target, pressed = event.submitter;
    event.preventDefault();
    flush(function () { leaving = true; other.requestSubmit(pressed || undefined); });
  });
  doc.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target || link.origin !== location.origin || link.getAttribute("href").charAt(0) === "#") return;
    if (link.hasAttribute("data-safety")) { event.preventDefault(); safety(link); return; }
    if (!dirty.size && !flying) return;
    event.preventDefault();
    flush(function () { go(link.href); });
  });
  function safety(link) {
    var at = fieldOf(doc.activeElement) || form.dataset.at || "", url = new URL(link.href);
    if (at) url.searchParams.set("at", at);
    flush(function () { go(url.href); });
  }
  form.addEventListener("focusin", function (event) { form.dataset.at = fieldOf(event.target) || form.dataset.at || ""; });
  doc.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      loud = true;
      if (dirty.size) send(); else if (!out && !tries) settled();
    } else if (event.altKey && event.shiftKey && event.code === "KeyS") {
      var link = doc.querySelector("a[data-safety]");
      if (link) { event.preventDefault(); safety(link); }
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.target.form) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[type=submit].btn-primary"));
    }
  });
  doc.addEventListener("visibilitychange", function () {
    if (doc.hidden) send(); else if (out) ask(); else beat();
  });
  addEventListener("pagehide", function () { if (!leaving || dirty.size) send(true); });
  addEventListener("online", function () { if (out) ask(); else if (dirty.size) send(); else beat(); });
  addEventListener("focus", function () { if (out) ask(); });
  addEventListener("beforeunload", function (event) {
    if (leaving) return;
    /* A browser lets no large request outlive its page. */
    var large = dirty.size && bodyOf(Array.from(dirty.keys())).toString().length >= OUTLIVES;
    if (conflicts.size || halfTyped() || large || (dirty.size && (out || tries))) event.preventDefault();
  });

  /* Arriving: the question of the address takes the focus. */
  function arrive() {
    var there = /^#(row-|id_)/.test(location.hash) && doc.getElementById(location.hash.slice(1));
    if (!there || doc.querySelector("[data-error-summary]")) return;
    var inside = there.matches("input,select,textarea") ? there : there.querySelector("input:checked,input:not([type=hidden]),select,textarea");
    if (!inside) return;
    inside.focus();
    /* A browser that arrives late at the place of the address takes the focus away once more. */
    [0, 100, 400, 1000].forEach(function (wait) {
      setTimeout(function () { if (doc.activeElement === doc.body) inside.focus(); }, wait);
    });
  }
  if (doc.readyState === "complete") arrive(); else addEventListener("load", function () { setTimeout(arrive, 0); });
  setInterval(beat, BEAT);
  beat();
})();
