// The service worker: put on board, asked what it keeps, and a new version let in only when nothing is unsigned or unsent.
import * as store from "./store.js";

const SCOPE = "/tablet";
const isPossible = "serviceWorker" in navigator && window.isSecureContext;
let letting = false;

/** Asks a worker and waits for its answer, at most some seconds. */
export function askWorker(worker, ask) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => resolve(null), 10_000);
    port1.onmessage = (event) => { clearTimeout(timer); resolve(event.data); };
    worker.postMessage({ ask }, [port2]);
  });
}

export const registration = async () => (isPossible ? (await navigator.serviceWorker.getRegistration(SCOPE)) || null : null);

/** What of the app is on board: {version, count, missing, waits}; null while it is not. `refill`: fetch what is missing. */
export async function workerState(refill = false) {
  const found = await registration();
  if (!found || !found.active) return null;
  const state = await askWorker(found.active, refill ? "refill" : "state");
  return state && { ...state, waits: Boolean(found.waiting) };
}

export async function lookForUpdate() {
  const found = await registration();
  if (found) await found.update().catch(() => undefined); // no connection: the version on board stays
}

async function isBusy() {
  const [drafts, queue] = await Promise.all([store.drafts(), store.queue()]);
  return drafts.length > 0 || queue.some((row) => row.state === "waiting");
}

/** Lets the new version in, unless something is unsigned or unsent; says whether it did. */
export async function letIn() {
  const found = await registration();
  if (!found || !found.waiting || (await isBusy())) return false;
  letting = true;
  askWorker(found.waiting, "letIn");
  return true;
}

/** Puts the app on board; `arrived` is told whenever a new version waits. */
export async function keepOnBoard(address, arrived) {
  if (!isPossible) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (letting) window.location.reload();
  });
  const found = await navigator.serviceWorker.register(address, { scope: SCOPE, updateViaCache: "none" });
  const look = () => { if (found.waiting && found.active) arrived(); };
  found.addEventListener("updatefound", () => {
    const { installing } = found;
    if (installing) installing.addEventListener("statechange", look);
  });
  look();
  await settled(found);
}

/** The first time takes as long as its files take to come; a failure is told by the test of readiness. */
function settled(found) {
  const first = found.installing;
  if (found.active || !first) return Promise.resolve();
  return new Promise((resolve) => {
    first.addEventListener("statechange", () => { if (["activated", "redundant"].includes(first.state)) resolve(); });
  });
}

/** Remembers the language for the worker, which answers the next opening, and opens the page in it. */
export async function chooseLanguage(language) {
  if (window.caches) await (await caches.open("tablet-choices")).put("/tablet/language", new Response(language));
  document.cookie = `language=${language};path=/;max-age=31536000;samesite=lax`;
  window.location.reload();
}
