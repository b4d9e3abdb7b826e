// A mandate as it is sent beside a record, as commitments/signed_mandate.py reads it; docs/tablet-sync.md, section 4a. Vectors: mandate_1.json.

import { MANDATE_1 } from "./canonical.js";

/** Of the file itself: as base64, with what stands around it, it stays below the size of a record. */
export const MAX_FILE_BYTES = 1_400_000;

const starts = (bytes, ...first) => first.every((value, at) => bytes[at] === value);

function endsAsPdf(bytes) {
  const tail = String.fromCharCode(...bytes.subarray(Math.max(0, bytes.length - 2048)));
  return tail.includes("%%EOF");
}

/** What a file is by its first (and, of a PDF, last) bytes; "" for anything else. */
export function mediaTypeOf(bytes) {
  if (starts(bytes, 0x25, 0x50, 0x44, 0x46, 0x2d) && endsAsPdf(bytes)) return "application/pdf";
  return starts(bytes, 0xff, 0xd8, 0xff) ? "image/jpeg" : "";
}

export function toBase64(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte); // a spread of many bytes is too many arguments
  return btoa(binary);
}

export const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

/** What of a file is refused: "kind", "size", or "" for a PDF or JPEG that fits. `file`: as base64, so that vectors can hold it. */
export function mandateProblem(file) {
  const bytes = fromBase64(file);
  if (bytes.length > MAX_FILE_BYTES) return "size";
  return mediaTypeOf(bytes) ? "" : "kind";
}

/** What is known of a file: {media_type, sha256, size}. */
export async function fileFacts(file) {
  const bytes = fromBase64(file);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { media_type: mediaTypeOf(bytes), sha256, size: bytes.length };
}

/** The item that is hashed and sent. `given`: {record_id, tablet, content_hash, party, name, number, limit, device_time, app_version}, texts. */
export async function mandateItem(file, given) {
  const { media_type, sha256 } = await fileFacts(file);
  return { format: MANDATE_1, ...given, media_type, sha256, file };
}
