// Reading what was typed: every value checked as commitments/services/reading.py does, every problem at its field. What other records say: beside.js.
import { canonicalForm, lineTotal, parseQuantity, sum } from "../commitments/canonical.js";
import { gross, isClosed, namesNoWinner, warningsOf } from "../commitments/checks.js";
import { parsePrice, parseRate } from "../commitments/prices.js";
import { besideOthers, packageOf } from "./beside.js";

const LINE_FIELDS = ["product", "name", "specification", "quantity", "unit_price"];
const SOURCE_FIELDS = ["rup_code", "rup_name", "work_unit", "funding_source", "method", "month"];
const trimmed = (text) => (text || "").trim().split(/\s+/).join(" ");

export const emptyLine = () => ({ product: "", name: "", specification: "", quantity: "", unit: "", unit_price: "" });
export const isGiven = (line) => LINE_FIELDS.some((name) => (line[name] || "").trim());

function attempt(read, text, problems, field, key) {
  try {
    return read(text);
  } catch (error) {
    problems.push([field, key]);
    return "";
  }
}

function readLine(line, number, { products, problems, isPriced }) {
  const at = (name) => `lines-${number}-${name}`;
  const product = products.find((one) => one.code === line.product);
  const name = product ? product.name : trimmed(line.name);
  const unit = trimmed(line.unit) || (product ? product.unit : "");
  if (!name) problems.push([at("name"), "line_name"]);
  const quantity = attempt(parseQuantity, line.quantity, problems, at("quantity"), "line_quantity");
  if (!unit) problems.push([at("unit"), "line_unit"]);
  const price = !isPriced ? "0" : attempt(parsePrice, line.unit_price, problems, at("unit_price"), "line_price");
  const total = isPriced && quantity && price ? attempt(() => totalOf(quantity, price), "", problems, at("quantity"), "line_total") : "";
  const content = {
    product: name, specification: (line.specification || "").trim(), quantity, unit, unit_price: price, content_note: product ? product.content_note : "",
  };
  return { content, total, product };
}

function totalOf(quantity, price) {
  const total = lineTotal(quantity, price);
  if (total === "0") throw new RangeError("nothing");
  return total;
}

/** The total of what can be read already: {total, unread}. */
export function runningTotal(lines) {
  const totals = lines.filter(isGiven).map((line) => {
    try { return lineTotal(parseQuantity(line.quantity), parsePrice(line.unit_price)); } catch (error) { return null; }
  });
  try {
    return { total: sum(totals.filter(Boolean)), totals, unread: totals.filter((one) => one === null).length };
  } catch (error) {
    return { total: "0", totals, unread: totals.length };
  }
}

function readSource(typed, problems) {
  const source = Object.fromEntries(SOURCE_FIELDS.map((name) => [name, trimmed(typed[name])]));
  if (source.rup_code && !/^\d{8}$/.test(source.rup_code)) problems.push(["rup_code", "rup_code"]);
  return source;
}

function readLimit(typed, side, problems) {
  const text = trimmed(typed[`${side}_authority_limit`]);
  return text ? attempt(parsePrice, text, problems, `${side}_authority_limit`, "line_price") : "";
}

/** Who signs for a side; `problems` gets what is missing. */
export function readSignatory(typed, side, problems) {
  const values = {
    person: typed[`${side}_person`] || "",
    name: trimmed(typed[`${side}_name`]),
    office: trimmed(typed[`${side}_office`]),
    role: typed[`${side}_role`] || "",
    identified_how: typed[`${side}_identified`] || "",
    employee_number: side === "buyer" ? trimmed(typed.buyer_employee_number) : "",
    authority_limit: readLimit(typed, side, problems),
  };
  if (!values.name) problems.push([`${side}_name`, "who_signs"]);
  if (!values.role) problems.push([`${side}_role`, "role"]);
  if (!values.office) problems.push([`${side}_office`, "office"]);
  if (!values.identified_how) problems.push([`${side}_identified`, "identified"]);
  return values;
}

const needOf = (typed, buyer) => (buyer.needs || []).find((one) => one.code === typed.need);

/** The total with PPN, as far as it can be read. */
function grossOf(typed) {
  const { total } = runningTotal(typed.lines);
  try {
    return gross(total, { mode: typed.tax_mode, rate_percent: parseRate(typed.tax_rate || "0") });
  } catch (error) {
    return total;
  }
}

/** What is worth a second look, from what can be read so far; of an invitation nothing. `others`: of beside.js; `id`: of the draft. */
export function warningsFor(typed, { id, buyer, exhibitor, today, others }) {
  if (namesNoWinner(typed.method)) return [];
  const need = needOf(typed, buyer);
  const amount = grossOf(typed);
  const lines = typed.lines.filter(isGiven).map((line) => {
    const product = (exhibitor.products || []).find((one) => one.code === line.product) || {};
    let quantity = "0";
    try { quantity = parseQuantity(line.quantity); } catch (error) { /* not typed yet */ }
    return { quantity, monthly_capacity: product.monthly_capacity, is_listed: product.is_listed };
  });
  const { work_unit, rup_code, fiscal_year } = Object.fromEntries([...SOURCE_FIELDS, "fiscal_year"].map((name) => [name, trimmed(typed[name])]));
  const own = { record_id: id, buyer: buyer.code, exhibitor: exhibitor.code, work_unit, rup_code, fiscal_year, amount, today, need };
  return [...besideOthers(own, others), ...warningsOf({
    total: amount, ceiling: need ? need.budget_ceiling : "", method: typed.method, month: typed.month,
    fiscal_year: fiscal_year || today.slice(0, 4), today, lines,
  })];
}

/** From October on the year is asked: the budget may be the next one's. `eventYear`: an event of a later year has its own. */
export const asksYear = (today, eventYear) => eventYear <= today.slice(0, 4) && Number(today.slice(5, 7)) >= 10;

/** The values of a whole draft and its problems: {values, problems: [[field, key]], invites}; `invites`: it is an invitation to take part. */
export function readDraft(typed, context) {
  const { exhibitor, today } = context;
  const invites = namesNoWinner(typed.method);
  const problems = [];
  const rows = typed.lines.map((line, number) => [line, number]).filter(([line]) => isGiven(line));
  const lines = rows.map(([line, number]) => readLine(line, number, { products: exhibitor.products || [], problems, isPriced: !invites }));
  if (!lines.length) problems.push(["lines-0-quantity", "one_line"]);
  const taxRate = typed.tax_mode === "none" ? "0.00" : attempt(parseRate, typed.tax_rate, problems, "tax_rate", "tax_rate");
  const source = readSource(typed, problems);
  if (isClosedPackage(typed, context)) problems.push(["method", "closed_package"]);
  if (!typed.fiscal_year) problems.push(["fiscal_year", "fiscal_year"]);
  if (typed.listing_by && typed.listing_by < today) problems.push(["listing_by", "listing_past"]);
  const signatories = { buyer: readSignatory(typed, "buyer", problems), exhibitor: readSignatory(typed, "exhibitor", problems) };
  const values = {
    lines: lines.map((line) => line.content), products: lines.map((line) => (line.product ? line.product.code : "")),
    tax_mode: typed.tax_mode, tax_rate: taxRate, source, need: typed.need || "", fiscal_year: typed.fiscal_year,
    listing_by: typed.listing_by || "", note: (typed.note || "").trim(), signatories, warnings: warningsFor(typed, context),
  };
  if (!problems.length && !isCountable(values)) problems.push(["lines-0-quantity", "text_too_large"]);
  if (values.warnings.length && !typed.accepted) problems.push(["accepted", "accepted"]);
  return { values, problems, invites };
}

/** Of the linked package or that of the RUP code makers compete, and another method is chosen. */
function isClosedPackage(typed, { buyer, others }) {
  const planned = [(needOf(typed, buyer) || {}).method || "", packageOf(others, trimmed(typed.rup_code)).method];
  return planned.some((method) => isClosed(method, typed.method));
}

function isCountable({ lines }) {
  try {
    canonicalForm({ lines, buyer: {}, exhibitor: {}, tax: {}, source: {}, clauses: [] });
    return true;
  } catch (error) {
    return false;
  }
}
