// What is worth a second look before signing, as commitments/checks.py says it; vectors: tests/commitments/vectors/checks_1.json.

const E_PURCHASING = "e_purchasing";
/** By these the maker is found later: nobody is named before. */
const NO_WINNER_YET = ["tender", "quick_tender", "selection", "contest", "mini_competition"];

/**
 * The codes, in the server's order. `facts`: {total, ceiling, method, month, fiscal_year, today, lines: [{quantity, monthly_capacity, is_listed}]},
 * texts of digits, "" where not known; a line typed by hand has no `is_listed`.
 */
export function warningsOf(facts) {
  const found = [];
  if (facts.ceiling && Number(facts.total) > Number(facts.ceiling)) found.push("above_ceiling");
  const months = monthsToMake(facts);
  if (facts.lines.some((line) => isAboveCapacity(line, months))) found.push("above_capacity");
  if (!facts.method) found.push("no_method");
  else if (facts.method !== E_PURCHASING) found.push("other_method");
  else if (facts.lines.some((line) => line.is_listed === false)) found.push("not_listed");
  return found;
}

function isAboveCapacity({ quantity, monthly_capacity: capacity }, months) {
  return Boolean(capacity) && Number(quantity) > Number(capacity) * months;
}

/** The months from today to the planned one (else December) of the fiscal year, this one counted too; at least 1. */
export function monthsToMake({ month, fiscal_year: year, today }) {
  const [thisYear, thisMonth] = today.split("-").map(Number);
  const last = Number(year) * 12 + Number(month || 12);
  return Math.max(last - (thisYear * 12 + thisMonth) + 1, 1);
}

export const namesNoWinner = (method) => NO_WINNER_YET.includes(method);

/** A package planned where makers compete takes no record by another method. */
export const isClosed = (planned, method) => namesNoWinner(planned) && method !== planned;

/**
 * The codes that only other records and the calendar give, shown before those of `warningsOf`. `facts`: {amount, fiscal_year, today, on_code,
 * ceiling, of_pair, thresholds}; amounts in whole rupiah with PPN, as texts: `on_code` the others on the RUP code whose package has `ceiling`,
 * `of_pair` the others of this work unit and IKM in this fiscal year.
 */
export function warningsBeside({ amount, fiscal_year: year, today, on_code: onCode, ceiling, of_pair: ofPair, thresholds }) {
  const found = [];
  if (onCode.length && ceiling && total([...onCode, amount]) > Number(ceiling)) found.push("above_ceiling_together");
  if (passTogether([...ofPair, amount], thresholds)) found.push("above_threshold");
  if (Number(year) > Number(today.slice(0, 4))) found.push("next_year");
  return found;
}

const total = (amounts) => amounts.map(Number).reduce((sum, one) => sum + one, 0);

/** Several amounts pass a threshold together while none of them does alone. */
function passTogether(amounts, thresholds) {
  if (amounts.length < 2) return false;
  const largest = Math.max(...amounts.map(Number));
  return thresholds.some((threshold) => largest <= Number(threshold) && Number(threshold) < total(amounts));
}

/** A total with its PPN, as a text: what packages and thresholds are compared with. `tax`: {mode, rate_percent}. */
export function gross(text, { mode, rate_percent: rate }) {
  if (mode !== "excluded") return text;
  const [amount, hundredths] = [Number(text), Number(rate.replace(".", ""))];
  const whole = Math.floor(amount / 10_000) * hundredths; // in two steps: the product itself is larger than what is exact
  return String(amount + whole + Math.floor(((amount % 10_000) * hundredths + 5000) / 10_000));
}
