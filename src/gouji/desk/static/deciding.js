// Nothing here is needed: the forms work without it. It is written for browsers of 2017.
(function () {
  "use strict";

  function each(list, does) { Array.prototype.forEach.call(list, does); }

  // What a form would send, without its token.
  function typed(form) {
    var parts = [];
    each(form.elements, function (field) {
      var chosen = !/^(checkbox|radio)$/.test(field.type) || field.checked;
      if (field.name && field.name !== "token" && field.type !== "submit" && field.type !== "fieldset" && chosen) {
        parts.push(encodeURIComponent(field.name) + "=" + encodeURIComponent(field.value));
      }
    });
    return parts.join("&");
  }

  // The shown command follows what is typed.
  function followCommand(form) {
    var command = form.querySelector(".command code"), number = 0;
    if (!command) { return; }
    form.addEventListener("change", function () {
      var mine = number += 1;
      fetch(form.getAttribute("action") + "?" + typed(form), { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
        return answer.ok ? answer.text() : "";
      }).then(function (text) {
        var found = text && new DOMParser().parseFromString(text, "text/html").querySelector("form .command code");
        if (found && mine === number) { command.textContent = found.textContent; }
      }).catch(function () { return; });
    });
  }

  // All boxes of a list at once.
  function chooseAll(list) {
    var boxes = list.querySelectorAll("input[type=checkbox]"), button = document.createElement("button");
    if (boxes.length < 2) { return; }
    button.type = "button"; button.className = "quiet"; button.textContent = "全部勾上";
    button.addEventListener("click", function () {
      var all = Array.prototype.every.call(boxes, function (box) { return box.checked; });
      each(boxes, function (box) { box.checked = !all; });
      button.textContent = all ? "全部勾上" : "都不勾";
    });
    list.parentNode.insertBefore(button, list);
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.fetch) { return; }
    each(document.querySelectorAll("form.do"), followCommand);
    each(document.querySelectorAll("ul.choose"), chooseAll);
  });
}());
