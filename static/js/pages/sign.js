// The field somebody signs in. What was drawn is kept as points in a field 1000 wide, so that turning the tablet, scrolling,
// resizing and reloading change nothing, and stays in this tab (with the signature's key) until the page says it is stored.
import { authorityOf, powersOf } from "../commitments/authority.js";
import { onEach } from "../present.js";
import { Pad } from "../signing/pad.js";

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

// --- the field --------------------------------------------------------------------------------------------------
function startPad(form) {
  const box = form.querySelector("[data-sign-pad]");
  const name = keyOf(form.dataset.signHash, form.dataset.signKind);
  const kept = read(name);
  const state = kept && kept.key && Array.isArray(kept.strokes) ? kept : { key: newKey(), strokes: [], start: 0 };
  const status = form.querySelector("[data-sign-status]");
  const error = form.querySelector("[data-sign-error]");

  const say = () => { status.textContent = state.strokes.length ? status.dataset.kept : ""; };
  const pad = new Pad(box, state, () => {
    state.strokes = pad.strokes;
    state.start = pad.start;
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
  say();
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

function showMeaning(form) {
  const role = named(form, "role");
  const name = named(form, "name");
  if (!role || !name) return;
  const { side, roles, named: known, amount } = JSON.parse(form.dataset.signRule);
  const signs = Boolean(authorityOf(side, roles, role.value, powersOf(known, name.value, ""), amount));
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
