"""What every command of the books needs: the year, who may, and being carried out once.

Lock order: cases by id, then the book (LEDGER.md: import of the books takes the case first too).
Whoever writes postings or matches holds the book's lock, so that two never do at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
import pool.ledger as ledger
from pool.books.errors import BooksError
from pool.cases import access, once
from pool.cases.fire import lock
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Case, Recusal
from pool.models.ledger import Transfer

WRITES = frozenset({"finance", "secretariat", "system"})
"""Who uploads, matches and explains."""
READS = WRITES | {"chair", "steering", "auditor"}


def allowed(house: House, pool: str, actor: Actor) -> None:
    """Raises :class:`BooksError` (``off``, ``not-for-you``)."""
    if pool not in house.definitions or not house.definitions.current(pool).has("books"):
        raise BooksError("off", pool=pool)
    if not actor.roles & WRITES or actor.pool not in (None, pool):
        raise BooksError("not-for-you")


def year_id(session: Session, pool: str, year: int) -> int:
    """The year in the books. Raises :class:`BooksError` (``no-year``)."""
    found = ledger.find_year(session, pool, year)
    if found is None or found.id is None:
        raise BooksError("no-year", year=year)
    return found.id


def run(
    house: House,
    command_id: str,
    wish: Any,
    actor: Actor,
    now: datetime,
    *,
    pool: str,
    year: int,
    work: Callable[[Session, int], dict[str, Any]],
    cases: Callable[[Session], Iterable[int]] | None = None,
) -> dict[str, Any]:
    """Carry out ``work(session, year_id)`` as one unit, under the locks of ``cases`` and of the
    book; a repeated command returns the first result.

    ``wish`` is what the command says, as plain data. Raises :class:`BooksError`,
    :class:`CommandReused` for the same id with other contents or from somebody else.
    """
    allowed(house, pool, actor)
    digest = once.digest("books", [pool, year, wish])

    def unit(session: Session) -> dict[str, Any]:
        own = year_id(session, pool, year)
        for case_id in sorted(set(cases(session))) if cases else ():
            lock(session, case_id)
        ledger.lock_years(session, [own])
        if (first := once.before(session, command_id, actor, digest)) is not None:
            return dict(first)
        result = work(session, own)
        once.remember(session, command_id, actor, digest, result, now)
        return result

    return house.database.write(unit)


def lock_all(session: Session, own: int, transfers: Iterable[int]) -> None:
    """Lock the cases of these transfers, then the book."""
    for case_id in cases_of(session, transfers):
        lock(session, case_id)
    ledger.lock_years(session, [own])


def note(
    session: Session,
    own: int,
    what: str,
    actor: Actor,
    now: datetime,
    data: dict[str, Any],
    personal: dict[str, str] | None = None,
) -> None:
    """A line in the journal of the year: ``books.<what>``."""
    journal.write(
        session,
        f"book-year:{own}",
        f"books.{what}",
        actor,
        now=now,
        data=data,
        personal=personal,
    )


def cases_of(session: Session, transfers: Iterable[int]) -> list[int]:
    """Ids of the cases these transfers are of."""
    rows = session.execute(
        select(col(Transfer.case_id)).where(
            col(Transfer.id).in_(list(transfers)), col(Transfer.case_id).is_not(None)
        )
    ).scalars()
    return sorted({one for one in rows if one is not None})


def closed_to(session: Session, person_id: int | None, pool: str) -> frozenset[int]:
    """Ids of the pool's cases this person stays out of."""
    if person_id is None:
        return frozenset()
    return frozenset(
        session.execute(
            select(col(Case.id))
            .join(Recusal, col(Recusal.case_id) == col(Case.id))
            .where(col(Case.pool) == pool, col(Recusal.person_id) == person_id, access.standing())
        ).scalars()
    )
