/* Small helps on top of pages that work without them: error focus, one submit, Ctrl+Enter, non-answers. */
(function () {
  "use strict";
  var doc = document;

  /* htmx notes the address of the page in the browser's storage, for a history that is switched off here. */
  try { sessionStorage.removeItem("htmx-current-path-for-history"); } catch (error) { /* storage is off: fine */ }

  function focusErrors(root) {
    var box = root.querySelector("[data-error-summary]");
    if (box) { box.focus(); return true; }
    return false;
  }

  function start() {
    if (focusErrors(doc)) return;
    var here = doc.querySelector(".staff-nav [aria-current], .tabs [aria-current]");
    if (here) here.scrollIntoView({ block: "nearest", inline: "center" });
    var wanted = doc.querySelector("[data-autofocus]");
    if (wanted) wanted.focus();
  }

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled=true][data-held]").forEach(function (button) {
      button.removeAttribute("aria-disabled");
      delete button.dataset.held;
    });
  }

  /* One submit: a second press does nothing, while the button keeps the focus. Marked once everybody was asked:
     a press that the page holds back, to save first, is not one that was sent. */
  doc.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
  addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented) return;
    if ((form.getAttribute("method") || "get").toLowerCase() === "get" || form.hasAttribute("data-many")) return;
    form.dataset.sent = "1";
    var button = event.submitter || form.querySelector("[type=submit]");
    if (button) { button.setAttribute("aria-disabled", "true"); button.dataset.held = "1"; }
    setTimeout(function () { release(form); }, 15000);
  });

  /* A page that the browser kept whole is asked for anew, so that Back shows nothing after signing out. Public
     pages are kept: they hold only what this visitor typed. */
  addEventListener("pageshow", function (event) {
    if (event.persisted && !doc.body.classList.contains("public")) {
      doc.documentElement.hidden = true;
      location.reload();
      return;
    }
    doc.querySelectorAll("form[data-sent]").forEach(release);
  });

  doc.addEventListener("htmx:afterSettle", function (event) { focusErrors(event.target); });

  doc.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    var form = event.target.form;
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[type=submit].btn-primary") || undefined);
  });

  /* Choosing why there is no answer empties the answer, and gives it back when that is undone. */
  var kept = new WeakMap();
  function controls(row) {
    return Array.prototype.filter.call(row.closest(".field").querySelectorAll("input,select,textarea"),
      function (one) { return one.name === row.dataset.answerFor && one.type !== "hidden"; });
  }
  doc.addEventListener("change", function (event) {
    var row = event.target.closest(".non-answer");
    if (!row) return;
    controls(row).forEach(function (one) {
      var box = one.type === "checkbox" || one.type === "radio";
      if (event.target.value) {
        if (!kept.has(one)) kept.set(one, box ? one.checked : one.value);
        if (box) one.checked = false; else one.value = "";
      } else if (kept.has(one)) {
        if (box) one.checked = kept.get(one); else one.value = kept.get(one);
        kept.delete(one);
      }
    });
  });
  doc.addEventListener("input", function (event) {
    var field = event.target.closest && event.target.closest(".field");
    var row = field && field.querySelector(".non-answer");
    if (!row || row.contains(event.target)) return;
    var blank = row.querySelector("input[value='']");
    if (blank && !blank.checked) { controls(row).forEach(function (one) { kept.delete(one); }); blank.checked = true; }
  });

  doc.addEventListener("click", function (event) {
    var leave = event.target.closest("[data-leave]");
    if (leave) { event.preventDefault(); location.replace(leave.href); return; }
    var print = event.target.closest("[data-print]");
    if (print) { window.print(); }
  });

  /* Before the session idles out: ask the server how long it lasts (other tabs count), then warn. */
  var stay = doc.querySelector("[data-stay]");
  function showStay(on) { stay.dataset.on = on ? "1" : "0"; }
  function sayStay(words) { stay.querySelector("[data-stay-says]").textContent = words; }
  function askStay() {
    fetch(stay.dataset.stay, { headers: { "X-Refresh": "1" }, redirect: "manual" }).then(function (answer) {
      if (!answer.ok) throw new Error("over");
      return answer.text();
    }).then(function (text) {
      var left = Number(text);
      if (left > 125) { showStay(false); armStay(left - 120); return; }
      var minutes = Math.ceil(left / 60);
      sayStay("You will be signed out in " + (minutes > 1 ? minutes + " minutes" : "a minute") + ". What is not saved yet would be lost.");
      showStay(true);
      armStay(Math.max(5, Math.min(30, left)));
    }).catch(function () {
      sayStay("You may be signed out, or offline. Open a new tab and sign in; what you typed is still on this page.");
      showStay(true);
      armStay(30);
    });
  }
  function armStay(seconds) { clearTimeout(armStay.timer); armStay.timer = setTimeout(askStay, seconds * 1000); }
  if (stay) {
    showStay(false);
    armStay(Math.max(5, Number(stay.dataset.idle) - 150));
    stay.addEventListener("submit", function (event) {
      event.preventDefault();
      fetch(stay.dataset.stay, { method: "POST", body: new FormData(event.target), headers: { "X-Requested-With": "fetch" } })
        .then(function () { showStay(false); askStay(); }, askStay);
    });
  }

  if (doc.readyState === "loading") doc.addEventListener("DOMContentLoaded", start); else start();
})();
