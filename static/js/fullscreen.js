// A button that gives the page the whole screen, where the browser can do that; Escape gives it back.
import { onEach } from "./present.js";

onEach("[data-fullscreen]", (button) => {
  const page = document.documentElement;
  if (!page.requestFullscreen) return;
  button.hidden = false;
  button.addEventListener("click", () => page.requestFullscreen());
  document.addEventListener("fullscreenchange", () => {
    button.hidden = Boolean(document.fullscreenElement);
  });
});
