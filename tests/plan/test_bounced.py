"""A payment that the bank sends back after its year was closed: paid again of the present year."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select

import pool.journal as journal
import pool.ledger as ledger
from pool import summary
from pool.cases import instalments, money
from pool.cases.errors import Refused
from pool.clock import local_day
from pool.db import Database
from pool.models.case import Payment
from pool.models.ledger import BookYear, Transfer
from pool.models.years import CarryOver
from pool.plan import closing, open_year
from pool.plan import owed as passed_on
from pool.plan.closing import Step
from pool.summary.figures import collect
from pool.summary.model import Request
from tests.support.district import FREE, apply, make_district, pay, to_recommended
from tests.support.district import POOL as DISTRICT
from tests.support.house import RECORD, World, make_world

DECEMBER = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
JANUARY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
POOL = "urban-life"
ASKED, BUDGET, NEXT = 950_000, 40_000_000, 10_000_000


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database, DECEMBER, budgets={POOL: BUDGET // 100})


def paid(world: World) -> int:
    case_id = world.apply(starts_on="2027-02-10")
    world.do(case_id, "karim", "grant")
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-12-28")
    return case_id


def close_2026(world: World) -> None:
    ole = world.actor("ole", POOL)
    closing.begin(world.house, Step("a", POOL, 2026), ole, world.now)
    closing.give_rest_back(world.house, Step("b", POOL, 2026, BUDGET - ASKED), ole, world.now)
    closing.close(world.house, Step("c", POOL, 2026), ole, world.now)
    world.now = JANUARY


def open_2027(world: World, pool: str = POOL) -> None:
    open_year(
        world.house, pool=pool, year=2027, budget=NEXT, source="test", command_id="open-2027",
        actor=world.actor("ole", pool), now=world.now,
    )  # fmt: skip


def bounced(world: World, case_id: int, **changed: Any) -> Any:
    told: dict[str, Any] = {"reason": "Kontoen er lukket", "failed_on": "2027-01-04"}
    return world.do(case_id, "ole", "payment-failed", **told, **changed)


def status(world: World, year: int) -> ledger.Status:
    with world.database.read() as session:
        return ledger.status(session, POOL, year)


def test_it_is_paid_again_of_the_present_year(world: World) -> None:
    case_id = paid(world)
    close_2026(world)
    with pytest.raises(Refused) as early:
        bounced(world, case_id)
    assert [one.code for one in early.value.explanation.obstacles] == ["present-year-missing"]
    open_2027(world)
    assert bounced(world, case_id, command_id="back").state == "granted"
    assert bounced(world, case_id, command_id="back").repeated
    with world.database.read() as session:
        of_case = money.of_case(session, case_id)
        rows = session.exec(
            select(Transfer.kind, BookYear.year)
            .join(BookYear, BookYear.id == Transfer.year_id)  # type: ignore[arg-type]
            .where(Transfer.command_id == "back")
            .order_by(Transfer.line)  # type: ignore[arg-type]
        ).all()
        assert list(rows) == [("return", 2026), ("appropriate", 2027), ("hold", 2027)]
        row = session.exec(select(CarryOver)).one()
        assert (row.from_year, row.to_year, row.amount) == (2026, 2027, ASKED)
        assert passed_on.owed(session, ledger.get_year(session, POOL, 2026).id or 0).amount == ASKED
        assert passed_on.carried(session, POOL, 2027) == (ASKED, 0)
        assert passed_on.carried(session, POOL, 2026) == (0, ASKED)
    assert (of_case.held, of_case.paid, of_case.returned) == (ASKED, 0, 0)
    new = status(world, 2027)
    assert (new.budget, new.granted, new.free) == (NEXT + ASKED, ASKED, NEXT)

    world.do(case_id, "ole", "pay", reference="B-2", paid_on="2027-01-04")
    assert world.case(case_id).state == "paid"
    with world.database.read() as session:
        of_case = money.of_case(session, case_id)
        assert (of_case.held, of_case.paid, of_case.returned) == (0, ASKED, 0)
        assert [one.amount for one in money.outstanding(session, case_id)] == [ASKED]
        assert [one.failed_on is None for one in session.exec(select(Payment))] == [False, True]
        assert ledger.verify(session).ok
        assert journal.verify(session) == []
    world.do(case_id, "ole", "payment-failed", reason="Igen", failed_on="2027-01-04")
    assert status(world, 2027).paid == 0  # its year is open: reversed there


def test_both_years_show_one_grant(world: World) -> None:
    case_id = paid(world)
    close_2026(world)
    open_2027(world)
    bounced(world, case_id)
    for year, told in ((2026, (None, 2027)), (2027, (2026, None))):
        request = Request(
            pools=(POOL,), year=year, edition="provisional", axis="recorded",
            as_of=local_day(world.now), known_at=world.now,
        )  # fmt: skip
        with world.database.read() as session:
            [grant] = collect(session, world.house, request).pools[0].grants
            view = summary.overview(session, world.house, POOL, year, person_id=None)
        assert (grant.case_id, grant.carried_from, grant.carried_to) == (case_id, *told)
        assert grant.held == (ASKED if year == 2027 else 0)
        assert view is not None
        assert [(one.carried_from, one.carried_to) for one in view.grants] == [told]


def test_an_instalment_follows_the_rest_that_was_carried_over(database: Database) -> None:
    world = make_district(database, DECEMBER)
    case_id = apply(world)
    to_recommended(world, case_id)
    parts = [
        {"amount": 450_000, "due_on": "2026-12-28"},
        {"amount": 500_000, "due_on": "2027-02-01"},
    ]
    world.do(
        case_id, "sofie", "grant", record=dict(RECORD, made_on="2026-12-28"), instalments=parts
    )
    world.do(case_id, "sofie", "announce-grant")
    pay(world, case_id, paid_on="2026-12-28")
    open_2027(world, DISTRICT)
    world.do(case_id, "ole", "carry-over")
    ole = world.actor("ole", DISTRICT)
    closing.begin(world.house, Step("a", DISTRICT, 2026), ole, world.now)
    closing.give_rest_back(world.house, Step("b", DISTRICT, 2026, FREE - ASKED), ole, world.now)
    closing.close(world.house, Step("c", DISTRICT, 2026), ole, world.now)
    world.now = JANUARY
    bounced(world, case_id)
    with world.database.read() as session:
        found = instalments.parts(session, case_id)
        carried = session.exec(select(CarryOver.amount)).all()
        told = ledger.status(session, DISTRICT, 2027)
    assert [(one.number, one.left, one.paid) for one in found] == [(1, 450_000, 0), (2, 500_000, 0)]
    assert sorted(carried) == [450_000, 500_000]
    assert (told.budget, told.granted) == (NEXT + ASKED, ASKED)
    pay(world, case_id, reference="B-2", paid_on="2027-01-04")
    with world.database.read() as session:
        assert money.of_case(session, case_id) == money.CaseMoney(500_000, 450_000, 0)
        assert ledger.verify(session).ok
