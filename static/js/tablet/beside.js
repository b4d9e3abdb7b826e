// Other records that use up the same money: what the server knew at the last contact, and what this tablet has signed since.
import { gross, warningsBeside } from "../commitments/checks.js";
import { FORMAT_1, MANDATE_1 } from "../commitments/canonical.js";
import { board } from "./board.js";
import * as store from "./store.js";
import { unlock } from "./vault.js";

const NOTHING = { records: [], packages: [], thresholds: [] };

function recordOf(content) {
  const { record_id, buyer, exhibitor, source, fiscal_year, total, tax } = content;
  return {
    record_id, buyer: buyer.code, exhibitor: exhibitor.code, work_unit: source.work_unit, fiscal_year, rup_code: source.rup_code, amount: gross(total, tax),
  };
}

async function unsentContents() {
  const rows = (await store.queue()).filter((row) => row.cipher && row.format !== MANDATE_1 && row.event === board.data.event.code);
  const records = await Promise.all(rows.map((row) => unlock("queue", row.record_hash, row).catch(() => null)));
  return records.filter(Boolean).map((record) => record.content);
}

/** {records, packages, thresholds} of /tablet/data, each record once whether the server has it or this tablet still. */
export async function othersOnBoard() {
  const { records, packages, thresholds } = board.data.beside || NOTHING;
  const known = new Map(records.map((record) => [record.record_id, record]));
  for (const content of await unsentContents()) if (content.format === FORMAT_1) known.set(content.record_id, recordOf(content));
  return { records: Array.from(known.values()), packages, thresholds };
}

const lower = (text) => (text || "").trim().toLowerCase();

/** What the package of a RUP code is planned as: {ceiling, method}, empty where nothing is known. */
export const packageOf = (others, code) => others.packages.find((one) => code && one.rup_code === code) || { ceiling: "", method: "" };

/**
 * The warnings that other records and the calendar give to a record on its way. `own`: {record_id, buyer, exhibitor, work_unit, fiscal_year,
 * rup_code, amount, today, need}; `need`: the linked one, whose ceiling goes before that of its code.
 */
export function besideOthers(own, others) {
  const rest = others.records.filter((record) => record.record_id !== own.record_id);
  const { need, rup_code: code } = own;
  const ofNeed = need && need.rup_code === code ? need.budget_ceiling : "";
  const isSamePair = (record) => (
    record.buyer === own.buyer && record.exhibitor === own.exhibitor && record.fiscal_year === own.fiscal_year && lower(record.work_unit) === lower(own.work_unit)
  );
  return warningsBeside({
    amount: own.amount,
    fiscal_year: own.fiscal_year,
    today: own.today,
    on_code: rest.filter((record) => code && record.rup_code === code).map((record) => record.amount),
    ceiling: ofNeed || packageOf(others, code).ceiling,
    of_pair: rest.filter(isSamePair).map((record) => record.amount),
    thresholds: others.thresholds.map((threshold) => threshold.amount),
  });
}
