// What was just stored on the device, in full; names stay in memory only.
import { zone } from "../board.js";
import { valueOf } from "../document.js";
import { screenOf, write } from "../dom.js";
import { say, showMoment } from "../say.js";
import * as store from "../store.js";
import { unlock } from "../vault.js";

const screen = screenOf("receipt");
const last = { receipt: null };

export const keepReceipt = (receipt) => { last.receipt = receipt; };

async function namesOf(row) {
  const record = row.cipher ? await unlock("queue", row.record_hash, row).catch(() => null) : null;
  return record ? { buyer: record.content.buyer.name, exhibitor: record.content.exhibitor.name } : { buyer: "", exhibitor: "" };
}

async function find(hash) {
  const waiting = (await store.queue()).find((row) => row.record_hash === hash);
  const answered = (await store.receipts()).find((row) => row.record_hash === hash);
  if (last.receipt && last.receipt.record_hash === hash) return { ...last.receipt, isSent: !waiting, outcome: answered && answered.outcome };
  if (waiting) return { ...waiting, ...(await namesOf(waiting)), isSent: false };
  return answered ? { ...answered, buyer: "", exhibitor: "", isSent: true } : null;
}

async function draw(hash) {
  const found = await find(hash);
  if (!found) return false;
  screen.dataset.hash = hash;
  const words = found.outcome === "needs_review" ? say("needs_review") : say(found.isSent ? "sent" : "sent_not");
  write(screen, {
    number: found.number, buyer: found.buyer, exhibitor: found.exhibitor, total: valueOf(found), at: showMoment(found.at, zone()),
    hash: found.content_hash, sent: words,
  });
  return true;
}

export const receipt = { screen, enter: draw, refresh: () => draw(screen.dataset.hash) };
