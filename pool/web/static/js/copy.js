// Copies a link, where the browser lets a page do so.

export function start(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) {
    const name = button.textContent;
    const said = document.createElement("span");
    said.className = "sr";
    said.setAttribute("role", "status");
    button.after(said);
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.value);
      } catch {
        source.select(); // the reader can press Ctrl-C
        return;
      }
      button.textContent = said.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = name; said.textContent = ""; }, 4000);
    });
  }
}
