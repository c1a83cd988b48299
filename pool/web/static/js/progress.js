// Work that goes on elsewhere: asks how far it is every two seconds, and opens the page anew once
// it is done. Without a script the page asks for itself to be loaded again.

const PAUSE = 2000; // milliseconds

export function start(root) {
  const shown = root.querySelector("[data-progress]");
  if (!shown) return;
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-progress]");
      if (!answer.ok || !now) return location.reload();
      shown.querySelector("progress").value = now.querySelector("progress").value;
      const words = now.querySelector("[role=status]").textContent;
      const status = shown.querySelector("[role=status]");
      if (status.textContent !== words) status.textContent = words;
    } catch {
      // no connection: asked again
    }
    setTimeout(ask, PAUSE);
  };
  setTimeout(ask, PAUSE);
}
