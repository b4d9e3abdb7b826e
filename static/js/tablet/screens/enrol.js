// The tablet is nobody's yet, or was shut out: how to enrol, and what is still here.
import { board } from "../board.js";
import { contact } from "../contact.js";
import { part, screenOf, show } from "../dom.js";
import { counted } from "../say.js";
import * as store from "../store.js";

const screen = screenOf("enrol");

async function draw() {
  const count = (await store.queue()).length;
  const isShutOut = Boolean(board.identity && board.identity.state === "shut_out");
  show(screen, { "shut-out": isShutOut, keeps: count > 0, offline: contact.isOnline === false });
  if (count) part(screen, "keeps-count").textContent = counted("kept_count", count);
  part(screen, "left").textContent = "";
}

export const enrol = { screen, enter: draw, refresh: draw };
