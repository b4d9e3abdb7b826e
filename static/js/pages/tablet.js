// The tablet's app: what is on board is shown at once, the server is met beside it.
import { board, load } from "../tablet/board.js";
import { contact, keepMeeting } from "../tablet/contact.js";
import { appVersion } from "../tablet/drafts.js";
import { addGuard, refresh, register, start } from "../tablet/router.js";
import { counted, say } from "../tablet/say.js";
import { device } from "../tablet/screens/device.js";
import { enrol } from "../tablet/screens/enrol.js";
import { home } from "../tablet/screens/home.js";
import { pair } from "../tablet/screens/pair.js";
import { prepare } from "../tablet/screens/prepare.js";
import { queue } from "../tablet/screens/queue.js";
import { ready } from "../tablet/screens/ready.js";
import { receipt } from "../tablet/screens/receipt.js";
import { signing } from "../tablet/screens/sign.js";
import * as store from "../tablet/store.js";
import { allChecks } from "../tablet/readiness.js";
import { chooseLanguage, keepOnBoard, letIn, workerState } from "../tablet/updates.js";

const NEEDS_DATA = ["home", "pair", "prepare", "sign"];
const bar = document.querySelector("[data-connection]");
const newVersion = document.querySelector("[data-new-version]");

Object.entries({ home, pair, prepare, sign: signing, receipt, queue, ready, device, enrol }).forEach(([name, screen]) => register(name, screen));
const isActive = () => Boolean(board.data && board.identity && board.identity.state === "active");
addGuard((name) => (name === "enrol" && isActive() ? "home" : name));
addGuard((name) => (NEEDS_DATA.includes(name) && !board.data ? "enrol" : name));

// --- always on screen ---------------------------------------------------------------------------------------------
function showFacts() {
  const { identity } = board;
  const facts = { event: identity && identity.event ? identity.event.name : "", device: identity ? identity.device || "" : "" };
  for (const place of document.querySelectorAll("[data-fact]")) place.textContent = facts[place.dataset.fact];
}

async function showUnsent() {
  const rows = await store.queue();
  const refused = rows.filter((row) => row.state !== "waiting").length;
  const waiting = rows.length - refused;
  const words = [waiting && counted("unsent", waiting), refused && counted("refused", refused)].filter(Boolean).join(", ");
  const kinds = { true: "refused", false: waiting ? "waiting" : "held" };
  document.querySelector("[data-unsent-signal]").className = `signal signal-${kinds[refused > 0]}`;
  document.querySelector("[data-unsent-word]").textContent = words || say("all_sent");
  document.querySelector("[data-unsent]").dataset.unsent = String(rows.length);
}

function showConnection() {
  const isUnknown = board.identity && board.identity.state === "unknown";
  bar.className = `tablet-bar ${contact.isOnline ? "is-online" : "is-offline"}`;
  if (contact.isOnline === null) bar.textContent = "";
  else if (isUnknown) bar.textContent = say("checks.enrolled_refused");
  else bar.textContent = say(contact.isOnline ? "online" : "offline");
}

/** While the app is still being put on board, nothing is said to be missing. */
const isSettled = { worker: false };

/** On the first page: whether the test before the doors open would fail. */
async function showReadiness() {
  const notReady = home.screen.querySelector("[data-part=not-ready]");
  const missing = (await allChecks()).filter((check) => check.kind === "refused").length;
  notReady.hidden = missing === 0;
  const title = missing === 1 ? say("checks.missing_one") : say("checks.missing", { count: missing });
  notReady.querySelector("[data-part=not-ready-title]").textContent = title;
}

async function onBoard() {
  showFacts();
  showConnection();
  await showUnsent();
  await refresh();
  if (isSettled.worker) await showReadiness();
}

document.addEventListener("board", () => onBoard().catch((error) => console.error(error)));
document.addEventListener("click", (event) => {
  const menu = document.querySelector("[data-menu]");
  if (menu.open && !menu.contains(event.target)) menu.open = false;
});
for (const button of document.querySelectorAll("[data-choose-language]")) {
  button.addEventListener("click", () => chooseLanguage(button.dataset.chooseLanguage));
}

// --- a new version ------------------------------------------------------------------------------------------------
document.querySelector("[data-let-in]").addEventListener("click", async () => {
  if (!(await letIn())) document.querySelector("[data-new-version-says]").textContent = say("new_version_wait");
});

async function putOnBoard() {
  await keepOnBoard(document.body.dataset.workerUrl, () => { newVersion.hidden = false; });
  isSettled.worker = true;
  const state = await workerState();
  if (state) appVersion.text = state.version;
  await showReadiness();
}

// --- from the beginning -------------------------------------------------------------------------------------------
async function begin() {
  try {
    await load();
  } catch (error) {
    bar.className = "tablet-bar is-offline";
    bar.textContent = say("no_storage");
    throw error;
  }
  showFacts();
  await showUnsent();
  putOnBoard().catch((error) => console.error(error));
  const isOnBoard = Boolean(board.data);
  if (isOnBoard) await start();
  await keepMeeting();
  if (!isOnBoard) await start();
}

begin().catch((error) => console.error(error));
