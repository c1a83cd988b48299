"""The year that pays: what it has, and its opening where it is not in the books."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from pool.cases import money
from pool.cases.years import open_in
from pool.identity.actor import Actor
from pool.imports.looking import CannotRun
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
    """The book year, opened with the run's budget where it is not in the books."""
    found = money.year(session, run.pool, run.year)
    if found is not None:
        if found.state != "open":
            raise CannotRun("year-closed", pool=run.pool, year=run.year)
        return found.id
    if run.budget is None:
        raise CannotRun("no-budget", pool=run.pool, year=run.year)
    return open_in(
        session,
        pool=run.pool,
        year=run.year,
        budget=run.budget,
        source=run.source,
        command_id=f"open-{run.pool}-{run.year}",
        actor=actor,
        now=now,
    )
