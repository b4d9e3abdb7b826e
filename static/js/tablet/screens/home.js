// Today's meetings, what is unfinished, and what waits on the server for a signature.
import { board, party, zone } from "../board.js";
import { valueOf } from "../document.js";
import * as drafts from "../drafts.js";
import { action, copy, list, part, screenOf, show, write } from "../dom.js";
import { refreshed } from "../record.js";
import { go } from "../router.js";
import { dayIn, say, showTime } from "../say.js";
import * as store from "../store.js";

const screen = screenOf("home");
const search = screen.querySelector("input[type=search]");
const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

function fits(...texts) {
  const hay = texts.join(" ").toLowerCase();
  return words(search.value).every((word) => hay.includes(word));
}

const nameOf = (code) => (party(code) || { name: code }).name;

/** Opens what was begun for this meeting, else begins it. */
async function begin(pair, known) {
  const before = known.find((draft) => pair.meeting && draft.meeting === pair.meeting);
  const draft = before || drafts.begin(pair);
  if (!before) await drafts.keep(draft);
  go(before ? `${before.step}/${before.id}` : `prepare/${draft.id}`);
}

function meetingCard(meeting, known, doneMeetings) {
  const item = copy(screen, "meeting");
  const names = [nameOf(meeting.buyer), nameOf(meeting.exhibitor)];
  write(item, {
    time: showTime(meeting.starts_at, zone()), table: meeting.table ? say("table", { number: meeting.table }) : "", buyer: names[0], exhibitor: names[1],
  });
  show(item, { done: doneMeetings.has(meeting.code) });
  part(item, "done-word").textContent = say("made_here");
  item.querySelector("button").addEventListener("click", () => begin({ buyer: meeting.buyer, exhibitor: meeting.exhibitor, meeting: meeting.code }, known));
  return item;
}

function draftCard(draft) {
  const item = copy(screen, "draft");
  const count = ["buyer", "exhibitor", "witness"].filter((side) => draft.signatures[side]).length;
  const parties = `${nameOf(draft.buyer)} ↔ ${nameOf(draft.exhibitor)}`;
  const where = count ? say("draft_signed", { count }) : say(draft.step === "sign" ? "draft_text" : "draft_products");
  write(item, { parties, where: [draft.content && draft.content.number, where].filter(Boolean).join(" · ") });
  action(item, "go-on").addEventListener("click", () => go(`${draft.step}/${draft.id}`));
  action(item, "discard").addEventListener("click", async () => {
    if (drafts.isSigned(draft)) window.alert(say("discard_signed"));
    else if (window.confirm(say("discard_ask", { parties }))) await drafts.discard(draft.id);
  });
  return item;
}

function stateOf(waiting, side) {
  if (waiting.signed.includes(side)) return say("has_signed");
  return say(waiting.agreed.includes(side) ? "has_agreed" : "not_agreed");
}

async function openWaiting(waiting) {
  const draft = refreshed(await drafts.open(waiting.content.record_id), drafts.beginWaiting(waiting));
  await drafts.keep(draft);
  go(`${draft.signatories ? "sign" : "prepare"}/${draft.id}`);
}

function waitingCard(waiting) {
  const item = copy(screen, "waiting");
  const { number, buyer, exhibitor } = waiting.content;
  write(item, {
    number, total: valueOf(waiting.content), buyer: buyer.name, exhibitor: exhibitor.name,
    "buyer-state": stateOf(waiting, "buyer"), "exhibitor-state": stateOf(waiting, "exhibitor"),
  });
  item.querySelector("button").addEventListener("click", () => openWaiting(waiting));
  return item;
}

async function draw() {
  const [known, queue, receipts] = await Promise.all([drafts.all(), store.queue(), store.receipts()]);
  const data = board.data || { meetings: [], waiting: [], event: {} };
  const doneMeetings = new Set([...queue, ...receipts].map((row) => row.meeting).filter(Boolean));
  const sent = new Set([...queue.map((row) => row.record_id), ...receipts.filter((row) => row.answered_at > (data.made_at || "")).map((row) => row.record_id)]);
  const today = dayIn(data.event.timezone || "Asia/Jakarta", new Date());
  const meetings = data.meetings.filter((meeting) => (
    fits(nameOf(meeting.buyer), nameOf(meeting.exhibitor), showTime(meeting.starts_at, zone()), meeting.table ? say("table", { number: meeting.table }) : "")
  ));
  const waiting = (data.waiting || []).filter(({ content }) => !sent.has(content.record_id) && fits(content.number, content.buyer.name, content.exhibitor.name));
  list(screen, "drafts").replaceChildren(...known.map(draftCard));
  list(screen, "meetings").replaceChildren(...meetings.map((meeting) => meetingCard(meeting, known, doneMeetings)));
  waiting.sort((a, b) => a.content.number.localeCompare(b.content.number, undefined, { numeric: true }));
  list(screen, "waiting").replaceChildren(...waiting.map(waitingCard));
  show(screen, {
    unfinished: known.length > 0, "no-meetings": !meetings.length, waiting: waiting.length > 0, "no-screen": data.event.has_screen_signing === false,
  });
  part(screen, "no-meetings-title").textContent = say(data.meetings.length ? "nothing_found" : "no_meetings");
  screen.dataset.day = today;
}

search.addEventListener("input", draw);

export const home = { screen, enter: draw, refresh: draw };
