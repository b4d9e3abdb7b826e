// Short messages that go by themselves.
import { element } from "./dom.js";

const region = document.getElementById("toasts");
const shownFor = 8000;

export function tell(text, kind = "held") {
  const toast = element("div", undefined, `toast toast-${kind}`);
  toast.append(element("p", text, "toast-text"));
  region.append(toast);
  setTimeout(() => toast.remove(), shownFor);
}
