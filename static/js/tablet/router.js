// Screens by the address behind the #: "#/sign/<id>". One is shown at a time; its heading takes the focus.

const screens = {};
const current = { name: "", parameter: "" };

export function register(name, screen) {
  screens[name] = screen;
}

export const go = (address) => {
  if (window.location.hash === `#/${address}`) open();
  else window.location.hash = `#/${address}`;
};

export const isShown = (name) => current.name === name;

/** `guard(name)` may send elsewhere: it returns the name of the screen to show. */
const guards = [];
export const addGuard = (guard) => guards.push(guard);

let asked = 0;
let turn = Promise.resolve();

/** Screens are opened one after another, and only the one that was asked for last is shown. */
function open(how = {}) {
  asked += 1;
  const number = asked;
  const isLast = () => number === asked;
  turn = turn.catch(() => undefined).then(() => (isLast() ? change(isLast, how) : undefined));
  return turn;
}

async function change(isLast, { quietly = false }) {
  const [wanted = "", parameter = ""] = window.location.hash.replace(/^#\/?/, "").split("/");
  const name = guards.reduce((found, guard) => guard(found), screens[wanted] ? wanted : "home");
  const before = screens[current.name];
  if (before && before.leave) await before.leave();
  Object.assign(current, { name, parameter });
  const found = screens[name];
  const isThere = await found.enter(parameter);
  if (!isLast()) return undefined; // somebody went on meanwhile; the next one leaves this screen
  if (isThere === false) return void go("");
  for (const screen of document.querySelectorAll("[data-screen]")) screen.hidden = screen !== found.screen;
  const menu = document.querySelector("[data-menu]");
  if (menu) menu.open = false;
  const heading = found.screen.querySelector("h1");
  document.title = `${heading.textContent} · Temu Bisnis`;
  if (found.shown) found.shown();
  if (quietly) return undefined;
  window.scrollTo(0, 0);
  return heading.focus({ preventScroll: true });
}

/** Draws the shown screen anew, or leaves it when it may not be shown any more. */
export function refresh() {
  const name = guards.reduce((found, guard) => guard(found), current.name);
  if (name !== current.name && screens[name]) return open({ quietly: true });
  const found = screens[current.name];
  return found && found.refresh ? found.refresh() : undefined;
}

export function start() {
  window.addEventListener("hashchange", () => open());
  return open({ quietly: true });
}
