// From what was typed to what is signed: the canonical form of a draft, and the record that goes to the server. Pure.
import { canonicalForm, FORMAT_1, INVITATION_1 } from "../commitments/canonical.js";
import { namesNoWinner } from "../commitments/checks.js";
import { clausesFor, invitationClauses } from "../commitments/clauses.js";

const PARTY = ["code", "name", "detail", "address", "regency"];
const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name] || ""]));

/** What the draft says, frozen: an invitation to take part where makers compete. `values`: as read from the form; `given`: {record_id, number, made_on, event, template}. */
export function contentOf(values, parties, given) {
  const { event, template } = given;
  const validUntil = `${values.fiscal_year}-12-31`;
  const tax = { mode: values.tax_mode, rate_percent: values.tax_rate };
  const draft = {
    record_id: given.record_id,
    event: event.code,
    number: given.number,
    made_on: given.made_on,
    place: event.place,
    fiscal_year: values.fiscal_year,
    valid_until: validUntil,
    buyer: pick(parties.buyer, PARTY),
    exhibitor: pick(parties.exhibitor, PARTY),
    lines: values.lines,
    tax,
    source: values.source,
    listing_by: values.listing_by,
    note: values.note,
    clauses: [],
  };
  const { total } = canonicalForm(draft);
  const facts = {
    total, tax, fiscal_year: values.fiscal_year, valid_until: validUntil, listing_by: values.listing_by, host: event.host, source: values.source,
  };
  if (namesNoWinner(values.source.method)) return canonicalForm({ ...draft, clauses: invitationClauses(template, facts) }, INVITATION_1);
  const [first, ...rest] = clausesFor(template, facts);
  return canonicalForm({ ...draft, clauses: [first, ...waitsForBudget(template, values.fiscal_year, given.made_on), ...rest] }, FORMAT_1);
}

/** A later year's budget waits for its DPA: said behind the first clause, as commitments/kinds.py does. */
function waitsForBudget({ next_year: text }, fiscalYear, madeOn) {
  return text && fiscalYear > madeOn.slice(0, 4) ? [text.replace("{tahun}", fiscalYear)] : [];
}

/** The record of docs/tablet-sync.md, section 4: only texts, lists and objects. */
export function recordOf(draft, { tablet, offset, version }) {
  const signatures = ["buyer", "exhibitor"].filter((side) => draft.signatures[side]).map((side) => signatureOf(draft, side));
  const record = {
    format: "temu-bisnis-signed-record/1",
    record_id: draft.id,
    tablet,
    content: draft.content,
    content_hash: draft.content_hash,
    number_block: draft.block || "",
    serial: draft.serial || "",
    template_version: draft.template_version || "",
    refs: draft.refs || { meeting: "", need: "", products: [] },
    warnings: draft.warnings || [],
    signatures,
    events: draft.events,
    offset_seconds: offset === null || offset === undefined ? "" : String(Math.round(offset)),
    app_version: version,
  };
  const mandates = signatures.filter(({ party }) => (draft.mandates || {})[party]).map(({ party }) => ({ party, sha256: draft.mandates[party].sha256 }));
  if (mandates.length) record.mandates = mandates;
  const witness = draft.signatures.witness;
  if (witness) record.witness = { ...pick(witness, ["name", "office", "key", "device_time"]), strokes: JSON.stringify(witness.strokes) };
  return record;
}

function signatureOf(draft, side) {
  const signed = draft.signatures[side];
  return {
    ...pick(signed, ["key", "name", "office", "role", "person", "identified_how", "employee_number", "authority_limit", "read_at", "device_time"]),
    party: side,
    content_hash: draft.content_hash,
    strokes: JSON.stringify(signed.strokes),
  };
}

/**
 * A draft of what waits on the server for signatures, brought to how it stands there by now (`fresh`: begun from that). Where its text has
 * changed since it was opened here and nobody has signed it here, it is begun anew: nobody reads or signs a text that is void.
 */
export function refreshed(draft, fresh) {
  if (draft && draft.content_hash === fresh.content_hash) return { ...draft, before: fresh.before };
  const isSignedHere = draft && Object.keys(draft.signatures).length > 0;
  return isSignedHere ? draft : fresh;
}

/** Local time with its offset, `2026-05-11T09:21:07.512+07:00`: what the device's clock showed. */
export function deviceTime(now = new Date()) {
  const minutes = -now.getTimezoneOffset();
  const local = new Date(now.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const two = (value) => String(Math.floor(value)).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}
