// The whole text of a commitment, straight from what is hashed, as templates/commitments/sign_text.html shows it online.
import { isPriced, kindOf } from "../commitments/canonical.js";
import { inWords, rupiah } from "../commitments/words.js";
import { element } from "./dom.js";
import { say, showDay } from "./say.js";

function lines(parts, name = "p") {
  const made = element(name);
  parts.filter(Boolean).forEach((text, index) => {
    if (index) made.append(document.createElement("br"));
    made.append(index ? text : element("strong", text));
  });
  return made;
}

function cell(name, text, className, attributes = {}) {
  const made = element(name, text, className);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function row(...cells) {
  const made = document.createElement("tr");
  made.append(...cells);
  return made;
}

function goods(form) {
  const table = element("table", undefined, "sign-lines");
  table.append(cell("caption", say("products"), "visually-hidden"));
  const head = document.createElement("thead");
  const prices = [["th", say("unit_price"), "numeric", { scope: "col" }], ["th", say("amount"), "numeric", { scope: "col" }]];
  head.append(row(cell("th", say("quantity"), "", { scope: "col" }), ...(isPriced(form) ? prices.map((one) => cell(...one)) : [])));
  table.append(head, ...form.lines.map((line, index) => good(line, index, isPriced(form))), ...(isPriced(form) ? [total(form)] : []));
  return table;
}

function good(line, index, hasPrice) {
  const body = document.createElement("tbody");
  const name = cell("th", `${index + 1}. ${line.product}`, "", { scope: "rowgroup", colspan: "3" });
  for (const more of [line.specification, line.content_note].filter(Boolean)) {
    name.append(document.createElement("br"), element("small", more));
  }
  body.append(row(name), row(
    cell("td", `${line.quantity.replace(".", ",")} ${line.unit}`),
    ...(hasPrice ? [cell("td", rupiah(line.unit_price), "numeric"), cell("td", rupiah(line.total), "numeric")] : []),
  ));
  return body;
}

function total(form) {
  const foot = document.createElement("tfoot");
  const amount = cell("td", "", "numeric");
  amount.append(element("strong", rupiah(form.total)));
  foot.append(row(cell("th", say("total"), "", { scope: "row", colspan: "2" }), amount));
  return foot;
}

function tax({ mode, rate_percent: rate }) {
  const known = say(`tax_${mode}`, { rate: rate.replace(".", ",") });
  return `${known} ${say("estimates")}`;
}

function clauses(form) {
  const made = element("ol", undefined, "sign-clauses");
  made.lang = "id";
  made.append(...form.clauses.map((text) => element("li", text)));
  return made;
}

function code(hash) {
  const made = element("p", `${say("hash")}: `, "sign-hash text-muted");
  made.append(element("span", hash, "code-value"));
  return made;
}

/** The title stands as on the paper, whatever the reader's language. */
function heading(form) {
  const made = lines([say(`papers.${kindOf(form)}`), say("number", { number: form.number })]);
  made.querySelector("strong").lang = "id";
  return made;
}

/** What a record comes to; one without a price says what it is. `record`: {format, total}. */
export function valueOf({ format, total: amount }) {
  return amount === "0" ? say(`kinds.${kindOf({ format })}`) : rupiah(amount);
}

/** The text as an element. `hash` is shown at its end, so that who has read to the end has seen what is signed. */
export function textOf(form, hash) {
  const { source, buyer, exhibitor } = form;
  const planned = [source.rup_code, source.rup_name, source.work_unit, source.funding_source].filter(Boolean).join(" · ");
  const made = element("div", undefined, "sign-text-body");

  made.append(...[
    heading(form),
    element("p", [form.place, showDay(form.made_on)].filter(Boolean).join(", ")),
    lines([say("buyer"), buyer.name, buyer.detail, buyer.address, buyer.regency]),
    lines([say("exhibitor"), exhibitor.name, exhibitor.detail, exhibitor.address, exhibitor.regency]),
    form.lines.length && goods(form),
    isPriced(form) && element("p", say("total_words", { words: inWords(form.total) }), "sign-words"),
    isPriced(form) && element("p", tax(form.tax), "text-muted"),
    planned && lines([say("source"), planned]),
    form.note && lines([say("note"), form.note]),
    form.listing_by && element("p", say("listed_by", { day: showDay(form.listing_by) })),
    form.clauses.length && clauses(form),
    form.valid_until && element("p", say("valid_until", { day: showDay(form.valid_until) })),
    code(hash),
  ].filter(Boolean));
  return made;
}
