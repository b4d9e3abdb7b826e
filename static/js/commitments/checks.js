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
