"""Do the municipality's books and ours agree for a pool's year, to the øre, and if not, where?

Ours: what was paid, what came back, and payments that failed (a payment and its reverse that
neither side of the books knows of net out). Theirs: the postings read, less those explained. The
differences' amounts always add up to the whole difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.books import matching, ours
from pool.books.matching import Group, Side
from pool.books.ours import Item
from pool.models.books import BooksFile, Posting, PostingMatch

S = TypeVar("S", "Line", "Item")


@dataclass(frozen=True, slots=True)
class Line:
    """A posting of theirs. ``amount``: øre, above zero what was paid out."""

    id: int
    day: date
    amount: int
    reference: str
    text: str
    file_id: int
    line: int
    explained: str | None
    explained_by: str | None
    explained_at: datetime | None

    def side(self) -> Side:
        return Side(self.id, self.day, self.amount, self.reference)


@dataclass(frozen=True, slots=True)
class Matched:
    """Postings and transfers that were matched with each other."""

    postings: tuple[Line, ...]
    items: tuple[Item, ...]
    how: str
    matched_at: datetime
    matched_by: str

    @property
    def difference(self) -> int:
        """Theirs less ours, øre."""
        return _sum(self.postings) - _sum(self.items)

    def pairs(self) -> list[tuple[int, int]]:
        """(posting, transfer)."""
        return [(one.id, other.id) for one in self.postings for other in self.items]


@dataclass(frozen=True, slots=True)
class Difference:
    """``kind``: ``theirs`` (in their books and not in ours), ``ours`` (the other way round),
    ``amount`` (in both, with another amount; ``matched`` where somebody said that it is the same).
    ``later``: ours, dated after the newest posting."""

    kind: str
    postings: tuple[Line, ...]
    items: tuple[Item, ...]
    matched: bool = False
    later: bool = False

    @property
    def theirs(self) -> int:
        return _sum(self.postings)

    @property
    def ours(self) -> int:
        return _sum(self.items)

    @property
    def amount(self) -> int:
        """Theirs less ours, øre."""
        return self.theirs - self.ours


@dataclass(frozen=True, slots=True)
class Agreement:
    """In one line. Sums in øre; the others are counts of differences. ``as_of``: when the newest
    file was read, None before any. ``theirs`` leaves out what was explained. ``unread``: files of
    which lines were left out, with how many: while there are any, nobody can say it agrees."""

    agrees: bool
    ours: int
    theirs: int
    only_ours: int
    only_theirs: int
    other_amount: int
    explained: int
    as_of: datetime | None
    unread: tuple[tuple[str, int], ...] = ()

    @property
    def left_out(self) -> int:
        """How many lines of their files were left out."""
        return sum(lines for _, lines in self.unread)

    @property
    def difference(self) -> int:
        return self.theirs - self.ours

    @property
    def open(self) -> int:
        """How many differences there are."""
        return self.only_ours + self.only_theirs + self.other_amount


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything of a pool's year. ``free_postings`` and ``free_items`` are not matched yet.
    ``unknown``: matches (posting, transfer) with what is no payment of the year; the database
    refuses such, and where it has one nonetheless it counts as none."""

    agreement: Agreement
    differences: tuple[Difference, ...]
    matched: tuple[Matched, ...]
    explained: tuple[Line, ...]
    free_postings: tuple[Line, ...]
    free_items: tuple[Item, ...]
    unknown: tuple[tuple[int, int], ...] = ()


def compare(session: Session, pool: str, year: int) -> Comparison:
    """The year's two sides beside each other. Six queries. Raises
    :class:`~pool.ledger.UnknownYear`."""
    book_year = ledger.get_year(session, pool, year)
    items = {one.id: one for one in ours.items(session, book_year.id or 0)}
    lines = {one.id: one for one in postings(session, pool, year)}
    matched, unknown = _groups(session, pool, year, lines, items)
    met_there = {one.id for group in matched for one in group.postings}
    met_here = {one.id for group in matched for one in group.items}
    explained = tuple(one for one in lines.values() if one.explained is not None)
    free = tuple(one for one in lines.values() if one.id not in met_there and one.explained is None)
    free_items = tuple(one for one in items.values() if one.id not in met_here)
    netted = cancelled(free_items)
    newest = max((one.day for one in lines.values()), default=None)
    differences = differences_of(
        matched, free, [one for one in free_items if one.id not in netted], newest
    )
    counts = [sum(one.kind == kind for one in differences) for kind in ("ours", "theirs", "amount")]
    theirs = _sum(one for one in lines.values() if one.explained is None)
    here = _sum(items.values())
    as_of, unread = read_files(session, pool, year)
    agreement = Agreement(
        agrees=as_of is not None and not differences and theirs == here and not unread,
        ours=here,
        theirs=theirs,
        only_ours=counts[0],
        only_theirs=counts[1],
        other_amount=counts[2],
        explained=len(explained),
        as_of=as_of,
        unread=unread,
    )
    return Comparison(agreement, differences, matched, explained, free, free_items, unknown)


def postings(session: Session, pool: str, year: int, *only: ColumnElement[bool]) -> list[Line]:
    """All that was read, oldest first. ``only`` those of which this is true besides."""
    columns = (
        *(Posting.id, Posting.booked_on, Posting.amount, Posting.reference, Posting.text),
        *(Posting.books_file_id, Posting.line),
        *(Posting.explained, Posting.explained_by, Posting.explained_at),
    )
    rows = session.execute(
        select(*(col(one) for one in columns))
        .where(col(Posting.pool) == pool, col(Posting.year) == year, *only)
        .order_by(col(Posting.booked_on), col(Posting.id))
    )
    return [Line(*row) for row in rows]


def cancelled(items: Iterable[Item]) -> frozenset[int]:
    """Ids of those that take each other back: a transfer and its reverse, both among ``items``."""
    here = {one.id: one for one in items}
    pairs = [one for one in here.values() if one.cites is not None and one.cites in here]
    return frozenset(id_ for one in pairs for id_ in (one.id, one.cites or 0))


def propose(
    lines: Sequence[Line],
    items: Sequence[Item],
    barred: Collection[tuple[int, int]] = (),
) -> list[Group]:
    """The matches that need nobody, of what is not matched yet. A payment that failed is looked
    for last: often their books never had it."""
    failed = cancelled(items)
    first = [one.side() for one in items if one.id not in failed]
    last = [one.side() for one in items if one.id in failed]
    sides = [one.side() for one in lines]
    found = matching.automatic(sides, first, barred)
    if last:
        met = {id_ for group in found for id_ in group.postings}
        found += matching.automatic([one for one in sides if one.id not in met], last, barred)
    return found


def _groups(
    session: Session, pool: str, year: int, lines: Mapping[int, Line], items: Mapping[int, Item]
) -> tuple[tuple[Matched, ...], tuple[tuple[int, int], ...]]:
    found_rows = session.execute(
        select(
            col(PostingMatch.posting_id),
            col(PostingMatch.transfer_id),
            col(PostingMatch.how),
            col(PostingMatch.matched_at),
            col(PostingMatch.matched_by),
        )
        .join(Posting, col(Posting.id) == col(PostingMatch.posting_id))
        .where(col(Posting.pool) == pool, col(Posting.year) == year)
        .order_by(col(PostingMatch.id))
    ).all()
    rows = [one for one in found_rows if one[0] in lines and one[1] in items]
    unknown = tuple((one[0], one[1]) for one in found_rows if one[1] not in items)
    # a match is one of either side and several of the other: the single one is its name
    there: dict[int, list[int]] = defaultdict(list)
    here: dict[int, list[int]] = defaultdict(list)
    for posting, transfer, *_ in rows:
        there[posting].append(transfer)
        here[transfer].append(posting)
    found: dict[tuple[str, int], Matched] = {}
    for posting, transfer, how, at, by in rows:
        several = len(here[transfer]) > 1
        name = ("transfer", transfer) if several else ("posting", posting)
        # the newest says how: what was matched by itself may have been added to by hand
        found[name] = Matched(
            tuple(lines[one] for one in (here[transfer] if several else [posting])),
            tuple(items[one] for one in ([transfer] if several else there[posting])),
            *(how, at, by),
        )
    return tuple(found.values()), unknown


def differences_of(
    matched: Sequence[Matched],
    free: Sequence[Line],
    items: Sequence[Item],
    newest: date | None = None,
) -> tuple[Difference, ...]:
    """What of the ``matched``, and of what is in one of the two books only, differs. ``newest``:
    the day of the newest posting."""
    found = [
        Difference("amount", one.postings, one.items, matched=True)
        for one in matched
        if one.difference
    ]
    theirs, here = _by_reference(free), _by_reference(items)
    told: set[int] = set()
    told_here: set[int] = set()
    for reference in sorted(theirs.keys() & here.keys()):
        some, others = theirs[reference], here[reference]
        if min(len(some), len(others)) == 1 and _sum(some) != _sum(others):
            found.append(Difference("amount", tuple(some), tuple(others)))
            told |= {one.id for one in some}
            told_here |= {one.id for one in others}
    found += [Difference("theirs", (one,), ()) for one in free if one.id not in told]
    found += [
        Difference("ours", (), (one,), later=newest is not None and one.day > newest)
        for one in items
        if one.id not in told_here
    ]
    return tuple(found)


def _by_reference(sides: Iterable[S]) -> dict[str, list[S]]:
    found: dict[str, list[S]] = defaultdict(list)
    for one in sides:
        if reference := matching.plain(one.reference):
            found[reference].append(one)
    return found


def _sum(sides: Iterable[Line] | Iterable[Item]) -> int:
    return sum(one.amount for one in sides)


def read_files(
    session: Session, pool: str, year: int
) -> tuple[datetime | None, tuple[tuple[str, int], ...]]:
    """When the newest file was read, and those of which lines were left out."""
    rows = session.execute(
        select(col(BooksFile.name), col(BooksFile.left_out), col(BooksFile.read_at))
        .where(
            col(BooksFile.pool) == pool,
            col(BooksFile.year) == year,
            col(BooksFile.state) == "read",
        )
        .order_by(col(BooksFile.id))
    ).all()
    newest = max((read_at for _, _, read_at in rows), default=None)
    return newest, tuple((name, left_out) for name, left_out, _ in rows if left_out)
