// Runs something once for each element that is, or comes to be, on the page.

/** Calls `each(element)` for every match now and in whatever htmx brings later. */
export function onEach(selector, each) {
  const seen = new WeakSet();
  const visit = (root) => {
    const found = Array.from(root.querySelectorAll(selector));
    if (root.matches && root.matches(selector)) found.unshift(root);
    for (const element of found) {
      if (seen.has(element)) continue;
      seen.add(element);
      each(element);
    }
  };
  visit(document);
  document.addEventListener("htmx:load", (event) => visit(event.detail.elt));
}

/** Loads a module the first time a match is on the page. */
export function whenPresent(selector, load) {
  let loaded = false;
  onEach(selector, () => {
    if (loaded) return;
    loaded = true;
    load();
  });
}
