// The theme switch: the form works by itself; here the page changes at once and stays where it is.
import { say } from "./toasts.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button || !window.fetch) return;
  event.preventDefault();
  const theme = button.dataset.themeChoice;
  document.documentElement.setAttribute("data-bs-theme", theme);
  const scheme = document.querySelector("meta[name='color-scheme']");
  if (scheme) scheme.content = theme === "auto" ? "light dark" : theme;
  for (const other of document.querySelectorAll("[data-theme-choice]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  const body = new URLSearchParams(new FormData(button.form));
  body.set(button.name, button.value);
  fetch(button.form.action, { method: "POST", body, redirect: "manual" })
    .catch(() => say(document.getElementById("toasts").dataset.failed, "warning"));
});
