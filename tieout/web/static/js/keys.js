/**
 * Keys of the workbench: what carries data-key is focused (fields) or clicked (buttons, links).
 * Keys act only where nobody is typing; inside the matching grid only the current proposal listens.
 */

const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const wanted = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const all = [...document.querySelectorAll("[data-key]")].filter((one) => one.dataset.key === wanted);
  const one = all.find((key) => key.closest("[aria-current='true'][data-proposal]")) ?? all.find((key) => !key.closest("[data-proposal]"));
  if (!one) return;
  event.preventDefault();
  const dialog = one.dataset.dialog && document.getElementById(one.dataset.dialog);
  if (dialog) dialog.showModal();
  else if (one.matches("input, select, textarea")) one.focus();
  else one.click();
});

for (const link of document.querySelectorAll("a[data-dialog]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    document.getElementById(link.dataset.dialog).showModal();
  });
}
