// Keeps a long form's entries in this tab until they are sent. Never passwords, codes, files or hidden fields.
import { onEach } from "./present.js";

const isKept = (input) => input.name && !input.matches(
  "[type=password], [type=hidden], [type=file], [type=submit], [type=button], [autocomplete='one-time-code'], [data-no-draft]");

const inputs = (form) => Array.from(form.elements).filter(isKept);
const isChoice = (input) => input.type === "checkbox" || input.type === "radio";

function read(form) {
  return inputs(form).map((input) => (isChoice(input) ? [input.name, input.value, input.checked] : [input.name, input.value]));
}

function write(form, values) {
  const list = inputs(form);
  values.forEach(([name, value, checked], index) => {
    const input = list[index];
    if (!input || input.name !== name) return; // the form has changed since: what does not fit is left alone
    if (isChoice(input)) input.checked = checked && input.value === value;
    else input.value = value;
  });
}

onEach("form[data-draft]", (form) => {
  const key = `draft:${form.dataset.draft}`;
  let store;
  try {
    store = window.sessionStorage;
    // A page that comes back with errors already shows the newest entries.
    const kept = store.getItem(key);
    if (kept && !form.querySelector(".error-summary")) write(form, JSON.parse(kept));
  } catch (error) {
    return; // no storage (a private window): the form works without
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      try { store.setItem(key, JSON.stringify(read(form))); } catch (error) { clearTimeout(timer); }
    }, 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    try { store.setItem(key, JSON.stringify(read(form))); } catch (error) { clearTimeout(timer); }
  });
});

// The page after a successful send carries data-draft-sent="key": the draft is not needed any more.
onEach("[data-draft-sent]", (element) => {
  try { window.sessionStorage.removeItem(`draft:${element.dataset.draftSent}`); } catch (error) { /* nothing was kept */ }
});
