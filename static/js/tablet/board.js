// What is on board, in memory: who this tablet is and the event's data, read from the device at the start and after each contact.
import * as store from "./store.js";
import { lock, unlock } from "./vault.js";

/** `identity`: the last answer of /tablet/state; `offset`: server minus device, in seconds; `data`: of /tablet/data, or null. */
export const board = { identity: null, contactAt: null, offset: null, sealingKey: null, data: null, dataAt: null, wiped: "" };

const channel = window.BroadcastChannel ? new BroadcastChannel("temu-bisnis-tablet") : null;

/** Tells the screens, here and in other windows, that something on board has changed. */
export function changed() {
  document.dispatchEvent(new Event("board"));
  if (channel) channel.postMessage("changed");
}

if (channel) channel.addEventListener("message", () => load().then(() => document.dispatchEvent(new Event("board"))));

export async function load() {
  const [identity, contactAt, offset, sealingKey, kept, wiped] = await Promise.all(
    ["identity", "contact_at", "offset", "sealing_key", "data", "wiped"].map(store.fact),
  );
  Object.assign(board, { identity: identity || null, contactAt: contactAt || null, sealingKey: sealingKey || null, wiped: wiped || "" });
  board.offset = offset === undefined ? null : offset;
  if (!kept) Object.assign(board, { data: null, dataAt: null });
  else if (!board.data || board.data.data_version !== kept.version) {
    Object.assign(board, { data: await unlock("data", "data", kept).catch(() => null), dataAt: kept.at });
  } else board.dataAt = kept.at;
}

export async function keepIdentity(identity, offset) {
  await store.keepFacts({ identity, offset, contact_at: Date.now() });
  await load();
}

export async function keepData(data) {
  const { iv, cipher } = await lock("data", "data", data);
  await store.keepFacts({ data: { version: data.data_version, at: Date.now(), iv, cipher }, sealing_key: data.sealing_key, wiped: "" });
  await load();
}

/** What the event's data are still good for: the same version was seen just now. */
export async function confirmData() {
  const kept = await store.fact("data");
  if (kept) await store.keepFacts({ data: { ...kept, at: Date.now() } });
  await load();
}

export async function wipe(why) {
  await store.wipeData();
  await store.keepFacts({ wiped: why });
  await load();
}

export const party = (code) => (board.data ? board.data.parties.find((one) => one.code === code) : undefined);
export const zone = () => (board.data ? board.data.event.timezone : board.identity && board.identity.event && board.identity.event.timezone);
export const tabletCode = () => (board.identity && board.identity.tablet) || "";
/** The moment it is by the server's clock, as far as it is known. */
export const now = () => new Date(Date.now() + (board.offset || 0) * 1000);
