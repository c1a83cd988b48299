"""Opening a pool's year in the books.

It is written to the ledger and to the journal of the year in one unit, with the source of the
figure: a budget without a source note cannot be checked in five years.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from pool.cases import money
from pool.cases.house import House
from pool.cases.years import open_in
from pool.identity.actor import Actor


class YearAlreadyOpen(ValueError):
    """The pool's year is in the books already. ``budget`` is what it was opened with (øre)."""

    def __init__(self, pool: str, year: int) -> None:
        super().__init__(f"{pool} {year}")
        self.pool = pool
        self.year = year


def open_year(
    house: House,
    *,
    pool: str,
    year: int,
    budget: int,
    source: str,
    command_id: str,
    actor: Actor,
    now: datetime,
    effective_on: date | None = None,
) -> int:
    """Open ``year`` of ``pool`` with ``budget`` øre; returns the book year's id.

    Raises :class:`YearAlreadyOpen`, KeyError for an unknown pool.
    """
    house.definitions.current(pool)

    def work(session: Session) -> int:
        if money.year(session, pool, year) is not None:
            raise YearAlreadyOpen(pool, year)
        return open_in(
            session,
            pool=pool,
            year=year,
            budget=budget,
            source=source,
            command_id=command_id,
            actor=actor,
            now=now,
            effective_on=effective_on,
        )

    return house.database.write(work)
