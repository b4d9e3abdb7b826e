// The network is gone: since when, of when the page is, and no tap that nobody records. It comes back by itself.
import { say } from "../toasts.js";

const banner = document.getElementById("day-offline");
let since = null; // the moment from which nothing was answered
let seen = new Date(); // of this moment is what stands on the page

function time(moment) {
  const zone = { hour: "2-digit", minute: "2-digit", timeZone: banner.dataset.zone };
  return moment.toLocaleTimeString(document.documentElement.lang, zone);
}

/** Says that the network is gone, once; `offset`: the server's clock against this device's, in milliseconds. */
export function lose(offset) {
  if (!banner || since) return;
  since = new Date(Date.now() + offset);
  banner.querySelector("p").textContent = banner.dataset.words
    .replace("{since}", time(since)).replace("{seen}", time(new Date(seen.getTime() + offset)));
  banner.hidden = false;
}

/** Something was answered: the page is of now. */
export function regain() {
  seen = new Date();
  if (!since) return;
  since = null;
  banner.hidden = true;
  say(banner.dataset.back, "held");
}

// Before anything else sees it: a tap without a network is refused where it is made.
window.addEventListener("submit", (event) => {
  if (!since || !event.target.closest("#day-live, #toasts")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  say(banner.dataset.refused, "refused");
}, true);

/** Says what a tap without an answer means. */
export function doubt() {
  if (banner) say(banner.dataset.doubt, "warning");
}
