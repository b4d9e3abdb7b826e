// Scans on their way: each has a key made here and is kept until the server has answered, also over a reload.
// Kept and sent is the least: our codes are opaque; of what is no code of ours only the kind goes out.

const bounded = /^[A-Za-z0-9\] -]{1,40}$/;

/** What of a text that was read may be stored and sent: a stranger's address card stays in front of the camera. */
export function least(text) {
  const plain = text.trim();
  if (bounded.test(plain)) return plain;
  if (/^(BEGIN.{0,2}VCARD|MECARD|BIZCARD)/i.test(plain)) return "BEGIN:VCARD";
  if (/^([A-Z][A-Z0-9+.-]{1,15}:\/\/|WWW\.)/i.test(plain)) return "https://";
  return "?";
}

/** A key that no other door makes. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  constructor(name) {
    this.name = name;
    this.items = this.#read();
  }

  #read() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.name) || "[]");
      return Array.isArray(kept) ? kept.filter((item) => item && typeof item.key === "string") : [];
    } catch (_error) {
      return [];
    }
  }

  #write() {
    try {
      localStorage.setItem(this.name, JSON.stringify(this.items));
    } catch (_error) {
      // no room, or storage is forbidden: the scan still goes out, it only would not outlive a reload
    }
  }

  add(item) {
    const kept = { key: newKey(), at: Date.now(), ...item };
    this.items.push(kept);
    this.#write();
    return kept;
  }

  remove(key) {
    this.items = this.items.filter((item) => item.key !== key);
    this.#write();
  }
}
