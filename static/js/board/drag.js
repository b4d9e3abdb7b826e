// Dragging with mouse, pen and finger: a finger that rests takes the meeting up, one that moves at once scrolls as ever.
import { root } from "./server.js";
import { drop, inHand, park, pick, preview, putDown } from "./hold.js";

const slop = 6; // pixels that still count as a press
const rest = 280; // milliseconds a finger rests before it takes something up
const edge = 48; // pixels from the frame's edge where it scrolls by itself

let start = null; // {x, y, source, id, timer}
let ghost = null;
let at = null; // the last place of the pointer
let swallow = false; // the click that follows a drag

const sourceOf = (element) => element.closest("[data-meeting], [data-unmet]");
const whatOf = (source) => (source.dataset.meeting ? { meeting: source.dataset.meeting } : { unmet: source.dataset.unmet });
const isOverParking = () => { const hit = document.elementFromPoint(at.x, at.y); return Boolean(hit && hit.closest("[data-parking]")); };
const under = () => { const hit = document.elementFromPoint(at.x, at.y); return hit && hit.closest("[data-board] [data-cell]"); };

function begin() {
  const { source } = start;
  ghost = document.createElement("div");
  ghost.className = "board-ghost";
  ghost.setAttribute("aria-hidden", "true");
  const name = document.createElement("strong");
  name.textContent = source.dataset.name || Array.from(source.querySelectorAll("strong, strong + span")).map((part) => part.textContent).join(" – ");
  ghost.append(name, document.createElement("span"));
  document.body.append(ghost);
  document.body.classList.add("is-dragging");
  follow();
  pick(whatOf(source)).then(() => { if (ghost) follow(); });
  requestAnimationFrame(scroll);
}

function follow() {
  ghost.style.transform = `translate(${at.x + 12}px, ${at.y + 12}px)`;
  const verdict = preview(under());
  ghost.lastChild.textContent = verdict ? verdict.why : "";
  ghost.className = `board-ghost ${verdict ? `is-${verdict.kind}` : ""}`;
}

/** Near an edge of the grid it scrolls, so that every cell can be reached. */
function scroll() {
  if (!ghost) return;
  const frame = root.querySelector(".schedule-frame");
  const box = frame.getBoundingClientRect();
  const speed = (near, far) => (near < edge && near > -edge ? -10 : far < edge && far > -edge ? 10 : 0);
  const right = speed(at.x - box.left, box.right - at.x);
  const down = speed(at.y - box.top, box.bottom - at.y);
  if (right || down) {
    frame.scrollLeft += right;
    frame.scrollTop += down;
    follow();
  }
  requestAnimationFrame(scroll);
}

function end() {
  if (start) clearTimeout(start.timer);
  start = null;
  if (ghost) ghost.remove();
  ghost = null;
  document.body.classList.remove("is-dragging");
}

export function watchDragging() {
  root.addEventListener("pointerdown", (event) => {
    const source = sourceOf(event.target);
    if (!source || event.button !== 0 || !event.isPrimary) return;
    at = { x: event.clientX, y: event.clientY };
    start = { ...at, source, id: event.pointerId, isTouch: event.pointerType === "touch" };
    if (start.isTouch) start.timer = setTimeout(() => { if (start) begin(); }, rest);
  });

  document.addEventListener("pointermove", (event) => {
    if (!start || event.pointerId !== start.id) return;
    at = { x: event.clientX, y: event.clientY };
    if (ghost) return void follow();
    if (Math.abs(at.x - start.x) + Math.abs(at.y - start.y) < slop) return;
    if (start.isTouch) end(); // it scrolls
    else begin();
  });

  document.addEventListener("pointerup", (event) => {
    if (!start || event.pointerId !== start.id) return;
    const wasDragged = Boolean(ghost);
    const cell = wasDragged && under();
    const isParked = wasDragged && isOverParking();
    end();
    if (!wasDragged) return;
    swallow = true;
    setTimeout(() => { swallow = false; });
    if (cell) drop(cell).then(() => preview(null));
    else if (isParked) park();
    else putDown();
  });

  document.addEventListener("pointercancel", (event) => {
    if (!start || event.pointerId !== start.id) return;
    const wasDragged = Boolean(ghost);
    end();
    if (wasDragged) putDown();
  });

  // While something is dragged a finger does not scroll, and resting on a link opens no menu.
  document.addEventListener("touchmove", (event) => { if (ghost) event.preventDefault(); }, { passive: false });
  root.addEventListener("contextmenu", (event) => { if (start && start.isTouch) event.preventDefault(); });
  root.addEventListener("dragstart", (event) => { if (sourceOf(event.target)) event.preventDefault(); });
  document.addEventListener("click", (event) => {
    if (!swallow) return;
    swallow = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !inHand() || document.querySelector("dialog[open]")) return;
    end();
    putDown();
  });
}
