// Whether what somebody gives here is the party's signature or an agreement only, said before it is given.
import { authorityOf, isSamePerson, powersOf } from "../commitments/authority.js";
import { rupiah } from "../commitments/words.js";
import { party } from "./board.js";
import { say } from "./say.js";

function found(draft, side, who) {
  const named = draft.before && (draft.before.signatories || {})[side];
  const powers = powersOf(named, who.name || "", who.authority_limit);
  return { roles: (party(draft[side]) || {}).signing_roles || [], powers: { ...powers, ...ownMandate(draft, side, who) } };
}

/** What a mandate that was added here gives to its holder; it replaces one that the server has, as it will there. */
function ownMandate(draft, side, who) {
  const mandate = (draft.mandates || {})[side];
  return mandate && isSamePerson(mandate.name, who.name || "") ? { has_mandate: true, mandate_limit: mandate.limit } : {};
}

/** What limits are compared with, as a text: of a withdrawal the total of what is taken back. */
export const amountOf = (draft, total) => (draft.before && draft.before.amount) || total;

/** Why `who` ({name, role, authority_limit}) may sign for a side; "" when it is an agreement. */
export function authority(draft, side, who, total) {
  const { roles, powers } = found(draft, side, who);
  return authorityOf(side, roles, who.role, powers, amountOf(draft, total));
}

/** The sentence before the field. */
export function countsAs(draft, side, who, total) {
  if (!who || !who.role) return "";
  if (authority(draft, side, who, total)) return say("counts_signature");
  const { roles, powers } = found(draft, side, who);
  const limit = roles.includes(who.role) ? powers.authority_limit : powers.has_mandate && powers.mandate_limit;
  return limit ? say("counts_above", { limit: rupiah(limit) }) : say("counts_agreement");
}
