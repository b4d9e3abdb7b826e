// The field somebody signs in. What was drawn is kept as points in a field 1000 wide, so that turning the tablet, scrolling,
// resizing and reloading change nothing, and stays in this tab (with the signature's key) until the page says it is stored.
import SignaturePad from "signature_pad";

import { onEach } from "../present.js";

const WIDTH = 1000;
const HEIGHT = 400;

const keyOf = (hash, kind) => `sign:${hash}:${kind}`;

function newKey() {
  const bytes = new Uint8Array(16); // crypto.randomUUID is missing on plain http
  window.crypto.getRandomValues(bytes);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function read(name) {
  try { return JSON.parse(window.sessionStorage.getItem(name)); } catch (error) { return null; }
}

function keep(name, value) {
  try { window.sessionStorage.setItem(name, JSON.stringify(value)); } catch (error) { /* a private window: not kept, still signed */ }
}

function forget(name) {
  try { window.sessionStorage.removeItem(name); } catch (error) { /* nothing was kept */ }
}

// --- points <-> pixels ------------------------------------------------------------------------------------------
const within = (value, most) => Math.min(Math.max(value, 0), most);

/** What signature_pad drew at this width, as strokes of [x, y, milliseconds since `start`, pressure]. */
function toStrokes(groups, width, start) {
  const drawn = groups.filter((group) => group.points.length);
  return drawn.map((group) => group.points.map((point) => [
    Math.round(within((point.x * WIDTH) / width, WIDTH) * 10) / 10,
    Math.round(within((point.y * WIDTH) / width, HEIGHT) * 10) / 10,
    Math.max(0, Math.round(point.time - start)),
    Math.round(within(point.pressure || 0, 1) * 100) / 100,
  ]));
}

function toGroups(strokes, width, start, options) {
  return strokes.map((stroke) => ({
    ...options,
    points: stroke.map(([x, y, time, pressure]) => ({ x: (x * width) / WIDTH, y: (y * width) / WIDTH, time: start + time, pressure })),
  }));
}

// --- the field --------------------------------------------------------------------------------------------------
function startPad(form) {
  const box = form.querySelector("[data-sign-pad]");
  const canvas = box.querySelector("canvas");
  const name = keyOf(form.dataset.signHash, form.dataset.signKind);
  const kept = read(name);
  const state = kept && kept.key && Array.isArray(kept.strokes) ? kept : { key: newKey(), strokes: [], start: 0 };
  const options = { minWidth: 0.8, maxWidth: 2.6, minDistance: 2, penColor: window.getComputedStyle(box).color };
  const pad = new SignaturePad(canvas, options);
  const status = form.querySelector("[data-sign-status]");
  const error = form.querySelector("[data-sign-error]");
  let width = 0;

  const say = () => { status.textContent = state.strokes.length ? status.dataset.kept : ""; };

  function fit() {
    const now = box.clientWidth;
    if (!now || now === width) return; // a scroll on a phone resizes the window's height only
    if (width) state.strokes = toStrokes(pad.toData(), width, state.start);
    width = now;
    const ratio = Math.max(window.devicePixelRatio || 1, 1);
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(((width * HEIGHT) / WIDTH) * ratio);
    canvas.getContext("2d").scale(ratio, ratio);
    pad.fromData(toGroups(state.strokes, width, state.start, options));
    say();
  }

  pad.addEventListener("beginStroke", () => {
    if (!state.strokes.length) state.start = Date.now();
  });
  pad.addEventListener("endStroke", () => {
    state.strokes = toStrokes(pad.toData(), width, state.start);
    keep(name, state);
    error.hidden = true;
    say();
  });
  form.querySelector("[data-sign-clear]").addEventListener("click", () => {
    pad.clear();
    state.strokes = [];
    state.key = newKey(); // another drawing is another signature
    keep(name, state);
    say();
  });

  const fill = (event) => {
    form.querySelector("[data-sign-key]").value = state.key;
    form.querySelector("[data-sign-strokes]").value = JSON.stringify(state.strokes);
    form.querySelector("[data-sign-time]").value = new Date().toISOString();
    keep(name, state);
    if (state.strokes.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    error.querySelector("span").textContent = error.dataset.empty;
    error.hidden = false;
    box.scrollIntoView({ block: "center" });
    box.focus({ preventScroll: true });
  };
  form.addEventListener("submit", fill, true);

  if (window.ResizeObserver) new ResizeObserver(fit).observe(box);
  window.addEventListener("resize", fit);
  fit();
}

onEach("[data-sign-form]", (form) => {
  if (form.querySelector("[data-sign-pad]")) startPad(form);
});

// Stored: nothing of the drawing stays on the device.
onEach("[data-sign-done], [data-sign-agreed]", (part) => {
  forget(keyOf(part.dataset.signHash, part.dataset.signDone || part.dataset.signAgreed));
});

// --- who signs --------------------------------------------------------------------------------------------------
const named = (form, ending) => form.querySelector(`[name$="_${ending}"]`);
const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean).join(" ");

function showMeaning(form) {
  const role = named(form, "role");
  const name = named(form, "name");
  if (!role || !name) return;
  const holder = words(form.dataset.signHolder || "");
  const signs = form.dataset.signRoles.split(" ").includes(role.value) || (holder !== "" && holder === words(name.value));
  for (const part of form.querySelectorAll("[data-sign-counts]")) part.hidden = (part.dataset.signCounts === "signature") !== signs;
  const who = form.querySelector("[data-sign-who]");
  const office = named(form, "office");
  if (who) who.textContent = [name.value, office ? office.value : ""].filter(Boolean).join(", ");
}

onEach("[data-sign-form]", (form) => {
  form.addEventListener("input", () => showMeaning(form));
  for (const select of form.querySelectorAll("[data-sign-person]")) {
    select.addEventListener("change", () => {
      const person = select.selectedOptions[0];
      if (!person || !person.value) return;
      named(form, "name").value = person.dataset.name;
      named(form, "office").value = person.dataset.office;
      if (person.dataset.role) named(form, "role").value = person.dataset.role;
      showMeaning(form);
    });
  }
  showMeaning(form);
});
