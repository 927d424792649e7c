/** What opens below a bar closes with Escape, and when something else is clicked or focused. */

const open = () => document.querySelectorAll("details.to-drop[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of open()) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});

for (const kind of ["click", "focusin"]) {
  document.addEventListener(kind, (event) => {
    for (const drop of open()) if (!drop.contains(event.target)) drop.open = false;
  });
}
