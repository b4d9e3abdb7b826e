// At the field of who signs: a mandate (surat kuasa) added to the record, where the office alone does not reach.
import { fileFacts } from "../../commitments/mandate.js";
import { parsePrice } from "../../commitments/prices.js";
import { rupiah } from "../../commitments/words.js";
import { action, fieldError, part, show } from "../dom.js";
import { dropMandate, keepMandate, readMandate } from "../mandates.js";
import { say } from "../say.js";

const field = (root, name) => root.querySelector(`[data-field="${name}"]`);
const input = (root, name) => field(root, name).querySelector("input");
const readable = (size) => (size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`);

/** Shows the part for a side: what is on board, or the form. `isOffered`: the office of who signs does not reach. */
export function drawMandate(root, draft, side, isOffered) {
  const kept = (draft.mandates || {})[side];
  part(root, "mandate").hidden = !(kept || isOffered);
  action(root, "mandate-drop").hidden = Boolean(draft.signatures[side]); // what was signed by it stays; signing again opens it
  show(root, { "mandate-kept": Boolean(kept), "mandate-form": !kept });
  if (!kept) return;
  const facts = [kept.media_type === "application/pdf" ? "PDF" : say("photo"), readable(kept.size), kept.number, kept.limit && say("mandate_limit", { limit: rupiah(kept.limit) })];
  part(root, "mandate-says").textContent = say("mandate_kept", { name: kept.name, facts: facts.filter(Boolean).join(" · ") });
}

function readLimit(root) {
  const text = input(root, "mandate_limit").value.trim();
  if (!text) return "";
  try {
    return parsePrice(text);
  } catch (_error) {
    return null;
  }
}

async function readFile(root) {
  const [file] = input(root, "mandate_file").files;
  if (!file) return { problem: "mandate_none" };
  try {
    return { file: await readMandate(file) };
  } catch (error) {
    return { problem: `mandate_${error.kind || "unreadable"}` };
  }
}

/** Takes what was typed and chosen; false when something is wrong, which is said at its field. */
async function keep(root, draft, side, holder) {
  const limit = readLimit(root);
  fieldError(field(root, "mandate_limit"), limit === null ? say("line_price") : "");
  const { file, problem } = await readFile(root);
  fieldError(field(root, "mandate_file"), problem ? say(problem) : "");
  if (problem || limit === null) return false;
  const number = input(root, "mandate_number").value.trim().split(/\s+/).join(" ");
  await keepMandate(draft, side, file, { name: holder, number, limit, ...(await fileFacts(file)) });
  for (const name of ["mandate_file", "mandate_number", "mandate_limit"]) input(root, name).value = "";
  part(root, "mandate-form").open = false;
  return true;
}

/** `state`: {draft}; `holder(side)`: the name of who signs; `changed()`: stores the draft and draws anew; `failed(error)`. */
export function bindMandate(root, side, { state, holder, changed, failed }) {
  action(root, "mandate-keep").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    try {
      if (await keep(root, state.draft, side, holder(side))) await changed();
    } catch (error) {
      failed(error);
    }
    button.disabled = false;
  });
  action(root, "mandate-drop").addEventListener("click", async () => {
    try {
      await dropMandate(state.draft, side);
      await changed();
    } catch (error) {
      failed(error);
    }
  });
}
