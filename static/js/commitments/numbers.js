// Commitment numbers given without a network, from the blocks of serials that the server handed to this tablet; as commitments/numbers.py.

const ROMAN_MONTHS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

/** The number of a serial on a day. `parts`: the pattern taken apart by the server (texts and placeholders). */
export function fillNumber(parts, serial, isoDate, eventCode) {
  const values = {
    nomor: (width) => String(serial).padStart(width, "0"),
    bulan: () => ROMAN_MONTHS[Number(isoDate.slice(5, 7)) - 1],
    tahun: () => isoDate.slice(0, 4),
    acara: () => eventCode.toUpperCase(),
  };
  return parts.map((part) => (typeof part === "string" ? part : values[part.name](part.width))).join("");
}

/** How many serials are left. A block is {code, first, last, next}; `next` is missing while none was used. */
export function numbersLeft(blocks) {
  return blocks.reduce((left, block) => left + Math.max(0, block.last - nextOf(block) + 1), 0);
}

const nextOf = (block) => block.next ?? block.first;

/**
 * The next serial and the blocks as they are after it: {serial, block, blocks}; null when none is left.
 * Store `blocks` before the number is shown: a serial that may have been used is never given again.
 */
export function nextNumber(blocks) {
  const found = blocks.find((block) => nextOf(block) <= block.last);
  if (!found) return null;
  const serial = nextOf(found);
  return { serial, block: found.code, blocks: blocks.map((block) => (block === found ? { ...block, next: serial + 1 } : block)) };
}
