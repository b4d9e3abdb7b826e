// A USB scanner is a keyboard that types faster than anybody: a burst of keys ended by Enter, wherever the focus is.
// What it typed into a field on the way is taken out again; people's own typing is never touched.

const fastest = 35; // ms between two keys, in the middle; people need more
const longest = 250; // ms: a computer that stumbles for once breaks no burst
const shortest = 6; // signs
const settle = 120; // a QR with several lines ends each with Enter: they belong together

/** Calls `read(text)` for each burst. */
export function listen(read) {
  let burst = "";
  let gaps = [];
  let last = -Infinity;
  let field = null;
  let before = "";
  let timer = 0;
  let lines = [];

  const begin = () => {
    const focused = document.activeElement;
    field = focused && focused.matches("input, textarea") ? focused : null;
    before = field ? field.value : "";
    burst = "";
    gaps = [];
  };
  const isBurst = () => {
    const sorted = gaps.slice().sort((one, other) => one - other);
    return burst.length >= shortest && sorted[Math.floor(sorted.length / 2)] <= fastest;
  };
  const finish = () => {
    if (performance.now() - last < settle) { // the next line is being typed
      timer = setTimeout(finish, settle);
      return;
    }
    timer = 0;
    const text = lines.join("\n");
    lines = [];
    if (text) read(text);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const gap = event.timeStamp - last;
    const ends = event.key === "Enter" || event.key === "Tab";
    if (ends && gap <= longest && (isBurst() || (lines.length && timer))) {
      event.preventDefault();
      event.stopPropagation();
      if (field) {
        field.value = before;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      lines.push(burst);
      burst = "";
      gaps = [];
      last = event.timeStamp;
      clearTimeout(timer);
      timer = setTimeout(finish, settle);
      return;
    }
    if (event.key.length !== 1) {
      if (event.key !== "Shift") burst = "";
      return;
    }
    if (gap > longest || (!burst && !timer)) begin();
    else gaps.push(gap);
    burst += event.key;
    last = event.timeStamp;
  }, true);
}
