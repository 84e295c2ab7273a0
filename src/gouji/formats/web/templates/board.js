"use strict";
(() => {
  const controls = document.getElementById("controls");
  const query = document.getElementById("query");
  const shown = document.getElementById("shown");
  const groups = [...document.querySelectorAll(".group")].map((group) => ({
    group,
    state: group.dataset.state,
    units: [...group.querySelectorAll(".unit")].map((line) => ({ line, text: line.dataset.search })),
  }));
  const total = groups.reduce((sum, { units }) => sum + units.length, 0);

  const show = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = controls.elements.state.value;
    let count = 0;
    for (const { group, state, units } of groups) {
      let here = 0;
      for (const { line, text } of units) {
        const found = words.every((word) => text.includes(word));
        if (line.hidden === found) line.hidden = !found;
        here += found;
      }
      group.hidden = (wanted && wanted !== state) || (words.length > 0 && here === 0);
      count += group.hidden ? 0 : here;
    }
    shown.textContent = count < total ? `显示 ${count} 个单位，共 ${total} 个。` : `共 ${total} 个单位。`;
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input[type=search]");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      query.focus();
    } else if (event.key === "Escape") {
      controls.reset();
      show();
    }
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("input", show);
  controls.hidden = false;
  show();
})();
