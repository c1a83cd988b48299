"""Reading a summary's forms back: the text of a page and of a PDF, and the amounts in them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import html5lib
import pytest

from pool.render.environment import environment_for
from pool.render.paper import Paper

_MONEY = re.compile(r"([−-]?)(\d{1,3}(?:\.\d{3})*)(?:,(\d\d))?[ \u00a0]kr\.")

Rows = list[list[Any]]


def kroner(ore: int) -> str:
    """An amount as a Dane writes it: ``1.234,56 kr.``, no øre where there are none."""
    whole, rest = divmod(abs(ore), 100)
    sign = "−" if ore < 0 else ""
    return f"{sign}{whole:,}".replace(",", ".") + (f",{rest:02}" if rest else "") + " kr."


def amounts(text: str) -> Counter[int]:
    """Every amount of money in ``text``, in øre, and how often it stands there."""
    return Counter(
        (-1 if sign else 1) * (int(whole.replace(".", "")) * 100 + int(ore or 0))
        for sign, whole, ore in _MONEY.findall(text)
    )


def missing(text: str, wanted: Iterable[int]) -> Counter[int]:
    """Those of the ``wanted`` amounts that do not stand in ``text`` as often as they ought to."""
    return Counter(wanted) - amounts(text)


def pdf_text(body: bytes, folder: Path) -> str:
    """The words of a PDF as a reader's program finds them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils are not installed")
    path = folder / "summary.pdf"
    path.write_bytes(body)
    told = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, timeout=60
    )
    return told.stdout.decode()


def page(report: Paper) -> Any:
    """The report as its page shows it, as a tree."""
    template = environment_for(report.lang).from_string(
        '{% from "pages/macros/paper.html" import paper %}{{ paper(report) }}'
    )
    return html5lib.parseFragment(template.render(report=report), namespaceHTMLElements=False)


def words_of(tree: Any) -> str:
    return " ".join(tree.itertext())


def rows_of(tree: Any, block: str) -> list[str]:
    """The text of each line of the table with that id."""
    found = tree.find(f".//*[@id='{block}']")
    assert found is not None, block
    return [words_of(row) for row in found.iter("tr")]


def ore(value: Any) -> int | None:
    """A cell of money in øre; None for words and for nothing."""
    return round(value * 100) if isinstance(value, int | float) else None
