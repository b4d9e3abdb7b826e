// Meeting the server: who am I, what is new, numbers, and the queue. Nothing leaves the queue before the server has answered
// for that very record, so a lost or half answer, a reload, a second window or a killed server costs one more try.
import { numbersLeft } from "../commitments/numbers.js";
import { changedParts, withParts } from "../commitments/parts.js";
import { board, changed, confirmData, keepData, keepIdentity, tabletCode, wipe } from "./board.js";
import { appVersion, finishSigned } from "./drafts.js";
import { deviceTime } from "./record.js";
import { language } from "./say.js";
import * as store from "./store.js";
import { unlock } from "./vault.js";

const addresses = document.body.dataset;
const MAY_GO = ["stored", "duplicate", "needs_review"];
const LOW_NUMBERS = 10;
const WANTED_NUMBERS = 20;
const HOUR = 3_600_000;
/** The tablet asks this often while it is looked at; after a failure sooner, then ever more seldom. */
const EVERY = 30_000;
const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;

export const contact = { isOnline: null, isBusy: false, retry: FIRST_RETRY };

class Away extends Error {}

/** JSON there and back; anything but a whole JSON answer is no answer. */
async function ask(address, { body, csrf, seconds = 15, query = "" } = {}) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), seconds * 1000);
  const headers = { Accept: "application/json" };
  if (body) Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": csrf });
  try {
    const response = await fetch(`${address}?lang=${language}${query}`, {
      method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal: controller.signal, cache: "no-store", credentials: "same-origin",
    });
    if (response.status >= 500) throw new Away(String(response.status));
    return { status: response.status, body: await response.json() };
  } catch (error) {
    throw error instanceof Away ? error : new Away(error.message);
  } finally {
    clearTimeout(timer);
  }
}

async function whoAmI() {
  const before = Date.now();
  const { status, body } = await ask(addresses.stateUrl);
  if (status !== 200 || !body.state) throw new Away(String(status));
  const midway = (before + Date.now()) / 2;
  const { csrf, ...identity } = body;
  const offset = (Date.parse(body.server_time) - midway) / 1000;
  const known = board.identity;
  // A tablet that the server does not know any more keeps what it is, so that its queue can be exported under its name.
  const kept = identity.state === "unknown" && known ? { ...known, state: "unknown" } : identity;
  await keepIdentity(kept, offset);
  return { csrf, identity };
}

async function fetchData(identity) {
  const kept = await store.fact("data");
  if (kept && board.data && kept.version === identity.data_version) return confirmData();
  const parts = kept && board.data ? changedParts(board.data.versions, identity.versions) : null;
  const { status, body } = await ask(addresses.dataUrl, { seconds: 60, query: parts ? `&parts=${parts.join(",")}` : "" });
  if (status !== 200) throw new Away(String(status));
  const data = body.parts ? withParts(board.data, body) : body;
  await store.mergeBlocks(identity.tablet, data.number_blocks);
  return keepData(data);
}

async function fetchNumbers(identity, csrf) {
  const blocks = await store.blocksOf(identity.tablet);
  if (numbersLeft(blocks) >= LOW_NUMBERS) return;
  const mine = blocks.map(({ code, first, last, next }) => ({ code, first, last, next }));
  const body = { format: "temu-bisnis-numbers/1", wanted: WANTED_NUMBERS, blocks: mine };
  const answer = await ask(addresses.numbersUrl, { body, csrf });
  if (answer.status === 200) await store.mergeBlocks(identity.tablet, answer.body.number_blocks, answer.body.lost);
}

// --- the queue ----------------------------------------------------------------------------------------------------
/** One window sends at a time where the browser can say so; elsewhere sending twice is harmless. */
function alone(work) {
  return navigator.locks ? navigator.locks.request("tablet-sync", work) : work();
}

async function nextBatch(done, withRefused) {
  const limits = (board.data && board.data.limits) || { records_per_sync: 25, request_bytes: 8_000_000 };
  const batch = [];
  let bytes = 0;
  for (const row of await store.queue()) {
    const isWanted = row.cipher && !done.has(row.record_hash) && (row.state !== "rejected" || withRefused);
    if (!isWanted) continue;
    bytes += row.cipher.byteLength;
    if (batch.length && (batch.length >= limits.records_per_sync || bytes > limits.request_bytes * 0.8)) break;
    const record = await unlock("queue", row.record_hash, row).catch(() => null);
    if (record) batch.push({ record, record_hash: row.record_hash });
  }
  return batch;
}

async function take(items, batch) {
  for (const item of Array.isArray(items) ? items : []) {
    const sent = batch.find((one) => one.record_hash === item.record_hash && one.record.record_id === item.record_id);
    const { record_id, outcome, code = "", message = "", commitment = "" } = item;
    const answer = { record_id, outcome, code, message, commitment, answered_at: new Date().toISOString() };
    if (sent && MAY_GO.includes(outcome)) await store.acknowledge(item.record_hash, answer);
    else if (sent && outcome === "rejected") await store.mark(item.record_hash, { state: "rejected", code, message });
  }
}

/** Sends everything once; says whether the server has answered for all of it. */
async function sendQueue(csrf, withRefused) {
  const done = new Set();
  for (;;) {
    const batch = await nextBatch(done, withRefused);
    if (!batch.length) return;
    batch.forEach((one) => done.add(one.record_hash));
    const unsent = (await store.queue()).length;
    const body = { format: "temu-bisnis-sync/1", device_time: deviceTime(), unsent, app_version: appVersion.text, records: batch };
    const answer = await ask(addresses.syncUrl, { body, csrf, seconds: 60 });
    if (answer.status !== 200) throw new Away(String(answer.status));
    await take(answer.body.items, batch);
    changed();
  }
}

// --- one contact --------------------------------------------------------------------------------------------------
async function meet(withRefused) {
  const { csrf, identity } = await whoAmI();
  if (identity.state === "active") {
    await alone(() => sendQueue(csrf, withRefused));
    await fetchData(identity);
    await fetchNumbers(identity, csrf);
  } else if (identity.state === "shut_out") {
    await finishSigned();
    await wipe("shut_out");
    await alone(() => sendQueue(csrf, withRefused));
    await store.keepSealedOnly();
  }
}

let running = null;

/** Meets the server now; resolves to whether it answered. Calls at the same time share one meeting. */
export function meetServer({ withRefused = false } = {}) {
  if (running) return running;
  running = (async () => {
    contact.isBusy = true;
    try {
      await meet(withRefused);
      Object.assign(contact, { isOnline: true, retry: FIRST_RETRY });
    } catch (error) {
      if (!(error instanceof Away)) console.error(error);
      contact.isOnline = false;
    }
    contact.isBusy = false;
    running = null;
    changed();
    return contact.isOnline;
  })();
  return running;
}

/** Without contact for so long the event's data go; what is signed stays. */
export async function wipeWhenForgotten() {
  const hours = (board.identity && board.identity.wipe_after_hours) || 72;
  if (!board.data || !board.contactAt || Date.now() - board.contactAt < hours * HOUR) return;
  await finishSigned();
  await wipe("time");
  changed();
}

let timer = 0;

async function round() {
  clearTimeout(timer);
  await wipeWhenForgotten().catch((error) => console.error(error));
  if (document.visibilityState === "visible") await meetServer();
  const waits = contact.isOnline ? EVERY : contact.retry * (0.75 + Math.random() / 2);
  contact.retry = Math.min(contact.retry * 2, LAST_RETRY);
  timer = setTimeout(round, waits);
}

/** Meets the server now, by itself from then on, and whenever there is reason to hope. */
export function keepMeeting() {
  const soon = () => { contact.retry = FIRST_RETRY; round(); };
  window.addEventListener("online", soon);
  window.addEventListener("pageshow", (event) => { if (event.persisted) soon(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") soon(); });
  return round();
}

/** What one imported file may hold, below the bound of a request to the server. */
const FILE_BYTES = 16_000_000;

/** The sealed queue as files that only the event's organiser can open: [{name, text, count}]; one, unless it holds many mandates. */
export async function exported() {
  const rows = (await store.queue()).filter((row) => row.sealed);
  if (!rows.length) return [];
  const files = [[]];
  let bytes = 0;
  for (const row of rows) {
    bytes += row.sealed.length;
    if (bytes > FILE_BYTES && files[files.length - 1].length) {
      files.push([]);
      bytes = row.sealed.length;
    }
    files[files.length - 1].push(row);
  }
  return files.map((part, index) => exportedFile(part, index));
}

function exportedFile(rows, index) {
  const event = rows[0].event || (board.identity && board.identity.event && board.identity.event.code) || "";
  const tablet = tabletCode() || rows[0].tablet;
  const body = { format: "temu-bisnis-queue/1", event, tablet, exported_at: deviceTime(), records: rows.map((row) => row.sealed) };
  return { name: `antrean-${tablet}-${deviceTime().slice(0, 10)}${index ? `-${index + 1}` : ""}.json`, text: JSON.stringify(body), count: rows.length };
}

/** Ends this tablet's enrolment at the server; says whether it did. */
export async function leaveServer() {
  try {
    const { csrf } = await whoAmI();
    const answer = await ask(addresses.leaveUrl, { body: {}, csrf });
    return answer.status === 200;
  } catch (error) {
    return false;
  }
}
