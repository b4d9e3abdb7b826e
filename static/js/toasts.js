// Toasts: short messages that go by themselves, except those with an undo. Flash messages can be closed.
import { onEach } from "./present.js";

const region = document.getElementById("toasts");
const shownFor = 6000;

function icon(name) {
  const sprite = document.querySelector("svg.icon use");
  if (!sprite) return null;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite.getAttribute("href").split("#")[0]}#${name}`);
  svg.append(use);
  return svg;
}

function addCloseButton(element) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn-dismiss";
  button.setAttribute("aria-label", region ? region.dataset.closeLabel : "×");
  button.append(icon("x-lg") || "×");
  button.addEventListener("click", () => element.remove());
  element.append(button);
}

/** Says something in a toast; kind is a signal: held, waiting, refused, warning. */
export function say(text, kind = "held") {
  if (!region) return;
  const toast = document.createElement("div");
  toast.className = `toast toast-${kind}`;
  toast.dataset.toast = "";
  const marks = { held: "check-circle-fill", waiting: "hourglass-split", refused: "x-circle-fill", warning: "exclamation-triangle-fill" };
  const mark = icon(marks[kind]);
  const words = document.createElement("p");
  words.className = "toast-text";
  words.textContent = text;
  if (mark) toast.append(mark);
  toast.append(words);
  region.append(toast);
  prepare(toast);
}

function prepare(toast) {
  if (toast.querySelector(".btn-dismiss")) return;
  addCloseButton(toast);
  if (toast.hasAttribute("data-sticky")) return;
  let timer = setTimeout(() => toast.remove(), shownFor);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => { timer = setTimeout(() => toast.remove(), shownFor); });
}

onEach("#toasts [data-toast]", prepare);
onEach("[data-dismissable]", addCloseButton);

// A request that fails says so; nothing the person typed is touched.
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (!detail.elt || !detail.elt.matches("[hx-trigger^='every']")) say(region.dataset.offline, "refused");
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, elt } = event.detail;
  if (xhr.status < 400 || !region) return;
  if (elt && elt.matches("[hx-trigger^='every']")) return; // a poll tries again by itself
  if (xhr.responseText.includes("data-error-toast")) {
    event.detail.target = region;
    event.detail.swapOverride = "beforeend";
    event.detail.shouldSwap = true;
  } else if (xhr.status !== 422) say(region.dataset.failed, "refused");
});
// HX-Trigger: {"toast": {"text": "…", "kind": "held"}}
document.addEventListener("toast", (event) => say(event.detail.text, event.detail.kind));
