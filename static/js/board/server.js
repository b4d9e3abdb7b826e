// The board's talk with the server: what is shown, the addresses, and sentences of refusals.
import { say } from "../toasts.js";

export const root = document.querySelector("[data-board]");
export const words = root ? root.dataset : {};
export const state = { revision: root ? Number(words.revision) : 0 };
export const mayEdit = Boolean(words.verdicts);

/** One of the server's addresses, for the same view and filters as the page. */
export function address(path, more = {}) {
  const url = new URL(path, location.href);
  const chosen = new URLSearchParams(location.search);
  for (const key of ["meeting", "unmet", "as"]) chosen.delete(key);
  for (const [key, value] of Object.entries(more)) chosen.set(key, value);
  url.search = chosen.toString();
  return url.toString();
}

/** Writes into the page's address what is in hand, so that a reload keeps it. */
export function remember(what) {
  const url = new URL(location.href);
  for (const key of ["meeting", "unmet"]) url.searchParams.delete(key);
  for (const [key, value] of Object.entries(what || {})) url.searchParams.set(key, value);
  url.hash = "";
  history.replaceState(history.state, "", url.toString());
}

/** Sends a request; answers {status, data}, with status 0 when the server was not reached. */
export async function send(url, options = {}) {
  try {
    const answer = await fetch(url, { credentials: "same-origin", ...options, headers: { Accept: "application/json", ...(options.headers || {}) } });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return { status: answer.status, data: isJson ? await answer.json() : null, tag: answer.headers.get("ETag") };
  } catch (error) {
    return { status: 0, data: null, tag: null };
  }
}

/** Sends a change of what is shown; answered with the cells that changed. */
export function post(path, fields) {
  const body = new URLSearchParams({ csrf_token: words.csrf, revision: String(state.revision), ...fields });
  return send(address(path), { method: "POST", body });
}

/** Says why a request did not do what was wanted. */
export function complain({ status, data }) {
  const region = document.getElementById("toasts").dataset;
  if (status === 0) say(region.offline, "refused");
  else say((data && data.error && data.error.message) || region.failed, "refused");
}
