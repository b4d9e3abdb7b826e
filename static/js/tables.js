// Bulk selection: "all on this page", how many are chosen, and buttons that wait until there is one.
import { onEach } from "./present.js";

onEach("form[data-bulk]", (form) => {
  const all = form.querySelector("[data-bulk-all]");
  const bar = form.querySelector("[data-bulk-bar]");
  const count = form.querySelector("[data-bulk-count]");
  const boxes = () => Array.from(form.querySelectorAll("td.row-select input[type=checkbox]"));

  function show() {
    const every = boxes();
    const chosen = every.filter((box) => box.checked).length;
    if (all) {
      all.checked = chosen > 0 && chosen === every.length;
      all.indeterminate = chosen > 0 && chosen < every.length;
    }
    count.textContent = chosen ? `${chosen} ${count.dataset.some}` : count.dataset.none;
    for (const button of bar.querySelectorAll("button")) button.disabled = chosen === 0;
  }

  form.addEventListener("change", (event) => {
    if (event.target === all) boxes().forEach((box) => { box.checked = all.checked; });
    show();
  });
  show();
});
