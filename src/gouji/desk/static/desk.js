// Nothing here is needed: every page works without it. It is written for browsers of 2017.
(function () {
  "use strict";

  function each(selector, does) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), does);
  }

  // A form is sent only while somebody answers: what was typed stays in the page. A second press sends nothing.
  function sendWhileAlive(form) {
    // Some browsers do not focus a button that is clicked, and Enter in a field clicks the first one.
    var pressed = null, asking = false;
    form.addEventListener("click", function (event) { pressed = event.target.closest("button"); });
    window.addEventListener("pageshow", function () { asking = false; });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (asking) { return; }
      asking = true;
      var button = pressed || document.activeElement, chosen = null;
      fetch("/alive", { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
        if (!answer.ok) { throw new Error(String(answer.status)); }
        document.getElementById("gone").hidden = true;
        if (button && button.form === form && button.type === "submit" && button.name) {
          chosen = document.createElement("input");
          chosen.type = "hidden"; chosen.name = button.name; chosen.value = button.value;
          form.appendChild(chosen);
        }
        form.submit();
        if (chosen) { form.removeChild(chosen); }
      }).catch(function () {
        asking = false;
        document.getElementById("gone").hidden = false;
      });
    });
  }

  // How far the long task is.
  function watchTask(part) {
    var bar = part.querySelector("progress"), words = part.querySelector("[role=status]");
    function look() {
      fetch(part.getAttribute("data-task"), { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
        return answer.json();
      }).then(function (task) {
        if (!task.working) { location.reload(); return; }
        if (task.total) {
          bar.max = task.total; bar.value = task.number;
          words.textContent = task.number + "/" + task.total + " " + task.name;
        }
        setTimeout(look, 500);
      }).catch(function () { document.getElementById("gone").hidden = false; });
    }
    look();
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.fetch) { return; }
    each("form[method=post]", sendWhileAlive);
    each("[data-task]", watchTask);
  });
}());
