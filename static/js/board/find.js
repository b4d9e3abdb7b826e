// Finding somebody in two keys: "/" and a letter. The meetings of the first match are marked at once; Enter goes there.
import { root } from "./server.js";
import { onNews } from "./live.js";

const most = 8;

export function watchFinding() {
  const box = root.querySelector("[data-find]");
  if (!box) return;
  const input = box.querySelector("input");
  const list = box.querySelector("[role=listbox]");
  const options = Array.from(list.querySelectorAll("[role=option]"));
  let current = null;
  box.hidden = false;

  const cellsOf = (team) => Array.from(root.querySelectorAll("[data-teams]")).filter((cell) => cell.dataset.teams.split(" ").includes(team));
  const rowOf = (team) => root.querySelector(`tr[data-row="${team}"]`);

  function mark() {
    for (const found of root.querySelectorAll(".is-found")) found.classList.remove("is-found");
    if (!current) return;
    for (const cell of cellsOf(current.dataset.team)) cell.classList.add("is-found");
    const row = rowOf(current.dataset.team);
    if (row) row.classList.add("is-found");
  }

  function choose(option) {
    current = option || null;
    for (const each of options) each.setAttribute("aria-selected", String(each === current));
    if (current) input.setAttribute("aria-activedescendant", current.id);
    else input.removeAttribute("aria-activedescendant");
    mark();
    const first = current && (rowOf(current.dataset.team) || cellsOf(current.dataset.team)[0]);
    if (first) first.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function narrow() {
    const words = input.value.trim().toLowerCase();
    let left = words ? most : 0;
    // Who begins like that comes before who has it somewhere.
    const rank = (option) => (option.dataset.text.startsWith(words) ? 0 : option.dataset.text.includes(` ${words}`) ? 1 : option.dataset.text.includes(words) ? 2 : 3);
    const found = words ? options.filter((option) => rank(option) < 3).sort((one, other) => rank(one) - rank(other)) : [];
    for (const option of options) option.hidden = true;
    for (const option of found.slice(0, left)) {
      option.hidden = false;
      list.append(option);
    }
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    choose(found[0]);
  }

  function go() {
    if (!current) return;
    const cell = cellsOf(current.dataset.team)[0] || (rowOf(current.dataset.team) || root).querySelector("[data-cell]");
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    if (cell) cell.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, dialog[open]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
  input.addEventListener("input", narrow);
  input.addEventListener("keydown", (event) => {
    const shown = Array.from(list.children).filter((option) => !option.hidden);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) choose(shown[(shown.indexOf(current) + step + shown.length) % shown.length]);
    else if (event.key === "Enter") go();
    else if (event.key === "Escape" && input.value) {
      input.value = "";
      narrow();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    choose(option);
    go();
  });
  input.addEventListener("blur", () => { list.hidden = true; });
  onNews(mark);
}
