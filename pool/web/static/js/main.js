// Everything here is a help and nothing is needed: each page works without scripts.

import { start as accounts } from "./accounts.js";
import { start as autosave } from "./autosave.js";
import { start as budget } from "./budget.js";
import { start as copy } from "./copy.js";
import { start as count } from "./count.js";
import { start as errors } from "./errors.js";
import { start as once } from "./once.js";
import { start as progress } from "./progress.js";
import { start as when } from "./when.js";

for (const part of [when, count, budget, accounts, copy, autosave, once, errors, progress]) {
  try {
    part(document);
  } catch (error) {
    console.error(error); // one part that fails leaves the others alone
  }
}
