from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.cases import INPUTS, TODAY, facts, who
from workflows.definition import Definition
from workflows.explain import explain
from workflows.inputs import (
    LONGEST,
    READERS,
    RECORD,
    REPORT,
    REQUIRED_FIELDS,
    check_inputs,
    days_in_order,
)
from workflows.loading import load_all
from workflows.payee import FIELDS as PAYEE
from workflows.questions import AnswerFault
from workflows.vocabulary import INPUT_NAMES
from workflows.vocabulary import INPUTS as DOCS
from workflows.wording import ANSWERS


def told(definition: Definition, action: str, raw: dict[str, Any]) -> list[tuple[str, str]]:
    checked = check_inputs(definition, action, raw, today=TODAY)
    return [(fault.key, fault.code) for fault in checked.faults]


def test_every_input_of_the_vocabulary_is_read() -> None:
    assert set(READERS) == set(DOCS) == set(INPUT_NAMES)
    assert set(LONGEST) <= set(READERS) | set(RECORD) | set(REPORT)


@pytest.mark.parametrize("action", list(INPUTS))
def test_values_pass_through_as_they_are(district: Definition, action: str) -> None:
    checked = check_inputs(district, action, INPUTS[action], today=TODAY)
    assert checked.values == INPUTS[action]
    assert checked.faults == ()


def test_a_decision_as_typed(urban: Definition) -> None:
    raw = {
        "amount": "3.000,50", "reasons": " Fordi\r\ndet … ", "note": "", "hidden": "x",
        "record": {
            "made_on": "30/9-2024", "made_where": "meeting", "took_part": "A\nB",
            "stayed_out": "C (bestyrelsen)", "evidence": [3, "", "9f"],
        },
    }  # fmt: skip
    checked = check_inputs(urban, "grant-part", raw, today=TODAY)
    assert checked.faults == ()
    assert checked.values == {
        "amount": 300_050,
        "reasons": "Fordi\ndet …",
        "record": {
            "made_on": date(2024, 9, 30), "made_where": "meeting", "took_part": "A\nB",
            "stayed_out": "C (bestyrelsen)", "evidence": [3, "9f"],
        },
    }  # fmt: skip


def test_a_criterion_is_one_of_the_pools_refusal_reasons(urban: Definition) -> None:
    raw = {"reasons": "x", "criterion": "too-few"}
    checked = check_inputs(urban, "refuse", raw, today=TODAY)
    assert (checked.values, checked.faults) == (raw, ())
    assert told(urban, "refuse", {**raw, "criterion": "not-safety"}) == [("criterion", "option")]
    assert told(urban, "refuse", {"reasons": "x", "criterion": ""}) == []


def test_an_empty_record_is_none(urban: Definition) -> None:
    empty = {"made_on": "", "made_where": "", "took_part": " ", "evidence": []}
    checked = check_inputs(urban, "refuse", {"reasons": "x", "record": empty}, today=TODAY)
    assert checked.values == {"reasons": "x"}
    assert checked.faults == ()


def test_half_a_record_has_faults(urban: Definition) -> None:
    raw = {"reasons": "x", "record": {"made_on": "2.10.2024", "made_where": "i kantinen"}}
    assert told(urban, "refuse", raw) == [
        ("record.made_on", "date-ahead"),
        ("record.made_where", "option"),
        ("record.took_part", "required"),
    ]
    assert told(urban, "refuse", {"reasons": "x", "record": "yes"}) == [("record", "unreadable")]
    wrong = {"reasons": "x", "record": {**INPUTS["refuse"]["record"], "evidence": "a"}}
    assert told(urban, "refuse", wrong) == [("record.evidence", "files")]


def test_a_report(urban: Definition) -> None:
    raw = {"held": "ja", "participants": "1.200", "worked": "Alt", "spent": "4.000"}
    assert check_inputs(urban, "report", {"report": raw}, today=TODAY).values["report"] == {
        "held": True, "participants": 1200, "worked": "Alt", "spent": 400_000,
    }  # fmt: skip
    held = {"held": "ja", "worked": "Alt", "spent": "0"}
    assert told(urban, "report", {"report": held}) == [("report.participants", "required")]
    assert told(urban, "report", {"report": {**held, "held": "nej"}}) == []
    assert told(urban, "report", {"report": {"held": "nej"}}) == [
        ("report.worked", "required"), ("report.spent", "required"),
    ]  # fmt: skip
    assert told(urban, "report", {}) == [
        (f"report.{name}", "required-choice" if name == "held" else "required")
        for name in REQUIRED_FIELDS["report"]
    ]


def test_a_payment_is_not_in_the_future(urban: Definition) -> None:
    assert told(urban, "pay", {"reference": "x" * 61, "paid_on": "2.10.2024"}) == [
        ("reference", "too-long"), ("paid_on", "date-ahead"),
    ]  # fmt: skip
    assert told(urban, "pay", {}) == [("reference", "required"), ("paid_on", "required")]
    assert told(urban, "return", {"returned": "ti", "returned_on": "1.10.2024"}) == [
        ("returned", "money-shape")
    ]


def test_instalments_as_typed(district: Definition) -> None:
    typed = {
        "instalments": [
            {"amount": "3.000", "due_on": "1.12.2024"},
            {"amount": " ", "due_on": ""},
            {"amount": "2.000,50", "due_on": "15.10.2024"},
        ]
    }
    checked = check_inputs(district, "grant", typed, today=TODAY)
    assert checked.faults == ()
    assert checked.values["instalments"] == [
        {"amount": 200_050, "due_on": date(2024, 10, 15)},
        {"amount": 300_000, "due_on": date(2024, 12, 1)},
    ]
    gone: dict[str, Any] = {
        "instalments": [{}, {"amount": "1", "due_on": TODAY - timedelta(days=1)}]
    }
    (fault,) = check_inputs(district, "grant", gone, today=TODAY).faults
    assert fault == AnswerFault("instalments.1.due_on", "date-before", {"day": TODAY})
    assert check_inputs(district, "grant", gone, today=TODAY, voted=True).faults == ()
    gone["instalments"][1]["due_on"] = TODAY
    assert check_inputs(district, "grant", gone, today=TODAY).faults == ()
    blank = {"instalments": [{"amount": "", "due_on": ""}]}
    assert check_inputs(district, "grant", blank, today=TODAY).values == {}
    rows = [
        {"amount": "", "due_on": ""},
        {"amount": "0", "due_on": "1.12.2024"},
        {"amount": "ti", "due_on": ""},
        {"amount": "5", "due_on": "31.2."},
    ]
    assert told(district, "grant", {"instalments": rows}) == [
        ("instalments.1.amount", "amount-too-small"),
        ("instalments.2.amount", "money-shape"),
        ("instalments.2.due_on", "required"),
        ("instalments.3.due_on", "date-no-year"),
    ]
    assert told(district, "grant", {"instalments": "alt"}) == [("instalments", "unreadable")]
    assert told(district, "grant", {"instalments": ["alt"]}) == [("instalments", "unreadable")]
    many = [{"amount": 1, "due_on": TODAY}] * 25
    assert told(district, "grant", {"instalments": many}) == [("instalments", "too-many-rows")]


def test_accounts_by_post_make_the_sum_that_was_spent(district: Definition) -> None:
    posts = ("food", "rent")
    report = {"held": "ja", "participants": "60", "worked": "Alt", "spent": "1"}
    accounts = {"food": "800", "rent": "0", "other": "12,50"}
    checked = check_inputs(
        district, "report", {"report": {**report, "accounts": accounts}}, today=TODAY, posts=posts
    )
    assert checked.faults == ()
    assert checked.values["report"] == {
        "held": True, "participants": 60, "worked": "Alt", "spent": 81_250,
        "accounts": {"food": 80_000, "rent": 0, "other": 1_250},
    }  # fmt: skip

    def wrong(raw: dict[str, Any]) -> list[tuple[str, str]]:
        found = check_inputs(district, "report", {"report": raw}, today=TODAY, posts=posts)
        return [(fault.key, fault.code) for fault in found.faults]

    assert wrong({**report, "accounts": {"food": "", "rent": "meget", "cars": "5"}}) == [
        ("report.accounts.cars", "option"),
        ("report.accounts.food", "required"),
        ("report.accounts.rent", "money-shape"),
    ]
    assert wrong({}) == [
        ("report.held", "required-choice"), ("report.worked", "required"),
        ("report.accounts.food", "required"), ("report.accounts.rent", "required"),
    ]  # fmt: skip
    assert wrong({**report, "accounts": "alt"}) == [("report.accounts", "unreadable")]


def test_where_accounts_are_not_asked_for_there_are_none(
    urban: Definition, district: Definition
) -> None:
    report = {"held": False, "worked": "Aflyst", "spent": "100", "accounts": {"food": "100"}}
    light = check_inputs(urban, "report", {"report": report}, today=TODAY)
    assert light.values["report"] == {"held": False, "worked": "Aflyst", "spent": 10_000}
    del report["accounts"]  # a case out of another pool's records has no posts
    plain = check_inputs(district, "report", {"report": report}, today=TODAY)
    assert plain.values["report"] == {"held": False, "worked": "Aflyst", "spent": 10_000}


def test_who_is_paid_is_checked_field_by_field(urban: Definition) -> None:
    assert told(urban, "payee", {}) == [
        ("payee.way", "required-choice"), ("payee.number_kind", "required-choice"),
        ("payee.number", "required"), ("payee.name", "required"),
    ]  # fmt: skip
    wrong = {"way": "invoice", "number_kind": "cpr", "number": "070761-4285", "name": "Bo"}
    assert ("payee.number_kind", "payee-kind") in told(urban, "payee", {"payee": wrong})
    assert told(urban, "payee", {"payee": "mig"}) == [("payee", "unreadable")]


def test_an_earmark_and_the_result_of_a_spot_check_are_chosen(district: Definition) -> None:
    assert told(district, "grant", {"earmark": "nul"}) == [("earmark", "option")]
    assert told(district, "grant", {"earmark": "0"}) == [("earmark", "option")]
    assert check_inputs(district, "grant", {"earmark": "12"}, today=TODAY).values == {"earmark": 12}
    assert told(district, "spot-check", {"result": "fin"}) == [("result", "option")]
    assert told(district, "spot-check", {}) == [("result", "required-choice")]


def test_a_payment_fails_after_it_was_made(urban: Definition) -> None:
    typed = {"reason": "Lukket konto", "failed_on": "2.10.2024"}
    assert told(urban, "payment-failed", typed) == [("failed_on", "date-ahead")]
    known = facts("paid", paid_on=date(2024, 9, 1), last_paid_on=date(2024, 9, 20))
    early = days_in_order(known, {"failed_on": date(2024, 9, 19)})
    assert [(one.key, one.code) for one in early] == [("failed_on", "date-before")]
    assert days_in_order(known, {"failed_on": date(2024, 9, 20)}) == ()


def test_an_unknown_action(urban: Definition) -> None:
    with pytest.raises(KeyError):
        check_inputs(urban, "fly", {}, today=TODAY)


DISTRICT = load_all()["bydelspulje"]
KEYS = [*RECORD, *REPORT, *PAYEE, "accounts", "amount", "due_on"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    | st.sampled_from(["ja", "1.10.2024", "500", "meeting"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=5,
)  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(list(INPUTS)), st.dictionaries(st.sampled_from(list(DOCS)), ANYTHING))
def test_whatever_is_typed_has_an_answer_in_words(action: str, raw: dict[str, Any]) -> None:
    definition = DISTRICT
    checked = check_inputs(definition, action, raw, today=TODAY)
    for fault in checked.faults:
        assert ANSWERS[fault.code] % fault.params
    assert check_inputs(definition, action, checked.values, today=TODAY).values == checked.values
    transition = definition.transition(action)
    assert transition is not None
    for state in transition.from_states:
        explain(definition, facts(state), action, who("secretariat"), checked.values)
