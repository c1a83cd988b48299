"""A report as blocks in one language: what page, PDF and workbook are made of.

Values in tables are raw (øre, whole numbers, days, text), so that each form can show them in its
own way; ``None`` is *not known*, shown as such and never counted as nothing.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pool.render.words import Words

Kind = Literal["text", "money", "number", "day", "month", "percent"]
"""``day`` is a date, or ``YYYY-MM`` where only the month is known; ``month`` is ``YYYY-MM``."""
Value = str | int | date | None
Level = Literal[2, 3]

MOST_ROWS = 2_500
"""A table on paper and page has no more rows, and says so: typesetting takes a fifth of a megabyte
a row, and nobody reads a page that long. Workbook and CSV have every row."""


@dataclass(frozen=True, slots=True)
class Column:
    """``key`` names it in JSON and formulas; ``sums``: its total is the sum of its rows.

    What a workbook and CSV have as a column of its own need not be one on paper and page:
    ``aside`` is not shown there; ``under`` is the key of the column below whose value this one's
    stands in small type, within ``phrase`` (``{} back``), unless it is empty or nothing.
    ``clip``: paper and page show no more than so many characters. ``unknown`` stands for None,
    where the usual *not known* would say too much.
    """

    key: str
    label: str
    kind: Kind = "text"
    sums: bool = False
    aside: bool = False
    under: str | None = None
    phrase: str = "{}"
    clip: int | None = None
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    id: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Para:
    id: str
    text: str
    own: bool = False
    """The group's own words, not a sentence made of figures."""


@dataclass(frozen=True, slots=True)
class Fact:
    """``strong``: a sum of the lines above it. ``before`` is last year's value beside.

    What the value is made of, so that a workbook can have a formula instead of a number:
    ``sum_of`` is a table's id and a column of it; ``made_of`` are keys of facts of the same list
    to be added, with ``-`` before the key to be taken away.
    """

    key: str
    label: str
    value: Value
    kind: Kind
    before: Value = None
    strong: bool = False
    sum_of: tuple[str, str] | None = None
    made_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A list of figures, each with last year's beside where there is one. ``label`` and
    ``before_label`` say which years these are."""

    id: str
    caption: str
    rows: tuple[Fact, ...]
    before_label: str | None = None
    note: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """``sheet`` is its name in a workbook, the caption where there is none. ``alone``: it is a
    list in its own right that the CSV has too. Without rows it is left out of paper and page."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None
    note: str | None = None
    sheet: str | None = None
    alone: bool = False

    @property
    def shown(self) -> tuple[tuple[int, Column, tuple[tuple[int, Column], ...]], ...]:
        """The columns of paper and page, with their place in a row and those that stand under
        them."""
        numbered = tuple(enumerate(self.columns))
        return tuple(
            (place, column, tuple(one for one in numbered if one[1].under == column.key))
            for place, column in numbered
            if column.under is None and not column.aside
        )

    @property
    def first_rows(self) -> tuple[tuple[Value, ...], ...]:
        """The rows of paper and page."""
        return self.rows[:MOST_ROWS]


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars. Told apart by pattern and label, never by colour alone."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Drawn once as SVG for page and PDF; ``table`` says the same in figures. ``alt`` says in a
    sentence what the picture shows."""

    id: str
    title: str
    alt: str
    form: Literal["bars", "course", "steps"]
    """``course`` has a place for each label, a month; ``steps`` days (ISO) along a line of time."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Kind
    table: Table


Block = Heading | Para | Facts | Table | Chart


@dataclass(frozen=True, slots=True)
class Paper:
    """``stamp`` is what proves the report (parameters, hash, heads): label and value."""

    title: str
    subtitle: str
    lang: str
    dir: str
    blocks: tuple[Block, ...]
    stamp: tuple[tuple[str, str], ...]
    small: bool

    def tables(self) -> Iterator[Table]:
        """Every table, also those behind the charts, in order."""
        for block in self.blocks:
            if isinstance(block, Table):
                yield block
            elif isinstance(block, Chart):
                yield block.table


def show(value: Value, kind: Kind, words: Words, *, unknown: str | None = None) -> str:
    """``value`` as a reader sees it; *not known* for None, or ``unknown``."""
    if value is None:
        return words.t("Not known") if unknown is None else unknown
    if isinstance(value, date):
        return words.short_day(value)
    if isinstance(value, str):
        return words.month(value) if kind in ("day", "month") and value else value
    if kind == "money":
        return words.money(value)
    if kind == "percent":
        return f"{number(value)}\u00a0%"
    return number(value)


def cell(row: Sequence[Value], place: int, column: Column, words: Words) -> str:
    """One cell as paper and page show it: long text is cut at a word."""
    shown = show(row[place], column.kind, words, unknown=column.unknown)
    return shown if column.clip is None else clipped(shown, column.clip)


def clipped(text: str, most: int) -> str:
    """``text`` of at most about so many characters, cut at a word."""
    if len(text) <= most:
        return text
    room = text[: most + 1]
    cut = room.rsplit(None, 1)[0] if any(map(str.isspace, room)) else room[:-1]
    return f"{cut.rstrip(' ,;:.-')}…"


def note(table: Table, words: Words) -> str | None:
    """The note below a table on paper and page, which also says what is not shown there."""
    told = [table.note or ""]
    if len(table.rows) > MOST_ROWS:
        told.append(
            words.t(
                "The first %(shown)s of %(all)s rows; the spreadsheet has them all. The sums are "
                "of all of them.",
                shown=number(MOST_ROWS),
                all=number(len(table.rows)),
            )
        )
    if any(
        column.clip is not None and len(str(row[place])) > column.clip
        for row in table.first_rows
        for place, column in enumerate(table.columns)
    ):
        told.append(words.t("Long texts are cut here; the spreadsheet has them whole."))
    return " ".join(filter(None, told)) or None


def below(row: Sequence[Value], columns: Sequence[tuple[int, Column]], words: Words) -> list[str]:
    """The lines in small type below a cell: what is short in one, then each longer text."""
    told = [
        (column, column.phrase.format(text))
        for place, column in columns
        if row[place] != 0 and (text := cell(row, place, column, words))
    ]
    short = " · ".join(text for column, text in told if column.clip is None)
    return [one for one in (short, *(text for column, text in told if column.clip)) if one]


def total_of(
    columns: Sequence[Column], rows: Sequence[Sequence[Value]], label: str, *, at: str | None = None
) -> tuple[Value, ...]:
    """The line below a table: the sums of what is known, ``label`` in the column ``at`` (else the
    first). Where nothing of a column is known, neither is its sum."""
    place_of_label = next((p for p, one in enumerate(columns) if one.key == at), 0)
    sums: list[Value] = []
    for place, column in enumerate(columns):
        known = [value for row in rows if isinstance(value := row[place], int)]
        unknown = column.sums and rows and not known
        sums.append(None if unknown else sum(known) if column.sums else "")
    sums[place_of_label] = label
    return tuple(sums)


def number(value: int) -> str:
    """``12.345``, with the sign for less than nothing that figures have."""
    return f"{'−' if value < 0 else ''}{abs(value):,}".replace(",", ".")


def last_day(month: str) -> date:
    """The last day of ``YYYY-MM``."""
    year, number_of_it = int(month[:4]), int(month[5:7])
    return date(year, number_of_it, calendar.monthrange(year, number_of_it)[1])
