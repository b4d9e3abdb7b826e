// Rupiah as people type them, read as matchmaking/money.py and typed.read_price do; vectors: tests/commitments/vectors/prices_1.json.
import { MAX_RUPIAH } from "./canonical.js";

const EXPONENTS = {
  "": 0, rb: 3, ribu: 3, k: 3, jt: 6, juta: 6, m: 9, miliar: 9, milyar: 9, mil: 9, t: 12, tr: 12, triliun: 12, trilyun: 12,
};
const AMOUNT = /^(?:rp\.?|idr)?\s*([0-9][0-9.,\s]*?)\s*([a-z]*)\.?(?:,-|,00)?$/i;

/** The amount as a text of digits; throws a RangeError for anything but whole rupiah from 1 to the largest that is counted. */
export function parsePrice(text) {
  let plain = text.trim();
  if (/^\d+\.00?$/.test(plain)) [plain] = plain.split(".");
  plain = plain.split(/\s+/).join(" ").replace(/,-$/, "").trim();
  const match = AMOUNT.exec(plain);
  const unit = match ? match[2].toLowerCase() : "";
  if (!match || !(unit in EXPONENTS)) throw new RangeError("not an amount");
  const [whole, fraction] = decimal(match[1].replace(/ /g, ""), unit !== "");
  return wholeRupiah(whole, fraction, EXPONENTS[unit]);
}

function decimal(digits, hasUnit) {
  const [beforePoint, afterPoint] = digits.split(".");
  if (hasUnit && digits.split(".").length === 2 && !digits.includes(",") && afterPoint.length !== 3) return [beforePoint, afterPoint];
  const [grouped, fraction = "", ...more] = digits.split(",");
  const groups = grouped.split(".");
  const isGrouped = groups.length === 1 || (/^\d{1,3}$/.test(groups[0]) && groups.slice(1).every((group) => /^\d{3}$/.test(group)));
  if (more.length || !isGrouped || fraction.includes(".")) throw new RangeError("not an amount");
  return [groups.join(""), fraction];
}

/** Moves the point by the unit's exponent; what is left behind it must be nothing. */
function wholeRupiah(whole, fraction, exponent) {
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(fraction)) throw new RangeError("not an amount");
  const moved = fraction.padEnd(exponent, "0");
  if (/[1-9]/.test(moved.slice(exponent))) throw new RangeError("a part of a rupiah");
  const digits = (whole + moved.slice(0, exponent)).replace(/^0+(?=\d)/, "");
  if (digits === "0" || digits.length > 16 || Number(digits) > MAX_RUPIAH) throw new RangeError("none, or too large");
  return digits;
}

/** A PPN rate (`11`, `11,5`) as the canonical form writes it (`11.00`); throws a RangeError. */
export function parseRate(text) {
  const plain = text.replace("%", "").trim().replace(",", ".");
  const match = /^(\d{1,3})(?:\.(\d{1,2})0*)?$/.exec(plain);
  if (!match || Number(plain) > 100) throw new RangeError("not a percentage");
  return `${Number(match[1])}.${(match[2] || "").padEnd(2, "0")}`;
}
