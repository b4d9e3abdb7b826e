// Only the fields that belong to what happened are shown; without this module all of them are, with a word on each.

const parts = Array.from(document.querySelectorAll("[data-causes]"));

function show() {
  const chosen = document.querySelector("input[name='cause']:checked");
  for (const part of parts) part.hidden = !chosen || !part.dataset.causes.split(" ").includes(chosen.value);
}

document.addEventListener("change", (event) => { if (event.target.name === "cause") show(); });
show();
