// The tablet's service worker: the whole app is on the device before the doors open, and a new version waits until it is let in.
// matchmaking/commitments/routes/tablet_app.py writes `self.TABLET` in front: version, files, and the page in each language.

const { version, files, pages } = self.TABLET;
const current = `tablet-${version}`;
/** Not tied to a version: which language was chosen, so that a page that is opened without a network is in it. */
const choices = "tablet-choices";
const languageAddress = "/tablet/language";
const isOurs = (name) => name.startsWith("tablet-");
const wanted = [...files, ...Object.values(pages)];

/** Straight from the server: what the browser kept from before may be older. */
const fresh = (address) => new Request(address, { cache: "reload", credentials: "same-origin" });

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(current).then((cache) => cache.addAll(wanted.map(fresh))));
});

async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => isOurs(name) && name !== current && name !== choices).map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function chosenPage() {
  const kept = await (await caches.open(choices)).match(languageAddress);
  const language = kept ? await kept.text() : "";
  return pages[language] || Object.values(pages)[0];
}

async function kept(address) {
  const cache = await caches.open(current);
  const answer = await cache.match(address, { ignoreVary: true });
  return answer || fetch(fresh(address));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/tablet") event.respondWith(chosenPage().then(kept));
  else if (wanted.includes(pathname)) event.respondWith(kept(pathname));
});

async function missing() {
  const cache = await caches.open(current);
  const found = await Promise.all(wanted.map((address) => cache.match(address, { ignoreVary: true })));
  return wanted.filter((_address, index) => !found[index]);
}

async function refill() {
  const cache = await caches.open(current);
  const lost = await missing();
  await Promise.all(lost.map((address) => cache.add(fresh(address)).catch(() => undefined)));
  return missing();
}

const answers = {
  state: async () => ({ version, count: wanted.length, missing: await missing() }),
  refill: async () => ({ version, count: wanted.length, missing: await refill() }),
  // Only when the page has made sure that nothing is unsigned or unsent.
  letIn: async () => self.skipWaiting(),
};

self.addEventListener("message", (event) => {
  const answer = answers[event.data && event.data.ask];
  if (!answer) return;
  event.waitUntil(answer().then((found) => event.ports[0] && event.ports[0].postMessage(found)));
});
