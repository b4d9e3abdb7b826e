// Who may turn agreed into signed, as commitments/authority.py says it; vectors: tests/commitments/vectors/authority_1.json.

/**
 * Why somebody may sign for a party: "role", "mandate", "power_of_attorney"; "" when it is an agreement only.
 * `signingRoles`: the roles of that party that need no mandate. `powers`: {has_mandate, mandate_limit, authority_limit}, the limits as texts of
 * whole rupiah, "" where there is none. `total`: what is signed, as a text.
 */
export function authorityOf(side, signingRoles, role, powers, total) {
  if (signingRoles.includes(role) && reaches(powers.authority_limit, total)) return "role";
  if (!powers.has_mandate || !reaches(powers.mandate_limit, total)) return "";
  return side === "exhibitor" || role === "attorney" ? "power_of_attorney" : "mandate";
}

const reaches = (limit, total) => !limit || Number(total) <= Number(limit);

/** Written alike but for case and blanks: a mandate and a limit are its holder's only. */
export function isSamePerson(first, second) {
  const words = (name) => name.toLowerCase().split(/\s+/).filter(Boolean).join(" ");
  return Boolean(first.trim()) && words(first) === words(second);
}

/**
 * What somebody has who signs: `named` is who the server names for the party ({name, has_mandate, mandate_limit, authority_limit}; nothing
 * for a record made here), `told` the limit of the office as told on the spot; of two limits the smaller one holds.
 */
export function powersOf(named, name, told) {
  if (!named || !isSamePerson(named.name, name)) return { has_mandate: false, mandate_limit: "", authority_limit: told || "" };
  const limits = [named.authority_limit, told].filter(Boolean).map(Number);
  return { has_mandate: named.has_mandate, mandate_limit: named.mandate_limit, authority_limit: limits.length ? String(Math.min(...limits)) : "" };
}
