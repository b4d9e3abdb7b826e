// What they agree on and who signs. What is typed is kept on the device at once; of a text that is frozen already only who signs is asked.
import { namesNoWinner } from "../../commitments/checks.js";
import { inWords, rupiah } from "../../commitments/words.js";
import { othersOnBoard } from "../beside.js";
import { board, now, party } from "../board.js";
import { action, fieldError, list, options, part, screenOf, show, summary, write } from "../dom.js";
import * as drafts from "../drafts.js";
import { countsAs } from "../powers.js";
import { go } from "../router.js";
import { dayIn, say } from "../say.js";
import { asksYear, emptyLine, readDraft, readSignatory, runningTotal, warningsFor } from "../typed.js";
import { addLine, readLines, showLineTotals } from "./lines.js";

const screen = screenOf("prepare");
const form = screen.querySelector("form");
const sections = Array.from(form.querySelectorAll("fieldset.fieldset-section:not([data-signatory])"));
const NEED_FIELDS = ["method", "month", "rup_code", "rup_name", "work_unit", "funding_source"];
const state = { draft: null, others: null, timer: 0, saving: Promise.resolve() };

const field = (name) => form.elements[name];
const today = () => dayIn(board.data.event.timezone, now());
const eventYear = () => board.data.event.fiscal_year;
const context = () => ({
  id: state.draft.id, buyer: party(state.draft.buyer), exhibitor: party(state.draft.exhibitor), today: today(), others: state.others,
});
const SIDES = ["buyer", "exhibitor"];
const openSides = () => {
  const signed = state.draft.before ? state.draft.before.signed : [];
  return SIDES.filter((side) => !signed.includes(side));
};

// --- in and out ---------------------------------------------------------------------------------------------------
function typedNow() {
  const typed = { lines: readLines(list(screen, "lines")), accepted: field("accepted").checked };
  for (const input of form.querySelectorAll("[name]")) if (input.name !== "accepted") typed[input.name] = input.value;
  return typed;
}

function startValues() {
  const first = (side) => (party(state.draft[side]).people || [])[0];
  const typed = { lines: [emptyLine()], tax_mode: "included", tax_rate: "11", fiscal_year: asksYear(today(), eventYear()) ? "" : eventYear() };
  for (const side of SIDES) {
    const named = state.draft.before && (state.draft.before.signatories || {})[side];
    const person = named && named.name ? { ...named, code: codeOf(side, named.name) } : first(side);
    if (person) Object.assign(typed, { [`${side}_person`]: person.code, [`${side}_name`]: person.name, [`${side}_office`]: person.office, [`${side}_role`]: person.role });
  }
  return typed;
}

const codeOf = (side, name) => ((party(state.draft[side]).people || []).find((person) => person.name === name) || { code: "" }).code;

function fill(typed) {
  form.reset();
  const { buyer, exhibitor } = context();
  const year = Number(today().slice(0, 4));
  const years = Array.from(new Set([year, year + 1, Number(eventYear())])).sort().map(String);
  if (typed.fiscal_year && !years.includes(typed.fiscal_year)) years.push(typed.fiscal_year);
  options(field("fiscal_year"), [...(asksYear(today(), eventYear()) ? [["", say("choose")]] : []), ...years.map((one) => [one, one])]);
  options(field("need"), (buyer.needs || []).map((need) => [need.code, [need.name, need.budget_ceiling && say("ceiling", { amount: rupiah(need.budget_ceiling) })].filter(Boolean).join(" · ")]));
  for (const [side, one] of [["buyer", buyer], ["exhibitor", exhibitor]]) {
    options(field(`${side}_person`), (one.people || []).map((person) => [person.code, [person.name, person.office].filter(Boolean).join(", ")]));
    show(screen, { [`${side}-people`]: (one.people || []).length > 0 });
    part(screen, `${side}-name`).textContent = one.name;
  }
  for (const [name, value] of Object.entries(typed)) if (field(name) && field(name).type !== "checkbox" && typeof value === "string") field(name).value = value;
  field("accepted").checked = Boolean(typed.accepted);
  list(screen, "lines").replaceChildren();
  typed.lines.forEach((line) => addLine(screen, exhibitor.products || [], line, retotal));
}

async function keepTyped() {
  clearTimeout(state.timer);
  state.timer = 0;
  const { draft } = state;
  if (!draft) return;
  draft.typed = typedNow();
  state.saving = state.saving.then(() => drafts.keep(draft));
  await state.saving;
}

/** Also while somebody types without a pause. */
function keepSoon() {
  if (!state.timer) state.timer = setTimeout(() => keepTyped().catch((error) => console.error(error)), 250);
}

// --- while it is typed --------------------------------------------------------------------------------------------
function retotal() {
  if (!state.draft) return;
  const typed = typedNow();
  const { total, totals } = runningTotal(typed.lines);
  showLineTotals(list(screen, "lines"), typed.lines, totals);
  write(screen, { total: total === "0" ? "" : rupiah(total), "total-words": total === "0" ? "" : say("total_words", { words: inWords(total) }) });
  const { isWaiting } = state.draft;
  const invites = !isWaiting && namesNoWinner(typed.method);
  showWarnings(isWaiting ? [] : warningsFor(typed, context()));
  show(screen, { invites, "next-year": typed.fiscal_year > today().slice(0, 4) });
  for (const priced of form.querySelectorAll("[data-priced]")) priced.hidden = invites;
  form.querySelector("[data-field=tax_rate]").hidden = invites || typed.tax_mode === "none";
  for (const side of SIDES) showCounts(side, typed, invites ? "0" : total);
}

/** Others than were accepted are to be accepted again. */
function showWarnings(warnings) {
  const key = warnings.join(" ");
  if (screen.dataset.warnings !== key) field("accepted").checked = field("accepted").checked && !key;
  screen.dataset.warnings = key;
  list(screen, "warnings").replaceChildren(...warnings.map((code) => Object.assign(document.createElement("li"), { textContent: say(`warnings.${code}`) })));
  show(screen, { warnings: warnings.length > 0 });
}

function showCounts(side, typed, total) {
  const who = readSignatory(typed, side, []);
  part(screen, `${side}-counts`).textContent = countsAs(state.draft, side, who, total);
}

function takeNeed() {
  const need = (party(state.draft.buyer).needs || []).find((one) => one.code === field("need").value);
  if (!need) return;
  for (const name of NEED_FIELDS) if (need[name]) field(name).value = need[name];
  const isOffered = Array.from(field("fiscal_year").options).some((option) => option.value === need.fiscal_year);
  if (need.fiscal_year && isOffered) field("fiscal_year").value = need.fiscal_year;
}

function takePerson(side) {
  const person = (party(state.draft[side]).people || []).find((one) => one.code === field(`${side}_person`).value);
  if (!person) return;
  field(`${side}_name`).value = person.name;
  field(`${side}_office`).value = person.office;
  field(`${side}_role`).value = person.role;
}

/** What is being mended is not held against anybody any longer. */
function forgive(event) {
  const box = event.target.closest(".field.has-error");
  if (box) fieldError(box, "");
}

form.addEventListener("input", (event) => { forgive(event); retotal(); keepSoon(); });
form.addEventListener("change", (event) => {
  forgive(event);
  if (event.target.name === "need") takeNeed();
  for (const side of SIDES) if (event.target.name === `${side}_person`) takePerson(side);
  retotal();
  keepSoon();
});
action(screen, "add-line").addEventListener("click", () => {
  const { exhibitor } = context();
  const added = addLine(screen, exhibitor.products || [], emptyLine(), retotal);
  retotal();
  added.querySelector("select, input").focus();
});

// --- to the text --------------------------------------------------------------------------------------------------
function findInput(name) {
  const line = /^lines-(\d+)-(\w+)$/.exec(name);
  if (!line) return field(name);
  const rows = list(screen, "lines").children;
  return rows[Math.min(Number(line[1]), rows.length - 1)].querySelector(`[data-name="${line[2]}"]`);
}

function report(problems) {
  for (const one of form.querySelectorAll(".field")) if (one.querySelector(".form-error")) fieldError(one, "");
  const found = problems.map(([name, key]) => [findInput(name), say(key)]);
  for (const [input, sentence] of found) fieldError(input.closest(".field"), sentence);
  summary(form.querySelector(".error-summary"), found);
}

async function submit() {
  await keepTyped();
  const { draft } = state;
  if (draft.isWaiting) return submitWaiting(draft);
  const { values, problems } = readDraft(draft.typed, context());
  report(problems);
  if (problems.length) return undefined;
  if (!(await drafts.fix(draft, values))) return report([["lines-0-quantity", "no_numbers"]]);
  return go(`sign/${draft.id}`);
}

/** Who is not identified is not here: that party signs another time. */
async function submitWaiting(draft) {
  const problems = [];
  const here = openSides().filter((side) => draft.typed[`${side}_identified`]);
  draft.signatories = Object.fromEntries((here.length ? here : openSides()).map((side) => [side, readSignatory(draft.typed, side, problems)]));
  report(problems);
  if (problems.length) return;
  await drafts.keep(draft);
  go(`sign/${draft.id}`);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit().catch((error) => {
    console.error(error);
    report([["lines-0-quantity", "no_storage"]]);
  });
});
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && !screen.hidden) keepTyped(); });

async function enter(id) {
  const draft = await drafts.open(id);
  if (!draft || !board.data || !party(draft.buyer) || !party(draft.exhibitor)) return false;
  if (!(await drafts.claim(id))) return false;
  Object.assign(state, { draft, others: await othersOnBoard() });
  screen.dataset.warnings = "";
  show(screen, { "waiting-note": Boolean(draft.isWaiting) });
  write(screen, { title: say(draft.isWaiting ? "who_is_here" : "what_agreed"), parties: `${party(draft.buyer).name} ↔ ${party(draft.exhibitor).name}` });
  for (const section of sections) section.hidden = Boolean(draft.isWaiting);
  for (const box of form.querySelectorAll("[data-signatory]")) box.hidden = !openSides().includes(box.dataset.signatory);
  report([]);
  fill(draft.typed || startValues());
  const wasAccepted = Boolean(draft.typed && draft.typed.accepted);
  retotal();
  field("accepted").checked = wasAccepted;
  return true;
}

async function leave() {
  await keepTyped().catch((error) => console.error(error));
  state.draft = null;
}

export const prepare = { screen, enter, leave };
