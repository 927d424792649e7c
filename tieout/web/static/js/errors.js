/** The error summary receives focus, and its links bring the field into sight with its label. */

const summary = document.getElementById("to-errors");
summary?.focus();
summary?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".to-field") ?? field).scrollIntoView({ block: "start" });
  field.focus({ preventScroll: true });
});
