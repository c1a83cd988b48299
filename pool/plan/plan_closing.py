"""Closing a year of the plan itself, when it is over and every pool of it is closed for good.

What stands on its lines goes back to where it came from, and nothing is moved or adjusted in the
year any more. What the lines had stands in the plan as before: the closed book is not what the plan
is shown from. The three steps are those of a pool's year, each a unit of its own; whoever stops
between two goes on by pressing again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

import pool.ledger as ledger
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.base import known
from pool.plan import book, closing, lines
from pool.plan.closing import Step
from pool.plan.errors import PlanError
from pool.plan.told import house_name


@dataclass(frozen=True, slots=True)
class End:
    """How far a year of the plan is. ``rest`` is what its book has left (øre), ``unclosed`` the
    names of its pools whose years are in the books and not closed, ``over`` whether the year has
    passed."""

    state: str
    rest: int
    unclosed: tuple[str, ...]
    over: bool

    @property
    def ready(self) -> bool:
        return self.state != "closed" and self.over and not self.unclosed


def standing(session: Session, house: House, year: int, now: datetime) -> End | None:
    """None where the year has no book."""
    found = ledger.find_year(session, ledger.PLAN_BOOK, year)
    if found is None:
        return None
    marks, free = closing.standing(session, known(found.id))
    pools = {line.pool for line in lines.stored(session, year) if line.pool}
    years = book.pool_years(session, pools, year)
    return End(
        state=found.state,
        rest=free + sum(balance for _, balance in marks),
        unclosed=tuple(
            house_name(house, pool) for pool, row in sorted(years.items()) if row.state != "closed"
        ),
        over=local_day(now).year > year,
    )


def close(
    house: House,
    year: int,
    *,
    seen: int,
    command_id: str,
    actor: Actor,
    now: datetime,
    heads_to: Sequence[str] = (),
) -> int:
    """Close the year's book for good; returns what went back (øre). ``seen``: the rest that was
    shown; ``heads_to``: as of :func:`pool.plan.closing.close`. Who closed it before is no error.

    Raises :class:`PlanError` (``no-year``, ``plan-not-over``, ``plan-pools-open``,
    ``changed-meanwhile``) and ``CommandReused``; ``ClosingError`` for who may not.
    """
    with house.database.read() as session:
        end = standing(session, house, year, now)
    if end is None:
        raise PlanError("no-year", year=year)
    if not end.over:
        raise PlanError("plan-not-over", year=year)
    if end.unclosed:  # a pool's year never opens again once it is closed
        raise PlanError("plan-pools-open", names=", ".join(end.unclosed))
    if end.state == "open" and end.rest != seen:
        raise PlanError("changed-meanwhile")
    step = Step(f"{command_id}:1", ledger.PLAN_BOOK, year)
    gone = 0
    try:
        closing.begin(house, step, actor, now)
        if end.rest or seen:
            rest = replace(step, id=f"{command_id}:2", seen=seen)
            gone = closing.give_rest_back(house, rest, actor, now).amount
        last = replace(step, id=f"{command_id}:3")
        closing.close(house, last, actor, now, heads_to=heads_to)
    except closing.ClosingError as error:
        if error.code == "closed":
            return 0
        if error.code in ("rest-moved", "nothing-left"):
            raise PlanError("changed-meanwhile") from error
        raise
    return gone
