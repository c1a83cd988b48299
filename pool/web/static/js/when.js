// Hides a question that is not asked: data-when="name=value|other", or "name=*" for any answer. The
// server leaves out the answers of questions not asked, so what stands in a hidden box does no harm.

export function start(root) {
  for (const part of root.querySelectorAll("[data-when]")) {
    const form = part.closest("form");
    const [name, values] = part.dataset.when.split("=");
    const wanted = values.split("|");
    const any = values === "*";
    const settle = () => {
      const given = new FormData(form).getAll(name);
      part.hidden = !given.some((value) => (any ? value.trim() : wanted.includes(value)));
    };
    form.addEventListener(any ? "input" : "change", settle);
    addEventListener("pageshow", settle);
    settle();
  }
}
