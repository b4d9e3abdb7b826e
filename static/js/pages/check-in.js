// The door: camera, USB scanner, typed code or name; each scan is answered big, and none is lost or counted twice.
import { Camera, CameraProblem } from "../door/camera.js";
import { Outbox, least, newKey } from "../door/outbox.js";
import { listen } from "../door/scanner.js";
import { isOn, play, setOn } from "../door/sound.js";

const door = document.querySelector("[data-door]");
const words = JSON.parse(door.dataset.words);
const byId = (id) => document.getElementById(id);
const answer = byId("door-answer");
const entry = byId("door-entry");
const text = byId("door-text");
const found = byId("door-found");
const outbox = new Outbox(`door-${door.dataset.event}`);
const wait = 8000; // ms until a server that does not answer counts as away
const retry = 3000;
const refresh = 5000;
let csrf = door.dataset.csrf;
let latest = ""; // the scan whose answer belongs on the screen
let sending = false;

// --- talking to the server --------------------------------------------------------------------------------------
async function ask(url, fields) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  const options = { headers: { Accept: "application/json" }, credentials: "same-origin", signal: stop.signal };
  if (fields) {
    options.method = "POST";
    options.body = new URLSearchParams({ ...fields, csrf_token: csrf });
  }
  try {
    return await fetch(url, options);
  } finally {
    clearTimeout(timer);
  }
}

const isAway = (response) => response.status >= 500 || response.status === 429;

async function freshen() {
  try {
    const response = await ask(door.dataset.stateUrl);
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    const state = await response.json();
    csrf = state.csrf;
    showCounts(state.counts);
    byId("door-stale").hidden = true;
    return true;
  } catch (_error) {
    byId("door-stale").textContent = words.stale;
    byId("door-stale").hidden = false;
    return false;
  }
}

// --- the answer -------------------------------------------------------------------------------------------------
function showCounts(counts) {
  for (const place of document.querySelectorAll("[data-count]")) place.textContent = counts[place.dataset.count];
}

function showTemplate(id, sentence) {
  const copy = byId(id).content.cloneNode(true);
  if (sentence) copy.querySelector("[data-sentence]").textContent = sentence;
  answer.replaceChildren(copy);
}

function showUnsent() {
  const line = byId("door-unsent-line");
  const count = outbox.items.length;
  line.textContent = count === 1 ? words.unsent_one : words.unsent_many.replace("#", count);
  line.hidden = count === 0;
}

function take(result, key) {
  const isRefusal = result.outcome === "refused";
  if (key === latest || isRefusal) {
    answer.innerHTML = result.html;
    play(result.outcome);
  }
  byId("door-recent").innerHTML = result.recent;
  showCounts(result.counts);
}

// --- the outbox -------------------------------------------------------------------------------------------------
function scan(item) {
  const kept = outbox.add(item);
  latest = kept.key;
  found.replaceChildren();
  answer.classList.add("is-waiting");
  send();
}

async function send() {
  if (sending) return;
  sending = true;
  while (outbox.items.length && (await sendOne(outbox.items[0])));
  sending = false;
  answer.classList.remove("is-waiting");
  showUnsent();
  if (outbox.items.length) setTimeout(send, retry);
}

/** Sends one scan; says whether to go on with the next. A scan leaves the outbox only when it was answered. */
async function sendOne(item, isSecondTry = false) {
  const fields = { scan_key: item.key, method: item.method, age: Math.max(0, Date.now() - item.at) };
  if (item.delegate) fields.delegate = item.delegate;
  else fields.text = item.text;
  let response;
  try {
    response = await ask(door.dataset.scanUrl, fields);
    if (isAway(response)) throw new Error(String(response.status));
  } catch (_error) {
    if (item.key === latest) showTemplate("door-unsent");
    return false;
  }
  if (response.status === 400 && !isSecondTry && (await freshen())) return sendOne(item, true);
  if (response.ok && !response.redirected) {
    const result = await response.json();
    outbox.remove(item.key);
    if (result.outcome === "search") found.innerHTML = result.html;
    else take(result, item.key);
    return true;
  }
  return refused(response, item);
}

/** The server took the scan not at all: shut out or logged out (kept, nothing more is sent), or no proper scan (dropped). */
async function refused(response, item) {
  const body = response.redirected ? null : await response.json().catch(() => null);
  showTemplate("door-stopped", body && body.error ? body.error.message : words.failed);
  play("refused");
  if (response.status !== 422 && response.status !== 404) return false;
  outbox.remove(item.key);
  return true;
}

// --- typed code or name -----------------------------------------------------------------------------------------
const isCode = /^(TB\d.*|(?=.*\d)[A-Z0-9]{3}[- ]?[A-Z0-9]{4})$/i;
let looking = 0;

async function lookUp() {
  const turn = (looking += 1);
  const typed = text.value.trim();
  if (typed.length < 2) return found.replaceChildren();
  await new Promise((resolve) => { setTimeout(resolve, 250); });
  if (turn !== looking) return undefined;
  try {
    const response = await ask(door.dataset.peopleUrl, { text: typed });
    if (response.ok && !response.redirected && turn === looking) found.innerHTML = await response.text();
  } catch (_error) {
    if (turn === looking) found.textContent = words.stale;
  }
  return undefined;
}

text.addEventListener("input", lookUp);
entry.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopPropagation(); // the page does not leave: the button stays free
  looking += 1;
  const typed = text.value.trim();
  if (!typed) return;
  text.select();
  if (isCode.test(typed)) scan({ text: least(typed), method: "typed" });
  else await submitName(typed);
}, true);

/** What may be a name: the server decides, and nothing of it is kept here. */
async function submitName(typed) {
  try {
    const response = await ask(door.dataset.scanUrl, { scan_key: newKey(), method: "typed", text: typed });
    if (!response.ok || response.redirected) return void refused(response, { key: "" });
    const result = await response.json();
    if (result.outcome === "search") found.innerHTML = result.html;
    else {
      latest = result.scan_key;
      take(result, result.scan_key);
    }
  } catch (_error) {
    found.textContent = words.stale;
  }
  return undefined;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("[data-scan]")) {
    event.preventDefault();
    event.stopPropagation();
    scan({ delegate: form.elements.delegate.value, method: "name" });
    text.value = "";
  } else if (form.matches("[data-undo]")) {
    event.preventDefault();
    event.stopPropagation();
    await takeBack(form);
  }
}, true);

async function takeBack(form) {
  try {
    const response = await ask(form.action, { scan_key: form.elements.scan_key.value });
    if (!response.ok || response.redirected) return void refused(response, { key: "" });
    const result = await response.json();
    latest = result.scan_key;
    take(result, result.scan_key);
  } catch (_error) {
    showTemplate("door-stopped", words.stale);
  }
  return undefined;
}

// --- scanner, camera, sound -------------------------------------------------------------------------------------
listen((read) => scan({ text: least(read), method: "scanner" }));

const says = byId("door-camera-says");
const switchButton = byId("door-camera-switch");
const video = byId("door-video");
const camera = new Camera(video, door.dataset.wasm, (read) => scan({ text: least(read), method: "camera" }));
const remembered = "door-camera";

async function turnOn() {
  says.textContent = words.starting;
  switchButton.disabled = true;
  try {
    await camera.start();
    video.hidden = false;
    says.textContent = words.reading;
    switchButton.querySelector("span").textContent = words.off;
    localStorage.setItem(remembered, "on");
  } catch (error) {
    says.textContent = words[error instanceof CameraProblem ? error.message : "none"];
  }
  switchButton.disabled = false;
}

function turnOff() {
  camera.stop();
  video.hidden = true;
  says.textContent = "";
  switchButton.querySelector("span").textContent = words.on;
  localStorage.removeItem(remembered);
}

byId("door-camera").hidden = false;
switchButton.addEventListener("click", () => (camera.stream ? turnOff() : turnOn()));
if (localStorage.getItem(remembered) === "on") turnOn();

const soundButton = byId("door-sound");
const showSound = () => { soundButton.querySelector("span").textContent = isOn() ? words.sound : words.silent; };
soundButton.addEventListener("click", () => { setOn(!isOn()); showSound(); });
showSound();

// --- from the beginning -----------------------------------------------------------------------------------------
showUnsent();
if (outbox.items.length) send();
setInterval(freshen, refresh);
