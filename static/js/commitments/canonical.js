// The canonical form of a commitment and of a signed record: the bytes that are hashed, the same as in matchmaking/commitments/canonical.py
// and signed_record.py. Vectors that both read: tests/commitments/vectors/. A format that has been used is never changed, only added to.

export const FORMAT_1 = "temu-bisnis-commitment/1";
export const INVITATION_1 = "temu-bisnis-invitation/1";
/** Made by the server alone, signed here too. */
export const AMENDMENT_1 = "temu-bisnis-amendment/1";
export const WITHDRAWAL_1 = "temu-bisnis-withdrawal/1";
const CONTENTS = [FORMAT_1, INVITATION_1, AMENDMENT_1, WITHDRAWAL_1];
export const RECORD_1 = "temu-bisnis-signed-record/1";
export const MANDATE_1 = "temu-bisnis-mandate/1";
/** Largest amount in rupiah; below it a JavaScript number is exact. */
export const MAX_RUPIAH = 1e15;

const QUANTITY = /^([0-9]{1,9})(?:[.,]([0-9]{1,3}))?$/;
const GROUPED = /^[1-9][0-9]{0,2}(?:[. ][0-9]{3})+(?:,[0-9]{1,3})?$/;
const DECIMAL = /^(0|[1-9][0-9]*)(?:\.([0-9]{0,2}[1-9]))?$/;
const INTEGER = /^(0|[1-9][0-9]{0,15})$/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?:[^\ud800-\udbff]|^)[\udc00-\udfff]/;

// --- quantities and sums ------------------------------------------------------------------------------------------

/** What somebody typed (`25`, `1,5`, `1.250`, `1.250,5`) as the canonical decimal (`1.5`); throws a RangeError. */
export function parseQuantity(text) {
  let plain = text.trim().split(/\s+/).join(" ");
  if (GROUPED.test(plain)) plain = plain.replace(/[. ]/g, "");
  const match = QUANTITY.exec(plain);
  if (!match) throw new RangeError("not a quantity");
  const whole = String(Number(match[1]));
  const rest = (match[2] || "").replace(/0+$/, "");
  if (whole === "0" && !rest) throw new RangeError("not above zero");
  return rest ? `${whole}.${rest}` : whole;
}

/** Quantity × unit price in whole rupiah, rounded half up; both and the result are texts. Exact without BigInt. */
export function lineTotal(quantity, unitPrice) {
  const match = DECIMAL.exec(quantity);
  if (!match) throw new RangeError("not a canonical decimal");
  const price = amount(unitPrice);
  const thousandths = Number((match[2] || "").padEnd(3, "0"));
  const thousands = Math.floor(price / 1000);
  const part = thousandths * thousands + Math.floor((thousandths * (price % 1000) + 500) / 1000);
  return String(within(Number(match[1]) * price + part));
}

function amount(text) {
  if (!INTEGER.test(text)) throw new RangeError("not whole rupiah");
  return within(Number(text));
}

function within(value) {
  if (!(value <= MAX_RUPIAH)) throw new RangeError("more rupiah than can be counted");
  return value;
}

/** The sum of amounts given as texts. */
export function sum(amounts) {
  return String(amounts.reduce((total, text) => within(total + amount(text)), 0));
}

// --- forms --------------------------------------------------------------------------------------------------------

/**
 * The canonical object of a commitment, or of an invitation (whose prices are "0"): `record` is that object without `format` and the totals; only
 * texts, lists and objects.
 */
export function canonicalForm(record, format = FORMAT_1) {
  const lines = record.lines.map((line) => ({ ...pick(line, LINE), total: lineTotal(line.quantity, line.unit_price) }));
  return normalised({
    ...pick(record, PLAIN),
    format,
    buyer: pick(record.buyer, PARTY),
    exhibitor: pick(record.exhibitor, PARTY),
    lines,
    total: sum(lines.map((line) => line.total)),
    tax: pick(record.tax, ["mode", "rate_percent"]),
    source: pick(record.source, SOURCE),
    clauses: [...record.clauses],
  });
}

const PLAIN = ["record_id", "event", "number", "made_on", "place", "fiscal_year", "valid_until", "listing_by", "note"];
const PARTY = ["code", "name", "detail", "address", "regency"];
const LINE = ["product", "specification", "quantity", "unit", "unit_price", "content_note"];
const SOURCE = ["rup_code", "rup_name", "work_unit", "funding_source", "method", "month"];

/** Exactly these fields; one that is missing is empty. */
function pick(from, names) {
  return Object.fromEntries(names.map((name) => [name, (from || {})[name] ?? ""]));
}

/** Every text in NFC with line ends as \n. */
export function normalised(value) {
  if (Array.isArray(value)) return value.map(normalised);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normalised(item)]));
  if (typeof value !== "string") throw new TypeError(`a ${typeof value} in the canonical form: numbers are written as text`);
  return value.replace(/\r\n?/g, "\n").normalize("NFC");
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** "commitment", "amendment", "invitation" or "withdrawal". */
export const kindOf = ({ format }) => /^temu-bisnis-([a-z]+)\//.exec(format || FORMAT_1)[1];
/** An invitation and a withdrawal name no price. */
export const isPriced = ({ format }) => [FORMAT_1, AMENDMENT_1].includes(format);

// --- bytes and hashes ---------------------------------------------------------------------------------------------

/** The text whose UTF-8 bytes are hashed: keys sorted, no blanks; throws on anything but texts, lists and objects. */
export function canonicalText(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${quoted(key)}:${canonicalText(value[key])}`).join(",")}}`;
  }
  if (typeof value !== "string") throw new TypeError(`a ${typeof value} in the canonical form: numbers are written as text`);
  return quoted(value);
}

function quoted(text) {
  if (LONE_SURROGATE.test(text)) throw new RangeError("half a character: this text cannot be written in UTF-8");
  return JSON.stringify(text);
}

/** The kode keaslian of a commitment: SHA-256 of its canonical bytes, 64 lower-case hexadecimal digits. */
export function contentHash(form) {
  return hashOf(form, CONTENTS);
}

/** SHA-256 of a whole signed record. */
export function recordHash(record) {
  return hashOf(record, [RECORD_1, MANDATE_1]);
}

async function hashOf(value, formats) {
  if (!formats.includes(value.format)) throw new RangeError(`unknown format ${value.format}`);
  const bytes = new TextEncoder().encode(canonicalText(value));
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

// --- ids made on the device ---------------------------------------------------------------------------------------

/** 32 hexadecimal digits: the key of a signature or an event. */
export function newKey() {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

/** A random UUID (version 4); crypto.randomUUID is missing on older tablets. */
export function newRecordId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
