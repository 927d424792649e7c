/**
 * In the matching grid J and K go from proposal to proposal; keys then act on the current one alone.
 * After a decision the page opens at the place where it was left.
 */

const grid = document.querySelector("[data-matching]");
const place = `matching:${location.pathname}`;
const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea");
// Which proposal is the current one; beyond the last, until somebody moves, so that undoing leads back.
let at = 0;

function go(to) {
  const proposals = [...grid.querySelectorAll("[data-proposal]")];
  const next = proposals[Math.min(to, proposals.length - 1)];
  at = to;
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
  const last = grid.querySelectorAll("[data-proposal]").length - 1;
  go(Math.min(Math.max(Math.min(at, last) + step, 0), Math.max(last, 0)));
});

if (grid) {
  const left = Number(sessionStorage.getItem(place));
  sessionStorage.removeItem(place);
  if (left > 0) go(left);
  document.addEventListener("submit", () => sessionStorage.setItem(place, at));
}
