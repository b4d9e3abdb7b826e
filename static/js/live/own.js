// Now and next on a participant's phone: the marks move with the clock, whether the network is there or not.
import { onEach } from "../present.js";
import { follow, leftWords, serverNow } from "./follow.js";

function mark(box) {
  const now = serverNow();
  let hasNext = false;
  for (const entry of box.querySelectorAll("[data-starts]")) {
    const [starts, ends] = [Date.parse(entry.dataset.starts), Date.parse(entry.dataset.ends)];
    let when = "";
    if (starts <= now && now < ends) when = "now";
    else if (now < starts && !hasNext) [when, hasNext] = ["next", true];
    if ((entry.dataset.when || "") !== when) {
      if (when) entry.dataset.when = when;
      else delete entry.dataset.when;
    }
    if (when) entry.querySelector("[data-left]").textContent = leftWords((when === "now" ? ends : starts) - now);
  }
}

onEach("[data-own-now]", (box) => follow(box, () => mark(box)));
