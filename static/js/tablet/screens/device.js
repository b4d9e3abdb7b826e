// What this tablet is; wiping and logging out, both refused while anything signed is unsent.
import { numbersLeft } from "../../commitments/numbers.js";
import { board, changed, load, tabletCode, wipe, zone } from "../board.js";
import { leaveServer } from "../contact.js";
import { action, part, screenOf, write } from "../dom.js";
import { appVersion } from "../drafts.js";
import { go } from "../router.js";
import { say, showMoment } from "../say.js";
import * as store from "../store.js";
import { tell } from "../tell.js";

const screen = screenOf("device");
const moment = (at) => (at ? showMoment(at, zone()) : say("never"));

function refuse(sentence) {
  const box = part(screen, "refusal");
  box.hidden = !sentence;
  part(screen, "refusal-says").textContent = sentence;
  if (sentence) box.focus();
}

/** Why nothing may be wiped now; "" when it may. */
async function reasonToKeep() {
  const [queue, drafts] = await Promise.all([store.queue(), store.drafts()]);
  if (queue.length) return say("unsent_stop", { count: queue.length });
  return drafts.length ? say("unfinished_stop", { count: drafts.length }) : "";
}

async function draw() {
  write(screen, {
    contact: moment(board.contactAt), data: board.data ? moment(board.dataAt) : say("none"),
    numbers: String(numbersLeft(await store.blocksOf(tabletCode()))), version: appVersion.text,
    wipe: say("wipe_after", { hours: (board.identity && board.identity.wipe_after_hours) || 72 }),
  });
}

action(screen, "reset").addEventListener("click", async () => {
  const reason = await reasonToKeep();
  refuse(reason);
  if (reason || !window.confirm(say("reset_ask"))) return;
  await wipe("reset");
  changed();
  tell(say("reset_done"));
});

action(screen, "leave").addEventListener("click", async () => {
  const reason = await reasonToKeep();
  refuse(reason);
  if (reason || !window.confirm(say("leave_ask"))) return;
  if (!(await leaveServer())) {
    refuse(say("leave_offline"));
    return;
  }
  await wipe("left");
  await store.keepFacts({ identity: null, sealing_key: null });
  await load();
  changed();
  go("enrol");
});

async function enter() {
  refuse("");
  await draw();
}

export const device = { screen, enter, refresh: draw };
