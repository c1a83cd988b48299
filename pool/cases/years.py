"""Opening a pool's year in the books: one way, whoever asks for it."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

import pool.journal as journal
import pool.ledger as ledger
from pool.db import wake
from pool.identity.actor import Actor
from pool.models.base import known


def open_in(
    session: Session,
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
    """Open ``year`` with ``budget`` øre and say so in its journal, with the source of the figure:
    a budget without one cannot be checked in five years. Returns the book year's id. The caller
    has seen that it is not open; ``effective_on`` is its first day unless told."""
    day = effective_on or date(year, 1, 1)
    year_id = known(ledger.open_year(session, pool, year).id)
    if budget:
        ledger.appropriate(
            session,
            year_id=year_id,
            amount=budget,
            command_id=command_id,
            actor=actor.key,
            effective_on=day,
            now=now,
        )
    journal.write(
        session,
        f"book-year:{year_id}",
        "year.opened",
        actor,
        now=now,
        effective_on=day,
        data={"pool": pool, "year": year, "amount": budget},
        personal={"source": source},
    )
    wake(session, "default")
    return year_id
