"""Reading a summary's forms back: a workbook's cells, stored and calculated anew, and the text of
a PDF."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import html5lib
import pytest
from python_calamine import CalamineWorkbook

from pool.render.environment import environment_for
from pool.render.paper import Paper

_MONEY = re.compile(r"([−-]?)(\d{1,3}(?:\.\d{3})*)(?:,(\d\d))?[ \u00a0]kr\.")
_KEPT = re.compile(r"(</f>)<v>[^<]*</v>")

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


def sheets(body: bytes) -> dict[str, Rows]:
    """Sheet → rows, as stored."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def without_results(body: bytes) -> bytes:
    """The workbook with its formulas but without what they came to: whoever opens it has to
    calculate."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(made, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("xl/worksheets/"):
                data = _KEPT.sub(r"\1", data.decode()).encode()
            new.writestr(item, data)
    return made.getvalue()


def recalculated(body: bytes, folder: Path) -> dict[str, Rows]:
    """Sheet → rows, every formula calculated by LibreOffice."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    (folder / "out").mkdir(exist_ok=True)
    (folder / "in.xlsx").write_bytes(without_results(body))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}/office",
            *("--headless", "--convert-to", "xlsx", "--outdir", str(folder / "out")),
            str(folder / "in.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return sheets((folder / "out" / "in.xlsx").read_bytes())


def ore(value: Any) -> int | None:
    """A cell of money in øre; None for words and for nothing."""
    return round(value * 100) if isinstance(value, int | float) else None
