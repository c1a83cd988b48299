"""Who may not know of decisions that are not announced learns nothing of them by a refusal."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

import pool.ledger as ledger
from pool import plan
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.plan import moves
from pool.plan.wording import sentence
from pool.render.words import words
from tests.support.district import FREE, POOL, apply, make_district, to_decided
from tests.support.house import World

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
TABLE = (
    b'no,activity,focus_areas,y2026,note\n1,Haven,,"1.000",\n2,Puljen,,"700.000",\n'
    b'3,Viden,,"5.000",\n'
)
BESIDE = (
    f'source = "Planen"\n[sums]\n2026 = "706.000"\n[pools]\n2 = "{POOL}"\n3 = "knowledge"\n'
).encode()
HELD = 950_000
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def world(database: Database) -> World:
    world = make_district(database, NOW)
    plan.load(world.house, TABLE, BESIDE, actor=SYSTEM, now=NOW)
    return world


def order(from_line: int, to_line: int, amount: int) -> plan.Order:
    return plan.Order(
        year=2026, from_line=from_line, to_line=to_line, amount=amount,
        decided_on=date(2026, 3, 2), steering="Hørt", reason="Færre",
    )  # fmt: skip


def blind(_pool: str) -> bool:
    return False


def decided(world: World) -> None:
    """Granted, and nobody is told."""
    to_decided(world, apply(world))
    with world.database.read() as session:
        assert ledger.status(session, POOL, 2026).free == FREE
        assert ledger.status(session, POOL, 2026, undisclosed=True).free == FREE - HELD


def test_a_move_says_what_its_reader_may_know(world: World) -> None:
    decided(world)
    with world.database.read() as session:
        seen = moves.preview(session, world.house, order(2, 1, 100), knows=blind)
        assert seen.from_line.free == (FREE, FREE - 100)
        seen = moves.preview(session, world.house, order(2, 1, 100))
        assert seen.from_line.free == (FREE - HELD, FREE - HELD - 100)
        with pytest.raises(plan.PlanError) as caught:
            moves.preview(session, world.house, order(2, 1, FREE), knows=blind)
        assert (caught.value.code, set(caught.value.params)) == ("pool-short-now", {"name"})
        assert sentence(caught.value, words("da")).endswith("Prøv igen senere.")
    with pytest.raises(plan.PlanError) as caught:
        plan.move(
            world.house, order(2, 1, FREE), command_id="m", actor=world.actor("ole"),
            now=NOW, knows=blind,
        )  # fmt: skip
    assert (caught.value.code, set(caught.value.params)) == ("pool-short-now", {"name"})


def test_a_budget_too(world: World) -> None:
    decided(world)
    with pytest.raises(plan.PlanError) as caught:
        plan.adjust_budget(
            world.house, pool=POOL, year=2026, budget=0, was=FREE, source="Notat",
            decided_on=NOW.date(), command_id="b", actor=world.actor("ole", POOL), now=NOW,
        )  # fmt: skip
    assert (caught.value.code, set(caught.value.params)) == ("pool-short-now", {"name"})


def test_an_earmark_is_not_ended_while_that_would_tell(world: World) -> None:
    account = plan.earmark(
        world.house, pool=POOL, year=2026, label="Haven", amount=2_000_000, command_id="e",
        actor=world.actor("ole", POOL), now=NOW,
    )  # fmt: skip
    case_id = apply(world)
    to_decided(world, case_id, earmark=account)

    def end(command_id: str) -> int:
        return plan.end_earmark(
            world.house, pool=POOL, year=2026, account_id=account, command_id=command_id,
            actor=world.actor("ole", POOL), now=NOW,
        )  # fmt: skip

    with pytest.raises(plan.PlanError, match="earmark-busy"):
        end("x")
    world.do(case_id, "sofie", "announce-grant")
    assert end("y") == 2_000_000 - HELD


def test_the_pool_that_is_closed_is_named(world: World) -> None:
    """Of two, the one that does not take part."""
    world.database.write(
        lambda session: ledger.set_year_state(session, "knowledge", 2026, "closing")
    )
    name = world.house.definitions.current("knowledge").name["da"]
    with pytest.raises(plan.PlanError) as made:
        plan.move(world.house, order(2, 3, 100), command_id="m", actor=world.actor("ole"), now=NOW)
    with pytest.raises(plan.PlanError) as looked, world.database.read() as session:
        moves.preview(session, world.house, order(2, 3, 100))
    for caught in (made.value, looked.value):
        assert (caught.code, caught.params["name"]) == ("year-closing", name)
    with world.database.read() as session:
        moves.preview(session, world.house, order(3, 2, 100))
