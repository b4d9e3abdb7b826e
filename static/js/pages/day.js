// The day's page: the countdown, and a part that is fetched again without taking anything out of somebody's hands.
import { find } from "../day/find.js";
import { doubt, lose, regain } from "../day/offline.js";

let offset = 0; // the server's clock against this device's
let tapping = 0; // taps on their way
let acted = ""; // the row to come back to when its button is gone
let scrolled = 0; // of the strip of slots
let unfolded = []; // where "others" stood open

function shown(left) {
  const seconds = Math.max(Math.floor(left / 1000), 0);
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function tick() {
  for (const clock of document.querySelectorAll("[data-countdown]")) {
    clock.textContent = shown(Date.parse(clock.dataset.countdown) - (Date.now() + offset));
  }
}

function adjust() {
  const clock = document.querySelector("[data-countdown]");
  if (clock) offset = Date.parse(clock.dataset.now) - Date.now();
  tick();
}

const strip = () => document.querySelector(".slot-strip");
/** Who asked: at a swap htmx names the part that is replaced, which is the same for the poll and for a tap. */
const asker = (event) => (event.detail.requestConfig && event.detail.requestConfig.elt) || event.detail.elt;
const isPoll = (event) => Boolean(asker(event) && asker(event).matches("[data-day-live]"));

// Nobody looks, somebody is choosing, or a tap is on its way: the next ten seconds will do.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isPoll(event)) tapping += 1;
  else if (document.hidden || tapping > 0 || document.querySelector("dialog[open]")) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  // What was asked for before a tap would show the row as it was.
  if (isPoll(event) && tapping > 0) event.detail.shouldSwap = false;
  const row = asker(event) && asker(event).closest(".day-row");
  acted = row ? row.id : "";
  scrolled = strip() ? strip().scrollLeft : 0;
  unfolded = Array.from(document.querySelectorAll("#day-live [id] > details[open]"), (box) => box.parentElement.id);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (isPoll(event)) return;
  tapping = Math.max(tapping - 1, 0);
  const toast = asker(event) && asker(event).closest(".toast");
  if (toast) toast.remove();
});

// An answer of any kind is a network; a gateway's error page is none.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status >= 502) lose(offset);
  else regain();
});
document.addEventListener("htmx:sendError", () => lose(offset));
document.addEventListener("htmx:timeout", (event) => {
  lose(offset);
  if (!isPoll(event)) doubt();
});
window.addEventListener("offline", () => lose(offset));
window.addEventListener("online", () => {
  const live = document.querySelector("[data-day-live]");
  if (live) live.dispatchEvent(new CustomEvent("again"));
});

document.addEventListener("htmx:afterSettle", () => {
  adjust();
  find();
  if (strip()) strip().scrollLeft = scrolled;
  for (const id of unfolded) {
    const box = document.querySelector(`#${CSS.escape(id)} > details`);
    if (box) box.open = true;
  }
  unfolded = [];
  const row = acted && document.activeElement === document.body && document.getElementById(acted);
  if (row) row.focus({ preventScroll: true });
  acted = "";
});

// Only the last tap is offered to be taken back, and not for ever: the row offers it too.
const region = document.getElementById("toasts");
if (region) {
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const added of change.addedNodes) {
        if (!added.matches || !added.matches(".toast[data-sticky]")) continue;
        for (const older of region.querySelectorAll(".toast[data-sticky]")) if (older !== added) older.remove();
        setTimeout(() => { if (!added.contains(document.activeElement)) added.remove(); }, 20000);
      }
    }
  }).observe(region, { childList: true });
}

adjust();
setInterval(tick, 1000);
const chosen = document.querySelector(".slot-strip [aria-current]");
if (chosen) strip().scrollLeft = chosen.offsetLeft - strip().offsetLeft - 80;

// A long list of people to choose from is narrowed while typing; what is ticked stays in sight.
for (const box of document.querySelectorAll("[data-narrow]")) {
  const list = document.querySelector(box.dataset.narrow);
  const input = box.querySelector("input");
  box.hidden = false;
  const narrow = () => {
    const words = input.value.trim().toLowerCase();
    for (const row of list.querySelectorAll("[data-name]")) {
      row.hidden = !row.dataset.name.includes(words) && !row.querySelector("input").checked;
    }
  };
  input.addEventListener("input", narrow);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
}
