// Hides a question that is not asked: data-when="name=value|other". The server leaves out the
// answers of questions not asked, so what stands in a hidden box does no harm.

export function start(root) {
  for (const part of root.querySelectorAll("[data-when]")) {
    const form = part.closest("form");
    const [name, values] = part.dataset.when.split("=");
    const wanted = values.split("|");
    const settle = () => {
      part.hidden = !new FormData(form).getAll(name).some((value) => wanted.includes(value));
    };
    form.addEventListener("change", settle);
    addEventListener("pageshow", settle);
    settle();
  }
}
