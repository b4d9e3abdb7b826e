// A mandate (surat kuasa) added on the tablet: a photo made small or a PDF, checked for what it is, kept encrypted beside the draft,
// and put into the queue with the record that it belongs to.
import { canonicalText, MANDATE_1, recordHash } from "../commitments/canonical.js";
import { mandateItem, mandateProblem, MAX_FILE_BYTES, toBase64 } from "../commitments/mandate.js";
import { seal } from "../commitments/sealing.js";
import { shrink } from "../photo.js";
import * as store from "./store.js";
import { lock as encrypt, unlock } from "./vault.js";

const SIDES = ["buyer", "exhibitor"];
const QUALITIES = [0.8, 0.6, 0.4];
const placeOf = (id, side) => `${id}:${side}`;

/** Why a file is not taken: `kind` is "kind", "size" or "unreadable". */
export class MandateRefused extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

const bytesOf = async (blob) => new Uint8Array(await new Response(blob).arrayBuffer());

const toJpeg = (canvas, quality) => new Promise((resolve, reject) => {
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new MandateRefused("unreadable"))), "image/jpeg", quality);
});

/** A photo is drawn anew: upright, at most 1600 px, without place and camera; only as coarse as the room asks for. */
async function photoBytes(file) {
  const { canvas } = await shrink(file).catch(() => { throw new MandateRefused("kind"); });
  for (const quality of QUALITIES) {
    const bytes = await bytesOf(await toJpeg(canvas, quality));
    if (bytes.length <= MAX_FILE_BYTES) return bytes;
  }
  throw new MandateRefused("size");
}

async function isPdf(file) {
  const start = await bytesOf(file.slice(0, 5));
  return String.fromCharCode(...start) === "%PDF-";
}

/** The file as it will be sent, base64. */
export async function readMandate(file) {
  if ((await isPdf(file)) && file.size > MAX_FILE_BYTES) throw new MandateRefused("size");
  const text = toBase64((await isPdf(file)) ? await bytesOf(file) : await photoBytes(file));
  const problem = mandateProblem(text);
  if (problem) throw new MandateRefused(problem);
  return text;
}

/** Beside the draft, encrypted with the key that is wiped with the data. */
export async function keepMandate(draft, side, file, facts) {
  const place = placeOf(draft.id, side);
  const { iv, cipher } = await encrypt("data", `paper:${place}`, file);
  await store.keepPaper({ id: place, draft: draft.id, iv, cipher });
  draft.mandates = { ...draft.mandates, [side]: facts };
}

export async function dropMandate(draft, side) {
  await store.dropPaper(placeOf(draft.id, side));
  const { [side]: _gone, ...rest } = draft.mandates || {};
  draft.mandates = rest;
}

async function fileOf(draft, side) {
  const row = await store.paper(placeOf(draft.id, side));
  return row ? unlock("data", `paper:${row.id}`, row).catch(() => null) : null;
}

/** The rows of the queue for the mandates of those who have signed, before the record's own. `given`: {tablet, version, sealingKey, at, device_time}. */
export async function queueRows(draft, given) {
  const found = [];
  for (const side of SIDES.filter((one) => draft.signatures[one] && (draft.mandates || {})[one])) {
    const file = await fileOf(draft, side);
    if (file) found.push(await queueRow(draft, side, file, given));
  }
  return found;
}

async function queueRow(draft, side, file, { tablet, version, sealingKey, at, device_time }) {
  const { name, number, limit } = draft.mandates[side];
  const item = await mandateItem(file, {
    record_id: draft.id, tablet, content_hash: draft.content_hash, party: side, name, number, limit, device_time, app_version: version,
  });
  const hash = await recordHash(item);
  const { iv, cipher } = await encrypt("queue", hash, item);
  const sealed = sealingKey ? await seal(sealingKey, canonicalText(item), MANDATE_1) : "";
  return {
    record_hash: hash, record_id: draft.id, content_hash: draft.content_hash, number: draft.content.number, total: "0", format: MANDATE_1,
    event: draft.content.event, tablet, meeting: "", at, state: "waiting", code: "", message: "", iv, cipher, sealed,
  };
}
