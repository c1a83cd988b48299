"""A workbook or a text file with separators, read into lines of cells; whoever calls says what the
columns are.

What a file is, is told by its content. Nothing it contains raises anything but
:class:`Unreadable`: workbooks are read by a bounded process of their own
(:mod:`pool.files.cells`), text by :mod:`csv` after its encoding and separator were recognised. A
formula counts as the value it had when the workbook was saved; text that looks like a formula is
text.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pool.files.kinds import recognise
from pool.files.refusals import MAX_BYTES, FileRefused

MAX_COLUMNS = 200
TRIED = 50
"""Lines by which the separator, and whatever else is guessed, is found."""
ENCODINGS = ("utf-8", "cp1252", "utf-16")
_MEMORY = 1024 * 1024 * 1024
_SECONDS = 30
_MOST_CELLS = 2_000_000
_MOST_TEXT = MAX_BYTES
"""Characters of a workbook in all: as many as a text file may have."""
_LONGEST = 32_767
"""Characters of a cell: as Excel has it."""
_MOST_OUT = 64 * 1024 * 1024
"""Bytes the reading process may answer: all of that, with every letter written by its code."""
_CELLS = Path(__file__).with_name("cells.py")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

_END = "\x01"
"""A last line of our own, which no text that was taken can have."""

Cell = str | int | float | bool | date | None


class Unreadable(ValueError):
    """The file is no table that is taken. ``code`` and ``params`` are for the caller's words:
    ``empty``, ``too-large``, ``kind``, ``old-office``, ``macros``, ``locked``, ``bomb``,
    ``damaged``, ``too-heavy``, ``too-many-rows``, ``too-many-columns``, ``no-sheet``,
    ``no-table``, ``not-text``, ``quote-open``, ``cell-too-long``, ``cell-too-much``,
    ``too-much``."""

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
class Raw:
    """One sheet of a file. ``lines`` are those that are not blank, headings among them."""

    kind: str
    """``xlsx``, ``ods`` or ``csv``."""
    names: tuple[str, ...]
    """The sheets one can choose among; none for text."""
    sheet: str | None
    lines: tuple[Line, ...]
    separator: str | None = None
    """Of text; None where none makes columns of it."""
    encoding: str | None = None
    """Of text: one of :data:`ENCODINGS`."""


def read(
    body: bytes,
    *,
    most_rows: int,
    separators: Sequence[str],
    sheet: str | None = None,
    separator: str | None = None,
    encoding: str | None = None,
) -> Raw:
    """The table in ``body``: of the ``sheet`` asked for, else of the first that has rows.

    Text is read with ``separator`` and ``encoding`` where they are told, else with what is
    recognised, the separator among ``separators``. Far more than ``most_rows`` lines end the
    reading; the caller counts exactly. Raises :class:`Unreadable`.
    """
    if not body.strip():
        raise Unreadable("empty")
    if len(body) > MAX_BYTES:
        raise Unreadable("too-large", limit=MAX_BYTES // (1024 * 1024))
    if body.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raw = _workbook(body, sheet, most_rows)
    else:
        rows, found, code = _text(body, separators, separator, encoding, most_rows)
        raw = Raw("csv", (), None, _filled(rows), found, code)
    if not raw.lines:
        raise Unreadable("no-table")
    if any(len(line.cells) > MAX_COLUMNS for line in raw.lines):
        raise Unreadable("too-many-columns", limit=MAX_COLUMNS)
    return raw


def _filled(rows: Iterable[Sequence[Cell]]) -> tuple[Line, ...]:
    return tuple(
        Line(number, tuple(cells))
        for number, cells in enumerate(rows, start=1)
        if any(not blank(cell) for cell in cells)
    )


def text_of(cell: Cell) -> str:
    """The cell as text: ``2017`` for a number that is whole, ISO for a day."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def shown(cells: Sequence[Cell]) -> list[str]:
    """The cells as headings: one line each, not too long."""
    return [re.sub(r"\s+", " ", text_of(cell)).strip()[:100] for cell in cells]


def headings(typed: Sequence[str], width: int) -> tuple[str, ...]:
    """``width`` headings, all different: the second of two alike has `` (2)`` after it, and a
    column without one goes by its letter."""
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


def _workbook(body: bytes, sheet: str | None, most_rows: int) -> Raw:
    try:
        kind = recognise(body).key
    except FileRefused as refused:
        raise Unreadable(refused.code if refused.code != "kind" else "not-text") from refused
    if kind not in ("xlsx", "ods"):
        raise Unreadable("kind")
    found = _read_apart(body, sheet, most_rows)
    if "error" in found:
        raise Unreadable(str(found["error"]), **found.get("params", {}))
    lines = (Line(number, tuple(map(_cell, cells))) for number, cells in found["rows"])
    filled = tuple(one for one in lines if any(not blank(cell) for cell in one.cells))
    return Raw(kind, tuple(found["names"]), found["sheet"], filled)


def _read_apart(body: bytes, sheet: str | None, most_rows: int) -> dict[str, Any]:
    limits = (most_rows, MAX_COLUMNS, _MEMORY, _SECONDS, _MOST_CELLS, _MOST_TEXT, _LONGEST)
    command = [sys.executable, "-I", str(_CELLS), ",".join(map(str, limits))]
    if sheet is not None:
        if "\0" in sheet:
            raise Unreadable("no-sheet", sheet=sheet.replace("\0", "")[:100])
        command.append(sheet)
    found: dict[str, Any] = json.loads(_answer(command, body))
    return found


def _answer(command: Sequence[str], body: bytes) -> bytes:
    """What the process says, which reads all of ``body`` before it says anything."""
    with subprocess.Popen(  # noqa: S603 - a list, no shell; our own file
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"RUST_BACKTRACE": "0", "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        clock = threading.Timer(2 * _SECONDS, child.kill)
        clock.start()
        try:
            with contextlib.suppress(BrokenPipeError), child.stdin as said:
                said.write(body)
            answer = child.stdout.read(_MOST_OUT + 1)
            if len(answer) > _MOST_OUT:
                child.kill()
            code = child.wait()
        finally:
            clock.cancel()
            child.kill()
    if code != 0:  # ended by a limit: memory, time, or too much of an answer
        raise Unreadable("too-heavy")
    return answer


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["d"])
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)


# Text


def _text(
    body: bytes,
    separators: Sequence[str],
    separator: str | None,
    encoding: str | None,
    most_rows: int,
) -> tuple[list[list[Cell]], str | None, str]:
    text, code = decoded(body, encoding)
    if _CONTROL.search(text):
        raise Unreadable("not-text")
    told = re.match(r"sep=([;,|\t])\r?\n", text)
    if told:  # Excel's own line, which it does not count
        text = text[told.end() :]
    found = separator or (told[1] if told else _separator(text, separators))
    return _separated(text, found or ";", most_rows), found, code


def decoded(body: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and its encoding: by its mark, by the zeros UTF-16 has where Latin letters stand;
    UTF-8 where it is that, else the code page Danish Excel writes."""
    if encoding is not None:
        tried: tuple[str, ...] = (encoding,)
    elif body.startswith((b"\xff\xfe", b"\xfe\xff")) or _zeros(body):
        tried = ("utf-16",)
    elif body.startswith(b"\xef\xbb\xbf"):
        tried = ("utf-8",)
    else:
        tried = ("utf-8", "cp1252")
    for one in tried:
        try:
            return body.decode(_codec(body, one)), one
        except UnicodeDecodeError:
            continue
    raise Unreadable("not-text")


def _zeros(body: bytes) -> str | None:
    """Of UTF-16 without a mark: which half of its pairs is zero."""
    first = body[:400]
    for codec, zero, other in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if (
            len(first) >= 4
            and first[zero::2].count(0) > len(first) // 3
            and 0 not in first[other::2]
        ):
            return codec
    return None


def _codec(body: bytes, encoding: str) -> str:
    if encoding == "utf-8":
        return "utf-8-sig"
    if encoding == "utf-16" and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _zeros(body) or "utf-16-le"
    return encoding


def _separator(text: str, separators: Sequence[str]) -> str | None:
    """The one by which most of the first lines have the same number of cells."""
    best, most = None, -1
    for separator in separators:
        widths = [len(row) for row in _records(text, separator, TRIED) if row]
        several = [width for width in widths if width > 1]
        if not several:
            continue
        usual = max(set(several), key=several.count)
        # how often first, then how many cells: commas stand in texts, but not as evenly
        score = several.count(usual) * MAX_COLUMNS + min(usual, MAX_COLUMNS - 1)
        if score > most:
            best, most = separator, score
    return best


def _separated(text: str, separator: str, most_rows: int) -> list[list[Cell]]:
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
        if filled > most_rows + TRIED:
            raise Unreadable("too-many-rows", limit=most_rows)
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
