"""``python -m tests.render.approve [NAME…]``: take the mails and letters as they are now for
right. What the approved files said before is in the version control: read the difference."""

from __future__ import annotations

import sys

from tests.render import approved


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - {name for name, _ in approved.every()}
    if unknown:
        sys.stderr.write(f"no such mail or letter: {', '.join(sorted(unknown))}\n")
        return 2
    approved.FOLDER.mkdir(exist_ok=True)
    keep = {approved.path(*one) for one in approved.every()}
    for old in sorted(set(approved.FOLDER.iterdir()) - keep):
        old.unlink()
        sys.stdout.write(f"gone: {old.name}\n")
    for name, lang in approved.every():
        if wanted and name not in wanted:
            continue
        file, text = approved.path(name, lang), approved.made(name, lang)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            word = "changed" if file.exists() else "new"
            file.write_text(text, encoding="utf-8", newline="\n")
            sys.stdout.write(f"{word}: {file.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
