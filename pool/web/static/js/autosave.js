// Saves a draft while it is filled in. What could not be sent is kept in this tab and tried
// again; a page that is opened anew takes it up where it was left.

const PAUSE = 1200; // milliseconds without typing before it is saved
const AGAIN = [3000, 10000, 30000, 60000]; // milliseconds between tries without a connection

export function start(root) {
  for (const form of root.querySelectorAll("form[data-autosave]")) new Draft(form).begin();
}

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.key = `draft:${new URL(this.url, location.href).pathname}`;
    this.shown = form.querySelector("[data-autosave-status]") ?? document.createElement("p");
    this.tries = 0;
    this.sending = null;
    this.dirty = false;
  }

  begin() {
    this.restore();
    const typed = () => {
      this.dirty = true;
      this.keep();
      this.later(PAUSE);
    };
    this.form.addEventListener("input", typed);
    this.form.addEventListener("change", typed);
    this.form.addEventListener("submit", () => {
      clearTimeout(this.timer);
      this.sending?.abort();
      this.leaving = true;
      setTimeout(() => { this.leaving = false; }, 10000); // the reader may have stopped it
      if (navigator.onLine) this.forget();
    });
    addEventListener("pageshow", () => { this.leaving = false; });
    addEventListener("online", () => { if (this.dirty) this.save(); });
    addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.dirty && !this.leaving) this.save(true);
    });
    if (this.dirty) this.later(0);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  async save(keepalive = false) {
    clearTimeout(this.timer);
    if (this.leaving) return;
    this.sending?.abort();
    const sending = (this.sending = new AbortController());
    const body = new FormData(this.form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    this.dirty = false;
    let answer;
    try {
      answer = await fetch(this.url, {
        method: "POST", body, keepalive, signal: sending.signal, credentials: "same-origin",
        headers: { Accept: "application/json", "X-Requested-With": "autosave" },
      });
    } catch {
      if (sending.signal.aborted) return; // a newer one is on its way
      this.fail(this.shown.dataset.waiting);
      return;
    }
    if (answer.ok && !answer.redirected) {
      this.tries = 0;
      if (this.dirty) return; // typed meanwhile: not all of it is saved yet
      this.forget();
      this.say(this.shown.dataset.saved?.replace("{time}", clock()));
    } else if (answer.status >= 500 || answer.status === 429) {
      this.fail(this.shown.dataset.waiting);
    } else {
      this.dirty = true; // refused: pressing the button will say why
      this.say(this.shown.dataset.failed);
    }
  }

  fail(words) {
    this.dirty = true;
    this.keep();
    this.say(words);
    this.later(AGAIN[Math.min(this.tries++, AGAIN.length - 1)]);
  }

  say(words) {
    if (words && this.shown.textContent !== words) this.shown.textContent = words;
  }

  keep() {
    const typed = controls(this.form).map((one) => [one.name, value_of(one)]);
    try {
      sessionStorage.setItem(this.key, JSON.stringify(typed));
    } catch { /* full or forbidden: the server's copy is the one that counts */ }
  }

  forget() {
    try {
      sessionStorage.removeItem(this.key);
    } catch { /* as above */ }
  }

  restore() {
    let typed;
    try {
      typed = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
    } catch {
      return;
    }
    if (!Array.isArray(typed) || this.form.querySelector("[aria-invalid]")) return;
    const here = controls(this.form);
    if (typed.length !== here.length || typed.some(([name], n) => name !== here[n].name)) return;
    here.forEach((one, n) => {
      const value = typed[n][1];
      if (value === value_of(one)) return;
      if (typeof value === "boolean") one.checked = value;
      else one.value = value;
      one.dispatchEvent(new Event("input", { bubbles: true }));
      one.dispatchEvent(new Event("change", { bubbles: true }));
      this.dirty = true;
    });
  }
}

function controls(form) {
  return [...form.elements].filter((one) => one.name && one.matches("select, textarea, input")
    && !["hidden", "file", "password", "submit", "button"].includes(one.type));
}

function value_of(control) {
  return ["checkbox", "radio"].includes(control.type) ? control.checked : control.value;
}

function clock() {
  return new Intl.DateTimeFormat("da-DK", {
    hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen",
  }).format(new Date()).replace(":", ".");
}
