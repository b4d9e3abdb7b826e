// Keeps a part of a page up to date: asks every five seconds with the tag of what is shown, and says since when it cannot.

const EVERY = 5000;
const PATIENCE = 4500;

let offset = 0; // the server's clock against this device's, which may be an hour off

export const serverNow = () => Date.now() + offset;

export function leftWords(milliseconds) {
  const seconds = Math.max(Math.floor(milliseconds / 1000), 0);
  const pad = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

function patiently(address, tag) {
  const controller = window.AbortController ? new AbortController() : null;
  const headers = { "X-Part": "1" };
  if (tag) headers["If-None-Match"] = tag;
  const timer = setTimeout(() => controller && controller.abort(), PATIENCE);
  const asked = fetch(address, { headers, cache: "no-store", credentials: "same-origin", signal: controller ? controller.signal : undefined });
  return asked.finally ? asked.finally(() => clearTimeout(timer)) : asked;
}

/** `box` has data-url, perhaps data-shift (seconds that it pretends to be ahead of the server: the rehearsal), a [data-follow] that is replaced, and a [data-live-note]; `draw` is called with each content and each second. */
export function follow(box, draw) {
  const content = box.querySelector("[data-follow]");
  const note = box.querySelector("[data-live-note]");
  const words = note.querySelector("[data-live-words]");
  let tag = "";
  let isAsking = false;
  let heard = new Date(); // when the server was last heard, by the wall clock that people see
  let missed = 0;

  const shift = Number(box.dataset.shift || 0) * 1000;

  const adjust = (text, ahead = 0) => {
    const moment = Date.parse(text || "");
    if (Number.isFinite(moment)) offset = moment + ahead - Date.now();
  };

  function tell() {
    const isAway = missed > 1; // one lost request is no news
    if (isAway) {
      const time = `${String(heard.getHours()).padStart(2, "0")}:${String(heard.getMinutes()).padStart(2, "0")}`;
      words.textContent = words.dataset.liveWords.replace("{time}", time);
    }
    note.hidden = !isAway;
  }

  async function ask() {
    if (document.hidden || isAsking) return;
    isAsking = true;
    try {
      const answer = await patiently(box.dataset.url, tag);
      if (answer.status !== 304) {
        if (!answer.ok || answer.redirected) throw new Error(`status ${answer.status}`);
        content.innerHTML = await answer.text();
        tag = answer.headers.get("ETag") || "";
      }
      adjust(answer.headers.get("Date"), shift);
      [missed, heard] = [0, new Date()];
      draw(true);
    } catch (error) {
      missed += 1;
    } finally {
      isAsking = false;
    }
    tell();
  }

  const drawn = content.querySelector("[data-now]");
  adjust(drawn ? drawn.dataset.now : "");
  draw(true);
  setInterval(() => draw(false), 1000);
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("online", ask);
  if (!drawn) ask(); // what another page drew in its place
  return content;
}
