/**
 * Rows typed by keyboard: Enter goes to the next line, a new one comes when the last is used, and what the
 * lines add up to is shown. Outside the rows Enter goes to the next field; Ctrl and Enter hand all of it in. A chosen product fills in its name, unit and price where nothing was typed.
 * The server adds up again; without script the button gives more rows.
 *
 *   <table data-grid="lines" data-decimals="2"> rows of inputs named lines-0-code … </table>
 *   <datalist id="products" data-more="/desk/products/offered?account=1">
 */

/** 404000 → "4,040.00", with the minus sign used everywhere here. */
function figure(minor, decimals) {
  const digits = String(Math.abs(minor)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  return (minor < 0 ? "\u2212" : "") + whole + (decimals ? "." + digits.slice(-decimals) : "");
}

/** "1,234.50" → [123450n, 2]: digits and how many of them are decimals; null for anything else. */
function read(text) {
  const found = text.trim().replaceAll(",", "").match(/^(-?)(\d+)(?:\.(\d+))?$/);
  if (!found) return null;
  return [BigInt(found[1] + found[2] + (found[3] ?? "")), (found[3] ?? "").length];
}

/** Digits with so many decimals, rounded half away from zero to the currency's. */
function minor([digits, places], decimals) {
  if (places <= decimals) return digits * 10n ** BigInt(decimals - places);
  const unit = 10n ** BigInt(places - decimals);
  const half = digits < 0n ? -unit / 2n : unit / 2n;
  return (digits + half) / unit;
}

function field(row, name) {
  return row.querySelector(`[name$="-${name}"]`);
}

/** What a row comes to, in minor units; null where it says nothing. */
function worth(row, decimals) {
  const amount = read(field(row, "amount")?.value ?? "");
  if (amount) return minor(amount, decimals);
  const quantity = read(field(row, "quantity")?.value ?? "");
  const price = read(field(row, "unit_price")?.value ?? "");
  return quantity && price ? minor([quantity[0] * price[0], quantity[1] + price[1]], decimals) : null;
}

function addRow(table) {
  const rows = table.tBodies[0].rows;
  const made = rows[rows.length - 1].cloneNode(true);
  const renamed = (text) => text.replace(/-\d+-/, `-${rows.length}-`);
  for (const input of made.querySelectorAll("input")) {
    input.name = renamed(input.name);
    input.id = renamed(input.id);
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  for (const label of made.querySelectorAll("label")) {
    label.htmlFor = renamed(label.htmlFor);
    label.textContent = label.textContent.replace(/\d+(?=\D*$)/, rows.length + 1);
  }
  for (const error of made.querySelectorAll(".to-field-error")) error.remove();
  table.tBodies[0].append(made);
  return made;
}

function followGrid(table) {
  const decimals = Number(table.dataset.decimals);
  const total = table.querySelector("[data-total]");
  const say = () => {
    const found = [...table.tBodies[0].rows].map((row) => worth(row, decimals)).filter((one) => one !== null);
    total.hidden = found.length === 0;
    total.querySelector("[data-sum]").textContent = figure(Number(found.reduce((sum, one) => sum + one, 0n)), decimals);
  };
  table.addEventListener("input", say);
  table.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    const row = event.target.closest("tr");
    const next = row.nextElementSibling ?? addRow(table);
    next.querySelector("input").focus();
  });
  say();
}

/** Fills in the rest of a line whose code is on the list; false where it is not. */
function fillIn(list, code) {
  const chosen = [...list.options].find((one) => one.value === code.value.trim());
  if (!chosen) return false;
  const row = code.closest("tr");
  for (const [name, value] of [["description", chosen.dataset.name], ["unit", chosen.dataset.unit], ["unit_price", chosen.dataset.price]]) {
    if (value && !field(row, name).value) field(row, name).value = value;
  }
  row.dispatchEvent(new Event("input", { bubbles: true })); // the sum of the lines follows
  return true;
}

/** What was chosen from the list fills in the rest of its line, also where the list comes later than the keys. */
function followProducts(list) {
  let asked = "";
  document.addEventListener("input", async ({ target }) => {
    if (!target.name?.endsWith("-code") || fillIn(list, target)) return;
    const text = target.value.trim();
    if (text.length < 2 || text === asked) return;
    asked = text;
    const answer = await fetch(`${list.dataset.more}&q=${encodeURIComponent(text)}`);
    if (!answer.ok || asked !== text) return;
    list.innerHTML = await answer.text();
    fillIn(list, target);
  });
}

/** Enter goes on to the next field, Ctrl and Enter do what the main button says. */
function followForm(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".to-button-main"));
      return;
    }
    if (!event.target.matches("input:not([type=checkbox]), select")) return;
    event.preventDefault();
    const fields = [...form.elements].filter((one) => one.type !== "hidden" && one.offsetParent);
    fields[fields.indexOf(event.target) + 1]?.focus();
  });
}

const grids = [...document.querySelectorAll("table[data-grid]")];
grids.forEach(followGrid);
new Set(grids.map((table) => table.closest("form"))).forEach(followForm);
document.querySelectorAll("datalist[data-more]").forEach(followProducts);
