// Forms: one submit at a time, nothing lost by leaving, errors take focus, rupiah shown with dots.
import { onEach } from "./present.js";
import { say } from "./toasts.js";

// --- one submit at a time ---------------------------------------------------------------------------------------
function release(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll(".is-busy")) {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-disabled");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if ((form.getAttribute("method") || "").toLowerCase() !== "post") return; // a field called "method" would hide form.method
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (event.defaultPrevented) return;
  form.dataset.sending = "yes";
  // The button itself is not disabled: a disabled one would not send its own value.
  const button = event.submitter || form.querySelector("button[type=submit], button:not([type])");
  if (button) {
    button.classList.add("is-busy");
    button.setAttribute("aria-disabled", "true");
  }
  // A file that is downloaded leaves the page where it is: the button is free again soon.
  if (form.hasAttribute("data-download")) setTimeout(() => release(form), 2000);
  // Another script may have taken the submit over; htmx releases the form when its answer is there.
  setTimeout(() => { if (event.defaultPrevented && !form.matches("[hx-post], [hx-put], [hx-delete]")) release(form); });
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt && event.detail.elt.closest("form");
  if (form) release(form);
});
// Coming back by the back button shows the page as it was: buttons must work again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));

// --- nothing lost by leaving ------------------------------------------------------------------------------------
const entries = (form) => Array.from(new FormData(form))
  .map(([name, value]) => `${name}=${value instanceof File ? `${value.name}${value.size}` : value}`).join("&");

const guarded = new Map();
onEach("form[data-guard-unsaved]", (form) => guarded.set(form, entries(form)));
// A form that came back with errors holds entries that are stored nowhere yet.
const isUnsaved = (form) => document.contains(form) && !form.dataset.sending
  && (form.querySelector(".error-summary") !== null || guarded.get(form) !== entries(form));

window.addEventListener("beforeunload", (event) => {
  if (!Array.from(guarded.keys()).some(isUnsaved)) return;
  event.preventDefault();
  event.returnValue = "";
});

// --- errors take focus ------------------------------------------------------------------------------------------
onEach("[data-focus]", (element) => element.focus());

document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  if (!link) return;
  const field = document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  const input = field.matches("fieldset, ul, div") ? field.querySelector("input, select, textarea") || field : field;
  const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`) || field;
  label.scrollIntoView({ block: "start" });
  input.focus({ preventScroll: true });
});

// --- rupiah -----------------------------------------------------------------------------------------------------
const withDots = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ".");

onEach("[data-money]", (input) => {
  const show = () => {
    // Only plain digits and dots are ours to set; "1,5 juta" is left for the server to read or refuse.
    if (/^[\d.\s]+$/.test(input.value)) input.value = withDots(input.value.replace(/\D/g, ""));
  };
  show();
  input.addEventListener("blur", show);
  const form = input.form;
  if (form && guarded.has(form)) guarded.set(form, entries(form));
});

// --- a picture or file that is too large is said at once ------------------------------------------------------
document.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file" || !input.dataset.maxBytes || input.matches("[data-photo]")) return;
  const tooLarge = Array.from(input.files).find((file) => file.size > Number(input.dataset.maxBytes));
  if (!tooLarge) return;
  input.value = "";
  say(`${tooLarge.name}: ${input.dataset.tooLarge || ""}`, "refused");
});
