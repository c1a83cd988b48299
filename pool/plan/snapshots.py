"""How each pool's year stood at the end of each day, kept: by announced decisions, as the public
saw it, with the head of the book's chain.

A day that was missed (the machine was off, the worker stood still) is made up from the transfers,
which have their moments: what is kept is the same as if it had been kept in time. So nothing relies
on having run at its hour, and running twice adds nothing.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlmodel import Session, col

import pool.journal as journal
import pool.ledger as ledger
from pool.cases.house import House
from pool.clock import local_day
from pool.models.base import known
from pool.models.case import Case, Decision
from pool.models.ledger import GENESIS, Book, BookYear, Transfer
from pool.models.years import Snapshot
from pool.plan.closing import CLOSED
from workflows.calendar import end_of_day_utc

log = logging.getLogger(__name__)

DAYS_AT_ONCE = 60
"""Made up in one unit of work: what is left is the next unit's."""


def take(house: House, now: datetime) -> int:
    """A snapshot of every day that is over and has none, of every year, of a closed one up to the
    day it was closed; how many were taken. A year that fails is logged, and the others go on."""
    with house.database.read() as session:
        years = session.execute(
            select(col(BookYear.id), col(Book.key), col(BookYear.year))
            .join(Book, col(Book.id) == col(BookYear.book_id))
            .where(col(Book.key) != ledger.PLAN_BOOK)
            .order_by(col(BookYear.id))
        ).all()
    taken = 0
    for year_id, book, year in years:
        try:
            while some := house.database.write(
                partial(_some, year_id=year_id, book=book, year=year, now=now)
            ):
                taken += some
        except Exception:
            log.exception("the days of %s %s could not be kept", book, year)
    return taken


def of_year(session: Session, year_id: int) -> list[Snapshot]:
    """The days that are kept, oldest first."""
    return list(
        session.execute(
            select(Snapshot).where(col(Snapshot.year_id) == year_id).order_by(col(Snapshot.day))
        ).scalars()
    )


def _some(session: Session, year_id: int, book: str, year: int, now: datetime) -> int:
    ledger.lock_years(session, [year_id])  # two workers make up the same days one after the other
    until = min(local_day(now) - timedelta(days=1), _closing_day(session, year_id) or date.max)
    last = session.execute(
        select(Snapshot)
        .where(col(Snapshot.year_id) == year_id)
        .order_by(col(Snapshot.day).desc())
        .limit(1)
    ).scalar_one_or_none()
    first = last.day + timedelta(days=1) if last else _first_day(session, year_id)
    if first is None:
        return 0
    taken = 0
    day = first
    while day <= until and taken < DAYS_AT_ONCE:
        last = _of_day(session, year_id, book, year, day, last, now)
        session.add(last)
        day += timedelta(days=1)
        taken += 1
    session.flush()
    return taken


def _of_day(
    session: Session,
    year_id: int,
    book: str,
    year: int,
    day: date,
    before: Snapshot | None,
    now: datetime,
) -> Snapshot:
    n, head = _head(session, year_id, day)
    if before is not None and before.n == n and not _announced_on(session, book, day):
        figures = {name: getattr(before, name) for name in ledger.FIGURES}  # a quiet day
    else:
        figures = ledger.status_at(session, book, year, axis="recorded", at=day).figures()
    return Snapshot(year_id=year_id, day=day, n=n, hash=head, taken_at=now, **figures)


def _head(session: Session, year_id: int, day: date) -> tuple[int, str]:
    """The newest transfer of the year's book at the end of ``day``."""
    book_id = select(col(BookYear.book_id)).where(col(BookYear.id) == year_id).scalar_subquery()
    found = session.execute(
        select(col(Transfer.n), col(Transfer.hash))
        .where(col(Transfer.book_id) == book_id, col(Transfer.recorded_at) <= end_of_day_utc(day))
        .order_by(col(Transfer.n).desc())
        .limit(1)
    ).one_or_none()
    return (int(found[0]), str(found[1])) if found else (0, GENESIS)


def _announced_on(session: Session, book: str, day: date) -> bool:
    """Whether a decision of the pool was announced that day: it then begins to count, though
    nothing moved."""
    return (
        session.execute(
            select(col(Decision.id))
            .join(Case, col(Case.id) == col(Decision.case_id))
            .where(
                col(Case.pool) == book,
                col(Decision.announced_at) > end_of_day_utc(day - timedelta(days=1)),
                col(Decision.announced_at) <= end_of_day_utc(day),
            )
            .limit(1)
        ).first()
        is not None
    )


def _closing_day(session: Session, year_id: int) -> date | None:
    """The last day of a closed year: what comes back later is the municipality's. Of one that was
    closed without a word in the journal it is the day of its last transfer. None while it is not
    closed."""
    year = session.get_one(BookYear, year_id, populate_existing=True)
    if year.state != "closed":
        return None
    events = journal.read(session, f"book-year:{year_id}", kinds=(CLOSED,))
    if events:
        return local_day(events[-1].recorded_at)
    moment = session.execute(
        select(func.max(col(Transfer.recorded_at))).where(col(Transfer.year_id) == year_id)
    ).scalar_one()
    return local_day(moment) if moment else date.min


def _first_day(session: Session, year_id: int) -> date | None:
    """The day the year's first transfer was written; None before any."""
    moment = session.execute(
        select(func.min(col(Transfer.recorded_at))).where(col(Transfer.year_id) == known(year_id))
    ).scalar_one()
    return local_day(moment) if moment else None
