/* The safety check: a yes shows at once what to say, before anything is sent. The focus stays where it is. */
(function () {
  "use strict";
  var stop = document.querySelector("[data-stop-now]");
  if (!stop) return;
  function look() {
    stop.hidden = !document.querySelector("main input[type=radio][value=yes]:checked");
  }
  document.addEventListener("change", look);
  addEventListener("pageshow", look);
  look();
})();
