// Counts the characters left: at once for the eye, after a pause for a screen reader.

const PAUSE = 1000; // milliseconds

export function start(root) {
  for (const input of root.querySelectorAll("[data-limit]")) follow(input);
}

function follow(input) {
  const shown = document.getElementById(`${input.id}-count`);
  if (!shown) return;
  const spoken = document.createElement("span");
  spoken.className = "sr";
  spoken.setAttribute("aria-live", "polite");
  shown.after(spoken);
  let timer;
  const say = () => {
    // A line break is sent as two characters, and counted as one on both sides.
    const left = Number(input.dataset.limit) - [...input.value].length;
    const words = left < 0 ? shown.dataset.over : shown.dataset.left;
    shown.textContent = words.replace("{n}", String(Math.abs(left)));
    shown.classList.toggle("count-over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = shown.textContent; }, PAUSE);
  };
  input.addEventListener("input", say);
  if (input.value) say();
}
