// The budget's lines come and go without a round trip, and their sum is shown as it grows.

import { parse, show } from "./money.js";

export function start(root) {
  for (const budget of root.querySelectorAll("[data-budget]")) edit(budget);
}

function edit(budget) {
  const name = budget.dataset.budget;
  const list = budget.querySelector(".budget-rows");
  const add = budget.querySelector(`button[name="add_${name}"]`);
  const blank = emptied(list.lastElementChild.cloneNode(true));
  const rows = () => [...list.querySelectorAll(".budget-row")];
  const changed = () => {
    sum(budget);
    budget.dispatchEvent(new Event("input", { bubbles: true })); // so that it is saved
  };

  const number = () => rows().forEach((row, n) => renumber(row, name, n));
  const show_removers = () => {
    const several = rows().length > 1;
    for (const row of rows()) row.querySelector("[data-remove]").hidden = !several;
  };

  add?.addEventListener("click", (event) => {
    event.preventDefault();
    const row = blank.cloneNode(true);
    list.append(row);
    number();
    show_removers();
    row.querySelector(".input").focus();
  });
  if (add) {
    list.addEventListener("click", (event) => {
      const remove = event.target.closest("[data-remove]");
      if (!remove) return;
      const row = remove.closest(".budget-row");
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      number();
      show_removers();
      next.querySelector(".input").focus();
      changed();
    });
    show_removers();
  }
  budget.addEventListener("input", (event) => { if (event.target !== budget) sum(budget); });
  document.getElementById(budget.dataset.asked)?.addEventListener("input", () => sum(budget));
  sum(budget);
}

function emptied(row) {
  for (const field of row.querySelectorAll("input, select")) {
    field.removeAttribute("value");
    field.value = "";
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  for (const choice of row.querySelectorAll("option")) choice.removeAttribute("selected");
  for (const error of row.querySelectorAll(".error")) error.remove();
  return row;
}

function renumber(row, name, n) {
  const start = new RegExp(`^${name}-\\d+-`);
  for (const part of row.querySelectorAll("[id], [for], [aria-describedby]")) {
    for (const attribute of ["id", "name", "for", "aria-describedby"]) {
      const value = part.getAttribute(attribute);
      if (value) part.setAttribute(attribute, value.replace(start, `${name}-${n}-`));
    }
  }
  const words = (template) => template.replace("{n}", String(n + 1));
  row.setAttribute("aria-label", words(row.dataset.label));
  const remove = row.querySelector("[data-remove]");
  remove.querySelector(".sr").textContent = words(remove.dataset.label);
}

function sum(budget) {
  const shown = budget.querySelector(".budget-sum");
  const amounts = [...budget.querySelectorAll("input[name$='-amount']")]
    .map((input) => input.value.trim())
    .filter(Boolean)
    .map(parse);
  const known = amounts.filter((ore) => ore !== null);
  shown.hidden = known.length === 0;
  const total = known.reduce((one, other) => one + other, 0);
  shown.textContent = shown.dataset.sumText.replace("{sum}", show(total));
  const asked = parse(document.getElementById(budget.dataset.asked)?.value ?? "");
  if (asked !== null && asked !== total) {
    const note = document.createElement("small");
    note.textContent = shown.dataset.askedText.replace("{sum}", show(asked));
    shown.append(note);
  }
}
