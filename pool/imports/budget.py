"""The year that pays: what it has, and its opening where it is not in the books."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import money
from pool.db import wake
from pool.identity.actor import Actor
from pool.imports.looking import CannotRun
from pool.models.base import known
from pool.models.imports import ImportRun


def free(session: Session, pool: str, year: int, budget: int | None) -> int:
    """Øre there are to grant."""
    found = money.year(session, pool, year)
    if found is None:
        if budget is None:
            raise CannotRun("no-budget", pool=pool, year=year)
        return budget
    if found.state != "open":
        raise CannotRun("year-closed", pool=pool, year=year)
    return found.free


def opened(session: Session, run: ImportRun, actor: Actor, now: datetime) -> int:
    """The book year, opened with the run's budget where it is not in the books. The same two
    lines, in ledger and journal, as ``pool.plan.open_year`` writes."""
    found = money.year(session, run.pool, run.year)
    if found is not None:
        if found.state != "open":
            raise CannotRun("year-closed", pool=run.pool, year=run.year)
        return found.id
    if run.budget is None:
        raise CannotRun("no-budget", pool=run.pool, year=run.year)
    year_id = known(ledger.open_year(session, run.pool, run.year).id)
    first_day = date(run.year, 1, 1)
    if run.budget:
        ledger.appropriate(
            session,
            year_id=year_id,
            amount=run.budget,
            command_id=f"open-{run.pool}-{run.year}",
            actor=actor.key,
            effective_on=first_day,
            now=now,
        )
    journal.write(
        session,
        f"book-year:{year_id}",
        "year.opened",
        actor,
        now=now,
        effective_on=first_day,
        data={"pool": run.pool, "year": run.year, "amount": run.budget},
        personal={"source": run.source},
    )
    wake(session, "default")
    return year_id
