// The summary of errors takes the focus; its links lead to the question, not only to the box.

export function start(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && root.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!control) return;
    event.preventDefault();
    (questionOf(control) ?? control).scrollIntoView();
    control.focus({ preventScroll: true });
  });
}

function questionOf(control) {
  return control.closest(".field")?.querySelector("label, legend");
}
