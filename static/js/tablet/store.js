// What the tablet keeps, in IndexedDB; docs/adr/0017 says what is stored where and why.
//
//   facts     plain: who this tablet is, the event's public key, last contact, the encrypted data of the event
//   keys      two AES-GCM keys that cannot leave the browser: "data" (wiped with the data) and "queue" (for what is signed)
//   drafts    encrypted: what is being typed or signed
//   papers    encrypted: files added to a draft (mandates), one row each, so that a stroke does not write them again
//   queue     signed and not acknowledged: encrypted, and sealed to the event's public key; never deleted unanswered
//   receipts  plain, without names: number, total, hash, the server's answer
//   blocks    serials this tablet may give; taken: which record has which
//
// A transaction ends as soon as something else is awaited in it: everything is encrypted before it is opened.
import { openDB } from "idb";

const NAME = "temu-bisnis-tablet";
const opened = { promise: null };

function upgrade(db, before) {
  if (before < 2) db.createObjectStore("papers", { keyPath: "id" });
  if (before > 0) return;
  db.createObjectStore("facts");
  db.createObjectStore("keys");
  db.createObjectStore("drafts", { keyPath: "id" });
  db.createObjectStore("queue", { keyPath: "record_hash" });
  db.createObjectStore("receipts", { keyPath: "record_hash" });
  db.createObjectStore("blocks", { keyPath: "code" });
  db.createObjectStore("taken", { keyPath: "record_id" });
}

export function database() {
  if (!opened.promise) {
    opened.promise = openDB(NAME, 2, {
      upgrade,
      // A newer version of the app in another window waits for nobody.
      blocking: (_current, _blocked, event) => { event.target.close(); opened.promise = null; },
      terminated: () => { opened.promise = null; },
    }).catch((error) => { opened.promise = null; throw error; });
  }
  return opened.promise;
}

/** A transaction that is on the disk when it is done. */
async function durable(stores, work) {
  const db = await database();
  const tx = db.transaction(stores, "readwrite", { durability: "strict" });
  try {
    const result = await work(tx);
    await tx.done;
    return result;
  } catch (error) {
    try { tx.abort(); } catch (_aborted) { /* it has ended already */ }
    await tx.done.catch(() => undefined);
    throw error;
  }
}

// --- facts --------------------------------------------------------------------------------------------------------
export const fact = async (name) => (await database()).get("facts", name);

export const keepFacts = (values) => durable(["facts"], (tx) => (
  Promise.all(Object.entries(values).map(([name, value]) => tx.objectStore("facts").put(value, name)))
));

export const key = async (name) => (await database()).get("keys", name);

/** Two windows at once agree on one key: who comes second gets the first one's. */
export const keepKey = (name, made) => durable(["keys"], async (tx) => {
  const store = tx.objectStore("keys");
  const known = await store.get(name);
  if (known) return known;
  await store.put(made, name);
  return made;
});

// --- drafts -------------------------------------------------------------------------------------------------------
export const drafts = async () => (await database()).getAll("drafts");
export const draft = async (id) => (await database()).get("drafts", id);
export const keepDraft = (row) => durable(["drafts"], (tx) => tx.objectStore("drafts").put(row));

/** Its number, if it had one, stays unused: `taken` says which record it was meant for. */
export const dropDraft = (id) => durable(["drafts", "papers"], (tx) => dropWhole(tx, id));

async function dropWhole(tx, id) {
  await tx.objectStore("drafts").delete(id);
  const papers = tx.objectStore("papers");
  for (const row of await papers.getAll()) if (row.draft === id) await papers.delete(row.id);
}

export const paper = async (id) => (await database()).get("papers", id);
export const keepPaper = (row) => durable(["papers"], (tx) => tx.objectStore("papers").put(row));
export const dropPaper = (id) => durable(["papers"], (tx) => tx.objectStore("papers").delete(id));

// --- numbers ------------------------------------------------------------------------------------------------------
export const blocksOf = async (tablet) => {
  const rows = await (await database()).getAll("blocks");
  return rows.filter((row) => row.tablet === tablet).sort((a, b) => a.first - b.first);
};

/** Take over what the server says is open; what this tablet has used of a block it knows itself. */
export const mergeBlocks = (tablet, open, lost = []) => durable(["blocks"], async (tx) => {
  const store = tx.objectStore("blocks");
  for (const { code, first, last } of open) {
    const known = await store.get(code);
    if (!known) await store.put({ code, first, last, next: first, tablet });
  }
  for (const row of await store.getAll()) {
    const isOpen = open.some(({ code }) => code === row.code);
    if (row.tablet === tablet && (!isOpen || lost.includes(row.code))) await store.delete(row.code);
  }
});

/** The serial of a record, given once whoever asks how often; null when none is left. */
export const takeSerial = (tablet, recordId) => durable(["blocks", "taken"], async (tx) => {
  const taken = tx.objectStore("taken");
  const before = await taken.get(recordId);
  if (before) return before;
  const store = tx.objectStore("blocks");
  const rows = (await store.getAll()).filter((row) => row.tablet === tablet && row.next <= row.last);
  const block = rows.sort((a, b) => a.first - b.first)[0];
  if (!block) return null;
  await store.put({ ...block, next: block.next + 1 });
  const given = { record_id: recordId, block: block.code, serial: block.next };
  await taken.put(given);
  return given;
});

// --- the queue ----------------------------------------------------------------------------------------------------
export const queue = async () => {
  const rows = await (await database()).getAll("queue");
  return rows.sort((a, b) => (a.at < b.at ? -1 : 1));
};
export const receipts = async () => {
  const rows = await (await database()).getAll("receipts");
  return rows.sort((a, b) => (a.answered_at < b.answered_at ? 1 : -1));
};

/** Signed: the record and its mandates into the queue and out of the drafts, all or nothing; stored twice it is one. */
export const enqueue = (rows, draftId) => durable(["queue", "drafts", "papers"], async (tx) => {
  for (const row of rows) await tx.objectStore("queue").put(row);
  await dropWhole(tx, draftId);
});

/** Of this very record (its hash is the key) the server has answered that it may go. */
export const acknowledge = (recordHash, answer) => durable(["queue", "receipts"], async (tx) => {
  const row = await tx.objectStore("queue").get(recordHash);
  if (!row || row.record_id !== answer.record_id) return;
  const { record_id, record_hash, content_hash, number, total, format, meeting, at } = row;
  await tx.objectStore("receipts").put({ record_id, record_hash, content_hash, number, total, format, meeting, at, ...answer });
  await tx.objectStore("queue").delete(recordHash);
});

export const mark = (recordHash, values) => durable(["queue"], async (tx) => {
  const row = await tx.objectStore("queue").get(recordHash);
  if (row) await tx.objectStore("queue").put({ ...row, ...values });
});

// --- wiping -------------------------------------------------------------------------------------------------------
/** The event's data, what is being typed, and the key they were encrypted with. The queue stays as it is. */
export const wipeData = () => durable(["facts", "keys", "drafts", "papers"], async (tx) => {
  await Promise.all([
    tx.objectStore("facts").delete("data"), tx.objectStore("keys").delete("data"), tx.objectStore("drafts").clear(), tx.objectStore("papers").clear(),
  ]);
});

/** The readable half of the queue: what is left of it only the organiser can open. */
export const keepSealedOnly = () => durable(["queue", "keys"], async (tx) => {
  const store = tx.objectStore("queue");
  for (const row of await store.getAll()) {
    const { record_hash, record_id, number, event, tablet, at, sealed } = row;
    if (sealed) await store.put({ record_hash, record_id, number, event, tablet, at, sealed, state: "sealed" });
  }
  const readable = (await store.getAll()).some((row) => row.cipher);
  if (!readable) await tx.objectStore("keys").delete("queue");
});
