"""What is told when money of the plan cannot be moved: by name and with figures, as far as whoever
asks may know them. Amounts are øre."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

import pool.ledger as ledger
from pool.cases import access
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.plan.errors import PlanError

Knows = Callable[[str], bool]
"""Whether a reader may know of decisions in that pool that are not announced yet."""


def everything(_pool: str) -> bool:
    """Of the console: nothing is kept from it."""
    return True


def house_name(house: House, pool: str) -> str:
    """The pool's name as the record has it: Danish."""
    return house.definitions.current(pool).name["da"] if pool in house.definitions else pool


def refuse_closed(session: Session, year: int) -> None:
    """Raises ``PlanError`` ``plan-closed`` where the plan's book of the year is closed or being
    closed."""
    found = ledger.find_year(session, ledger.PLAN_BOOK, year)
    if found is not None and found.state != "open":
        raise PlanError("plan-closed", year=year)


def knowing(house: House, actor: Actor, pool: str) -> bool:
    """Whether ``actor``, with the roles held in ``pool``, may know of its undisclosed decisions."""
    if actor.kind == "system" or pool not in house.definitions:
        return True
    return access.knows_undisclosed(house.definitions.current(pool), actor.roles)


def told_free(session: Session, pool: str, year: int, *, knows: bool) -> int:
    """What is free in a pool's year (øre), as it is told to who does or does not know of decisions
    that are not announced."""
    return ledger.status(session, pool, year, undisclosed=knows).free


def pool_short(house: House, pool: str, free: int, wanted: int, field: str) -> PlanError:
    """A pool cannot give ``wanted``, where it is told that ``free`` is free. Where that would be
    enough, what is missing was granted and is not announced yet: no figure is told."""
    name = house_name(house, pool)
    if wanted <= free:
        return PlanError("pool-short-now", field, name=name)
    return PlanError("pool-short", field, name=name, free=free, wanted=wanted)
