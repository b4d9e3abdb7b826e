// Runs functions of static/js/commitments for the Python tests: a list of [module, function, arguments] on standard input, a list of
// {value} or {error} on standard output, in the same order. A module "sealing" with "sealVector" takes its keys as JWK.

import { readFileSync } from "node:fs";

const folder = new URL("../../../static/js/commitments/", import.meta.url);
const modules = {};
for (const name of ["canonical", "numbers", "words", "clauses", "sealing", "mandate", "parts", "authority", "checks", "prices", "product", "strokes"]) modules[name] = await import(new URL(`${name}.js`, folder));

modules.record = await import(new URL("../tablet/record.js", folder));
modules.sealing = { ...modules.sealing, sealVector };

async function sealVector(key, text, ephemeral, iv) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const { d, ...open } = ephemeral;
  const pair = {
    privateKey: await crypto.subtle.importKey("jwk", { ...open, d }, curve, true, ["deriveBits"]),
    publicKey: await crypto.subtle.importKey("jwk", open, curve, true, []),
  };
  return modules.sealing.sealWith(key, text, pair, Uint8Array.from(Buffer.from(iv, "hex")));
}

const results = [];
for (const [module, name, args] of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    results.push({ value: await modules[module][name](...args) });
  } catch (error) {
    results.push({ error: error.name });
  }
}
process.stdout.write(JSON.stringify(results));
