// "Ready for offline?": each test finds held, warning or refused, says what it found and what to do. Told by screens/ready.js.
import { numbersLeft } from "../commitments/numbers.js";
import { board, tabletCode, zone } from "./board.js";
import { contact } from "./contact.js";
import { say, showMoment } from "./say.js";
import * as store from "./store.js";
import { workerState } from "./updates.js";

const HOUR = 3_600_000;
const OLD_DATA = 12 * HOUR;
const SKEW = 120;
const FEW_NUMBERS = 10;
const LITTLE_ROOM = 20;
const MEGABYTE = 1_048_576;

/** `key`: checks.<key>_…; `advice`: which "what to do", none when all is well. */
function finding(key, kind, says, advice, values = {}) {
  return {
    key, kind, title: say(`checks.${key}`), says: say(`checks.${says}`, values), advice: kind === "held" ? "" : say(`checks.${advice}`),
  };
}

function secure() {
  return window.isSecureContext ? finding("secure", "held", "secure_held") : finding("secure", "refused", "secure_refused", "secure_do");
}

async function worker(mend) {
  const state = await workerState(mend);
  if (!state) return finding("worker", "refused", "worker_refused", "worker_do");
  if (state.missing.length) return finding("worker", "refused", "worker_missing", "worker_do", { count: state.missing.length });
  if (state.waits) return finding("worker", "warning", "worker_new", "worker_new_do");
  return finding("worker", "held", "worker_held", "", { count: state.count });
}

function enrolled() {
  const { identity } = board;
  if (!identity || identity.state !== "active") return finding("enrolled", "refused", "enrolled_refused", "enrolled_do");
  if (!contact.isOnline) return finding("enrolled", "warning", "enrolled_away", "enrolled_away_do");
  return finding("enrolled", "held", "enrolled_held", "", { device: identity.device, event: identity.event.name });
}

function data() {
  if (!board.data) return finding("data", "refused", "data_refused", "data_do");
  if (!board.data.event.has_screen_signing) return finding("data", "refused", "data_no_screen", "data_no_screen_do");
  const age = Date.now() - board.dataAt;
  if (age > OLD_DATA) return finding("data", "warning", "data_old", "data_do", { hours: Math.floor(age / HOUR) });
  const values = { meetings: board.data.meetings.length, parties: board.data.parties.length, moment: showMoment(board.dataAt, zone()) };
  return finding("data", "held", "data_held", "", values);
}

function key() {
  return board.sealingKey ? finding("key", "held", "key_held") : finding("key", "refused", "key_refused", "key_do");
}

async function numbers() {
  const count = numbersLeft(await store.blocksOf(tabletCode()));
  const kind = count === 0 ? "refused" : "warning";
  return finding("numbers", count < FEW_NUMBERS ? kind : "held", `numbers_${count < FEW_NUMBERS ? kind : "held"}`, "numbers_do", { count });
}

function clock() {
  if (board.offset === null) return finding("clock", "warning", "clock_unknown", "enrolled_away_do");
  if (Math.abs(board.offset) <= SKEW) return finding("clock", "held", "clock_held");
  return finding("clock", "warning", "clock_warning", "clock_do", { minutes: Math.round(Math.abs(board.offset) / 60) });
}

async function storage() {
  const manager = navigator.storage || {};
  const isKept = manager.persist ? (await manager.persisted()) || (await manager.persist()) : false;
  const { quota = 0, usage = 0 } = manager.estimate ? await manager.estimate() : {};
  const free = Math.floor((quota - usage) / MEGABYTE);
  if (manager.estimate && free < LITTLE_ROOM) return finding("storage", "refused", "storage_refused", "storage_refused_do", { free });
  const values = { free: manager.estimate ? free : "?" };
  return isKept ? finding("storage", "held", "storage_held", "", values) : finding("storage", "warning", "storage_warning", "storage_do", values);
}

function installed() {
  const isApp = window.matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  return isApp ? finding("installed", "held", "installed_held") : finding("installed", "warning", "installed_warning", "installed_do");
}

async function queue() {
  const count = (await store.queue()).length;
  return count ? finding("queue", "warning", "queue_warning", "queue_do", { count }) : finding("queue", "held", "queue_held");
}

/** All findings, what is missing first; `mend` fetches files of the app that were lost. */
export async function allChecks({ mend = false } = {}) {
  const found = await Promise.all([secure(), worker(mend), enrolled(), data(), key(), numbers(), clock(), storage(), installed(), queue()]);
  const order = ["refused", "warning", "held"];
  return found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}
