/** In the matching grid J and K go from proposal to proposal; keys then act on the current one alone. */

const grid = document.querySelector("[data-matching]");
const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea");

function go(step) {
  const proposals = [...grid.querySelectorAll("[data-proposal]")];
  const at = proposals.findIndex((one) => one.hasAttribute("aria-current"));
  const next = proposals[Math.min(Math.max(at + step, 0), proposals.length - 1)];
  for (const one of proposals) {
    const current = one === next;
    one.classList.toggle("to-proposal-current", current);
    if (current) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
    const accept = one.querySelector("[data-key='A']");
    accept?.classList.toggle("to-button-main", current);
    accept?.classList.toggle("to-button-plain", !current);
  }
  next?.querySelector("[data-key='A']")?.focus();
}

document.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key];
  if (!grid || !step || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  event.preventDefault();
  go(step);
});
