/* Forms of staff pages: before one leaves a page that has stood for a minute, ask whether its reader is still
   signed in, so that nothing typed is lost. A younger page goes at once, as every form would. Works on top of forms that are sent without this, and keeps nothing in the browser but the page
   itself. The section page has a script of its own. */
(function () {
  "use strict";
  var doc = document, keep = doc.querySelector("[data-keep]"), asking = new WeakSet(), sure = new WeakSet();
  var known = Date.now(), MINUTE = 60000;
  if (!keep) return;

  function tell(form, button, words, out) {
    var box = form.querySelector("[data-keep-state]"), place = button ? button.parentNode : form;
    if (box) box.remove();
    box = doc.createElement("p");
    box.className = "keep-state"; box.dataset.keepState = "1"; box.setAttribute("role", "alert");
    box.textContent = words + " ";
    if (out) {
      var link = doc.createElement("a");
      link.href = keep.dataset.signIn; link.target = "_blank"; link.rel = "noopener"; link.textContent = "Sign in (new tab)";
      box.append(link);
    }
    place.insertBefore(box, place.firstChild);
  }
  addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter || undefined;
    if (event.defaultPrevented || !form.matches("form[method=post]:not([target],[data-workspace],[data-no-keep])")) return;
    if (sure.delete(form) || Date.now() - known < MINUTE) return;
    event.preventDefault();
    if (asking.has(form)) return;
    asking.add(form);
    fetch(keep.dataset.keep, { redirect: "manual" }).then(function (answer) {
      if (answer.type === "opaqueredirect") { tell(form, button, "You were signed out. Sign in in a new tab, then press again: your typing stays.", true); return null; }
      if (!answer.ok) throw new Error("no answer");
      return answer.json().then(function (told) {
        if (told.me !== keep.dataset.me) { tell(form, button, "Somebody else signed in here. Your typing stays on this page, and nothing was sent.", false); return; }
        form.elements.csrfmiddlewaretoken.value = told.token;
        sure.add(form);
        form.requestSubmit(button);
      });
    }).catch(function () {
      tell(form, button, "Not connected. Your typing stays on this page: press again in a moment.", false);
    }).finally(function () { asking.delete(form); });
  });
})();
