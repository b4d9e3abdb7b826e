// The trust page: asks the application's https address whether this device trusts it by now. An answer that may not be read is enough.
const check = document.querySelector("[data-trust-check]");
const again = check.querySelector("[data-trust-again]");
const patience = 8000; // milliseconds: a laptop that does not answer at all

function show(state) {
  for (const line of check.querySelectorAll("[data-state]")) line.hidden = line.dataset.state !== state;
}

async function ask() {
  show("asking");
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patience);
  try {
    await fetch(check.dataset.trustCheck, { mode: "no-cors", cache: "no-store", credentials: "omit", signal: giveUp.signal });
    show("yes");
  } catch (_error) {
    show("no");
  }
  clearTimeout(timer);
}

again.hidden = false;
again.addEventListener("click", ask);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") ask(); // back from the device's settings
});
ask();
