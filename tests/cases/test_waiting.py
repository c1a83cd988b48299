"""The waiting list: an empty pool that still takes applications, and whose turn it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

import pool.ledger as ledger
from pool.cases.errors import Refused
from pool.cases.opening import Opening, opening
from pool.db import Database
from pool.models.outbox import Message
from pool.plan import closing_shapes, closing_view, waiting, watch
from tests.support.district import POOL, apply, to_screened
from tests.support.house import RECORD, World, make_world

BUDGET = 200_000
WAITS = frozenset({"waiting"})


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, budgets={"urban-life": 10, POOL: BUDGET // 100})


def screened(world: World, amount: str, title: str = "Venter") -> int:
    world.now += timedelta(minutes=1)
    case_id = apply(world, amount=amount, title=title)
    to_screened(world, case_id)
    return case_id


def granted(world: World, amount: str) -> int:
    case_id = screened(world, amount, "Fest")
    world.do(case_id, "sofie", "recommend", advice="full", reasons="God idé.")
    world.do(case_id, "sofie", "grant", record=dict(RECORD))
    world.do(case_id, "sofie", "announce-grant")
    return case_id


def told(world: World, template: str) -> list[Message]:
    with world.database.read() as session:
        return list(
            session.exec(
                select(Message).where(Message.template == template).order_by(col(Message.id))
            )
        )


def test_an_empty_pool_takes_applications_and_says_that_there_is_a_list(world: World) -> None:
    granted(world, "2.000")
    with world.database.read() as session:
        found = opening(session, POOL, world.now, waits=WAITS)
        assert (found.closed, found.waiting, found.free) == (None, True, 0)
        assert opening(session, "urban-life", world.now).waiting is False
    apply(world, title="Kom for sent", amount="500")
    first, late = told(world, "receipt")
    assert (first.data["waiting"], late.data["waiting"]) == (False, True)


def test_the_light_pool_closes_as_before(world: World) -> None:
    def empty(session: object) -> None:
        year = ledger.get_year(session, "urban-life", 2026)  # type: ignore[arg-type]
        ledger.relinquish(
            session,  # type: ignore[arg-type]
            year_id=year.id or 0,
            amount=1_000,
            command_id="empty",
            actor="system",
            now=world.now,
        )

    world.database.write(empty)
    with world.database.read() as session:
        found = opening(session, "urban-life", world.now)
    assert found.closed is not None
    assert found.closed.code == "empty"
    assert not found.waiting


def test_only_what_the_pool_is_short_of_waits(world: World) -> None:
    case_id = screened(world, "900")
    with pytest.raises(Refused) as enough:
        world.do(case_id, "sofie", "wait")
    assert [one.code for one in enough.value.explanation.obstacles] == ["pool-has-enough"]
    granted(world, "1.500")
    world.do(case_id, "sofie", "wait")
    case = world.case(case_id)
    assert (case.state, case.clock) == ("waiting", "paused")
    [letter] = told(world, "waiting")
    assert letter.data["asked"] == 90_000
    assert letter.to_email == "sara@eksempel.example"
    world.do(case_id, "sofie", "wait-over")
    assert world.case(case_id).state == "screened"


def test_turns_follow_the_order_of_receipt_and_nobody_smaller_overtakes(world: World) -> None:
    back, rest = granted(world, "800"), granted(world, "1.200")
    large, small = screened(world, "1.000", "Stor"), screened(world, "300", "Lille")
    for case_id in (small, large):  # put on the list the other way round
        world.do(case_id, "sofie", "wait")
    assert waiting.call(world.house, world.now) == 0

    world.do(back, "applicant", "withdraw")  # 800 is free: enough for the second, not the first
    assert waiting.call(world.house, world.now) == 0
    with world.database.read() as session:
        queue = waiting.queue(session, world.house, POOL, 2026)
        assert queue is not None
        assert queue.available == 80_000
        assert [(one.case.id, one.covered) for one in queue.turns] == [
            (large, False),
            (small, False),
        ]

    world.do(rest, "applicant", "withdraw")
    assert waiting.call(world.house, world.now) == 2
    assert [world.case(one).state for one in (large, small)] == ["screened", "screened"]
    assert waiting.call(world.house, world.now) == 0
    notices = told(world, "waiting-over")
    assert [one.data["by_program"] for one in notices] == [True, True]
    assert {one.to_name for one in notices} == {"Sofie"}


def test_who_came_off_the_list_has_first_claim(world: World) -> None:
    back, _ = granted(world, "1.200"), granted(world, "800")
    first, second = screened(world, "1.000", "Første"), screened(world, "500", "Anden")
    for case_id in (first, second):
        world.do(case_id, "sofie", "wait")
    world.do(back, "applicant", "withdraw")
    assert waiting.call(world.house, world.now) == 1
    assert world.case(first).state == "screened"
    # 1.200 is free, and 1.000 of it is spoken for until the first is decided.
    assert waiting.call(world.house, world.now + timedelta(days=1)) == 0
    assert world.case(second).state == "waiting"
    world.do(first, "applicant", "withdraw")
    assert waiting.call(world.house, world.now) == 1
    assert world.case(second).state == "screened"


def test_the_secretariat_is_told_once_that_the_pool_is_empty_and_that_money_is_back(
    world: World,
) -> None:
    assert watch.openings(world.house, world.now) == ()
    back = granted(world, "2.000")
    assert watch.openings(world.house, world.now) == (POOL,)
    assert watch.openings(world.house, world.now) == ()
    [empty] = told(world, "pool-empty")
    assert (empty.to_name, empty.data["waiting_list"], empty.data["free"]) == ("Sofie", True, 0)
    world.do(back, "applicant", "withdraw")
    assert watch.openings(world.house, world.now) == (POOL,)
    assert watch.openings(world.house, world.now) == ()
    [again] = told(world, "pool-refilled")
    assert again.data["free"] == BUDGET


def test_nobody_smaller_is_granted_what_an_earlier_one_waits_for(world: World) -> None:
    back = granted(world, "800")
    granted(world, "1.200")
    large, small = screened(world, "1.000", "Stor"), screened(world, "300", "Lille")
    world.do(large, "sofie", "wait")
    world.do(back, "applicant", "withdraw")  # 800 is free, and all of it is spoken for
    world.do(small, "sofie", "recommend", advice="full", reasons="God idé.")
    with pytest.raises(Refused) as later:
        world.do(small, "karim", "grant")
    [obstacle] = later.value.explanation.obstacles
    assert (obstacle.code, obstacle.params["spoken_for"]) == ("spoken-for", 100_000)
    assert opened(world).waiting  # to whoever applies now it is used up
    world.do(small, "sofie", "wait")  # though 800 is more than 300

    world.do(large, "sofie", "wait-over")  # off the list it keeps its place until decided
    world.do(small, "sofie", "wait-over")
    world.do(small, "sofie", "recommend", advice="full", reasons="God idé.")
    with pytest.raises(Refused):
        world.do(small, "karim", "grant")
    world.do(large, "sofie", "recommend", advice="part", amount="500", reasons="En del.")
    world.do(large, "karim", "grant-part", amount="500", reasons="Ikke til det hele.")
    world.do(small, "karim", "grant")
    assert not opened(world).waiting


def opened(world: World) -> Opening:
    with world.database.read() as session:
        return opening(session, POOL, world.now, waits=WAITS)


def test_the_list_of_every_open_year_is_called(world: World) -> None:
    back = granted(world, "2.000")
    case_id = screened(world, "1.000")
    world.do(case_id, "sofie", "wait")
    world.do(back, "applicant", "withdraw")
    world.now = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert waiting.call(world.house, world.now) == 1
    assert world.case(case_id).state == "screened"


def test_who_waits_for_a_year_that_ends_is_on_its_closing_page(world: World) -> None:
    granted(world, "2.000")
    case_id = screened(world, "1.000")
    world.do(case_id, "sofie", "wait")
    with world.database.read() as session:
        seen = {
            who: closing_view.standing(
                session, world.house, POOL, 2026, world.actor(who, POOL), world.now
            )
            for who in ("sofie", "ole")
        }
    told = seen["sofie"]
    assert told is not None
    [one] = told.worth
    assert (one.code, one.case.id) == ("waiting", case_id)
    assert [move.key for move in one.moves] == ["wait-over", "withdraw"]
    told = seen["ole"]  # finance may not know of it
    assert told is not None
    assert (told.worth, told.unseen) == ((), 1)


def test_the_closing_page_keeps_what_is_not_announced_from_finance(world: World) -> None:
    case_id = screened(world, "1.200")
    world.do(case_id, "sofie", "recommend", advice="full", reasons="God idé.")
    world.do(case_id, "sofie", "grant", record=dict(RECORD))
    with world.database.read() as session:
        seen = {
            who: closing_view.standing(
                session, world.house, POOL, 2026, world.actor(who, POOL), world.now
            )
            for who in ("sofie", "ole")
        }
    told = seen["ole"]
    assert told is not None
    assert told.unnamed == closing_shapes.Unnamed(count=1, amount=0, quiet=1)
    assert (told.held, told.rest, told.status.disposed) == (0, BUDGET, 0)
    told = seen["sofie"]
    assert told is not None
    assert (told.held, told.rest) == (120_000, BUDGET - 120_000)
