// The schedule grid: one stop in the tab order, arrow keys move inside it, Home and End to the row's ends.
import { onEach } from "./present.js";

const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

onEach("[data-grid]", (table) => {
  const rows = () => Array.from(table.tBodies[0].rows).map((row) => Array.from(row.querySelectorAll("[data-cell]")));

  function makeCurrent(cell) {
    for (const other of table.querySelectorAll("[data-cell]")) other.tabIndex = other === cell ? 0 : -1;
  }

  function position(cell) {
    const grid = rows();
    const row = grid.findIndex((cells) => cells.includes(cell));
    return { grid, row, column: row < 0 ? -1 : grid[row].indexOf(cell) };
  }

  const first = table.querySelector("[data-cell]");
  if (first) makeCurrent(first);

  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell) makeCurrent(cell);
  });

  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const { grid, row, column } = position(cell);
    let next;
    if (steps[event.key]) {
      const [down, right] = steps[event.key];
      next = grid[row + down] && grid[row + down][column + right];
    } else if (event.key === "Home") next = grid[row][0];
    else if (event.key === "End") next = grid[row][grid[row].length - 1];
    else return;
    event.preventDefault();
    if (next) next.focus();
  });
});
