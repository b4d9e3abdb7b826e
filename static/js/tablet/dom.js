// Small tools for the screens: parts found by their data attributes, templates filled, errors at their fields.

export const screenOf = (name) => document.querySelector(`[data-screen="${name}"]`);
export const part = (root, name) => root.querySelector(`[data-part="${name}"]`);
export const list = (root, name) => root.querySelector(`[data-list="${name}"]`);
export const action = (root, name) => root.querySelector(`[data-act="${name}"]`);

/** Writes texts into parts: {total: "Rp1"}. */
export function write(root, texts) {
  for (const [name, text] of Object.entries(texts)) part(root, name).textContent = text;
}

/** Shows or hides parts: {warnings: true}. */
export function show(root, parts) {
  for (const [name, isShown] of Object.entries(parts)) part(root, name).hidden = !isShown;
}

/** A copy of a template's first element. */
export function copy(root, name) {
  return root.querySelector(`template[data-template="${name}"]`).content.cloneNode(true).firstElementChild;
}

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

const ICONS = { held: "check-circle-fill", waiting: "hourglass-split", refused: "x-circle-fill", warning: "exclamation-triangle-fill" };

/** Gives a signal its colour, icon and word. */
export function signal(mark, kind, word) {
  mark.className = `signal signal-${kind}`;
  mark.querySelector("use").setAttribute("href", `${document.body.dataset.icons}#${ICONS[kind] || "circle"}`);
  part(mark, "word").textContent = word;
}

/** Puts an error at its field, or takes it away. */
export function fieldError(field, sentence) {
  const error = field.querySelector(".form-error");
  const input = field.querySelector("input, select, textarea");
  field.classList.toggle("has-error", Boolean(sentence));
  error.hidden = !sentence;
  error.querySelector("span").textContent = sentence || "";
  if (!input) return;
  if (!sentence) {
    input.removeAttribute("aria-invalid");
    return;
  }
  input.setAttribute("aria-invalid", "true");
  if (!error.id) error.id = `${input.id}-error`;
  input.setAttribute("aria-describedby", error.id);
}

/** The summary on top, with a link to each field; takes the focus. `problems`: [[input, sentence]]. */
export function summary(box, problems) {
  box.hidden = problems.length === 0;
  const items = problems.map(([input, sentence]) => {
    const item = document.createElement("li");
    const link = element("a", sentence);
    link.href = `#${input.id}`;
    link.addEventListener("click", (event) => {
      event.preventDefault(); // the address names the screen
      input.focus();
    });
    item.append(link);
    return item;
  });
  box.querySelector("ul").replaceChildren(...items);
  if (problems.length) box.focus();
}

export function options(select, choices, chosen = "") {
  const kept = Array.from(select.options).filter((option) => option.value === "" && !option.dataset.made);
  const made = choices.map(([value, text]) => {
    const option = new Option(text, value);
    option.dataset.made = "yes";
    return option;
  });
  select.replaceChildren(...kept, ...made);
  select.value = chosen;
}
