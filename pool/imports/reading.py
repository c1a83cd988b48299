"""A spreadsheet or a CSV file, read into lines of cells.

What it is, is told by its content; the name is only kept. Nothing a file contains raises anything
but :class:`Unreadable`: workbooks are read by a bounded process of their own
(:mod:`pool.imports.cells`), text by :mod:`csv` after its encoding and separator were recognised.
A formula counts as the value it had when the workbook was saved; text that looks like a formula is
text.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pool.files import FileRefused
from pool.files.kinds import recognise
from pool.imports import columns

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
_MEMORY = 1024 * 1024 * 1024
_SECONDS = 30
_CELLS = Path(__file__).with_name("cells.py")
_SEPARATORS = (";", "\t", ",")
_TRIED = 50
"""Lines by which the separator and the line of the headings are found."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

_END = "\x01"
"""A last line of our own, which no text that was taken can have."""

Cell = str | int | float | bool | date | None


class Unreadable(ValueError):
    """The file is no table that is taken. ``code`` and ``params`` are worded by
    :mod:`pool.imports.wording`: ``empty``, ``too-large``, ``kind``, ``old-office``, ``macros``,
    ``locked``, ``bomb``, ``damaged``, ``too-heavy``, ``too-many-rows``, ``too-many-columns``,
    ``no-sheet``, ``no-table``, ``not-text``, ``quote-open``, ``cell-too-long``."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` as a spreadsheet counts: its first line is 1, blank lines count."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """One sheet of a file. ``lines`` are those below the headings that are not blank.

    ``headings`` are all different: the second of two alike has `` (2)`` after it, and a column
    without one goes by its letter.
    """

    kind: str
    """``xlsx``, ``ods`` or ``csv``."""
    names: tuple[str, ...]
    """The sheets one can choose among; none for CSV."""
    sheet: str | None
    headings: tuple[str, ...]
    heading_line: int
    lines: tuple[Line, ...]

    def column(self, heading: str) -> int | None:
        """The place of the column with that heading."""
        return self.headings.index(heading) if heading in self.headings else None


def sheets(body: bytes, name: str, sheet: str | None = None) -> Book:
    """The table in ``body``: of the ``sheet`` asked for, else of the first that has rows.

    ``name`` is the file's name as handed in; it settles nothing. Raises :class:`Unreadable`.
    """
    del name  # a name proves nothing; the argument is there for who calls with both
    if not body.strip():
        raise Unreadable("empty")
    if len(body) > MAX_BYTES:
        raise Unreadable("too-large", limit=MAX_BYTES // (1024 * 1024))
    if body.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        kind, names, chosen, rows = _workbook(body, sheet)
    else:
        kind, names, chosen, rows = "csv", (), None, _text(body)
    return _book(kind, names, chosen, rows)


def _book(
    kind: str, names: Sequence[str], sheet: str | None, rows: Iterable[Sequence[Cell]]
) -> Book:
    lines = [
        Line(number, tuple(cells))
        for number, cells in enumerate(rows, start=1)
        if any(not _blank(cell) for cell in cells)
    ]
    if not lines:
        raise Unreadable("no-table")
    if any(len(line.cells) > MAX_COLUMNS for line in lines):
        raise Unreadable("too-many-columns", limit=MAX_COLUMNS)
    place = columns.heading_place([_shown(line.cells) for line in lines[:_TRIED]])
    width = max(len(line.cells) for line in lines[place:])
    below = lines[place + 1 :]
    if len(below) > MAX_ROWS:
        raise Unreadable("too-many-rows", limit=MAX_ROWS)
    return Book(
        kind=kind,
        names=tuple(names),
        sheet=sheet,
        headings=_headings(_shown(lines[place].cells), width),
        heading_line=lines[place].number,
        lines=tuple(below),
    )


def text_of(cell: Cell) -> str:
    """The cell as text: ``2017`` for a number that is whole, ISO for a day."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _shown(cells: Sequence[Cell]) -> list[str]:
    return [re.sub(r"\s+", " ", text_of(cell)).strip()[:100] for cell in cells]


def _headings(typed: Sequence[str], width: int) -> tuple[str, ...]:
    found: list[str] = []
    for place in range(width):
        heading = (typed[place] if place < len(typed) else "") or letter(place)
        plain, again = heading, 2
        while heading in found:
            heading, again = f"{plain} ({again})", again + 1
        found.append(heading)
    return tuple(found)


def letter(place: int) -> str:
    """What a spreadsheet calls the column: 0 → ``A``, 27 → ``AB``."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


# Workbooks


def _workbook(
    body: bytes, sheet: str | None
) -> tuple[str, Sequence[str], str | None, list[list[Cell]]]:
    try:
        kind = recognise(body).key
    except FileRefused as refused:
        raise Unreadable(refused.code if refused.code != "kind" else "not-text") from refused
    if kind not in ("xlsx", "ods"):
        raise Unreadable("kind")
    found = _read_apart(body, sheet)
    if "error" in found:
        raise Unreadable(str(found["error"]), **found.get("params", {}))
    rows = [[_cell(value) for value in row] for row in found["rows"]]
    return kind, found["names"], found["sheet"], rows


def _read_apart(body: bytes, sheet: str | None) -> dict[str, Any]:
    limits = f"{MAX_ROWS},{MAX_COLUMNS},{_MEMORY},{_SECONDS}"
    command = [sys.executable, "-I", str(_CELLS), limits]
    if sheet is not None:
        if "\0" in sheet:
            raise Unreadable("no-sheet", sheet=sheet.replace("\0", "")[:100])
        command.append(sheet)
    try:
        done = subprocess.run(  # noqa: S603 - a list, no shell; our own file
            command,
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"RUST_BACKTRACE": "0", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
            timeout=2 * _SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too-heavy") from error
    if done.returncode != 0:  # ended by a limit: memory or time
        raise Unreadable("too-heavy")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["d"])
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)


# Text


def _text(body: bytes) -> list[list[Cell]]:
    text = _decoded(body)
    if _CONTROL.search(text):
        raise Unreadable("not-text")
    told = re.match(r"sep=([;,|\t])\r?\n", text)
    if told:  # Excel's own line, which it does not count
        separator, text = told[1], text[told.end() :]
        return _separated(text, separator)
    return _separated(text, _separator(text))


def _decoded(body: bytes) -> str:
    """UTF-8 where it is that, else the code page Danish Excel writes; UTF-16 by its mark."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if body.startswith(mark):
            tried: tuple[str, ...] = (encoding,)
            break
    else:
        tried = ("utf-8", "cp1252")
    for encoding in tried:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("not-text")


def _separator(text: str) -> str:
    """The one by which most of the first lines have the same number of cells."""
    best, most = ";", -1
    for separator in _SEPARATORS:
        widths = [len(row) for row in _records(text, separator, _TRIED) if row]
        several = [width for width in widths if width > 1]
        if not several:
            continue
        usual = max(set(several), key=several.count)
        # how often first, then how many cells: commas stand in texts, but not as evenly
        score = several.count(usual) * MAX_COLUMNS + min(usual, MAX_COLUMNS - 1)
        if score > most:
            best, most = separator, score
    return best


def _separated(text: str, separator: str) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    filled = 0
    record: list[str] = []
    for record in _records(text.rstrip("\r\n") + f"\n{_END}", separator, None):
        if record == [_END]:
            break
        cells: list[Cell] = [cell if cell.strip() else None for cell in record]
        while cells and cells[-1] is None:
            cells.pop()
        filled += bool(cells)
        if filled > MAX_ROWS + _TRIED:
            raise Unreadable("too-many-rows", limit=MAX_ROWS)
        if len(cells) > MAX_COLUMNS:
            raise Unreadable("too-many-columns", limit=MAX_COLUMNS)
        rows.append(cells)
    if record != [_END]:  # a quotation mark was opened and swallowed the rest
        raise Unreadable("quote-open", line=len(rows))
    return rows


def _records(text: str, separator: str, most: int | None) -> Iterable[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, record in enumerate(reader):
            if most is not None and number >= most:
                return
            yield record
    except csv.Error as error:
        if most is not None:  # a wrong guess may run a cell over everything
            return
        raise Unreadable("cell-too-long") from error
