// A USB scanner is a keyboard that types faster than anybody: a burst of keys ended by Enter, wherever the focus is.
// What it typed into a field on the way is taken out again; people's own typing is never touched.

const fastest = 50; // ms between two keys; people need more
const shortest = 6; // signs
const settle = 120; // a QR with several lines ends each with Enter: they belong together

/** Calls `read(text)` for each burst. */
export function listen(read) {
  let burst = "";
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
  };
  const finish = () => {
    const text = lines.join("\n");
    lines = [];
    if (text) read(text);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const isFast = event.timeStamp - last <= fastest;
    const ends = event.key === "Enter" || event.key === "Tab";
    if (ends && isFast && (burst.length >= shortest || (lines.length && timer))) {
      event.preventDefault();
      event.stopPropagation();
      if (field) {
        field.value = before;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      lines.push(burst);
      burst = "";
      last = event.timeStamp;
      clearTimeout(timer);
      timer = setTimeout(() => { timer = 0; finish(); }, settle);
      return;
    }
    if (event.key.length !== 1) {
      if (event.key !== "Shift") burst = "";
      return;
    }
    if (!isFast) begin();
    burst += event.key;
    last = event.timeStamp;
  }, true);
}
