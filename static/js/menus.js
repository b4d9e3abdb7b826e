// Menus and the rail: they work as links and <details>; here they close by Escape and by a press elsewhere.

const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

// --- the rail as a sheet on small screens -----------------------------------------------------------------------
const rail = document.querySelector("[data-rail]");
const opener = document.querySelector("[data-rail-open]");
const isSheet = () => opener && opener.offsetParent !== null;

function setRail(open) {
  rail.classList.toggle("is-open", open);
  opener.setAttribute("aria-expanded", String(open));
  const target = open ? rail.querySelector("[data-rail-close]") : opener;
  if (target) target.focus();
}

if (rail && opener) {
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    setRail(true);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-rail-close]")) return;
    event.preventDefault();
    if (location.hash === "#rail") history.replaceState(history.state, "", location.pathname + location.search);
    setRail(false);
  });
  rail.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !isSheet()) return;
    const stops = rail.querySelectorAll("a[href], button");
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (rail && opener && rail.classList.contains("is-open")) setRail(false);
});
