// The test before the doors open, in sentences.
import { contact, meetServer } from "../contact.js";
import { action, copy, list, part, screenOf, signal, write } from "../dom.js";
import { appVersion } from "../drafts.js";
import { allChecks } from "../readiness.js";
import { say } from "../say.js";
import { lookForUpdate } from "../updates.js";

const screen = screenOf("ready");

function row({ kind, title, says, advice, key }) {
  const item = copy(screen, "check");
  item.dataset.check = key;
  item.dataset.kind = kind;
  signal(part(item, "signal"), kind, say(`checks.word_${kind}`));
  write(item, { title, says, do: advice });
  part(item, "do").hidden = !advice;
  return item;
}

function verdict(checks) {
  const count = checks.filter((check) => check.kind === "refused").length;
  if (count) return count === 1 ? say("checks.missing_one") : say("checks.missing", { count });
  return say(checks.some((check) => check.kind === "warning") ? "checks.nearly" : "checks.ready");
}

async function draw() {
  const checks = await allChecks({ mend: true });
  list(screen, "checks").replaceChildren(...checks.map(row));
  write(screen, { verdict: verdict(checks), version: appVersion.text });
}

action(screen, "check").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.classList.add("is-busy");
  write(screen, { verdict: say("checks.running") });
  await meetServer();
  if (contact.isOnline) await lookForUpdate();
  await draw();
  button.classList.remove("is-busy");
});

export const ready = { screen, enter: draw, refresh: draw };
