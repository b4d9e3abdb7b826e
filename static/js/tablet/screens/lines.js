// The rows of products in the form: a copy of the template for each, its labels tied to its own fields.
import { followed } from "../../commitments/product.js";
import { rupiah } from "../../commitments/words.js";
import { action, copy, list, options, part, show } from "../dom.js";
import { say } from "../say.js";
import { isGiven } from "../typed.js";

const NAMES = ["product", "name", "specification", "quantity", "unit", "unit_price"];
let made = 0;

const input = (row, name) => row.querySelector(`[data-name="${name}"]`);

/** Adds a row; `changed` is told when it is removed. */
export function addLine(screen, products, line, changed) {
  const row = copy(screen, "line");
  made += 1;
  for (const name of NAMES) {
    input(row, name).id = `line-${made}-${name}`;
    row.querySelector(`[data-for="${name}"]`).htmlFor = `line-${made}-${name}`;
  }
  options(input(row, "product"), products.map((product) => [product.code, product.name]));
  for (const name of NAMES) input(row, name).value = line[name] || "";
  if (products.length && !line.product && !isGiven(line)) choose(row, products, products[0].code);
  showName(row, products);
  input(row, "product").addEventListener("change", (event) => {
    choose(row, products, event.target.value);
    showName(row, products);
  });
  action(row, "remove-line").addEventListener("click", () => remove(screen, row, changed));
  list(screen, "lines").append(row);
  number(list(screen, "lines"));
  return row;
}

function choose(row, products, code) {
  const chosen = products.find((product) => product.code === code);
  input(row, "product").value = code;
  for (const [name, key] of [["unit", "unit"], ["unit_price", "price"]]) {
    input(row, name).value = followed(key, input(row, name).value, products, chosen);
  }
}

function showName(row, products) {
  show(row, { "product-field": products.length > 0, "name-field": !input(row, "product").value });
}

function remove(screen, row, changed) {
  const rows = list(screen, "lines");
  row.remove();
  number(rows);
  changed();
  rows.dispatchEvent(new Event("input", { bubbles: true }));
  action(screen, "add-line").focus();
}

function number(rows) {
  Array.from(rows.children).forEach((row, index) => {
    part(row, "legend").textContent = say("line", { number: index + 1 });
    part(row, "which").textContent = ` ${say("which_line", { number: index + 1 })}`;
    action(row, "remove-line").hidden = rows.children.length === 1;
  });
}

export function readLines(rows) {
  return Array.from(rows.children).map((row) => Object.fromEntries(NAMES.map((name) => [name, input(row, name).value])));
}

/** `totals`: of the rows in which something stands, in their order; null where it cannot be read yet. */
export function showLineTotals(rows, lines, totals) {
  const rest = [...totals];
  Array.from(rows.children).forEach((row, index) => {
    const total = isGiven(lines[index]) ? rest.shift() : null;
    part(row, "line-total").textContent = total ? rupiah(total) : "";
  });
}
