// The clauses of a commitment, filled from the event's template without a network; as clauses_for in commitments/texts.py.

import { inWords, longDate, MONTHS, officialRupiah } from "./words.js";

const METHODS = {
  e_purchasing: "e-purchasing",
  direct_procurement: "pengadaan langsung",
  direct_appointment: "penunjukan langsung",
  tender: "tender",
  quick_tender: "tender cepat",
  selection: "seleksi",
  contest: "kontes",
  mini_competition: "mini-kompetisi e-purchasing",
  excluded: "pengadaan yang dikecualikan",
};
const FUNDS = {
  apbd: "APBD", apbdp: "APBD Perubahan", apbn: "APBN", apbnp: "APBN Perubahan", blu: "BLU", blud: "BLUD", bumn: "BUMN", bumd: "BUMD", other: "dana lain",
};
// What Python's str.split() takes for blank.
const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * The filled clauses, in their order. `template`: of /tablet/data ({clauses, report_days}). `facts`: {total, tax: {mode, rate_percent},
 * fiscal_year, valid_until, listing_by, host, source} with the texts of the canonical form.
 */
export function clausesFor(template, facts) {
  const values = valuesOf(template, facts);
  return template.clauses.map(({ text, locked }) => (locked ? text : filled(text, values))).filter(Boolean);
}

/** The clauses of an invitation to take part, from the same template and facts; as record_clauses in commitments/kinds.py. */
export function invitationClauses(template, facts) {
  const { method } = facts.source;
  const values = {
    ...valuesOf(template, facts),
    metode: method === "contest" ? "sayembara/kontes" : METHODS[method] ?? "",
    sumber: sourceText({ ...facts.source, method: "" }),
  };
  return template.invitation.map(({ text }) => filled(text, values));
}

function filled(text, values) {
  const full = text.replace(/\{([^{}]*)\}/g, (whole, name) => values[name.trim()] ?? whole);
  return full.split(BLANK).filter(Boolean).join(" ");
}

function valuesOf(template, facts) {
  return {
    nilai: officialRupiah(facts.total),
    terbilang: inWords(facts.total),
    ppn: taxNote(facts.tax),
    sumber: sourceText(facts.source),
    tayang: facts.listing_by
      ? `Produk yang belum tayang akan ditayangkan PIHAK KEDUA pada e-katalog paling lambat ${longDate(facts.listing_by)}.`
      : "",
    penyelenggara: facts.host || "penyelenggara",
    tanggal_lapor: reportDays(template.report_days),
    berlaku_sampai: longDate(facts.valid_until),
    tahun: facts.fiscal_year,
  };
}

/** `sudah termasuk PPN 11%` */
export function taxNote({ mode, rate_percent: rate }) {
  if (mode === "none") return "tidak dikenai PPN";
  return `${mode === "included" ? "sudah" : "belum"} termasuk PPN ${rate.replace(/\.?0+$/, "").replace(".", ",") || "0"}%`;
}

/** The planned source in one line; what is not known is left out. */
export function sourceText(source) {
  const code = source.rup_code ? `kode RUP ${source.rup_code}` : "";
  const known = [
    [code, source.rup_name].filter(Boolean).join(" "),
    source.work_unit && `satuan kerja ${source.work_unit}`,
    source.funding_source && `sumber dana ${FUNDS[source.funding_source] ?? source.funding_source}`,
    source.method && `metode ${METHODS[source.method] ?? source.method}`,
    source.month && `rencana bulan ${MONTHS[Number(source.month) - 1]}`,
  ];
  return known.filter(Boolean).join("; ") || "belum ditentukan";
}

function reportDays(days) {
  if (!days.length) return "setiap kali terjadi transaksi";
  const named = [...days].sort().map(longDate);
  if (named.length < 3) return `pada ${named.join(" dan ")}`;
  return `pada ${named.slice(0, -1).join(", ")}, dan ${named[named.length - 1]}`;
}
