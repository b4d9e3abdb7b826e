// What waits, what was refused and why, what the server has; sending by hand and the sealed file.
import { MANDATE_1 } from "../../commitments/canonical.js";
import { counted, has, say, showMoment } from "../say.js";
import { zone } from "../board.js";
import { contact, exported, meetServer } from "../contact.js";
import { action, copy, list, part, screenOf, show, signal, write } from "../dom.js";
import * as store from "../store.js";
import { tell } from "../tell.js";

const screen = screenOf("queue");
const KINDS = { waiting: "waiting", rejected: "refused", sealed: "warning", stored: "held", duplicate: "held", needs_review: "warning" };
const SHOWN = 50;

function item(row, state, message, moment) {
  const made = copy(screen, "item");
  signal(part(made, "signal"), KINDS[state], say(state));
  const what = row.format === MANDATE_1 ? say("mandate_of", { number: row.number }) : row.number;
  write(made, { number: what || row.record_id, message, at: moment });
  return made;
}

function unsentItem(row) {
  const advice = { rejected: [row.message, say("rejected_do")].join(" "), sealed: say("sealed_says") }[row.state] || "";
  return item(row, row.state, advice, say("signed_at", { moment: showMoment(row.at, zone()) }));
}

function answeredItem(row) {
  const state = row.commitment && has(`states.${row.commitment}`) ? say(`states.${row.commitment}`) : "";
  return item(row, row.outcome, row.outcome === "needs_review" ? row.message : state, say("answered_at", { moment: showMoment(row.answered_at, zone()) }));
}

function download(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.text], { type: "application/json" }));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function draw() {
  const [queue, receipts] = await Promise.all([store.queue(), store.receipts()]);
  list(screen, "unsent").replaceChildren(...queue.map(unsentItem));
  list(screen, "answered").replaceChildren(...receipts.slice(0, SHOWN).map(answeredItem));
  write(screen, { summary: queue.length ? counted("summary", queue.length) : say("summary_none") });
  const canExport = queue.some((row) => row.sealed);
  show(screen, { nothing: !queue.length, answered: receipts.length > 0, "export-note": canExport });
  action(screen, "export").hidden = !canExport;
  action(screen, "send").hidden = !queue.some((row) => row.cipher);
}

action(screen, "send").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.classList.add("is-busy");
  await meetServer({ withRefused: true });
  button.classList.remove("is-busy");
  tell(say(contact.isOnline ? "sent_now" : "not_sent"), contact.isOnline ? "held" : "warning");
});

action(screen, "export").addEventListener("click", async () => {
  const files = await exported();
  if (!files.length) return tell(say("nothing_sealed"), "warning");
  files.forEach(download);
  return tell(say("exported", { count: files.reduce((sum, file) => sum + file.count, 0) }), "held");
});

export const queue = { screen, enter: draw, refresh: draw };
