// Dialogs: opened and closed by data attributes; without this module the same dialogs open by their address.

function open(dialog) {
  if (typeof dialog.showModal !== "function" || dialog.open) return;
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!dialog || typeof dialog.showModal !== "function") return;
    event.preventDefault();
    open(dialog);
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) {
    const dialog = closer.closest("dialog");
    if (!dialog || !dialog.open) return;
    event.preventDefault();
    dialog.close();
    return;
  }
  // A press on the backdrop lands on the dialog itself.
  if (event.target.nodeName === "DIALOG" && event.target.open) event.target.close();
});

// Links that look like buttons answer to the space bar as buttons do.
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || !event.target.matches("a[role='button']")) return;
  event.preventDefault();
  event.target.click();
});

// The address of a dialog opens it as a dialog (a link from elsewhere, a reload).
const addressed = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (addressed && addressed.nodeName === "DIALOG") {
  history.replaceState(history.state, "", location.pathname + location.search);
  open(addressed);
}
