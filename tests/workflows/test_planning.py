from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pool.clock import local_day
from tests.workflows.cases import INPUTS, TODAY, facts
from workflows.definition import Definition
from workflows.planning import Plan, opening_plan, plan, promise_day, report_day

NOW = datetime(2024, 10, 1, 9, 30, tzinfo=UTC)


def due(planned: Plan) -> dict[str, date | None]:
    """Days by kind; None for what is cancelled."""
    return {c.kind: c.due_at and local_day(c.due_at) for c in planned.deadlines}


def made(
    definition: Definition,
    action: str,
    state: str,
    now: datetime = NOW,
    inputs: dict[str, Any] | None = None,
    **known: Any,
) -> Plan:
    return plan(definition, facts(state, **known), action, inputs or INPUTS[action], now)


def test_a_new_case_is_promised_an_answer_in_working_days(urban: Definition) -> None:
    known = facts(received_on=date(2024, 12, 20), promised_on=None)
    planned = opening_plan(urban, known, datetime(2024, 12, 20, 12, tzinfo=UTC))
    assert urban.promise_days == 15
    assert due(planned) == {"promise": date(2025, 1, 17)}
    assert (planned.letter, planned.clock) == ("receipt", "running")
    assert planned.from_state == planned.to_state == "received"


def test_the_day_of_receipt_is_the_day_in_copenhagen(urban: Definition) -> None:
    late = datetime(2024, 9, 30, 22, 30, tzinfo=UTC)  # half past midnight
    known = facts(received_on=None, promised_on=None)
    assert due(opening_plan(urban, known, late)) == {
        "promise": promise_day(urban, date(2024, 10, 1))
    }


def test_a_question_stops_the_clock_until_a_day(urban: Definition) -> None:
    planned = made(urban, "ask", "received")
    assert planned.clock == "paused"
    assert due(planned) == {"promise": None, "answer": date(2024, 10, 15)}
    assert planned.letter == "question"
    without = plan(urban, facts(), "ask", {"questions": "?"}, NOW)
    assert due(without)["answer"] == date(2024, 10, 15)  # answer_days after today


def test_the_promise_moves_by_the_working_days_of_the_pause(urban: Definition) -> None:
    planned = made(
        urban, "answer", "asked", promised_on=date(2024, 10, 11), paused_on=date(2024, 9, 27)
    )  # Friday to Tuesday: two working days
    assert due(planned) == {"promise": date(2024, 10, 15), "answer": None}
    assert planned.clock == "running"
    same_day = made(urban, "answer", "asked", promised_on=date(2024, 10, 11), paused_on=TODAY)
    assert due(same_day)["promise"] == date(2024, 10, 11)
    late = made(urban, "answer", "asked", promised_on=date(2024, 9, 30), paused_on=TODAY)
    assert due(late)["promise"] == date(2024, 10, 2)
    never = made(urban, "answer", "asked", promised_on=None, paused_on=None)
    assert due(never)["promise"] == promise_day(urban, TODAY)


@pytest.mark.parametrize("action", ["grant", "grant-part", "refuse"])
def test_a_decision_keeps_the_promise(urban: Definition, action: str) -> None:
    planned = made(urban, action, "received")
    assert due(planned)["promise"] is None
    assert planned.clock == "stopped"
    assert planned.letter == "decision"
    assert planned.effects[0] == "decide"


def test_what_a_decision_is_about(urban: Definition) -> None:
    assert made(urban, "grant", "received").amount == 500_000
    assert made(urban, "grant-part", "received").amount == 300_000
    assert made(urban, "refuse", "received").amount is None
    assert made(urban, "grant", "received").notices == ("communications",)
    assert made(urban, "refuse", "received").notices == ()


def test_a_payment_and_its_report(urban: Definition) -> None:
    planned = made(urban, "pay", "granted")
    assert (planned.to_state, planned.amount, planned.effects) == ("paid", 500_000, ("post",))
    thirty_days_after = date(2024, 12, 2)  # 2 November
    assert due(planned) == {"report": thirty_days_after, "payee": None}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2024, 11, 1), date(2024, 11, 30), date(2024, 12, 30)),
        (date(2024, 11, 1), None, date(2024, 12, 1)),
        (None, None, date(2024, 10, 31)),
        (date(2024, 8, 1), date(2024, 8, 2), date(2024, 10, 31)),  # begun before: acute
    ],
)
def test_when_the_report_is_due(
    urban: Definition, starts_on: date | None, ends_on: date | None, expected: date
) -> None:
    found = report_day(urban, starts_on=starts_on, ends_on=ends_on, today=TODAY)
    assert found == expected


def test_money_that_comes_back_moves_no_state(urban: Definition) -> None:
    for state in ("paid", "reported"):
        planned = made(urban, "return", state)
        assert (planned.from_state, planned.to_state) == (state, state)
        assert (planned.amount, planned.deadlines) == (100_000, ())


def test_a_changed_grant_moves_the_difference(urban: Definition) -> None:
    more = made(urban, "raise", "paid")
    assert (more.to_state, more.amount, more.letter) == ("granted", 100_000, "changed")
    assert due(more) == {"report": None}
    less = made(urban, "lower", "granted")
    assert (less.to_state, less.amount, less.deadlines) == ("granted", 100_000, ())
    rest = made(urban, "stop-rest", "granted", held=200_000, paid=300_000)
    assert (rest.to_state, rest.amount) == ("paid", 200_000)
    assert due(rest) == {"report": date(2024, 12, 2), "payee": None}


def test_a_failed_payment_has_no_report_but_a_guarantee_keeps_its_accounts(
    urban: Definition, district: Definition
) -> None:
    planned = made(urban, "payment-failed", "paid")
    assert (planned.to_state, planned.letter, planned.amount) == ("granted", "payment-failed", None)
    asked_again = date(2024, 10, 8)
    assert due(planned) == {"report": None, "payee": asked_again}
    advance = made(district, "payment-failed", "advanced")
    assert due(advance) == {"report": date(2025, 1, 1), "payee": asked_again}
    failed = made(district, "payment-failed", "paid")
    assert due(failed) == {"report": None, "payee": asked_again}
    guaranteed = made(district, "raise", "granted", grant_type="deficit")
    assert due(guaranteed) == {"report": date(2025, 1, 1)}


def test_a_grant_nobody_reported_of_is_claimed_back(urban: Definition) -> None:
    planned = made(urban, "lapse-unreported", "paid", returned=100_000)
    assert (planned.to_state, planned.amount, planned.letter) == ("claimed", 400_000, "lapsed")
    assert due(planned) == {"report": None}
    assert made(urban, "report", "claimed").to_state == "reported"


def test_a_question_about_the_report_moves_no_state(urban: Definition) -> None:
    planned = made(urban, "ask-report", "reported")
    assert (planned.to_state, due(planned)) == ("reported", {"answer": date(2024, 10, 15)})
    assert due(made(urban, "answer-report", "reported")) == {"answer": None}


def test_the_promise_stands_still_on_the_waiting_list(district: Definition) -> None:
    planned = made(district, "wait", "recommended")
    assert (planned.to_state, planned.clock, planned.letter) == ("waiting", "paused", "waiting")
    assert due(planned) == {"promise": None}
    back = made(
        district, "wait-over", "waiting",
        promised_on=date(2024, 10, 11), paused_on=date(2024, 9, 27),
    )  # fmt: skip
    assert (back.to_state, due(back)) == ("screened", {"promise": date(2024, 10, 15)})


def test_an_end_cancels_all_that_is_due(urban: Definition) -> None:
    for action, state in (("withdraw", "granted"), ("lapse", "asked"), ("refuse", "received"),
                          ("close", "reported")):  # fmt: skip
        planned = made(urban, action, state)
        assert due(planned) == dict.fromkeys(
            ("promise", "answer", "report", "hearing", "resume", "payee"), None
        )


def test_withdrawing_releases_what_is_held(urban: Definition) -> None:
    planned = made(urban, "withdraw", "granted")
    assert planned.effects == ("void", "withdraw")
    assert planned.amount == 500_000
    assert made(urban, "withdraw", "received").amount == 0


def test_no_plan_for_what_is_not_to_be_done_here(urban: Definition) -> None:
    with pytest.raises(ValueError, match="pay is not for a case that is refused"):
        made(urban, "pay", "refused")
    with pytest.raises(KeyError):
        plan(urban, facts(), "fly", {}, NOW)
