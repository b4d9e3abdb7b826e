// The event's data in parts, as commitments/tablet_parts.py takes them apart: what has changed is asked for, the rest stays as it is.

const DIGITS = Array.from("0123456789abcdef");
const byId = (idOf) => (a, b) => (idOf(a) < idOf(b) ? -1 : 1);

/** The parts whose version differs; null where the whole has to be fetched (nothing on board yet, or from an older app or server). */
export function changedParts(before, now) {
  if (!before || !now) return null;
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return Array.from(names).filter((name) => before[name] !== now[name]).sort();
}

/** The data with the parts of an answer in their place. */
export function withParts(data, { parts, versions, data_version, made_at }) {
  const { beside, ...base } = parts.base || {};
  const digits = DIGITS.filter((digit) => parts[digit]);
  const records = merged(data.beside.records, digits, parts, "records", (row) => row.record_id);
  const waiting = merged(data.waiting, digits, parts, "waiting", (row) => row.content.record_id);
  return {
    ...data, ...base, versions, data_version, made_at, waiting,
    number_blocks: parts.numbers || data.number_blocks,
    beside: { ...data.beside, ...beside, records },
  };
}

function merged(rows, digits, parts, name, idOf) {
  const kept = rows.filter((row) => !digits.includes(idOf(row)[0]));
  return digits.reduce((all, digit) => all.concat(parts[digit][name]), kept).sort(byId(idOf));
}
