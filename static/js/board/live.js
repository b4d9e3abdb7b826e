// What others do: asked for every second and a half, and only the cells that changed are put in.
import { root, words, state, address, send } from "./server.js";
import { say } from "../toasts.js";

const every = 1500;
const listeners = [];
let tag = null;
let asking = null;
let isLeaving = false; // on the way to another page, such as after publishing: no reload may call that back
window.addEventListener("beforeunload", () => {
  isLeaving = true;
  setTimeout(() => { isLeaving = false; }, 10000); // a download, or the way failed
});

/** Calls `act()` after cells were replaced. */
export function onNews(act) {
  listeners.push(act);
}

/** Puts an answer's news into the page. */
export function apply(news) {
  if (isLeaving) return;
  if (news.reload || words.shown !== "grid") {
    if (news.revision === state.revision && !news.reload) return;
    location.reload();
    return;
  }
  if (news.revision < state.revision) return; // an answer that was overtaken
  state.revision = news.revision;
  const part = document.createElement("template");
  part.innerHTML = news.html;
  for (const fresh of Array.from(part.content.querySelectorAll("td[id]"))) {
    const old = document.getElementById(fresh.id);
    if (!old) continue;
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(fresh);
    const cell = fresh.querySelector("[data-cell]");
    cell.tabIndex = hadFocus ? 0 : -1;
    if (hadFocus) cell.focus({ preventScroll: true });
  }
  for (const [id, html] of Object.entries(news.parts || {})) {
    const old = document.getElementById(id);
    if (!old) continue;
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    old.replaceWith(fresh.content);
  }
  for (const place of root.querySelectorAll("[data-board-status]")) if (place.textContent !== news.status) place.textContent = news.status;
  for (const input of document.querySelectorAll("input[name=revision]")) input.value = state.revision;
  if (news.others && news.others.length) say(news.others.slice(-3).join(" "), "waiting");
  for (const act of listeners) act(news);
}

/** Asks what changed, and puts it in; two who ask at the same time share the answer. */
export function refresh() {
  if (!asking) {
    asking = send(address(words.changes, { since: state.revision }), { headers: tag ? { "If-None-Match": tag } : {} })
      .then(({ status, data, tag: newer }) => {
        asking = null;
        if (status !== 200) return;
        tag = newer;
        if (data.revision !== state.revision || data.reload) apply(data);
      });
  }
  return asking;
}

if (root) setInterval(() => { if (!document.hidden) refresh(); }, every);
document.addEventListener("visibilitychange", () => { if (root && !document.hidden) refresh(); });
