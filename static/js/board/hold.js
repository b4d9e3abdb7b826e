// A meeting in hand: every cell says whether it can be there; put it there, or down. The same for mouse, touch and keyboard.
import { root, words, state, address, remember, send, post, complain } from "./server.js";
import { apply, onNews, refresh } from "./live.js";
import { say } from "../toasts.js";

const question = document.getElementById("board-question");
const wordOf = { free: "possible", ask: "ask", no: "impossible" };
let held = null; // {what, sent, cells, reasons, ready}
let painted = [];
let sending = false;

export const inHand = () => held;
const cellAt = (id) => { const place = document.getElementById(id); return place && place.querySelector("[data-cell]"); };
const idOf = (cell) => cell.parentElement.id;

/** What the held meeting's verdict on a cell says: {kind, why, place, key}. */
export function verdictOn(cell) {
  if (!held || !held.cells) return null;
  if (held.what.meeting && cell.dataset.meeting === held.what.meeting) return { kind: "here", why: words.sayHere };
  const found = held.cells[idOf(cell)];
  if (!found) return { kind: "no", why: words.sayAside };
  const [kind, why, place, key] = found;
  return { kind, why: held.reasons[why] || words.sayFree, place, key };
}

function paintEmpty(cell, kind, why) {
  painted.push([cell, cell.className, Array.from(cell.childNodes)]);
  cell.className = `slot slot-${wordOf[kind]}`;
  cell.textContent = "";
  const text = document.createElement("span");
  text.textContent = why;
  cell.append(text);
  cell.setAttribute("role", "button");
  if (kind === "no") cell.setAttribute("aria-disabled", "true");
}

function paintTaken(cell, kind, why) {
  painted.push([cell, cell.className, null]);
  cell.classList.add(`is-${kind}`);
  const text = document.createElement("span");
  text.className = "visually-hidden";
  text.dataset.why = "";
  text.textContent = ` ${why}`;
  cell.append(text);
}

function clean() {
  for (const [cell, className, children] of painted) {
    cell.className = className;
    if (children) {
      cell.textContent = "";
      cell.append(...children);
      cell.removeAttribute("role");
      cell.removeAttribute("aria-disabled");
    } else for (const text of cell.querySelectorAll("[data-why]")) text.remove();
  }
  painted = [];
  for (const table of root.querySelectorAll(".is-holding")) table.classList.remove("is-holding");
}

function paint() {
  clean();
  for (const [id, [kind, why]] of Object.entries(held.cells)) {
    const cell = cellAt(id);
    if (!cell) continue;
    if (cell.dataset.meeting) paintTaken(cell, kind, held.reasons[why] || words.sayFree);
    else paintEmpty(cell, kind, held.reasons[why] || words.sayFree);
  }
  for (const cell of root.querySelectorAll("[data-meeting]")) {
    if (held.what.meeting !== cell.dataset.meeting) continue;
    painted.push([cell, cell.className, null]);
    cell.classList.add("slot-selected");
  }
  for (const table of root.querySelectorAll("[data-grid]")) table.classList.add("is-holding");
}

function showPanel(html) {
  const place = root.querySelector("[data-held-place]");
  if (!place) return;
  place.innerHTML = html; // our own server's part, made by the same template as the page
}

async function judge() {
  const mine = held;
  const answer = await send(address(words.verdicts, mine.what));
  if (held !== mine) return false;
  if (answer.status !== 200) {
    complain(answer);
    putDown();
    refresh();
    return false;
  }
  Object.assign(mine, answer.data);
  if (answer.data.revision !== state.revision) await refresh();
  if (held !== mine) return false;
  paint();
  showPanel(mine.panel);
  return true;
}

/** Takes a meeting of the board ({meeting: code}) or an unmet wish ({unmet: id}) in hand. */
export function pick(what, isSilent = false) {
  putDown(true);
  held = { what };
  remember(what);
  held.ready = judge().then((isDone) => { if (isDone && held && !isSilent) tell(held.said); return isDone; });
  return held.ready;
}

/** Puts the meeting down where it was. */
export function putDown(isSilent = false) {
  if (!held) return;
  const from = held.what.meeting && root.querySelector(`[data-meeting="${held.what.meeting}"]`);
  held = null;
  clean();
  showPanel("");
  remember(null);
  if (isSilent) return;
  tell(words.sayDown);
  if (from) from.focus({ preventScroll: true });
}

/** Says something to those who cannot see it, and shows it beside what is in hand. */
export function tell(text) {
  const place = document.getElementById("board-told");
  if (place) place.textContent = text;
}

/** Shows what would be said of a cell, while it is looked at. */
export function preview(cell) {
  const verdict = cell && verdictOn(cell);
  const place = root.querySelector("[data-verdict-text]");
  const text = verdict ? verdict.why : "";
  const look = `board-verdict mb-0 ${verdict ? `is-${verdict.kind}` : ""}`;
  if (place && (place.textContent !== text || place.className !== look)) { // each write costs a layout, many times a second
    place.textContent = text;
    place.className = look;
  }
  return verdict;
}

function ask(text) {
  document.getElementById("board-question-text").textContent = text;
  question.showModal();
  question.querySelector("[data-answer=yes]").focus();
  return new Promise((resolve) => {
    const answer = (event) => {
      const button = event.target.closest("[data-answer]");
      if (event.type === "click" && !button) return;
      question.removeEventListener("click", answer);
      question.removeEventListener("close", answer);
      if (question.open) question.close();
      resolve(Boolean(button) && button.dataset.answer === "yes");
    };
    question.addEventListener("click", answer);
    question.addEventListener("close", answer);
  });
}

/** Puts the held meeting into a cell: asks first where it costs somebody something, says why where it cannot be. */
export async function drop(cell) {
  if (!held || sending || !(await held.ready) || !held) return;
  const verdict = verdictOn(cell);
  if (verdict.kind === "here") return void putDown();
  if (verdict.kind === "no") return void say(verdict.why, "refused");
  if (verdict.kind === "ask" && !(await ask(verdict.why))) return void cell.focus();
  await put(verdict.place, verdict.key || "");
}

/** The same for a place chosen from the list ("slot-table"), which may be out of the view's sight: the server asks. */
export async function dropAt(place) {
  if (!held || sending || !(await held.ready) || !held) return;
  const [kind, why, , key] = Object.values(held.cells).find((verdict) => verdict[2] === place) || [];
  if (kind === "ask" && !(await ask(held.reasons[why]))) return;
  await put(place, key || "");
}

async function put(place, accepted) {
  const mine = held;
  if (!mine) return;
  sending = true;
  const answer = await post(words.move, { ...mine.sent, place, accepted });
  sending = false;
  if (answer.status !== 200) return void again(answer, mine, place);
  putDown(true);
  apply(answer.data);
  say(answer.data.said);
  const [slot, table] = place.split("-");
  const moved = mine.what.meeting ? root.querySelector(`[data-meeting="${mine.what.meeting}"]`) : cellAt(`c-${slot}-${table}`);
  if (moved) moved.focus({ preventScroll: true });
}

/** Takes the held meeting out of the draft: its wish goes back to those without a place. */
export async function park() {
  const mine = held;
  if (!mine || !mine.what.meeting || sending || !(await mine.ready) || held !== mine) return void putDown();
  sending = true;
  const answer = await post(words.remove, mine.sent);
  sending = false;
  if (answer.status !== 200) return void again(answer, mine, "");
  putDown(true);
  apply(answer.data);
  say(answer.data.said);
}

/** Somebody was faster, or a question came up meanwhile: the meeting stays in hand, with the verdicts as they are now. */
async function again(answer, mine, place) {
  if (answer.data && answer.data.key) {
    if ((await ask(answer.data.error.message)) && held === mine) await put(place, answer.data.key);
    return;
  }
  complain(answer);
  if (answer.status === 0) return;
  await refresh();
  if (held === mine) await pick(mine.what, true);
}

onNews(() => { if (held && held.cells && !sending) { held.ready = judge(); } });
export const isSending = () => sending;
