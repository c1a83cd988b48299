// A second press right after the first is dropped; a later one is always let through, so that
// nobody is locked out when an answer does not come. The server carries a command out once.

const MOMENT = 1500; // milliseconds

export function start(root) {
  const pressed = new WeakMap(); // form → when, and by which button
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const last = pressed.get(form);
    if (last && last.by === event.submitter && event.timeStamp - last.at < MOMENT) {
      event.preventDefault();
      return;
    }
    pressed.set(form, { at: event.timeStamp, by: event.submitter });
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const button of root.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
}
