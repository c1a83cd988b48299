"""Workbooks opened and calculated anew by LibreOffice, so that what a formula gives is told by
another program than the one that wrote it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

Cells = dict[str, list[list[Any]]]
"""Sheet → rows → values."""
_STORED = re.compile(rb"(</f>)<v>[^<]*</v>")


def cells(workbook: bytes) -> Cells:
    """What is stored in ``workbook``, formulas as the values written beside them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def recalculated(workbooks: Sequence[bytes], folder: Path) -> list[Cells]:
    """Each of ``workbooks`` with its formulas calculated by LibreOffice, which never sees the
    values stored beside them. One start of the program for all; the test is skipped where it is
    not installed."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed: formulas are not calculated")
    files = [folder / f"book-{at}.xlsx" for at in range(len(workbooks))]
    for file, body in zip(files, workbooks, strict=True):
        file.write_bytes(without_values(body))
    out = folder / "out"
    done = subprocess.run(
        [
            program,
            f"-env:UserInstallation=file://{folder / 'profile'}",
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(out),
            *map(str, files),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert all((out / file.name).exists() for file in files), done.stdout + done.stderr
    return [cells((out / file.name).read_bytes()) for file in files]


def formulas(workbook: bytes) -> list[str]:
    """Every formula, sheet by sheet."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        sheets = sorted(name for name in parts.namelist() if "/worksheets/sheet" in name)
        return [
            one.decode()
            for name in sheets
            for one in re.findall(rb"<f>([^<]*)</f>", parts.read(name))
        ]


def without_values(workbook: bytes) -> bytes:
    """The workbook with its formulas but without what they came to: whoever opens it has to
    calculate."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as parts,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as stripped,
    ):
        for name in parts.namelist():
            stripped.writestr(name, _STORED.sub(rb"\1", parts.read(name)))
    return made.getvalue()
