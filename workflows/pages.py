"""The pages about every pool, as files: ``python -m workflows.pages docs/workflows``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from workflows.definition import LANGUAGES, Definition
from workflows.diagram import markdown, svg
from workflows.loading import load_all
from workflows.vocabulary_page import vocabulary_page


def pages(definitions: Mapping[str, Definition]) -> dict[str, str]:
    """File name → text: for each pool and language a page and its diagram, and a page of the
    words that definitions are made of."""
    made = {"vocabulary.md": vocabulary_page()}
    for key, definition in definitions.items():
        for lang in LANGUAGES:
            made[f"{key}.{lang}.md"] = markdown(definition, lang)
            made[f"{key}.{lang}.svg"] = svg(definition, lang, standalone=True)
    return made


def write(folder: Path, definitions: Mapping[str, Definition]) -> tuple[Path, ...]:
    """Write the pages into ``folder``, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages(definitions).items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return tuple(written)


if __name__ == "__main__":
    write(Path(sys.argv[1]), load_all())
