/* Fold away questions that no answer has opened yet. They stay in the form: nothing that was answered is lost. */
(function () {
  "use strict";
  var doc = document;

  function controls(box) { return Array.prototype.slice.call(box.querySelectorAll("input,select,textarea")); }

  function valuesOf(name) {
    return Array.prototype.filter.call(doc.getElementsByName(name), function (one) {
      return (one.type !== "radio" && one.type !== "checkbox") || one.checked;
    }).map(function (one) { return one.value; });
  }

  function answered(box) {
    return controls(box).some(function (one) {
      var ticked = one.type !== "radio" && one.type !== "checkbox" || one.checked;
      return ticked && one.value !== "" && one.type !== "hidden";
    });
  }

  function holds(when) {
    return valuesOf(when[0]).some(function (value) {
      return when[1].indexOf(value) >= 0 || (when[2] !== null && value !== "" && Number(value) > when[2]);
    });
  }

  function fold() {
    var target = location.hash.length > 1 && doc.getElementById(location.hash.slice(1));
    doc.querySelectorAll("[data-shown-when]").forEach(function (box) {
      var asked = JSON.parse(box.dataset.shownWhen).some(holds) || answered(box);
      box.hidden = !(asked || box.classList.contains("has-error") || box.contains(doc.activeElement) || (target && box.contains(target)));
    });
    doc.querySelectorAll("fieldset.group").forEach(function (group) {
      var fields = group.querySelectorAll(".field");
      group.hidden = fields.length > 0 && Array.prototype.every.call(fields, function (field) { return field.hidden; });
    });
  }

  ["change", "input"].forEach(function (name) { doc.addEventListener(name, fold); });
  addEventListener("pageshow", fold);
  addEventListener("hashchange", fold);
  doc.addEventListener("htmx:afterSettle", fold);
  if (doc.readyState === "loading") doc.addEventListener("DOMContentLoaded", fold); else fold();
})();
