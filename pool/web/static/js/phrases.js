// Puts a sentence of the pool into the reasons, with the place for the facts marked, and names
// its criterion where none is named. Without scripts the server does it.

for (const list of document.querySelectorAll("[data-phrases]")) {
  const reasons = document.getElementById(list.dataset.phrases);
  const criterion = document.getElementById(list.dataset.criterion);
  for (const button of list.querySelectorAll("[data-insert]")) {
    const phrase = button.parentElement.querySelector("[data-phrase]");
    button.addEventListener("click", (event) => {
      event.preventDefault();
      put(reasons, phrase.textContent.trim());
      if (criterion && !criterion.value) criterion.value = phrase.dataset.phrase;
    });
  }
}

function put(field, sentence) {
  const at = field.selectionStart;
  const before = field.value.slice(0, at);
  const gap = before && !/\s$/.test(before) ? "\n\n" : "";
  field.setRangeText(gap + sentence, at, field.selectionEnd, "end");
  const facts = field.value.indexOf("…", at);
  field.focus();
  if (facts >= 0 && facts < at + gap.length + sentence.length) {
    field.setSelectionRange(facts, facts + 1); // typing the facts writes over it
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
