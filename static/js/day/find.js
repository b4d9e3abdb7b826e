// The find box of the day: tables by number or by who sits there, also after the part was fetched again.

const box = document.querySelector("[data-day-find]");
const input = box && box.querySelector("input");
const count = box && box.querySelector("output");

function matches(row, words) {
  if (!words) return true;
  const table = row.querySelector(".day-table").textContent.trim().toLowerCase();
  if (/^\d+$/.test(words)) return table.split(/\s+/).includes(words);
  const text = row.textContent.toLowerCase();
  return words.split(/\s+/).every((word) => text.includes(word));
}

/** Shows the rows that fit and says how many those are. */
export function find() {
  if (!input) return;
  const words = input.value.trim().toLowerCase();
  const rows = Array.from(document.querySelectorAll(".day-row"));
  let found = 0;
  for (const row of rows) {
    row.hidden = !matches(row, words);
    if (!row.hidden) found += 1;
  }
  count.textContent = words ? count.dataset.words.replace("{found}", found).replace("{total}", rows.length) : "";
}

if (box) {
  box.hidden = false;
  input.addEventListener("input", find);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  find();
}
