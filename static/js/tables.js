// Lists: bulk selection ("all on this page", how many are chosen, buttons that wait until there is one), and on a phone
// filters that fold away and tabs that begin at the one that is open.
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

onEach(".filter-bar", (bar) => {
  const toggle = bar.querySelector("[data-filter-toggle]");
  const chosen = Array.from(bar.querySelectorAll("select")).some((select) => select.value !== select.options[0].value);
  if (!toggle || bar.querySelectorAll("select").length < 2) return;
  const fold = (isFolded) => {
    bar.classList.toggle("is-folded", isFolded);
    toggle.setAttribute("aria-expanded", String(!isFolded));
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => fold(!bar.classList.contains("is-folded")));
  fold(!chosen);
});

onEach(".tabs", (list) => {
  const current = list.querySelector("[aria-current]");
  if (current) list.scrollLeft = current.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
});
