"""What the rules know of a case's money after the grant, and how little a light pool asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

import pool.ledger as ledger
from pool import payments
from pool.cases import deadlines, facts, money
from pool.cases.commands import Command
from pool.cases.errors import Refused
from pool.cases.fire import fire
from pool.db import Database
from pool.models.base import known
from pool.models.case import Case
from pool.models.payments import PaymentItem
from tests.support import district
from tests.support.district import POOL
from tests.support.house import REPORT, World
from tests.workflows.test_earlier import old
from workflows.definition import Definition
from workflows.facts import Facts


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return district.make_district(database, now)


ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def gathered(world: World, case_id: int) -> Facts:
    with world.database.read() as session:
        case = session.get_one(Case, case_id)
        definition = world.house.definitions.version(session, case.pool, case.definition_version)
        return facts.gather(session, definition, case, world.now)


def codes(refused: Any) -> list[str]:
    return [one.code for one in refused.value.explanation.obstacles]


def light(world: World) -> int:
    """Granted in the light pool: 9.500 kr."""
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    return case_id


def test_a_payment_stands_until_something_of_it_comes_back(world: World) -> None:
    case_id = light(world)
    assert not gathered(world, case_id).payment_standing
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    found = gathered(world, case_id)
    assert (found.payment_standing, found.paid, found.reminders) == (True, 950_000, 0)
    assert found.paid_on == found.last_paid_on == world.now.date()
    world.do(case_id, "ole", "return", returned="1", returned_on="2026-03-02")
    assert not gathered(world, case_id).payment_standing
    with pytest.raises(Refused) as back:
        world.do(case_id, "ole", "payment-failed", reason="Lukket", failed_on="2026-03-02")
    assert codes(back) == ["payment-not-standing"]


def test_a_payment_that_failed_is_no_payment(world: World) -> None:
    case_id = light(world)
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    world.do(case_id, "ole", "payment-failed", reason="Lukket konto", failed_on="2026-03-02")
    found = gathered(world, case_id)
    assert (found.state, found.held, found.paid) == ("granted", 950_000, 0)
    assert (found.payment_standing, found.paid_on, found.last_paid_on) == (False, None, None)
    assert set(deadlines_open(world, case_id)) == {"payee"}  # it is asked anew
    world.do(case_id, "ole", "pay", reference="B-2", paid_on="2026-03-02")
    assert gathered(world, case_id).payment_standing


def deadlines_open(world: World, case_id: int) -> dict[str, Any]:
    with world.database.read() as session:
        return dict(deadlines.open_deadlines(session, case_id))


@ON_SQLITE
def test_reminders_are_those_of_the_report_that_is_due_now(world: World) -> None:
    case_id = light(world)
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    with pytest.raises(Refused) as early:
        world.do(case_id, "sofie", "lapse-unreported", reason="Der kom ingen rapport.")
    assert codes(early) == ["not-reminded"]
    world.now = world.now + timedelta(days=200)
    deadlines.fire_due(world.house, world.now)
    assert gathered(world, case_id).reminders >= 1
    world.do(case_id, "ole", "payment-failed", reason="Lukket", failed_on="2026-03-03")
    world.do(case_id, "ole", "pay", reference="B-2", paid_on="2026-03-04")
    assert gathered(world, case_id).reminders == 0


def test_an_earmark_with_money_can_be_granted_from(world: World) -> None:
    def mark(session: Session) -> int:
        year = money.year(session, "urban-life", 2026)
        assert year is not None
        account = ledger.earmark(
            session, year_id=year.id, amount=2_000_000, label="Egne indsatser", command_id="mark",
            actor="system", effective_on=world.now.date(), now=world.now,
        )  # fmt: skip
        return known(account.id)

    case_id = world.apply()
    assert gathered(world, case_id).earmarks == {}
    account = world.database.write(mark)
    assert gathered(world, case_id).earmarks == {account: 2_000_000}
    with pytest.raises(Refused) as wrong:
        world.do(case_id, "karim", "grant", earmark=str(account + 999))
    assert codes(wrong) == ["unknown-earmark"]
    world.do(case_id, "karim", "grant", earmark=str(account))
    other = world.apply()
    assert gathered(world, other).earmarks == {account: 1_050_000}


def test_a_line_of_a_released_list_is_paid_by_its_own_case_alone(world: World) -> None:
    first, second = district.apply(world), district.apply(world)
    for case_id in (first, second):
        district.to_granted(world, case_id)
        assert not gathered(world, case_id).payee_known
        world.do(case_id, "applicant", "payee", payee=dict(district.PAYEE))
        assert gathered(world, case_id).payee_known
    sofie, ole = world.actor("sofie", POOL), world.actor("ole", POOL)
    with world.database.read() as session:
        chosen = [
            payments.Chosen(known(due.case.id), due.amount, known(due.payee.id))
            for due in payments.can_be_paid(session, world.house, POOL, sofie, world.now)
            if due.case.id == first
        ]
    payments.prepare(world.house, world.new_id(), POOL, chosen, sofie, world.now)
    with world.database.read() as session:
        item = session.exec(select(PaymentItem)).one()
        item_id, list_id = known(item.id), item.list_id
    assert (gathered(world, first).listed, gathered(world, second).listed) == (True, False)

    def paying(case_id: int, line: int) -> Command:
        paid = {"reference": "B-1", "paid_on": "2026-03-02"}
        return Command(world.new_id(), case_id, "pay", None, paid, payment_item_id=line)

    with pytest.raises(Refused) as unreleased:
        fire(world.house, paying(first, item_id), ole, world.now)
    assert codes(unreleased) == ["on-list"]
    payments.release(world.house, world.new_id(), list_id, 1, ole, world.now)
    for case_id, line, code in (
        (second, item_id, "not-by-list"),
        (first, item_id + 1, "on-list"),
    ):
        with pytest.raises(Refused) as refused:
            fire(world.house, paying(case_id, line), ole, world.now)
        assert codes(refused) == [code]
    touching: tuple[tuple[str, dict[str, Any]], ...] = (
        ("withdraw", {}),
        ("payee", {"payee": dict(district.PAYEE)}),
    )
    for action, inputs in touching:
        with pytest.raises(Refused) as on_its_way:
            world.do(first, "applicant", action, **inputs)
        assert codes(on_its_way) == ["on-list"]
    district.mark(world, first)
    assert world.case(first).state == "paid"


@ON_SQLITE
def test_a_decision_to_change_a_grant_is_the_groups_and_nobody_elses(world: World) -> None:
    case_id = light(world)
    with pytest.raises(Refused) as alone:
        world.do(case_id, "sofie", "raise", amount="10.000", reasons="Der kom flere.")
    assert codes(alone) == ["not-by-group"]
    with pytest.raises(Refused) as unheard:
        world.do(case_id, "karim", "lower", amount="9.000", reasons="Teltet kan lånes.")
    assert codes(unheard) == ["not-heard"]
    world.do(
        case_id, "sofie", "hear",
        facts="Teltet kan lånes.", source="fsb", due_on="2026-03-09",
    )  # fmt: skip
    with pytest.raises(Refused) as open_hearing:
        world.do(case_id, "karim", "lower", amount="9.000", reasons="Teltet kan lånes.")
    assert "hearing-open" in codes(open_hearing)
    world.do(case_id, "applicant", "hearing-answer", answer="Det er i orden.")
    world.now += timedelta(hours=1)
    world.do(case_id, "karim", "lower", amount="9.000", reasons="Teltet kan lånes.")
    assert gathered(world, case_id).granted == 900_000
    assert not gathered(world, case_id).letter_unsent, "a change is not undone, but changed again"
    with pytest.raises(Refused) as heard_before:
        world.do(case_id, "karim", "lower", amount="8.000", reasons="Igen.")
    assert codes(heard_before) == ["not-heard"], "that hearing was about the first change"


@ON_SQLITE
def test_the_year_after_the_one_that_holds_the_money(world: World) -> None:
    case_id = district.apply(world)
    district.to_granted(world, case_id)
    assert not gathered(world, case_id).next_year_open

    def open_year(year: int, state: str) -> None:
        def work(session: Session) -> None:
            ledger.open_year(session, POOL, year)
            if state != "open":
                ledger.set_year_state(session, POOL, year, state)

        world.database.write(work)

    open_year(2027, "open")
    assert gathered(world, case_id).next_year_open
    world.do(case_id, "ole", "carry-over")
    assert not gathered(world, case_id).next_year_open
    open_year(2028, "closing")
    assert not gathered(world, case_id).next_year_open


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(*args: Any) -> None:
        said.append(args[2])

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


@ON_SQLITE
def test_a_light_pool_asks_one_question_more_at_most(world: World) -> None:
    before = old("urban-life-2.toml")
    now_ = world.house.definitions.current("urban-life")
    case_id = world.apply()

    def asked(definition: Definition) -> int:
        with world.database.read() as session:
            case = session.get_one(Case, case_id)
            with counting(world.database) as said:
                facts.gather(session, definition, case, world.now)
        return len(said)

    seen = set()
    for who, action, inputs in (
        ("karim", "grant", {}),
        ("ole", "pay", {"reference": "B-1", "paid_on": "2026-03-02"}),
        ("applicant", "report", {"report": dict(REPORT)}),
        ("ole", "return", {"returned": "500", "returned_on": "2026-03-02"}),
        ("sofie", "close", {}),
    ):
        seen.add(world.case(case_id).state)
        assert asked(now_) <= asked(before) + 1, world.case(case_id).state
        world.do(case_id, who, action, **inputs)
    assert seen == {"received", "granted", "paid", "reported"}
