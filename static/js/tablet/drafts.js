// A commitment on its way: typed, its text fixed with a number, signed, stored. Every step is on the device before the next.
import { canonicalText, contentHash, newRecordId, recordHash } from "../commitments/canonical.js";
import { fillNumber } from "../commitments/numbers.js";
import { seal } from "../commitments/sealing.js";
import { board, changed, now, party, tabletCode } from "./board.js";
import { queueRows } from "./mandates.js";
import { contentOf, deviceTime, recordOf } from "./record.js";
import { dayIn } from "./say.js";
import * as store from "./store.js";
import { lock as encrypt, unlock } from "./vault.js";

const MAX_EVENTS = 90;
export const appVersion = { text: "" };

const about = (id) => `draft:${id}`;

/** What happened, in order; repeats at the end of a long story are left out. */
export function note(draft, kind, side = "") {
  if (draft.events.length < MAX_EVENTS) draft.events.push({ kind, party: side, device_time: deviceTime() });
}

export function begin({ buyer, exhibitor, meeting = "" }) {
  const draft = { id: newRecordId(), step: "prepare", buyer, exhibitor, meeting, typed: null, signatures: {}, pads: {}, events: [], read_at: "" };
  note(draft, "begun");
  return draft;
}

/** Frozen on the server, signatures wanted: it has its number and text already. */
export function beginWaiting({ content, content_hash: hash, signed, agreed, signatories, amount }) {
  const { record_id: id, buyer, exhibitor } = content;
  const draft = begin({ buyer: buyer.code, exhibitor: exhibitor.code });
  return { ...draft, id, step: "sign", content, content_hash: hash, before: { signed, agreed, signatories, amount }, isWaiting: true };
}

/** After a wipe nothing is written any more: a screen that is still open must not bring back what was wiped. */
export async function keep(draft) {
  if (!board.data) return;
  const { iv, cipher } = await encrypt("data", about(draft.id), draft);
  await store.keepDraft({ id: draft.id, at: Date.now(), iv, cipher });
}

export async function open(id) {
  const row = await store.draft(id);
  return row ? unlock("data", about(id), row).catch(() => null) : null;
}

export async function all() {
  const rows = (await store.drafts()).sort((a, b) => b.at - a.at);
  const found = await Promise.all(rows.map((row) => unlock("data", about(row.id), row).catch(() => null)));
  return found.filter(Boolean);
}

export async function discard(id) {
  await store.dropDraft(id);
  changed();
}

const held = { id: "", release: null };

/** One window works on a draft at a time, where the browser can say so; false when another one does. */
export function claim(id) {
  if (held.id === id || !navigator.locks) return Promise.resolve(true);
  letGo();
  return new Promise((resolve) => {
    navigator.locks.request(`tablet-draft-${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(false);
      return new Promise((release) => {
        Object.assign(held, { id, release });
        resolve(true);
      });
    });
  });
}

export function letGo() {
  if (held.release) held.release();
  Object.assign(held, { id: "", release: null });
}

export const isSigned = (draft) => Boolean(draft.signatures.buyer || draft.signatures.exhibitor);

/** The text as it will be signed, with its number; what was signed of another text is void. Null: no number is left. */
export async function fix(draft, values) {
  const { event, template, number_pattern: pattern } = board.data;
  const taken = pattern.length ? await store.takeSerial(tabletCode(), draft.id) : null;
  if (!taken) return null;
  const madeOn = dayIn(event.timezone, now());
  const given = { record_id: draft.id, number: fillNumber(pattern, taken.serial, madeOn, event.code), made_on: madeOn, event, template };
  const content = contentOf(values, { buyer: party(draft.buyer), exhibitor: party(draft.exhibitor) }, given);
  const hash = await contentHash(content);
  if (hash !== draft.content_hash) Object.assign(draft, { signatures: {}, pads: {}, read_at: "" });
  Object.assign(draft, {
    step: "sign", content, content_hash: hash, block: taken.block, serial: String(taken.serial), template_version: template.version,
    warnings: values.warnings, signatories: values.signatories,
    refs: { meeting: draft.meeting, need: values.need, products: values.products },
  });
  note(draft, "fixed");
  await keep(draft);
  return draft;
}

/** Signed: hashed, sealed, encrypted, then in one transaction into the queue and out of the drafts. Returns the receipt. */
export async function finish(draft) {
  const record = recordOf(draft, { tablet: tabletCode(), offset: board.offset, version: appVersion.text });
  const hash = await recordHash(record);
  const text = canonicalText(record);
  const sealed = board.sealingKey ? await seal(board.sealingKey, text) : "";
  const { iv, cipher } = await encrypt("queue", hash, record);
  const now = Date.now();
  const before = { tablet: record.tablet, version: appVersion.text, sealingKey: board.sealingKey, at: new Date(now).toISOString(), device_time: deviceTime() };
  const mandates = await queueRows(draft, before);
  const row = {
    record_hash: hash, record_id: draft.id, content_hash: draft.content_hash, number: draft.content.number, total: draft.content.total, format: draft.content.format,
    event: draft.content.event, tablet: record.tablet, meeting: draft.meeting || "", at: new Date(now + 1).toISOString(), state: "waiting",
    code: "", message: "", iv, cipher, sealed,
  };
  await store.enqueue([...mandates, row], draft.id);
  changed();
  return { ...row, buyer: draft.content.buyer.name, exhibitor: draft.content.exhibitor.name };
}

/** Before data are wiped: what somebody has signed goes into the queue, however far it came. */
export async function finishSigned() {
  for (const draft of await all()) if (isSigned(draft)) await finish(draft);
}
