"""Whether a pool takes applications now, and which year's money they are for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import money
from pool.cases.errors import Closed
from pool.clock import local_day
from pool.models.ledger import Book, BookYear


@dataclass(frozen=True, slots=True)
class Opening:
    """``closed`` is None while the pool takes applications; ``free`` is what is left (øre) of
    the year, by announced decisions; None where no year is open."""

    year: int
    free: int | None
    closed: Closed | None


def opening(session: Session, pool: str, now: datetime) -> Opening:
    """The pool as the public meets it at ``now``: a decision that is not announced has taken no
    money yet, and closes nothing."""
    year = local_day(now).year
    try:
        found = ledger.status(session, pool, year)
    except ledger.UnknownYear:
        return Opening(year=year, free=None, closed=Closed("no-year"))
    if found.state != "open":
        return Opening(year=year, free=None, closed=Closed("no-year"))
    if found.free <= 0:
        return Opening(year=year, free=0, closed=Closed("empty"))
    return Opening(year=year, free=found.free, closed=None)


def begun(session: Session) -> frozenset[str]:
    """The keys of the pools of which a year was ever opened in the books."""
    return frozenset(
        session.execute(
            select(col(Book.key)).join(BookYear, col(BookYear.book_id) == col(Book.id)).distinct()
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
