/**
 * Sums that follow what is ticked or typed, in minor units. The server adds up again: this only shows
 * early what it will say, and without script the buttons keep the words they came with.
 *
 *   lines of a statement   <table data-selection="lines">, <button form="lines" data-words="Confirm {count} lines, {sum}">
 *   two books              <form data-selection-bar data-decimals="2"> with data-sum, data-count and data-left
 *   what stays in dispute  <output data-remainder-of="expected" data-minor="100000">, <span data-words="Dispute {sum}">
 */

/** 404000 → "4,040.00", with the minus sign used everywhere here. */
function figure(minor, decimals) {
  const digits = String(Math.abs(minor)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  return (minor < 0 ? "\u2212" : "") + whole + (decimals ? "." + digits.slice(-decimals) : "");
}

/** "1,234.50" → 123450; null for anything else. */
function minorOf(text, decimals) {
  const read = text.trim().match(/^(\d{1,3}(?:,\d{3})*|\d+)(?:\.(\d+))?$/);
  if (!read || (read[2] ?? "").length > decimals) return null;
  return Number(read[1].replaceAll(",", "") + (read[2] ?? "").padEnd(decimals, "0"));
}

/** What is ticked of a form: how many, and their sum. */
function ticked(form, name) {
  const ticks = [...document.querySelectorAll(`input[name="${name}"][form="${form}"]:checked`)];
  return { count: ticks.length, sum: ticks.reduce((total, tick) => total + Number(tick.dataset.minor), 0) };
}

function followLines(table) {
  const form = table.dataset.selection;
  const buttons = [...document.querySelectorAll(`button[form="${form}"][data-words]`)].map((button) => {
    const words = button.querySelector("span");
    return { words, plain: words.textContent, full: button.dataset.words, decimals: Number(button.dataset.decimals) };
  });
  const say = () => {
    const { count, sum } = ticked(form, "line");
    for (const { words, plain, full, decimals } of buttons) {
      words.textContent = count ? full.replace("{count}", count).replace("{sum}", figure(sum, decimals)) : plain;
    }
  };
  table.addEventListener("change", say);
  say();
}

function followBooks(bar) {
  const decimals = Number(bar.dataset.decimals);
  const words = bar.querySelector("button [data-words]");
  const plain = words.textContent;
  const say = () => {
    const ours = ticked(bar.id, "ours");
    const theirs = ticked(bar.id, "theirs");
    const left = ours.sum - theirs.sum;
    const any = ours.count + theirs.count > 0;
    for (const [side, { count, sum }] of Object.entries({ ours, theirs })) {
      bar.querySelector(`[data-count="${side}"]`).textContent = count;
      bar.querySelector(`[data-sum="${side}"]`).textContent = figure(sum, decimals);
    }
    bar.querySelector('[data-sum="left"]').textContent = figure(left, decimals);
    bar.querySelector("[data-left]").classList.toggle("to-selection-even", any && left === 0);
    const full = left ? words.dataset.wordsLeft : words.dataset.words;
    words.textContent = any ? full.replace("{ours}", figure(ours.sum, decimals)).replace("{left}", figure(left, decimals)) : plain;
  };
  document.addEventListener("change", say);
  say();
}

function followAmount(output) {
  const field = document.getElementById(output.dataset.remainderOf);
  const whole = Number(output.dataset.minor);
  const decimals = Number(output.dataset.decimals);
  const words = field.form?.querySelector("button [data-words]");
  const plain = words?.textContent;
  const say = () => {
    const expected = minorOf(field.value, decimals);
    const known = expected !== null && expected <= whole;
    output.textContent = known ? figure(whole - expected, decimals) : "";
    output.closest("[data-remainder]").hidden = !known;
    if (words) words.textContent = known ? words.dataset.words.replace("{sum}", output.textContent) : plain;
  };
  field.addEventListener("input", say);
  say();
}

document.querySelectorAll("table[data-selection]").forEach(followLines);
document.querySelectorAll("form[data-selection-bar]").forEach(followBooks);
document.querySelectorAll("output[data-remainder-of]").forEach(followAmount);
