"""On what terms money is granted, what happens when a decision waits, and a deficit guarantee from
the decision to the last krone: on both engines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

import pool.ledger as ledger
import pool.outbox as outbox
from pool import journal
from pool.cases import deadlines
from pool.cases.errors import Refused
from pool.db import Database
from pool.models.case import Decision
from pool.models.outbox import Message
from tests.support.district import (
    FREE,
    PAYEE,
    POOL,
    apply,
    make_district,
    pay,
    report,
    to_recommended,
    to_screened,
)
from tests.support.house import RECORD, World


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_district(database, now)


def letter(world: World, case_id: int, template: str) -> Message:
    with world.database.read() as session:
        found = session.exec(
            select(Message)
            .where(Message.case_id == case_id, Message.template == template)
            .order_by(col(Message.id).desc())
        ).first()
        assert found is not None
        session.expunge(found)
        return found


def figures(world: World) -> dict[str, int]:
    with world.database.read() as session:
        assert not ledger.verify(session).faults
        return ledger.status(session, POOL, 2026).figures()


def guarantee(world: World, *, advance: str = "", amount: str = "") -> int:
    """A case granted a deficit guarantee, announced; its id. In full: 9.500 kr."""
    case_id = apply(world)
    to_recommended(world, case_id)
    inputs: dict[str, Any] = {"grant_type": "deficit", "record": dict(RECORD)}
    if advance:
        inputs["advance"] = advance
    if amount:
        inputs |= {"amount": amount, "reasons": "Leje af telt kan undværes."}
    world.do(case_id, "sofie", "grant-part" if amount else "grant", **inputs)
    world.do(case_id, "karim", "announce-grant")
    return case_id


def accounts(world: World, case_id: int, spent: str, income: str) -> None:
    world.do(case_id, "applicant", "accounts", report=report(spent, income=income))


def test_the_letter_says_on_what_terms(world: World) -> None:
    case_id = apply(world)
    to_recommended(world, case_id)
    given: dict[str, Any] = {
        "amount": "6.000",
        "reasons": "Teltet kan lånes.",
        "conditions": "Naboerne skal inviteres.",
        "record": dict(RECORD),
    }
    with pytest.raises(Refused) as off:
        world.do(
            case_id, "sofie", "grant-part",
            **given, by_post={"food": "4.000", "materials": "1.000"},
        )  # fmt: skip
    assert [o.code for o in off.value.explanation.obstacles] == ["posts-total"]
    world.do(
        case_id, "sofie", "grant-part", **given, by_post={"food": "4.000", "materials": "2.000"}
    )
    with world.database.read() as session:
        [decision] = session.exec(select(Decision)).all()
    assert decision.by_post == {"materials": 200_000, "food": 400_000}
    assert decision.conditions == "Naboerne skal inviteres."
    world.do(case_id, "karim", "announce-grant")
    told = letter(world, case_id, "decision-part")
    assert told.data["conditions"] == "Naboerne skal inviteres."
    assert [row["amount"] for row in told.data["posts"]] == [200_000, 400_000]
    assert "guarantee" not in told.data
    assert outbox.letter_bytes(told).startswith(b"%PDF")


def test_postponed_and_taken_up_again_by_itself(world: World) -> None:
    case_id = apply(world)
    to_screened(world, case_id)
    promised = world.case(case_id).promised_on
    assert promised is not None
    world.do(
        case_id, "sofie", "postpone",
        reason="Gruppen venter på politiets vurdering.", until="2026-04-15",
    )  # fmt: skip
    case = world.case(case_id)
    assert (case.state, case.clock) == ("postponed", "paused")
    told = letter(world, case_id, "delayed")
    assert told.data["reason"] == "Gruppen venter på politiets vurdering."
    told_day = date.fromisoformat(told.data["answer_by"])
    assert told_day > promised

    world.now = datetime(2026, 4, 14, 12, tzinfo=world.now.tzinfo)
    assert deadlines.fire_due(world.house, world.now) == 0
    world.now += timedelta(days=2)
    assert deadlines.fire_due(world.house, world.now) == 1
    case = world.case(case_id)
    assert (case.state, case.clock) == ("screened", "running")
    assert case.promised_on is not None
    assert abs((case.promised_on - told_day).days) <= 3, "the day that was told holds"
    assert deadlines.fire_due(world.house, world.now) == 0
    with world.database.read() as session:
        events = journal.read(session, f"case:{case_id}")
    assert [one.kind for one in events[-2:]] == ["deadline.resume", "case.resume"]
    assert events[-1].actor_kind == "system"


def test_a_person_may_take_it_up_sooner(world: World) -> None:
    case_id = apply(world)
    to_screened(world, case_id)
    promised = world.case(case_id).promised_on
    world.do(case_id, "sofie", "postpone", reason="Vent.", until="2026-04-15")
    world.do(case_id, "sofie", "resume")
    assert world.case(case_id).state == "screened"
    assert world.case(case_id).promised_on == promised
    world.now += timedelta(days=60)
    deadlines.fire_due(world.house, world.now)
    assert world.case(case_id).state == "screened"


def test_a_guarantee_pays_the_deficit_and_no_more(world: World) -> None:
    case_id = guarantee(world)
    with world.database.read() as session:
        assert "report" in deadlines.open_deadlines(session, case_id)
    told = letter(world, case_id, "decision-full")
    assert told.data["guarantee"] is True
    assert outbox.letter_bytes(told).startswith(b"%PDF")
    with pytest.raises(Refused) as fixed:
        world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    assert "grant-is-guarantee" in [o.code for o in fixed.value.explanation.obstacles]
    with pytest.raises(Refused):
        world.do(case_id, "ole", "pay-advance", reference="B-1", paid_on="2026-03-02")
    accounts(world, case_id, "12.000", "7.000")
    with pytest.raises(Refused) as bare:
        world.do(case_id, "ole", "settle")
    assert {"payee-missing", "not-by-list"} <= {o.code for o in bare.value.explanation.obstacles}
    world.do(case_id, "applicant", "payee", payee=dict(PAYEE))
    with pytest.raises(Refused) as by_hand:
        world.do(case_id, "ole", "settle", reference="B-2", paid_on="2026-03-02")
    assert [o.code for o in by_hand.value.explanation.obstacles] == ["not-by-list"]
    pay(world, case_id, reference="B-2")
    found = figures(world)
    assert (found["granted"], found["returned"], found["paid"]) == (950_000, 450_000, 500_000)
    assert found["free"] == FREE - 500_000
    told = letter(world, case_id, "settled")
    assert (told.data["covered"], told.data["to_pay"], told.data["owed"]) == (500_000, 500_000, 0)
    world.do(case_id, "sofie", "close")
    assert world.case(case_id).state == "closed"


@pytest.mark.parametrize(
    ("spent", "income", "to_pay", "owed"),
    [
        ("12.000", "1.000", 550_000, 0),  # a deficit above the grant: the grant, less the advance
        ("12.000", "6.000", 200_000, 0),
        ("8.000", "6.000", 0, 200_000),  # the advance was more than the deficit
        ("8.000", "9.000", 0, 400_000),  # a surplus
    ],
)
def test_an_advance_counts(world: World, spent: str, income: str, to_pay: int, owed: int) -> None:
    case_id = guarantee(world, advance="4.000")
    with pytest.raises(Refused) as same:
        world.do(case_id, "sofie", "pay-advance", reference="B-1", paid_on="2026-03-02")
    assert "same-person" in [o.code for o in same.value.explanation.obstacles]
    pay(world, case_id)
    told = letter(world, case_id, "payment")
    assert (told.data["amount"], told.data["advance"]) == (400_000, True)
    assert told.data["report_by"] is not None
    with pytest.raises(Refused):
        world.do(case_id, "karim", "reopen", reason="Der er udbetalt penge.")
    accounts(world, case_id, spent, income)
    if to_pay:
        pay(world, case_id, reference="B-2")
    else:
        world.do(case_id, "ole", "settle")
    found = figures(world)
    assert found["paid"] == 400_000 + to_pay
    assert found["disposed"] == 400_000 + to_pay
    assert found["free"] == FREE - 400_000 - to_pay
    assert letter(world, case_id, "settled").data["owed"] == owed
    if owed:
        with pytest.raises(Refused) as open_debt:
            world.do(case_id, "sofie", "close")
        assert "unspent" in [o.code for o in open_debt.value.explanation.obstacles]
        world.do(case_id, "ole", "return", returned=f"{owed // 100}", returned_on="2026-03-02")
    world.do(case_id, "sofie", "close")
    assert figures(world)["disposed"] == 400_000 + to_pay - owed


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"advance": "4.000"}, "advance-of-fixed"),
        ({"grant_type": "deficit", "advance": "9.600"}, "advance-too-large"),
        ({"early_start": "yes"}, "early-start-not-acute"),
    ],
)
def test_terms_that_cannot_be(world: World, inputs: dict[str, Any], code: str) -> None:
    case_id = apply(world)
    to_recommended(world, case_id)
    with pytest.raises(Refused) as refused:
        world.do(case_id, "sofie", "grant", **inputs, record=dict(RECORD))
    assert code in [o.code for o in refused.value.explanation.obstacles]
