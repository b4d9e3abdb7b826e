// Any buyer and any IKM of the event, without a meeting of today.
import { board } from "../board.js";
import { fieldError, options, screenOf, summary } from "../dom.js";
import * as drafts from "../drafts.js";
import { go } from "../router.js";
import { say } from "../say.js";

const screen = screenOf("pair");
const form = screen.querySelector("form");

function draw() {
  for (const side of ["buyer", "exhibitor"]) {
    const parties = board.data.parties.filter((party) => party.side === side).sort((a, b) => a.name.localeCompare(b.name, "id"));
    options(form.elements[`pair_${side}`], parties.map((party) => [party.code, party.name]));
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const problems = [];
  for (const side of ["buyer", "exhibitor"]) {
    const select = form.elements[`pair_${side}`];
    const isMissing = !select.value;
    fieldError(select.closest(".field"), isMissing ? say("choose") : "");
    if (isMissing) problems.push([select, say("choose_both")]);
  }
  summary(form.querySelector(".error-summary"), problems.slice(0, 1));
  if (problems.length) return;
  const draft = drafts.begin({ buyer: form.elements.pair_buyer.value, exhibitor: form.elements.pair_exhibitor.value });
  await drafts.keep(draft);
  go(`prepare/${draft.id}`);
});

export const pair = { screen, enter: draw };
