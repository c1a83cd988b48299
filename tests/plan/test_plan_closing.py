"""A year of the plan is closed for good, when it has passed and its pools are closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import pool.journal as journal
import pool.ledger as ledger
from pool import plan
from pool.cases.errors import Invalid
from pool.identity.actor import SYSTEM
from pool.plan import book, closing, lines, plan_closing
from pool.plan.closing import ClosingError, Step
from tests.plan.test_editions import adjust
from tests.plan.test_moves import BESIDE, KR, TABLE, make, order, world
from tests.support.house import World

__all__ = ["world"]  # the fixture


def end(world: World) -> plan_closing.End:
    with world.database.read() as session:
        found = plan_closing.standing(session, world.house, 2026, world.now)
    assert found is not None
    return found


def close(world: World, **more: Any) -> int:
    told: dict[str, Any] = {
        "seen": 1_400 * KR,
        "command_id": world.new_id(),
        "actor": replace(world.actor("ole"), pool=None),
    }
    return plan_closing.close(world.house, 2026, now=world.now, **(told | more))


def close_pools(world: World) -> None:
    actor = SYSTEM
    for pool in ("urban-life", "knowledge"):
        with world.database.read() as session:
            rest = ledger.status(session, pool, 2026).free

        def step(pool: str = pool, rest: int = rest) -> Step:
            return Step(world.new_id(), pool, 2026, rest)

        closing.begin(world.house, step(), actor, world.now)
        closing.give_rest_back(world.house, step(), actor, world.now)
        closing.close(world.house, step(), actor, world.now)


def test_when_it_has_passed_and_every_pool_is_closed(world: World) -> None:
    make(world, order(1, 4, 100))
    with pytest.raises(plan.PlanError, match="plan-not-over"):
        close(world)
    world.now = world.now.replace(year=2027)
    assert end(world).unclosed == tuple(
        world.house.definitions.current(key).name["da"] for key in ("knowledge", "urban-life")
    )
    with pytest.raises(plan.PlanError, match="plan-pools-open"):
        close(world)
    close_pools(world)
    with pytest.raises(plan.PlanError, match="changed-meanwhile"):
        close(world, seen=1)
    assert end(world) == plan_closing.End("open", 1_400 * KR, (), over=True)
    with pytest.raises(ClosingError, match="not-yours"):
        close(world, actor=world.actor("karim"))
    assert close(world, command_id="end") == close(world, command_id="end") == 1_400 * KR
    assert close(world) == 0, "whoever comes later finds it closed"
    with world.database.read() as session:
        status = ledger.status(session, "plan", 2026)
        assert (status.budget, status.earmarked, status.free) == (0, 0, 0)
        assert ledger.verify(session).ok
        stream = f"book-year:{book.year_id(session, 2026)}"
        kinds = [one.kind for one in journal.read(session, stream)][-3:]
        view = lines.plan_year(session, 2026)
    assert kinds == ["year.closing", "year.rest-returned", "year.closed"]
    assert view is not None
    assert [one.now // KR for one in view.lines][:2] == [900, 500], "the plan says what it said"


def test_nothing_is_moved_or_adjusted_afterwards(world: World) -> None:
    world.now = world.now.replace(year=2027)
    close_pools(world)
    close(world, seen=1_500 * KR)
    with pytest.raises(plan.PlanError, match="plan-closed"):
        make(world, order(1, 2, 100))
    with pytest.raises(plan.PlanError, match="plan-closed"):
        adjust(world)
    assert plan.load(
        world.house, TABLE, BESIDE, actor=world.actor("ole"), now=world.now
    ) == plan.Loaded((), (2026,)), "the same file changes nothing"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_move_was_decided_about_then(world: World) -> None:
    for day, code in ((date(2024, 12, 31), "date-before"), (date(2026, 3, 5), "date-ahead")):
        with pytest.raises(Invalid) as caught:
            make(world, order(1, 2, 100, decided_on=day))
        assert [(one.key, one.code) for one in caught.value.faults] == [("decided_on", code)]
    make(world, order(1, 2, 100, decided_on=date(2025, 1, 1)))
