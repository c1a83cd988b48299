"""How a file of postings is read: what was recognised, what a person chose, what must be asked.

The same line of two files is one posting: equal in day, amount, reference, text and, where a
column has it, the posting's own number or voucher; of equal lines in one file the first is the
first of another, the second the second. Whether a line that was here before is that one or a new
one is asked where it cannot be told (:mod:`pool.books.repeats`). CPR numbers are made unreadable,
in headings too, but for a reference that is one of our own payments'.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pool import keys
from pool.books import cells, columns
from pool.books.matching import plain
from pool.files import tables
from pool.files.tables import Cell, Line, Raw, Unreadable
from workflows import cpr
from workflows.values import Bad, clean, line

MAX_ROWS = 50_000
SEPARATORS = (";", "\t", "|", ",")
SIGNS = ("plus", "minus")
"""Whether money that was paid out stands above or below zero."""
AGAIN = ("same", "new")
"""Whether lines that were here before are the same postings, or new ones."""
LONGEST_TEXT = 500
_LONGEST_REFERENCE = 100
_KEPT = ("sheet", "separator", "encoding", "headed", "sign", "dates", "mark", "again")
_TOTAL = re.compile(r"\b(?:i alt|ialt|total|sum|saldo)\b")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read. Empty: not recognised, or (as a choice) to be recognised.

    ``columns`` is role → heading; ``dates`` one of :data:`cells.ORDERS`, ``mark`` one of
    :data:`cells.MARKS`, ``sign`` one of :data:`SIGNS`, ``headed`` ``yes`` or ``no``, ``again`` one
    of :data:`AGAIN`.
    """

    sheet: str = ""
    separator: str = ""
    encoding: str = ""
    headed: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    sign: str = ""
    dates: str = ""
    mark: str = ""
    again: str = ""

    def stored(self, headings: Sequence[str]) -> dict[str, object]:
        """As ``BooksFile.layout`` has it, with the headings it belongs to."""
        told: dict[str, object] = {name: getattr(self, name) for name in _KEPT}
        return told | {"columns": dict(self.columns), "headings": list(headings)}


def of_stored(told: Mapping[str, Any]) -> Layout:
    """What :meth:`Layout.stored` gave; what is no word of ours counts as not chosen."""
    words = {name: str(told.get(name) or "") for name in _KEPT}
    chosen = told.get("columns")
    return _sound(Layout(**words, columns=dict(chosen) if isinstance(chosen, Mapping) else {}))


def _sound(chosen: Layout) -> Layout:
    def among(value: str, known: Sequence[str]) -> str:
        return value if value in known else ""

    return replace(
        chosen,
        separator=among(chosen.separator, SEPARATORS),
        encoding=among(chosen.encoding, tables.ENCODINGS),
        headed=among(chosen.headed, ("yes", "no")),
        sign=among(chosen.sign, SIGNS),
        dates=among(chosen.dates, cells.ORDERS),
        mark=among(chosen.mark, cells.MARKS),
        again=among(chosen.again, AGAIN),
        columns={role: one for role, one in chosen.columns.items() if role in columns.ROLES},
    )


@dataclass(frozen=True, slots=True)
class Found:
    """A file as far as it was understood. ``asked`` are names of what was not: ``separator``,
    ``columns``, ``dates``, ``mark``, ``sign``. ``lines`` are those below the headings."""

    raw: Raw
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    layout: Layout
    asked: tuple[str, ...]

    def cell(self, line_: Line, role: str) -> Cell:
        heading = self.layout.columns.get(role)
        if not heading or heading not in self.headings:
            return None
        place = self.headings.index(heading)
        return line_.cells[place] if place < len(line_.cells) else None


@dataclass(frozen=True, slots=True)
class Row:
    """A posting as it was read. ``amount``: øre, above zero what was paid out. ``key`` makes the
    same line of another file the same posting; it is of ``what`` the line says and how often the
    file said so before. ``numbered``: with a number of its own."""

    line: int
    booked_on: date
    amount: int
    reference: str
    text: str
    key: str
    what: tuple[str, ...] = ()
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be read. ``role`` is that of its column; ``code`` and ``params`` are
    worded by :mod:`pool.books.wording`. ``posting``: it may be one; without day and amount, and
    with the sum of all above, it is none."""

    line: int
    role: str
    code: str
    params: Mapping[str, str | int]
    posting: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """The postings of a file, the lines that cannot be read, and how many are of 0 kr."""

    rows: tuple[Row, ...]
    bad: tuple[BadRow, ...]
    zeros: int

    @property
    def unread(self) -> int:
        """How many of the lines that cannot be read may be postings."""
        return sum(one.posting for one in self.bad)


def recognise(
    body: bytes,
    chosen: Layout,
    *,
    references: Callable[[Sequence[str]], int] | None = None,
    sign: Callable[[Found], str] | None = None,
    before: Callable[[Sequence[str]], Layout | None] | None = None,
) -> Found:
    """What ``body`` is, with what was ``chosen`` in place of what would be guessed.

    ``references`` counts how many of some cells are references of ours (which of several columns
    is it?), ``sign`` says which way the amounts count by what they meet in our books, ``before``
    how a file with these headings was read the last time. Raises :class:`Unreadable`.
    """
    chosen = _sound(chosen)
    raw = tables.read(
        body,
        most_rows=MAX_ROWS,
        separators=SEPARATORS,
        sheet=_sheet(body, chosen.sheet),
        separator=chosen.separator or None,
        encoding=chosen.encoding or None,
    )
    headings, lines, headed = _headed(raw, chosen)
    if len(lines) > MAX_ROWS:
        raise Unreadable("too-many-rows", limit=MAX_ROWS)
    layout = Layout(
        sheet=cpr.mask(raw.sheet or ""),
        separator=raw.separator or "",
        encoding=raw.encoding or "",
        headed=headed,
        columns=_columns(headings, lines, chosen, references),
        again=chosen.again,
    )
    found = Found(raw, headings, lines, layout, ())
    earlier = (before(headings) if before else None) or Layout()
    asked = [] if raw.separator or raw.kind != "csv" else ["separator"]
    if columns.missing(layout.columns):
        return replace(found, asked=(*asked, "columns"))
    for name, told in (("dates", _order(found)), ("mark", _mark(found))):
        value = getattr(chosen, name) or told or ""
        if told is None:  # open: as the last time, else it is asked
            value = value or getattr(earlier, name)
            asked += [] if value else [name]
        told_now = {"dates": layout.dates, "mark": layout.mark} | {name: value}
        layout = replace(layout, dates=told_now["dates"], mark=told_now["mark"])
    found = replace(found, layout=layout)
    way = chosen.sign or (sign(found) if sign else "") or _sign_of_columns(found) or earlier.sign
    asked += [] if way else ["sign"]
    return replace(found, layout=replace(layout, sign=way), asked=tuple(asked))


def _sheet(body: bytes, wanted: str) -> str | None:
    """The sheet's name as the file has it: what is stored has no CPR number."""
    if cpr.MASK not in wanted:
        return wanted or None
    names = tables.read(body, most_rows=MAX_ROWS, separators=SEPARATORS).names
    return next((one for one in names if cpr.mask(one) == wanted), wanted)


def _headed(raw: Raw, chosen: Layout) -> tuple[tuple[str, ...], tuple[Line, ...], str]:
    place = columns.heading_place(raw.lines[: tables.TRIED])
    if chosen.headed == "no" or (place is None and chosen.headed != "yes"):
        width = max(len(one.cells) for one in raw.lines)
        return tables.headings((), width), raw.lines, "no"
    place = place or 0
    below = raw.lines[place:]
    width = max(len(one.cells) for one in below)
    shown = [cpr.mask(one) for one in tables.shown(below[0].cells)]
    return tables.headings(shown, width), below[1:], "yes"


def _columns(
    headings: Sequence[str],
    lines: Sequence[Line],
    chosen: Layout,
    references: Callable[[Sequence[str]], int] | None,
) -> Mapping[str, str]:
    picked = {role: one for role, one in chosen.columns.items() if one in headings}
    if picked:
        return picked
    guessed = columns.guess(headings)
    several = columns.candidates(headings, "reference")
    if references is not None and len(several) > 1:
        counts = {one: references(_column(headings, lines, one)) for one in several}
        guessed["reference"] = max(several, key=lambda one: counts[one])  # the first of equals
        guessed = columns.numbered(guessed, headings)
    return guessed


def _column(headings: Sequence[str], lines: Sequence[Line], heading: str) -> list[str]:
    place = headings.index(heading)
    return [tables.text_of(one.cells[place]) for one in lines if place < len(one.cells)]


def _order(found: Found) -> str | None:
    """The order of day and month; empty where it makes no difference, None where it is open."""
    told = Counter(cells.tells_order(found.cell(one, "date")) for one in found.lines)
    if told["dmy"] and told["mdy"]:
        return None
    if told["dmy"] or told["mdy"]:
        return "dmy" if told["dmy"] else "mdy"
    return None if told["either"] else ""


def _mark(found: Found) -> str | None:
    """The decimal mark; empty where no cell has one, None where they disagree."""
    told = {
        cells.tells_mark(found.cell(one, role))
        for one in found.lines
        for role in ("amount", "debit", "credit")
    } - {""}
    return None if len(told) > 1 else next(iter(told), "")


def _sign_of_columns(found: Found) -> str:
    """Debit of a cost account is money that was spent; a column may say so itself."""
    used = found.layout.columns
    if "amount" not in used:
        return "plus"
    word = columns.plain(used["amount"])
    return "plus" if word.startswith(("udbetal", "amount paid")) else ""


def examples(found: Found, most: int = 3) -> list[str]:
    """Days as they stand, of those whose order is open."""
    seen: list[str] = []
    for one in found.lines:
        cell = found.cell(one, "date")
        text = cpr.mask(tables.text_of(cell).strip())[:40]
        if cells.tells_order(cell) and text not in seen:
            seen.append(text)
            if len(seen) == most:
                break
    return seen


def rows(found: Found, ours: Collection[str] = frozenset()) -> Reading:
    """Every line below the headings, read as ``found.layout`` says. ``ours`` are the references
    of our own payments, as :func:`~pool.books.matching.plain` has them."""
    good: list[Row] = []
    bad: list[BadRow] = []
    zeros = total = 0
    met: Counter[tuple[str, ...]] = Counter()
    for one in found.lines:
        role = "date"
        try:
            day = cells.day(found.cell(one, "date"), found.layout.dates)
            role = next(r for r in ("amount", "debit", "credit") if r in found.layout.columns)
            amount = _amount(found, one)
            role = "reference"
            typed = line(tables.text_of(found.cell(one, role)), _LONGEST_REFERENCE)
            hidden = shown(found.cell(one, role), typed)
            hidden = cpr.MASK if cpr.spelled_in(hidden) else hidden[:_LONGEST_REFERENCE]
            role = "text"
            text = clean(tables.text_of(found.cell(one, role)))
            text = " ".join(shown(found.cell(one, role), text).split())[:LONGEST_TEXT]
            number = clean(tables.text_of(found.cell(one, "number")))
        except Bad as fault:
            bad.append(_bad(found, one, role, fault, total))
            continue
        if amount == 0:
            zeros += 1
            continue
        total += amount
        # the same whether a reference is ours already, or becomes so before the next file
        told = typed if hidden == typed else keys.ring().digest(typed)
        what = (day.isoformat(), str(amount), told, text, _sealed(number))
        met[what] += 1
        good.append(
            Row(
                *(one.number, day, amount, typed if plain(typed) in ours else hidden, text),
                *(key(what, met[what]), what, bool(number)),
            )
        )
    return Reading(tuple(good), tuple(bad), zeros)


def _bad(found: Found, one: Line, role: str, fault: Bad, total: int) -> BadRow:
    params = {k: cpr.mask(v) if isinstance(v, str) else v for k, v in fault.params.items()}
    return BadRow(one.number, role, fault.code, params, _may_be_posting(found, one, total))


def _may_be_posting(found: Found, one: Line, total: int) -> bool:
    if any(character.isdigit() for character in tables.text_of(found.cell(one, "date"))):
        return True
    try:
        amount = _amount(found, one)
    except Bad as fault:
        return fault.code != "amount-none"
    words = " ".join(tables.text_of(cell) for cell in one.cells).casefold()
    return amount != 0 and not (amount == total and _TOTAL.search(words))


def key(what: Sequence[str], occurrence: int) -> str:
    """sha256 of a posting: of equal lines in one file the first, the second, …"""
    said = "\x1f".join((*what, str(occurrence)))
    return hashlib.sha256(said.encode()).hexdigest()


def _sealed(text: str) -> str:
    """Of a possible CPR number what only the house's key can make of it: there are so few of them
    that a plain digest could be tried out."""
    return keys.ring().digest(text) if cpr.spelled_in(text) else text


def _amount(found: Found, one: Line) -> int:
    """Øre, above zero where it was paid out. Raises Bad."""
    mark, used = found.layout.mark, found.layout.columns
    if "amount" in used:
        value = cells.amount(found.cell(one, "amount"), mark)
    else:
        spent = cells.amount(found.cell(one, "debit"), mark)
        back = cells.amount(found.cell(one, "credit"), mark)
        value = None if spent is None and back is None else (spent or 0) - (back or 0)
    if value is None:
        raise Bad("amount-none")
    return -value if found.layout.sign == "minus" else value


def shown(cell: Cell, text: str | None = None) -> str:
    """A cell, or ``text`` as it was made of it, as it may be shown and kept: a CPR number is made
    unreadable, also one whose leading zero a spreadsheet took for that of a number."""
    text = tables.text_of(cell) if text is None else text
    if isinstance(cell, int) and len(text) == 9 and cpr.named_in(f"0{text}"):
        return cpr.MASK
    return cpr.mask(text)
