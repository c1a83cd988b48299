from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.cases import INPUTS, TODAY, facts, who
from workflows.definition import Definition
from workflows.explain import explain
from workflows.inputs import LONGEST, READERS, RECORD, REPORT, REQUIRED_FIELDS, check_inputs
from workflows.loading import load_all
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


def test_an_unknown_action(urban: Definition) -> None:
    with pytest.raises(KeyError):
        check_inputs(urban, "fly", {}, today=TODAY)


DISTRICT = load_all()["bydelspulje"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    | st.sampled_from(["ja", "1.10.2024", "500", "meeting"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from([*RECORD, *REPORT]), inner, max_size=4),
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
