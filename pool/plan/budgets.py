"""A pool's budget of a year after it was opened: given more, or less, by a step of its own with a
source note. An adjusted plan changes no pool's books by itself; this is how finance brings them
in line."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import money, once
from pool.cases.errors import Invalid
from pool.cases.house import House
from pool.clock import local_day
from pool.db import wake
from pool.identity.actor import Actor
from pool.plan.errors import PlanError
from pool.plan.told import house_name, knowing, pool_short, told_free
from workflows.questions import AnswerFault


def adjust_budget(
    house: House,
    *,
    pool: str,
    year: int,
    budget: int,
    was: int,
    source: str,
    decided_on: date,
    command_id: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Bring the pool's budget of the year to ``budget`` øre; ``was`` is what it was when that was
    decided. Returns the difference (øre, signed); the same command again the same.

    Raises :class:`PlanError` (``pool-no-year``, ``pool-short``, ``pool-short-now``,
    ``same-budget``, ``changed-meanwhile``, ``year-closed``, ``year-closing``), :class:`Invalid`
    and ``CommandReused``.
    """
    faults = [] if source.strip() else [AnswerFault("source", "required", {})]
    if decided_on > local_day(now):
        faults.append(AnswerFault("decided_on", "date-ahead", {}))
    if faults:
        raise Invalid(tuple(faults))
    told = {"pool": pool, "year": year, "budget": budget, "was": was, "source": source}
    said = once.digest("plan.budget", told | {"on": decided_on})
    name = house_name(house, pool)

    def work(session: Session) -> int:
        found = money.year(session, pool, year)
        if found is None:
            raise PlanError("pool-no-year", name=name, year=year)
        ledger.lock_years(session, [found.id])
        if first := once.before(session, command_id, actor, said):
            return int(first["amount"])
        stands = ledger.status(session, pool, year).budget
        if stands != was:
            raise PlanError("changed-meanwhile", "budget")
        if budget == stands:
            raise PlanError("same-budget", "budget", budget=budget)
        difference = budget - stands
        free = told_free(session, pool, year, knows=knowing(house, actor, pool))
        way = ledger.appropriate if difference > 0 else ledger.relinquish
        try:
            way(
                session,
                year_id=found.id,
                amount=abs(difference),
                command_id=command_id,
                actor=actor.key,
                effective_on=decided_on,
                now=now,
            )
        except ledger.NotEnough as short:
            raise pool_short(house, pool, free, -difference, "budget") from short
        except ledger.YearClosed as closed:
            raise PlanError(f"year-{closed.state}", "budget", name=name, year=year) from closed
        journal.write(
            session,
            f"book-year:{found.id}",
            "year.adjusted",
            actor,
            now=now,
            effective_on=decided_on,
            data={
                "pool": pool,
                "year": year,
                "before": stands,
                "after": budget,
                "amount": difference,
            },
            personal={"source": source},
        )
        once.remember(session, command_id, actor, said, {"amount": difference}, now)
        wake(session, "default")
        return difference

    return house.database.write(work)
