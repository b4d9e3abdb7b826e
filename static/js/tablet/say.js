// The app's words, rendered into its page by the server, and the ways it writes moments; the language is the page's.
const words = JSON.parse(document.getElementById("words").textContent);

export const language = document.body.dataset.language;

/** The sentence of a key (`online`, `checks.secure`), with `%(name)s` filled in. */
export function say(key, values = {}) {
  const text = key.split(".").reduce((found, part) => (found || {})[part], words);
  if (typeof text !== "string") return key;
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? values[name] : whole)).replace(/%%/g, "%");
}

export const has = (key) => say(key) !== key;

/** One or many: `unsent_one`, `unsent_many`. */
export const counted = (key, count) => say(`${key}_${count === 1 ? "one" : "many"}`, { count });

const locale = language === "en" ? "en-GB" : "id-ID";

function format(moment, zone, options) {
  return new Intl.DateTimeFormat(locale, { timeZone: zone || "Asia/Jakarta", ...options }).format(new Date(moment));
}

export const showTime = (moment, zone) => format(moment, zone, { hour: "2-digit", minute: "2-digit" });
export const showMoment = (moment, zone) => format(moment, zone, { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });
export const showDay = (isoDate) => (isoDate ? format(`${isoDate}T12:00:00Z`, "UTC", { day: "numeric", month: "long", year: "numeric" }) : "");

/** Today's date in a zone, `2026-05-11`. */
export function dayIn(zone, moment) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(moment);
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}
