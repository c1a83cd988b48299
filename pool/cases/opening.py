"""Whether a pool takes applications now, and which year's money they are for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import money, waiting
from pool.cases.errors import Closed
from pool.clock import local_day
from pool.models.ledger import Book, BookYear
from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class Opening:
    """``closed`` is None while the pool takes applications; ``free`` is what is left (øre) of
    the year for who applies now, by announced decisions; None where no year is open. ``waiting``:
    it takes them though it is used up, or others wait for what is left, and whoever applies comes
    on a waiting list."""

    year: int
    free: int | None
    closed: Closed | None
    waiting: bool = False


def opening(session: Session, pool: str, now: datetime, *, waits: Collection[str] = ()) -> Opening:
    """The pool as the public meets it at ``now``: a decision that is not announced has taken no
    money yet, and closes nothing. ``waits``: the states in which a case waits for money
    (:func:`pool.cases.waiting.states`), none where the pool has no waiting list. While anybody
    waits what is left is theirs, and whoever applies comes after them."""
    year = local_day(now).year
    try:
        found = ledger.status(session, pool, year)
    except ledger.UnknownYear:
        return Opening(year=year, free=None, closed=Closed("no-year"))
    if found.state != "open":
        return Opening(year=year, free=None, closed=Closed("no-year"))
    if waits and (found.free <= 0 or waiting.anybody(session, pool, year, waits)):
        return Opening(year=year, free=0, closed=None, waiting=True)
    if found.free <= 0:
        return Opening(year=year, free=0, closed=Closed("empty"))
    return Opening(year=year, free=found.free, closed=None)


def has_waiting_list(session: Session, definition: Definition, year: int, now: datetime) -> bool:
    """Whether who applies for money of ``year`` now comes on a waiting list; no query where the
    pool has none."""
    if not definition.has(waiting.FEATURE):
        return False
    found = opening(session, definition.key, now, waits=waiting.states(definition))
    return found.waiting and found.year == year


def begun(session: Session) -> frozenset[str]:
    """The keys of the pools of which a year was ever opened in the books."""
    return frozenset(
        session.execute(
            select(col(Book.key))
            .join(BookYear, col(BookYear.book_id) == col(Book.id))
            .where(col(Book.key) != ledger.PLAN_BOOK)
            .distinct()
        ).scalars()
    )


def paying_year(session: Session, pool: str, starts_on: date | None, now: datetime) -> int:
    """The budget year a new case asks of: the year the activity begins where the books have it
    open, else the present one. All grants are for one year [plan]."""
    present = local_day(now).year
    if starts_on is not None and starts_on.year > present:
        later = money.year(session, pool, starts_on.year)
        if later is not None and later.state == "open":
            return starts_on.year
    return present
