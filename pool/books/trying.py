"""A file of postings as it would be taken, with what our own books and earlier files tell about how
it is to be read. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session, col

from pool.books import agreement, layout, once, ours, repeats
from pool.books.layout import Found, Layout, Reading, Row
from pool.books.matching import plain
from pool.cases.house import House
from pool.models.books import BooksFile


@dataclass(frozen=True, slots=True)
class Tried:
    """A file as it would be taken: ``found`` says what must be asked, ``reading`` is there once
    nothing must of how it is read. ``again``: the lines of which it cannot be told whether they
    were here before (:mod:`pool.books.repeats`)."""

    found: Found
    reading: Reading | None
    again: tuple[Row, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """As ``Found.asked``, and ``again``."""
        return (*self.found.asked, *(("again",) if self.again and not self.says else ()))

    @property
    def says(self) -> str:
        """What a person said of lines that were here before."""
        return self.found.layout.again

    @property
    def takes(self) -> bool:
        """Nothing is asked, and there is something to take."""
        return not self.asked and self.reading is not None and bool(self.reading.rows)

    @property
    def ready(self) -> bool:
        """And every line can be read."""
        return self.takes and self.reading is not None and not self.reading.bad


def trial(house: House, pool: str, year: int, body: bytes, chosen: Layout) -> Tried:
    """Read ``body`` as far as it goes, and change nothing. Raises
    :class:`~pool.files.tables.Unreadable`, :class:`BooksError` (``no-year``)."""
    with house.database.read() as session:
        own = once.year_id(session, pool, year)
        items = ours.items(session, own)
        earlier = _earlier(session, pool)
    mine = {plain(one.reference) for one in items} - {""}

    def sign(found: Found) -> str:
        return _sign(found, items, mine)

    found = layout.recognise(
        body,
        chosen,
        references=lambda cells: sum(plain(one) in mine for one in cells),
        sign=sign,
        before=earlier,
    )
    if found.asked:
        return Tried(found, None)
    reading = layout.rows(found, mine)
    with house.database.read() as session:
        again = repeats.doubtful(session, pool, year, reading)
    if not again:  # said or not, there is nothing it is about
        found = replace(found, layout=replace(found.layout, again=""))
    return Tried(found, reading, again)


def _sign(found: Found, items: Sequence[ours.Item], mine: Collection[str]) -> str:
    """The way the amounts count by which more of them meet ours; empty where that tells nothing."""
    met = {}
    for way in layout.SIGNS:
        rows = layout.rows(replace(found, layout=replace(found.layout, sign=way)), mine).rows
        lines = [
            agreement.Line(
                *(place, one.booked_on, one.amount, one.reference, "", 0, one.line),
                *(None, None, None),
            )
            for place, one in enumerate(rows)
        ]
        groups = agreement.propose(lines, items)
        by_reference = sum(group.how == "reference" for group in groups)
        met[way] = (by_reference, len(groups))
    best = max(met, key=lambda way: met[way])
    return best if met["plus"] != met["minus"] else ""


def _earlier(session: Session, pool: str) -> Callable[[Sequence[str]], Layout | None]:
    """How files of the pool were read before, newest first, by their headings."""
    told = list(
        session.execute(
            select(col(BooksFile.layout))
            .where(col(BooksFile.pool) == pool, col(BooksFile.state) == "read")
            .order_by(col(BooksFile.read_at).desc(), col(BooksFile.id).desc())
            .limit(20)
        ).scalars()
    )

    def before(headings: Sequence[str]) -> Layout | None:
        return next(
            (layout.of_stored(one) for one in told if one.get("headings") == list(headings)), None
        )

    return before
