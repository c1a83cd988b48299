"""A light case from receipt to closing, and what is left behind at each step."""

from __future__ import annotations

from typing import Any

import pytest

import pool.journal as journal
from pool.cases import money, view
from pool.cases.errors import CommandReused, Invalid, NotFound, Refused, Stale
from tests.support.house import RECORD, REPORT, World

FREE = 9_600_000


def free(world: World) -> int:
    with world.database.read() as session:
        year = money.year(session, "urban-life", 2026)
        assert year is not None
        return year.free


def events(world: World, case_id: int) -> list[str]:
    with world.database.read() as session:
        return [event.kind for event in journal.read(session, f"case:{case_id}")]


def templates(world: World, case_id: int) -> list[str]:
    with world.database.read() as session:
        seen = view.case_view(session, world.house, case_id, world.actor("sofie"), world.now)
        return sorted(message.template for message in seen.messages)


def test_from_receipt_to_closing(world: World) -> None:
    case_id = world.apply()
    case = world.case(case_id)
    assert (case.number, case.state, case.asked) == ("BT-2026-1", "received", 950_000)
    assert case.promised_on is not None
    assert templates(world, case_id) == ["new-case", "receipt"]

    world.do(case_id, "sofie", "ask", questions="Hvor mange?", due_on="2026-03-16")
    assert world.case(case_id).clock == "paused"
    world.do(case_id, "applicant", "answer", answer="Omkring 100.")
    assert world.case(case_id).clock == "running"

    world.do(
        case_id, "sofie", "grant-part", amount="8.000", reasons="Prisen er høj.", record=RECORD
    )
    assert free(world) == FREE - 800_000
    case = world.case(case_id)
    assert (case.state, case.outcome, case.granted) == ("granted", "part", 800_000)

    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    world.do(case_id, "applicant", "report", report={**REPORT, "spent": "7.500"})
    with pytest.raises(Refused) as refused:
        world.do(case_id, "sofie", "close")
    assert [o.code for o in refused.value.explanation.obstacles] == ["unspent"]
    world.do(case_id, "ole", "return", returned="500", returned_on="2026-03-02")
    assert free(world) == FREE - 750_000
    world.do(case_id, "sofie", "close")
    assert world.case(case_id).closed_at is not None
    assert events(world, case_id) == [
        "case.received",
        "case.ask",
        "case.answer",
        "case.grant-part",
        "case.pay",
        "case.report",
        "case.return",
        "case.close",
    ]
    assert templates(world, case_id) == sorted(
        [
            "receipt",
            "new-case",
            "question",
            "answer-received",
            "decision-part",
            "supported",
            "payment",
            "report-received",
            "closed",
        ]
    )


def test_chair_grants_in_full_without_inputs(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    assert world.case(case_id).granted == 950_000
    assert free(world) == FREE - 950_000


def test_secretariat_must_record_who_decided(world: World) -> None:
    case_id = world.apply()
    with pytest.raises(Refused) as refused:
        world.do(case_id, "sofie", "grant")
    assert "not-by-group" in [o.code for o in refused.value.explanation.obstacles]
    world.do(case_id, "sofie", "grant", record=RECORD)


@pytest.mark.parametrize("action", ["refuse", "grant-part"])
def test_no_refusal_and_no_part_without_reasons(world: World, action: str) -> None:
    case_id = world.apply()
    inputs: dict[str, Any] = {"amount": "100"} if action == "grant-part" else {}
    with pytest.raises(Invalid) as invalid:
        world.do(case_id, "karim", action, reasons="   ", **inputs)
    assert [fault.key for fault in invalid.value.faults] == ["reasons"]
    assert world.case(case_id).state == "received"


def test_withdrawing_a_grant_frees_the_money(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    world.do(case_id, "applicant", "withdraw", reason="Vi er blevet syge.")
    assert free(world) == FREE


def test_a_repeated_command_gets_the_first_result(world: World) -> None:
    case_id = world.apply()
    first = world.do(case_id, "karim", "grant", command_id="again", version=1)
    second = world.do(case_id, "karim", "grant", command_id="again", version=1)
    assert (second.repeated, second.state_version) == (True, first.state_version)
    assert free(world) == FREE - 950_000
    assert len(events(world, case_id)) == 2
    with pytest.raises(CommandReused):
        world.do(case_id, "karim", "refuse", command_id="again", version=1, reasons="Nej.")
    with pytest.raises(CommandReused):
        world.do(case_id, "sofie", "grant", command_id="again", version=1)


def test_who_lost_the_race_is_told(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant", version=1)
    with pytest.raises(Stale) as stale:
        world.do(case_id, "sofie", "refuse", version=1, reasons="Nej.", record=RECORD)
    assert (stale.value.seen, stale.value.now) == (1, 2)


def test_a_refused_action_changes_nothing(world: World) -> None:
    case_id = world.apply()
    before = (free(world), events(world, case_id), world.case(case_id).state_version)
    tries: list[tuple[str, str, dict[str, Any], type[Exception]]] = [
        ("jens", "grant", {}, Refused),
        ("birgit", "refuse", {"reasons": "Nej."}, NotFound),
        ("ole", "pay", {"reference": "x", "paid_on": "2026-03-02"}, NotFound),
        ("karim", "grant-part", {"amount": "99.000", "reasons": "For meget."}, Refused),
        ("karim", "refuse", {"reasons": " "}, Invalid),
        ("karim", "close", {}, Refused),
        ("karim", "no-such-thing", {}, Refused),
    ]
    for who, action, inputs, refusal in tries:
        with pytest.raises(refusal):
            world.do(case_id, who, action, **inputs)
    assert before == (free(world), events(world, case_id), world.case(case_id).state_version)


def test_what_is_written_beside_a_move_is_in_the_journal(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "karim", "grant", note="Aftalt med SSP.")
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02", note="To rater senere?")
    world.do(
        case_id,
        "ole",
        "return",
        returned="100",
        returned_on="2026-03-02",
        reference="K-9",
        note="-",
    )
    with world.database.read() as session:
        told = [event.personal for event in journal.read(session, f"case:{case_id}")][1:]
    assert [(one.get("note"), one.get("reference")) for one in told] == [
        ("Aftalt med SSP.", None),
        ("To rater senere?", "B-1"),
        ("-", "K-9"),
    ]


@pytest.mark.parametrize(
    ("who", "action", "inputs", "field"),
    [
        ("sofie", "grant", {"record": {**RECORD, "made_on": "2025-03-02"}}, "record.made_on"),
        ("ole", "pay", {"reference": "B-1", "paid_on": "2026-03-01"}, "paid_on"),
        ("ole", "return", {"returned": "1", "returned_on": "2026-03-01"}, "returned_on"),
    ],
)
def test_days_that_cannot_be_are_refused_beside_their_field(
    world: World, who: str, action: str, inputs: dict[str, Any], field: str
) -> None:
    case_id = world.apply()
    if action != "grant":
        world.do(case_id, "karim", "grant")
    if action == "return":
        world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    with pytest.raises(Invalid) as invalid:
        world.do(case_id, who, action, **inputs)
    assert [(fault.key, fault.code) for fault in invalid.value.faults] == [(field, "date-before")]
