"""A spreadsheet or a CSV file of decided cases: its headings, and the lines below them.

The reading itself, and all that a hostile file may try, is :mod:`pool.files.tables`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pool.files import MAX_BYTES, tables
from pool.files.tables import Cell, Line, Unreadable, letter, text_of
from pool.imports import columns

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "Book",
    "Cell",
    "Line",
    "Unreadable",
    "letter",
    "sheets",
    "text_of",
]

MAX_ROWS = 20_000
MAX_COLUMNS = tables.MAX_COLUMNS
_SEPARATORS = (";", "\t", ",")


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
    raw = tables.read(body, most_rows=MAX_ROWS, separators=_SEPARATORS, sheet=sheet)
    return _book(raw.kind, raw.names, raw.sheet, raw.lines)


def _book(kind: str, names: Sequence[str], sheet: str | None, lines: Sequence[Line]) -> Book:
    place = columns.heading_place([tables.shown(line.cells) for line in lines[: tables.TRIED]])
    width = max(len(line.cells) for line in lines[place:])
    below = lines[place + 1 :]
    if len(below) > MAX_ROWS:
        raise Unreadable("too-many-rows", limit=MAX_ROWS)
    return Book(
        kind=kind,
        names=tuple(names),
        sheet=sheet,
        headings=tables.headings(tables.shown(lines[place].cells), width),
        heading_line=lines[place].number,
        lines=tuple(below),
    )
