// Encryption on the device: AES-GCM with a key that the browser holds and never hands out. A copy of the disk opens nothing.
import * as store from "./store.js";

const ALGORITHM = { name: "AES-GCM", length: 256 };
const bytesOf = (text) => new TextEncoder().encode(text);

async function keyOf(name) {
  const known = await store.key(name);
  if (known) return known;
  return store.keepKey(name, await crypto.subtle.generateKey(ALGORITHM, false, ["encrypt", "decrypt"]));
}

/** `about` binds the text to its place: a row that was moved elsewhere does not open. */
export async function lock(name, about, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const parameters = { name: "AES-GCM", iv, additionalData: bytesOf(about) };
  const cipher = await crypto.subtle.encrypt(parameters, await keyOf(name), bytesOf(JSON.stringify(value)));
  return { iv, cipher };
}

/** The value, or null when its key is gone. */
export async function unlock(name, about, { iv, cipher }) {
  const key = await store.key(name);
  if (!key) return null;
  const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bytesOf(about) }, key, cipher);
  return JSON.parse(new TextDecoder().decode(text));
}
