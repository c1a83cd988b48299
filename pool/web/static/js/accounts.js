// The accounts' sum and differences, as they are typed; the server's button does the same.

import { parse, show } from "./money.js";

export function start(root) {
  for (const accounts of root.querySelectorAll("[data-accounts]")) {
    accounts.addEventListener("input", () => sum(accounts));
    accounts.querySelector('button[name="do"]').remove();
    sum(accounts);
  }
}

function signed(ore) {
  return `${ore > 0 ? "+" : ore < 0 ? "−" : ""}${show(Math.abs(ore))}`;
}

function sum(accounts) {
  let budget = 0;
  let spent = 0;
  let told = false;
  for (const row of accounts.querySelectorAll("[data-budgeted]")) {
    const planned = Number(row.dataset.budgeted);
    const actual = parse(row.querySelector("[data-actual]").value);
    budget += planned;
    if (actual !== null) {
      told = true;
      spent += actual;
    }
    row.querySelector("[data-difference]").textContent =
      actual === null ? "–" : signed(actual - planned);
  }
  accounts.querySelector("[data-spent]").textContent = told ? show(spent) : "–";
  accounts.querySelector("[data-total]").textContent = told ? signed(spent - budget) : "–";
}
