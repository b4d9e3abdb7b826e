// The big screen: shows the slot that runs and the next, a page of tables at a time, and goes on by itself without a network.
import { follow, leftWords, serverNow } from "../live/follow.js";

const TURN = 8; // seconds a page stays
const box = document.querySelector("[data-live]");
const controls = box.querySelector("[data-live-controls]");
const counter = box.querySelector("[data-live-pages]");
const hold = controls.querySelector("[data-act=hold]");
const wide = window.matchMedia("(min-width: 1000px)");

let isHeld = false;
let page = 0;
let age = 0;

const visible = () => Array.from(box.querySelectorAll(".live-slot[data-when]"));

function mark() {
  const now = serverNow();
  const coming = Array.from(box.querySelectorAll(".live-slot")).filter((slot) => Date.parse(slot.dataset.ends) > now);
  for (const slot of box.querySelectorAll(".live-slot")) {
    const place = coming.indexOf(slot);
    const isNow = Date.parse(slot.dataset.starts) <= now;
    const when = place === 0 && isNow ? "now" : place >= 0 && place < 2 ? "next" : "";
    if ((slot.dataset.when || "") !== when) {
      if (when) slot.dataset.when = when;
      else delete slot.dataset.when;
    }
    if (when) slot.querySelector("[data-left]").textContent = leftWords(Date.parse(when === "now" ? slot.dataset.ends : slot.dataset.starts) - now);
  }
}

/** Which rows of which slot make up each page: as many as the screen holds. On a phone everything is one long page. */
function pages() {
  const slots = visible();
  if (!wide.matches) return null;
  const found = [];
  for (const part of box.querySelectorAll(".live-slot, .live-row")) part.hidden = false;
  const end = slots.length ? slots[slots.length - 1].getBoundingClientRect().bottom : 0;
  if (end <= window.innerHeight * 0.92) return [{ slots }]; // both slots fit on one page
  for (const slot of slots) {
    const rows = Array.from(slot.querySelectorAll(".live-row"));
    slot.hidden = false;
    for (const row of rows) row.hidden = false;
    for (const other of slots) if (other !== slot) other.hidden = true;
    const list = slot.querySelector(".live-tables");
    const height = rows.length ? rows[0].getBoundingClientRect().height : 1;
    const room = list ? window.innerHeight - list.getBoundingClientRect().top - window.innerHeight * 0.09 : 1;
    const fits = Math.max(Math.floor(room / height), 1) * 2;
    for (let first = 0; first === 0 || first < rows.length; first += fits) found.push({ slots: [slot], rows, first, last: first + fits });
  }
  return found;
}

function show() {
  const found = pages();
  controls.hidden = !found || found.length < 2;
  if (!found) {
    for (const slot of box.querySelectorAll(".live-slot, .live-row")) slot.hidden = false;
    return;
  }
  if (!found.length) return;
  page %= found.length;
  const { slots, rows = [], first, last } = found[page];
  for (const slot of visible()) slot.hidden = !slots.includes(slot);
  rows.forEach((row, number) => { row.hidden = number < first || number >= last; });
  counter.textContent = `${page + 1}/${found.length}`;
}

function turn(by = 1) {
  page += by;
  age = 0;
  show();
}

follow(box, (isNew) => {
  mark();
  age += isNew ? 0 : 1;
  if (!isHeld && age >= TURN) turn();
  else show();
});

hold.addEventListener("click", () => {
  isHeld = !isHeld;
  hold.setAttribute("aria-pressed", String(isHeld));
});
controls.querySelector("[data-act=turn]").addEventListener("click", () => turn());
controls.querySelector("[data-act=fill]").addEventListener("click", () => {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (box.requestFullscreen) box.requestFullscreen();
});
window.addEventListener("resize", show);
