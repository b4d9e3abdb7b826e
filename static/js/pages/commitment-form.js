// The rows of a commitment's form: spare ones are out of sight until asked for; a product of the catalogue fills its row.
import { followed } from "../commitments/product.js";

const box = document.querySelector("[data-rows]");
const add = document.querySelector("[data-row-add]");
const template = document.querySelector("[data-row-template]");
const MOST = 200;

const rows = () => Array.from(box.querySelectorAll("[data-row]"));
const inputs = (row) => Array.from(row.querySelectorAll("input, select, textarea"));
const isGiven = (row) => inputs(row).some((input) => input.value.trim() !== "");
const shown = () => rows().filter((row) => !row.hidden);

function number() {
  shown().forEach((row, index) => { row.querySelector("[data-row-number]").textContent = String(index + 1); });
  shown().forEach((row, index, all) => { row.querySelector("[data-row-remove]").hidden = all.length === 1; });
  add.hidden = shown().length >= MOST;
}

/** A clone carries row number 0 in its names: give it the next one. */
function makeRow() {
  const row = template.content.querySelector("[data-row]").cloneNode(true);
  const next = rows().length;
  for (const element of row.querySelectorAll("[id], [name], [for]")) {
    for (const name of ["id", "name", "for"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace("lines-0-", `lines-${next}-`));
    }
  }
  box.append(row);
  return row;
}

function openRow() {
  const all = rows();
  const last = all.indexOf(shown().pop());
  const row = all.slice(last + 1).find((candidate) => !isGiven(candidate)) || makeRow();
  row.hidden = false;
  number();
  const first = row.querySelector("select, input");
  if (first) first.focus();
}

function removeRow(row) {
  for (const input of inputs(row)) input.value = "";
  row.hidden = true;
  number();
  row.dispatchEvent(new Event("change", { bubbles: true }));
  add.focus();
}

function fill(select) {
  const products = Array.from(select.options, (option) => option.dataset);
  for (const [field, key] of [["name", "name"], ["unit", "unit"], ["unit_price", "price"]]) {
    const input = document.getElementById(select.id.replace("-product", `-${field}`));
    input.value = followed(key, input.value, products, select.selectedOptions[0].dataset);
  }
}

if (box && add && template) {
  let hasOne = false;
  for (const row of rows()) {
    row.hidden = hasOne && !isGiven(row);
    hasOne = true;
  }
  number();
  add.addEventListener("click", openRow);
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row-remove]");
    if (button) removeRow(button.closest("[data-row]"));
  });
  box.addEventListener("change", (event) => {
    if (event.target.matches("[data-row-product]")) fill(event.target);
  });
}

// Who is chosen from the delegation brings office and role along.
for (const select of document.querySelectorAll("select[name$=_delegate]")) {
  select.addEventListener("change", () => {
    const option = select.selectedOptions[0];
    const side = select.name.replace("_delegate", "");
    if (!select.value) return;
    document.getElementById(`${side}_name`).value = "";
    document.getElementById(`${side}_office`).value = option.dataset.office || "";
    document.getElementById(`${side}_role`).value = option.dataset.role || "";
  });
  // Somebody else's name takes the place of who was chosen; office and role of that one go too.
  document.getElementById(select.name.replace("_delegate", "_name")).addEventListener("input", (event) => {
    const option = select.selectedOptions[0];
    if (!event.target.value.trim() || !select.value) return;
    for (const [field, known] of [["office", option.dataset.office], ["role", option.dataset.role]]) {
      const input = document.getElementById(select.name.replace("_delegate", `_${field}`));
      if (known && input.value === known) input.value = "";
    }
    select.value = "";
  });
}
