from __future__ import annotations

from pathlib import Path

import pytest

from workflows import vocabulary as words
from workflows.definition import Definition
from workflows.loading import OWN
from workflows.pages import pages, write

DOCS = OWN.parent.parent / "docs" / "workflows"


def test_a_page_and_a_picture_for_each_pool_and_language(
    tmp_path: Path, pools: dict[str, Definition]
) -> None:
    written = write(tmp_path / "new" / "folder", pools)
    assert {path.name for path in written} == {"vocabulary.md"} | {
        f"{key}.{lang}.{kind}" for key in pools for lang in ("da", "en") for kind in ("md", "svg")
    }
    for path in written:
        assert path.read_text(encoding="utf-8") == pages(pools)[path.name]
        if path.suffix == ".md" and path.stem != "vocabulary":
            assert f"({path.stem}.svg)" in path.read_text(encoding="utf-8")


def test_every_word_is_on_its_page() -> None:
    page = pages({})["vocabulary.md"]
    for table in (
        words.ROLES, words.GUARDS, words.INPUTS, words.EFFECTS, words.LETTERS, words.NOTICES,
        words.DEADLINES, words.FEATURES, words.QUESTION_TYPES, words.RESERVED_QUESTIONS,
    ):  # fmt: skip
        for name in table:
            assert f"- `{name}`: " in page


@pytest.mark.parametrize("kind", ["md", "svg"])
def test_the_documentation_is_that_of_the_files(pools: dict[str, Definition], kind: str) -> None:
    """Made anew by ``python -m workflows.pages docs/workflows``."""
    for name, text in pages(pools).items():
        if name.endswith(kind):
            assert (DOCS / name).read_text(encoding="utf-8") == text, name
