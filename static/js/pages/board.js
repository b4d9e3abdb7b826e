// The schedule's board: what is chosen with a press or the keyboard; dragging and what others do have modules of their own.
import { root, mayEdit, words, post, complain } from "../board/server.js";
import { apply } from "../board/live.js";
import { watchDragging } from "../board/drag.js";
import { watchFinding } from "../board/find.js";
import { drop, dropAt, inHand, pick, preview, putDown, verdictOn } from "../board/hold.js";
import { say } from "../toasts.js";

const isPlain = (event) => !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

/** Pressed: what is in hand goes here; or this meeting is taken in hand. */
function choose(cell) {
  const verdict = verdictOn(cell);
  if (inHand() && (!cell.dataset.meeting || !verdict || verdict.kind !== "no")) drop(cell);
  else if (cell.dataset.meeting) pick({ meeting: cell.dataset.meeting });
}

function watchPresses() {
  root.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-grid] [data-cell]");
    if (cell && isPlain(event)) {
      event.preventDefault();
      choose(cell);
      return;
    }
    const wish = event.target.closest("[data-unmet]");
    if (wish && isPlain(event)) {
      event.preventDefault();
      pick({ unmet: wish.dataset.unmet });
    } else if (event.target.closest("[data-put-down]")) {
      event.preventDefault();
      putDown();
    }
  });
  root.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-grid] [data-cell]");
    if (!cell || !inHand() || !isPlain(event) || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    choose(cell);
  });
  for (const name of ["focusin", "pointerover"]) {
    root.addEventListener(name, (event) => {
      const cell = inHand() && event.target.closest("[data-grid] [data-cell]");
      if (cell) preview(cell);
    });
  }
}

/** Forms of the meeting in hand are sent without leaving the page. */
function watchForms() {
  root.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-held-place] form, form[data-board-form], [data-board-tools] form");
    if (!form || words.shown !== "grid") return;
    event.preventDefault();
    const fields = {};
    new FormData(form).forEach((value, name) => { if (!["csrf_token", "revision"].includes(name)) fields[name] = value; });
    if (form.querySelector("select[name=place]")) return void dropAt(fields.place);
    const answer = await post(form.action, fields);
    if (answer.status !== 200) return void complain(answer);
    putDown(true);
    apply(answer.data);
    say(answer.data.said, answer.data.kind);
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, select, textarea, dialog[open]")) return;
    const key = event.key.toLowerCase();
    const button = root.querySelector(`[data-keys="${key === "z" && event.shiftKey ? "y" : key}"]`);
    if (!button) return;
    event.preventDefault();
    if (!button.disabled) button.click();
  });
}

if (root) watchFinding();
if (root && mayEdit && words.shown === "grid") {
  watchPresses();
  watchForms();
  watchDragging();
  const chosen = new URLSearchParams(location.search);
  const what = chosen.get("meeting") ? { meeting: chosen.get("meeting") } : chosen.get("unmet") ? { unmet: chosen.get("unmet") } : null;
  if (what) pick(what); // the page was reloaded, or opened by a link, with a meeting in hand
}
