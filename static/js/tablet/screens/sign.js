// The text, shown to its end before anybody signs; then one field after the other. Each stroke is on the device when the finger is lifted.
import { kindOf, newKey } from "../../commitments/canonical.js";
import { Pad } from "../../signing/pad.js";
import { problemOf, svgPath } from "../../commitments/strokes.js";
import { board } from "../board.js";
import { meetServer } from "../contact.js";
import { textOf, valueOf } from "../document.js";
import { action, part, screenOf, show, write } from "../dom.js";
import * as drafts from "../drafts.js";
import { authority, countsAs } from "../powers.js";
import { deviceTime } from "../record.js";
import { go } from "../router.js";
import { say, showTime } from "../say.js";
import { keepReceipt } from "./receipt.js";
import { bindMandate, drawMandate } from "./sign_mandate.js";

const SIDES = ["buyer", "exhibitor", "witness"];
const screen = screenOf("sign");
const textBox = screen.querySelector("[data-text]");
const state = { draft: null, turn: "", pad: null, observer: null, saving: Promise.resolve(), isStoring: false };

const card = (side) => screen.querySelector(`[data-signer="${side}"]`);
const before = (side) => (state.draft.before && state.draft.before.signed.includes(side)) || false;
const signed = (side) => state.draft.signatures[side];

function keep() {
  const { draft } = state;
  state.saving = state.saving.then(() => drafts.keep(draft));
  return state.saving.catch(failed);
}

function failed(error) {
  console.error(error);
  const box = part(screen, "problem");
  box.hidden = false;
  box.textContent = say("store_failed", { reason: error.name || String(error) });
}

// --- reading ------------------------------------------------------------------------------------------------------
function watchReading() {
  if (state.observer) state.observer.disconnect();
  showReading();
  if (state.draft.read_at) return;
  const end = textBox.querySelector(".sign-hash");
  state.observer = new IntersectionObserver((entries) => {
    if (!state.draft || !entries.some((entry) => entry.isIntersecting)) return;
    state.observer.disconnect();
    state.draft.read_at = deviceTime();
    drafts.note(state.draft, "read");
    keep();
    showReading();
    draw();
  }, { root: textBox, threshold: 0.5 });
  state.observer.observe(end);
}

function showReading() {
  part(screen, "read-state").textContent = say(state.draft.read_at ? "read_done" : "read_on");
}

// --- fields -------------------------------------------------------------------------------------------------------
function openPad(side) {
  if (state.pad && state.pad.side === side) return;
  closePad();
  const root = card(side);
  const kept = state.draft.pads[side] || { strokes: [], start: 0, key: newKey() };
  state.draft.pads[side] = kept;
  const pad = new Pad(root.querySelector("[data-sign-pad]"), kept, () => {
    Object.assign(kept, { strokes: pad.strokes, start: pad.start });
    show(root, { error: false });
    keep().then(() => { part(root, "kept").textContent = say("kept"); });
  });
  state.pad = { side, pad };
  part(root, "kept").textContent = kept.strokes.length ? say("kept") : "";
}

function closePad() {
  if (state.pad) state.pad.pad.end();
  state.pad = null;
}

function whoIs(side) {
  if (side === "witness") {
    const name = card(side).querySelector("#witness-name").value.trim();
    return { name, office: card(side).querySelector("#witness-office").value.trim() };
  }
  return signatory(side);
}

const signatory = (side) => (state.draft.signatories || {})[side];
const mayHeSign = (side) => Boolean(signatory(side) && authority(state.draft, side, signatory(side), state.draft.content.total));
/** The party has agreed before, and who is here may not do more than that. */
const hasAgreed = (side) => Boolean(state.draft.before && state.draft.before.agreed.includes(side)) && !mayHeSign(side);

function complain(side, key) {
  const error = part(card(side), "error");
  error.hidden = false;
  error.querySelector("span").textContent = say(key);
  card(side).querySelector("[data-sign-pad]").focus({ preventScroll: true });
}

async function sign(side) {
  const { draft } = state;
  const kept = draft.pads[side];
  const who = whoIs(side);
  const isNameless = side === "witness" && !who.name;
  const refusal = (isNameless && "witness_name") || (side !== "witness" && hasAgreed(side) && "agreed_already");
  const problem = refusal || problemOf(kept.strokes);
  if (problem) return complain(side, problem);
  draft.signatures[side] = { ...who, key: kept.key, strokes: kept.strokes, read_at: draft.read_at, device_time: deviceTime() };
  delete draft.pads[side];
  drafts.note(draft, side === "witness" ? "witnessed" : "signed", side === "witness" ? "" : side);
  closePad();
  await keep();
  state.turn = nextTurn();
  draw();
  const target = state.turn ? card(state.turn).querySelector("h2") : action(screen, "finish");
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
  return undefined;
}

async function redo(side) {
  delete state.draft.signatures[side];
  state.turn = side;
  await keep();
  draw();
}

function clear(side) {
  state.pad.pad.clear();
  Object.assign(state.draft.pads[side], { strokes: [], start: 0, key: newKey() }); // another drawing is another signature
  part(card(side), "kept").textContent = "";
  keep();
}

/** Both have signed, neither has only agreed: what a witness signs under. */
const isSigned = () => ["buyer", "exhibitor"].every((side) => before(side) || (signed(side) && mayHeSign(side)));

const nextTurn = () => ["buyer", "exhibitor"].find((side) => signatory(side) && !signed(side) && !before(side)) || "";

// --- drawing the screen -------------------------------------------------------------------------------------------
function drawDone(side) {
  const root = card(side);
  const { strokes, name, device_time: time } = signed(side);
  const drawing = part(root, "drawing");
  drawing.replaceChildren(...strokes.map((stroke) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", svgPath(stroke));
    return path;
  }));
  drawing.setAttribute("aria-label", say("drawing_of", { name }));
  part(root, "done-at").textContent = showTime(time, board.data && board.data.event.timezone);
}

function drawCard(side) {
  const root = card(side);
  const isTurn = state.turn === side && Boolean(state.draft.read_at);
  const isWitness = side === "witness";
  const who = signed(side) || (isWitness ? { name: "", office: "" } : signatory(side) || { name: "", office: "" });
  const given = mayHeSign(side) ? "sign" : "agree";
  const isAbsent = !isWitness && !before(side) && !signatory(side);
  write(root, {
    organisation: isWitness ? (board.data && board.data.template.witness.office) || say("witness") : state.draft.content[side].name,
    person: [who.name, who.office].filter(Boolean).join(", "),
    counts: isWitness || before(side) ? "" : countsAs(state.draft, side, signatory(side), state.draft.content.total),
    verb: say(isWitness ? "witness" : given), before: (before(side) && say("has_signed")) || (isAbsent && say("signs_later")) || "",
    "done-word": say(isWitness || given === "sign" ? "has_signed" : "has_agreed"),
  });
  show(root, { done: Boolean(signed(side)), open: isTurn && !signed(side), before: before(side) || isAbsent });
  part(root, "wait").hidden = Boolean(signed(side)) || before(side) || isAbsent || state.turn === side || !state.draft.read_at;
  root.classList.toggle("is-turn", isTurn && !signed(side));
  if (!isWitness) drawMandate(root, state.draft, side, isTurn && !signed(side) && given === "agree");
  if (signed(side)) drawDone(side);
}

function draw() {
  SIDES.forEach(drawCard);
  const isOpen = state.turn && state.draft.read_at && !signed(state.turn);
  if (isOpen) openPad(state.turn);
  else closePad();
  const bothDone = ["buyer", "exhibitor"].every((side) => signed(side) || before(side));
  show(screen, { finish: drafts.isSigned(state.draft) });
  card("witness").hidden = !isSigned() && !signed("witness");
  const staysAgreed = ["buyer", "exhibitor"].some((side) => signed(side) && !mayHeSign(side));
  part(screen, "finish-note").textContent = say((staysAgreed && "stays_agreed") || (bothDone ? "both_done" : "one_missing"));
}

function drawHead() {
  const { content, isWaiting } = state.draft;
  write(screen, {
    title: say(`titles.${kindOf(content)}`, { number: content.number }), parties: `${content.buyer.name} ↔ ${content.exhibitor.name}`,
    total: valueOf(content), "finish-word": say(`stores.${kindOf(content)}`), "back-word": say(isWaiting ? "draft_back" : "turn_back"),
  });
  const address = board.data && board.data.event.check_address;
  part(screen, "check").textContent = address ? say("check_at", { address }) : say("check_later");
  textBox.replaceChildren(textOf(content, state.draft.content_hash));
  textBox.scrollTop = 0;
  const { witness } = (board.data && board.data.template) || { witness: {} };
  card("witness").querySelector("#witness-name").value = witness.name || "";
  card("witness").querySelector("#witness-office").value = witness.office || "";
}

async function store() {
  if (state.isStoring) return;
  state.isStoring = true;
  part(screen, "problem").hidden = true;
  try {
    await state.saving;
    const receipt = await drafts.finish(state.draft);
    keepReceipt(receipt);
    state.draft = null;
    go(`receipt/${receipt.record_hash}`);
    meetServer();
  } catch (error) {
    failed(error);
  }
  state.isStoring = false;
}

async function turnBack(event) {
  event.preventDefault();
  const { draft } = state;
  if (draft.isWaiting) return go("");
  if (Object.keys(draft.signatures).length && !window.confirm(say("turn_back_ask"))) return undefined;
  Object.assign(draft, { step: "prepare", signatures: {}, pads: {}, read_at: "" });
  await keep();
  return go(`prepare/${draft.id}`);
}

part(screen, "back").addEventListener("click", turnBack);
action(screen, "finish").addEventListener("click", store);
for (const side of SIDES) {
  action(card(side), "sign").addEventListener("click", () => sign(side));
  action(card(side), "clear").addEventListener("click", () => clear(side));
  action(card(side), "redo").addEventListener("click", () => redo(side));
  action(card(side), "turn").addEventListener("click", () => { state.turn = side; draw(); });
}

for (const side of ["buyer", "exhibitor"]) {
  const changed = async () => { await keep(); draw(); };
  bindMandate(card(side), side, { state, holder: (one) => (signatory(one) || { name: "" }).name, changed, failed });
}

async function enter(id) {
  const draft = await drafts.open(id);
  if (!draft || !draft.content || !draft.signatories || !(await drafts.claim(id))) return false;
  state.draft = draft;
  part(screen, "problem").hidden = true;
  drawHead();
  state.turn = nextTurn();
  return true;
}

/** The field and the end of the text can only be measured when they are shown. */
function shown() {
  closePad();
  draw();
  watchReading();
}

async function leave() {
  if (state.observer) state.observer.disconnect();
  closePad();
  await state.saving.catch(() => undefined);
  state.draft = null;
}

export const signing = { screen, enter, shown, leave };
