"""A case taken up again begins a round of its own: what was never told stays untold, and nothing of
the round before counts for the next decision."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

import pool.ledger as ledger
from pool import journal
from pool.cases import deadlines
from pool.cases.effects_reports import repay_day
from pool.cases.errors import Invalid, Refused
from pool.cases.house import Definitions
from pool.clock import local_day
from pool.db import Database
from pool.models.casework import ChecklistMark, DecisionEnd, Hearing
from pool.models.ledger import Transfer
from pool.models.outbox import Message
from pool.outbox import claiming
from tests.cases.test_again import ends, messages, sent, standing, view
from tests.support.district import (
    FREE,
    POOL,
    make_district,
    pay,
    reminded,
    report,
    to_checked,
    to_decided,
)
from tests.support.district import apply as apply_district
from tests.support.district import to_recommended as recommend
from tests.support.house import RECORD, REPORT, World
from workflows.loading import parse_text

WHY = "Forudsætningen om et åbent arrangement brast."


@pytest.fixture
def district(database: Database, now: datetime) -> World:
    return make_district(database, now)


def codes(refused: Any) -> list[str]:
    return [obstacle.code for obstacle in refused.value.explanation.obstacles]


def due(world: World, case_id: int) -> dict[str, date]:
    with world.database.read() as session:
        return deadlines.open_deadlines(session, case_id)


@pytest.mark.parametrize("action", ["grant", "refuse"])
def test_a_decision_that_was_never_announced_is_told_by_no_reopening(
    district: World, action: str
) -> None:
    case_id = apply_district(district)
    to_decided(district, case_id, action)
    district.do(case_id, "applicant", "withdraw")
    assert view(district, case_id, "applicant").decisions == ()
    district.do(case_id, "sofie", "reopen", reason="Det bliver til noget alligevel.")
    assert ends(district, case_id) == [("undone", "Det bliver til noget alligevel.")]
    with district.database.read() as session:
        [letter] = session.exec(select(Message).where(Message.template == "reopened")).all()
        assert (letter.data["was"], letter.data["granted"]) == (None, 0)
        assert not ledger.verify(session).faults
    theirs = view(district, case_id, "applicant")
    assert (theirs.decisions, theirs.ends) == ((), ())
    assert len(view(district, case_id, "jens").decisions) == 1
    assert standing(district, POOL)[2:] == (0, FREE)


def test_what_led_to_a_decision_that_ended_counts_no_more(district: World) -> None:
    case_id = apply_district(district)
    to_decided(district, case_id)
    district.do(case_id, "karim", "undo", reason="Beløbet var forkert.")
    staff = view(district, case_id)
    assert (staff.facts.recommended, staff.facts.checklist_done) == (False, False)
    assert (staff.recommendation, len(staff.recommendations)) == (None, 1)
    with pytest.raises(Refused) as unscreened:
        district.do(case_id, "sofie", "screen")
    assert codes(unscreened) == ["checklist-open"]
    to_checked(district, case_id)
    district.do(case_id, "sofie", "screen")
    with pytest.raises(Refused) as early:
        district.do(case_id, "sofie", "grant", record=dict(RECORD))
    assert "not-recommended" in codes(early)
    district.do(case_id, "sofie", "recommend", advice="full", reasons="Stadig god.")
    assert view(district, case_id).recommendation is not None
    district.do(case_id, "sofie", "grant", record=dict(RECORD))
    with district.database.read() as session:
        assert session.exec(select(ChecklistMark)).all() != []


def guarantee(world: World, **terms: Any) -> int:
    case_id = apply_district(world)
    recommend(world, case_id)
    world.do(case_id, "sofie", "grant", record=dict(RECORD), grant_type="deficit", **terms)
    world.do(case_id, "sofie", "announce-grant")
    sent(world, case_id)
    return case_id


def test_a_guarantee_that_lapsed_and_was_reopened_is_settled_with_its_own_accounts(
    district: World,
) -> None:
    case_id = guarantee(district)
    assert "report" in due(district, case_id)
    no_deficit = report("5.000", income="6.000")
    district.do(case_id, "applicant", "accounts", report=no_deficit)
    district.do(case_id, "sofie", "lapse", reason="Regnskabet har intet underskud.")
    district.do(case_id, "sofie", "reopen", reason="Regnskabet var forkert.")
    staff = view(district, case_id)
    assert (staff.report, staff.facts.spent, staff.facts.income) == (None, None, None)
    with district.database.read() as session:
        [event] = journal.read(session, f"case:{case_id}", kinds=["case.reopen"])
    assert event.data["report"]["spent"] == 500_000
    assert event.personal["report_worked"] == REPORT["worked"]
    recommend(district, case_id)
    district.do(case_id, "sofie", "grant", record=dict(RECORD), grant_type="deficit")
    district.do(case_id, "sofie", "announce-grant")
    district.do(case_id, "applicant", "accounts", report=report("9.000", income="1.000"))
    pay(district, case_id)
    district.do(case_id, "sofie", "close")
    assert standing(district, POOL)[3] == FREE - 800_000


def test_an_advance_without_accounts_is_claimed_back_and_the_case_closed(district: World) -> None:
    case_id = guarantee(district, advance="4.000")
    pay(district, case_id)
    reminded(district, case_id)
    district.do(case_id, "sofie", "lapse-advance", reason="Vi har rykket tre gange.")
    assert (district.case(case_id).state, due(district, case_id)) == (
        "claimed",
        {"repay": repay_day(local_day(district.now))},
    )
    with district.database.read() as session:
        [letter] = session.exec(select(Message).where(Message.template == "lapsed")).all()
        assert (letter.data["owed"], letter.data["reason"]) == (400_000, "Vi har rykket tre gange.")
        assert "guidance" in letter.data
    assert standing(district, POOL)[3] == FREE - 400_000
    with pytest.raises(Refused) as owed:
        district.do(case_id, "sofie", "close-claimed")
    assert codes(owed) == ["still-out"]
    district.do(case_id, "ole", "return", returned="4.000", returned_on="2026-03-02")
    district.do(case_id, "sofie", "close-claimed")
    assert (district.case(case_id).state, standing(district, POOL)[3]) == ("closed", FREE)


@pytest.mark.parametrize("again", ["undo", "reopen"])
def test_no_report_is_waited_for_when_the_grant_is_taken_back(district: World, again: str) -> None:
    case_id = apply_district(district)
    recommend(district, case_id)
    district.do(case_id, "sofie", "grant", record=dict(RECORD), grant_type="deficit")
    district.do(case_id, "sofie", "announce-grant")
    if again == "reopen":
        sent(district, case_id)
    assert "report" in due(district, case_id)
    district.do(case_id, "karim", again, reason="Vi ser på det igen.")
    assert "report" not in due(district, case_id)


def test_nobody_is_revoked_unheard_and_the_day_is_one(world: World) -> None:
    case_id = world.apply()
    world.now += timedelta(days=5)
    world.do(case_id, "karim", "grant")
    sent(world, case_id)
    with pytest.raises(Refused) as unheard:
        world.do(case_id, "karim", "revoke", reasons=WHY)
    assert codes(unheard) == ["not-heard"]
    early = {**RECORD, "made_on": world.now.date() - timedelta(days=1)}
    world.now += timedelta(days=3)
    with pytest.raises(Invalid) as before:
        world.do(case_id, "karim", "revoke", reasons=WHY, unheard="Kendt.", record=early)
    assert [(f.key, f.code) for f in before.value.faults] == [("record.made_on", "date-before")]
    day = world.now.date() - timedelta(days=2)
    world.do(
        case_id, "karim", "revoke", reasons=WHY,
        unheard="Ansøgeren har selv skrevet det.", record={**RECORD, "made_on": day},
    )  # fmt: skip
    with world.database.read() as session:
        [end] = session.exec(select(DecisionEnd)).all()
        [void] = session.exec(select(Transfer).where(Transfer.kind == "void")).all()
        assert (end.effective_on, void.effective_on) == (day, day)
        [event] = journal.read(session, f"case:{case_id}", kinds=["case.revoke"])
    assert event.personal["unheard"] == "Ansøgeren har selv skrevet det."


def test_a_hearing_ends_with_the_case_and_a_question_gets_a_new_day(world: World) -> None:
    case_id = world.apply()
    world.do(
        case_id, "sofie", "hear",
        facts="Det er kun for medlemmer.", source="fsb", due_on=world.now.date() + timedelta(14),
    )  # fmt: skip
    world.do(case_id, "sofie", "ask", questions="Hvem?", due_on=world.now.date() + timedelta(14))
    world.do(case_id, "applicant", "withdraw")
    with world.database.read() as session:
        [hearing] = session.exec(select(Hearing)).all()
        assert (hearing.stopped_because, hearing.stopped_at) == ("called-off", world.now)
    assert due(world, case_id) == {}
    world.now += timedelta(days=60)
    world.do(case_id, "sofie", "reopen", reason="Det bliver til noget.")
    assert due(world, case_id)["answer"] > world.now.date()
    assert view(world, case_id).facts.hearing_unended is False


def test_a_letter_rests_and_the_decision_can_be_undone_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = world.house.definitions.current("urban-life")
    text = found.source.replace("[limits]\n", "[limits]\nundo_minutes = 5\n", 1)
    resting = parse_text(text, "resting")
    monkeypatch.setattr(Definitions, "version", lambda *_: resting)

    def claimed() -> list[str]:
        went = []
        while (one := world.database.write(lambda s: claiming.claim(s, world.now))) is not None:
            with world.database.read() as session:
                went.append(session.get_one(Message, one.id).template)
        return went

    case_id = world.apply()
    claimed()
    world.do(case_id, "karim", "grant")
    world.now += timedelta(minutes=4)
    assert "decision-full" not in claimed()
    world.do(case_id, "karim", "undo", reason="Tastefejl.")
    world.now += timedelta(minutes=4)
    assert "decision-full" not in claimed()
    assert ("decision-full", "superseded") in messages(world, case_id)
    world.do(case_id, "karim", "grant")
    world.now += timedelta(minutes=5)
    assert "decision-full" in claimed()
    with pytest.raises(Refused) as late:
        world.do(case_id, "karim", "undo", reason="For sent.")
    assert codes(late) == ["letter-gone"]
