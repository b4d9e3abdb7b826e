// Copying a text and printing a page; the buttons stay hidden where the browser cannot.
import { onEach } from "./present.js";
import { say } from "./toasts.js";

function copyByHand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done ? Promise.resolve() : Promise.reject(new Error("copy refused"));
}

const copy = (text) => (navigator.clipboard ? navigator.clipboard.writeText(text).catch(() => copyByHand(text)) : copyByHand(text));

onEach("[data-copy]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => {
    copy(document.querySelector(button.dataset.copy).textContent)
      .then(() => say(button.dataset.done))
      .catch(() => say(document.getElementById("toasts").dataset.failed, "refused"));
  });
});

onEach("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
