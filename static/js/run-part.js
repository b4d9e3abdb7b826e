// The part that shows a run is fetched anew while it is looked at: what was opened stays open, and nothing moves under a hand.
const isMine = (event) => event.detail.target && event.detail.target.id === "run";
let open = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isMine(event)) return;
  const isHolding = document.querySelector(".is-holding"); // a meeting is in hand: its places must not shift
  if (isHolding) event.detail.shouldSwap = false;
  open = Array.from(event.detail.target.querySelectorAll("details[data-stays-open][open]"), (part) => part.id);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) {
    const part = document.getElementById(id);
    if (part) part.open = true;
  }
  open = [];
});
