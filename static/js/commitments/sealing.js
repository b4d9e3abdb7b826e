// The sealed copy of an unsent record: a JWE (RFC 7516) in compact form, ECDH-ES on P-256 with A256GCM, that only the server of the event can open.
// As commitments/sealing.py; docs/tablet-sync.md, section 6.

import { RECORD_1 } from "./canonical.js";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const ENCRYPTION = "A256GCM";
const bytesOf = (text) => new TextEncoder().encode(text);

/** Seal a text to the event's public key ({kid, jwk} of /tablet/data); resolves to the JWE. `content`: the format of what is sealed. */
export async function seal(sealingKey, text, content = RECORD_1) {
  const ephemeral = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  return sealWith(sealingKey, text, ephemeral, crypto.getRandomValues(new Uint8Array(12)), content);
}

/** The same with a given pair of keys and iv: for the vectors only, a pair or iv is never used twice. */
export async function sealWith(sealingKey, text, ephemeral, iv, content = RECORD_1) {
  const recipient = await crypto.subtle.importKey("jwk", { ...sealingKey.jwk, key_ops: [], ext: true }, CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: recipient }, ephemeral.privateKey, 256);
  const key = await crypto.subtle.importKey("raw", await derived(new Uint8Array(shared)), "AES-GCM", false, ["encrypt"]);
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", ephemeral.publicKey);
  const header = { alg: "ECDH-ES", cty: content, enc: ENCRYPTION, epk: { crv, kty, x, y }, kid: sealingKey.kid };
  const protectedHeader = base64url(bytesOf(JSON.stringify(header)));
  const parameters = { name: "AES-GCM", iv, additionalData: bytesOf(protectedHeader), tagLength: 128 };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(parameters, key, bytesOf(text)));
  const [body, tag] = [sealed.subarray(0, -16), sealed.subarray(-16)];
  return [protectedHeader, "", base64url(iv), base64url(body), base64url(tag)].join(".");
}

/** Concat KDF of RFC 7518, 4.6.2: one round of SHA-256 gives the 256 bits of the key; empty apu and apv. */
async function derived(shared) {
  const name = bytesOf(ENCRYPTION);
  const input = new Uint8Array([...number(1), ...shared, ...number(name.length), ...name, ...number(0), ...number(0), ...number(256)]);
  return crypto.subtle.digest("SHA-256", input);
}

const number = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

function base64url(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte); // a spread of many bytes is too many arguments
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
