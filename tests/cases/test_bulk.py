"""Many cases at once: tried out in the order of the list, then done, each in a unit of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

import pool.ledger as ledger
from pool.cases import access, bulk, money, recusal
from pool.cases.bulk import DryRun
from pool.cases.bulk_firing import MOST, Order, TooMany, command_id, fire_each
from pool.cases.commands import Command
from pool.cases.errors import NotFound, Refused
from pool.cases.fire import fire
from pool.db import Database
from tests.support.district import POOL, apply, make_district, to_decided, to_recommended
from tests.support.house import RECORD, World, make_world
from tests.support.snapshot import changes, snapshot

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, budgets={"urban-life": 96_000, POOL: 20_000})


def free(world: World) -> int:
    with world.database.read() as session:
        year = money.year(session, POOL, 2026)
        assert year is not None
        return year.free


def tried(world: World, ids: list[int], action: str, who: str = "karim", **inputs: Any) -> DryRun:
    with world.database.read() as session:
        return bulk.dry_run(
            session, world.house, ids, action, inputs, world.actor(who, POOL), world.now
        )


def ready(world: World, *amounts: str) -> list[int]:
    ids = [apply(world, amount=amount, budget_line=f"Telt {amount} kr.") for amount in amounts]
    for case_id in ids:
        to_recommended(world, case_id)
    return ids


def test_the_balance_is_counted_down_in_the_lists_order(world: World) -> None:
    ids = ready(world, "9.000", "8.000", "7.000", "2.000")
    before = snapshot(world.database)
    found = tried(world, ids, "grant")
    assert changes(before, snapshot(world.database)) == []
    assert [row.allowed for row in found.rows] == [True, True, False, True]
    assert [row.effect for row in found.rows] == [-900_000, -800_000, 0, -200_000]
    assert [row.left for row in found.rows] == [1_100_000, 300_000, 300_000, 100_000]
    assert (found.before, found.after) == ({2026: 2_000_000}, {2026: 100_000})
    refused = found.rows[2].explanation
    assert refused is not None
    assert [one.code for one in refused.obstacles] == ["not-enough"]
    other = tried(world, [ids[2], *ids[:2], ids[3]], "grant")
    assert [row.allowed for row in other.rows] == [True, True, False, True]


def test_what_is_done_is_what_was_tried(world: World) -> None:
    ids = ready(world, "9.000", "8.000", "7.000", "2.000")
    found = tried(world, ids, "grant")
    orders = found.orders({})
    done = fire_each(world.house, "act", orders, world.actor("karim", POOL), world.now)
    assert [one.order.case_id for one in done] == [ids[0], ids[1], ids[3]]
    assert all(one.result for one in done)
    assert free(world) == found.after[2026] == 100_000
    again = fire_each(world.house, "act", orders, world.actor("karim", POOL), world.now)
    assert [one.result and one.result.repeated for one in again] == [True] * 3
    assert free(world) == 100_000
    assert world.case(ids[2]).state == "recommended"


def test_the_hold_is_the_check_whatever_was_tried(world: World) -> None:
    ids = ready(world, "9.000", "8.000")
    orders = tried(world, ids, "grant").orders({})
    [other] = ready(world, "9.500")
    world.do(other, "karim", "grant")
    done = fire_each(world.house, "act", orders, world.actor("karim", POOL), world.now)
    assert done[0].result is not None
    assert isinstance(done[1].error, Refused | ledger.NotEnough)
    assert world.case(ids[1]).state == "recommended", "nothing is half done"


def test_refusing_many_with_the_same_reasons(world: World) -> None:
    ids = ready(world, "9.000", "8.000")
    record = {"record": dict(RECORD)}
    empty = tried(world, ids, "refuse", "sofie", **record)
    assert empty.rows == ()
    assert [fault.key for fault in empty.faults] == ["reasons"]
    told = {"reasons": "Kriteriet om lokal forankring er ikke opfyldt.", **record}
    found = tried(world, ids, "refuse", "sofie", **told)
    assert [row.allowed for row in found.rows] == [True, True]
    done = fire_each(world.house, "act", found.orders(told), world.actor("sofie", POOL), world.now)
    assert all(one.result for one in done)
    assert [world.case(one).state for one in ids] == ["decided-no"] * 2


def test_money_that_comes_back_is_counted_up(world: World) -> None:
    ids = ready(world, "9.000", "8.000")
    for case_id in ids:
        world.do(case_id, "karim", "grant")
        world.do(case_id, "sofie", "announce-grant")
    found = tried(world, ids, "lapse", "sofie", reason="Ingen rapport")
    assert [row.effect for row in found.rows] == [900_000, 800_000]
    assert found.after[2026] == 2_000_000


def test_which_actions_there_are(world: World) -> None:
    definition = world.house.definitions.current(POOL)
    offered = {one.key for one in bulk.actions(definition, frozenset({"secretariat"}))}
    assert {"grant", "refuse", "screen", "announce-grant", "close", "lapse"} <= offered
    assert not offered & {"grant-part", "answer", "report", "return", "withdraw", "undo", "pay"}
    assert {one.key for one in bulk.actions(definition, frozenset({"chair"}))} <= offered | {
        "grant"
    }
    assert bulk.actions(definition, frozenset({"member"})) == ()
    light = world.house.definitions.current("urban-life")
    assert bulk.actions(light, frozenset({"secretariat", "chair"})) == ()


def test_faults_of_what_was_typed_are_told_once(world: World) -> None:
    ids = ready(world, "9.000", "8.000")
    found = tried(world, ids, "grant", "sofie", record={**RECORD, "made_on": "i går"})
    assert found.rows == ()
    assert [fault.key for fault in found.faults] == ["record.made_on"]


def test_a_case_one_stays_out_of_is_not_there(world: World) -> None:
    ids = ready(world, "9.000", "8.000")
    orders = tried(world, ids, "grant").orders({})
    recusal.declare(world.house, ids[0], "Min bror", world.actor("karim", POOL), world.now)
    assert [row.case_id for row in tried(world, ids, "grant").rows] == [ids[1]]
    done = fire_each(world.house, "act", orders, world.actor("karim", POOL), world.now)
    assert isinstance(done[0].error, NotFound)
    assert world.case(ids[0]).state == "recommended"
    assert world.case(ids[1]).state == "decided-yes"


def test_the_roles_of_one_pool_open_nothing_in_another(world: World) -> None:
    """Whoever asks: the act on many, one move, one look."""
    mine, other = ready(world, "9.000")[0], world.apply()
    chair = world.actor("karim", POOL)
    orders = [Order(one, "grant", world.case(one).state_version) for one in (other, mine)]
    done = fire_each(world.house, "act", orders, chair, world.now)
    assert isinstance(done[0].error, NotFound)
    assert done[1].result is not None
    with pytest.raises(NotFound):
        fire(world.house, Command("one", other, "grant", None), chair, world.now)
    assert world.case(other).state == "received"
    with world.database.read() as session:
        assert not access.may_see(session, world.house, world.case(other), chair)
        assert access.may_see(session, world.house, world.case(mine), chair)
    with pytest.raises(ValueError, match="one pool"):
        fire_each(world.house, "act", orders, replace(chair, pool=None), world.now)


def test_not_more_than_a_hundred(world: World) -> None:
    with pytest.raises(TooMany):
        tried(world, list(range(MOST + 1)), "grant")
    orders = [Order(n, "grant", 1) for n in range(MOST + 1)]
    with pytest.raises(TooMany):
        fire_each(world.house, "act", orders, world.actor("karim", POOL), world.now)


def test_a_light_pools_case_is_told_so(world: World) -> None:
    light = [world.apply()]
    assert tried(world, light, "grant").rows == (), "another pool's is not there"
    with world.database.read() as session:
        found = bulk.dry_run(
            session, world.house, light, "grant", {}, world.actor("karim"), world.now
        )
    assert [(row.allowed, row.definition) for row in found.rows] == [(False, None)]
    assert found.orders({}) == ()


def test_the_ids_follow_from_the_act(world: World) -> None:
    assert command_id("a", 1) == command_id("a", 1)
    assert len({command_id("a", 1), command_id("a", 2), command_id("b", 1)}) == 3


def test_announcing_in_bulk_takes_nothing_more(database: Database, now: datetime) -> None:
    world = make_district(database, now)
    ids = [apply(world) for _ in range(2)]
    for case_id in ids:
        to_decided(world, case_id)
    found = tried(world, ids, "announce-grant", "sofie")
    assert [(row.allowed, row.effect) for row in found.rows] == [(True, 0)] * 2
