from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.seeds import GOOD, QUESTION
from workflows.definition import SHORT, START, Definition
from workflows.loading import load_all, parse_text
from workflows.questions import (
    AnswerFault,
    asked,
    blocks,
    check_answers,
    is_required,
    missing,
    shown,
)
from workflows.wording import ANSWERS

SHORT_RAW: dict[str, Any] = {
    "amount": "8.500",
    "title": " Gadefest\npå hjørnet ",
    "safety": "Naboerne lærer hinanden at kende.",
    "outreach": "Opslag i opgangene.",
    "starts_on": "1. november 2024",
    "place": "Ruten",
    "budget_line": "Mad og telt",
    "contact_name": "Anna Berg",
    "phone": "+45 33663366",
}

FULL_RAW: dict[str, Any] = {
    **SHORT_RAW,
    "amount": "20.000",
    "description": "Et forløb.",
    "focus_area": "byliv",
    "ends_on": "2/11-2024",
    "unsafe_event": "nej",
    "urgent": "nej",
    "audience": "Alle naboer",
    "participants": "60",
    "children": "nej",
    "budget": [
        {"post": "food", "text": "Mad", "amount": "12.000"},
        {"post": "rent", "text": "", "amount": "8.000,00"},
        {"post": "food", "text": "", "amount": ""},
    ],
    "other_funding": "nej",
    "applicant_kind": "association",
    "organisation": "Nabogruppen",
}


def keys(definition: Definition, short: bool, answers: dict[str, Any]) -> list[str]:
    return [q.key for q in asked(definition, answers, short=short)]


def read(definition: Definition, raw: dict[str, Any], short: bool) -> dict[str, Any]:
    every = check_answers(definition, raw, [q.key for q in definition.questions]).values
    checked = check_answers(definition, raw, keys(definition, short, every))
    assert checked.faults == ()
    return checked.values


def test_a_short_application(urban: Definition) -> None:
    answers = read(urban, SHORT_RAW, short=True)
    assert answers == {
        "amount": 850_000,
        "title": "Gadefest på hjørnet",
        "safety": "Naboerne lærer hinanden at kende.",
        "outreach": "Opslag i opgangene.",
        "starts_on": "2024-11-01",
        "place": "Ruten",
        "budget_line": "Mad og telt",
        "contact_name": "Anna Berg",
        "phone": "33 66 33 66",
    }
    assert missing(urban, answers, short=True) == ()


def test_a_full_application(urban: Definition) -> None:
    answers = read(urban, FULL_RAW, short=False)
    assert answers["budget"] == [
        {"post": "food", "text": "Mad", "amount": 1_200_000},
        {"post": "rent", "text": "", "amount": 800_000},
    ]
    assert answers["participants"] == 60
    assert answers["unsafe_event"] is False
    assert "urgent" not in answers  # asked where something has happened
    assert answers["ends_on"] == "2024-11-02"
    assert "budget_line" not in answers
    assert missing(urban, answers, short=False) == ()


def test_pages(urban: Definition) -> None:
    assert [q.key for q in asked(urban, {}, short=True, step=START)] == ["amount"]
    assert [q.key for q in asked(urban, {}, short=True, step=SHORT)] == [
        "title", "starts_on", "place", "safety", "unsafe_event", "outreach", "budget_line",
        "contact_name", "on_behalf_of", "email", "phone",
    ]  # fmt: skip
    pages = [[q.key for q in asked(urban, {}, short=False, step=s.key)] for s in urban.steps]
    assert all(pages)
    assert ["amount", *sorted(key for page in pages for key in page)] == [
        "amount", *sorted(k for k in keys(urban, False, {}) if k != "amount"),
    ]  # fmt: skip


def test_a_group_is_one_question(urban: Definition) -> None:
    found = blocks(urban, asked(urban, {}, short=True, step=SHORT))
    assert [[q.key for q in block.questions] for block in found][-1] == ["email", "phone"]
    assert found[-1].group == next(g for g in urban.groups if g.key == "reach")
    assert found[0].group is None


def test_what_depends_is_asked_and_required_only_then(urban: Definition) -> None:
    event = {"unsafe_what", "unsafe_where", "unsafe_when"}
    assert not event & set(keys(urban, False, {}))
    assert not event & set(keys(urban, False, {"unsafe_event": False}))
    assert event <= set(keys(urban, False, {"unsafe_event": True}))
    checked = check_answers(urban, {"unsafe_event": "ja"}, sorted(event))
    assert [fault.key for fault in checked.faults] == ["unsafe_what", "unsafe_where"]
    acute = check_answers(urban, {"unsafe_event": "ja", "urgent": "ja"}, sorted(event))
    assert [fault.key for fault in acute.faults] == ["unsafe_what", "unsafe_when", "unsafe_where"]
    hidden = check_answers(urban, {"unsafe_event": "nej", "unsafe_what": "noget"}, sorted(event))
    assert (hidden.values, hidden.faults) == ({}, ())


def test_telephone_or_mail(urban: Definition) -> None:
    both = ["email", "phone"]
    phone = urban.question("phone")
    assert phone is not None
    assert is_required(urban, phone, {})
    assert not is_required(urban, phone, {"email": "a@b.dk"})
    assert check_answers(urban, {}, both).faults == (AnswerFault("phone", "required"),)
    assert check_answers(urban, {"email": "a@b.dk"}, both).faults == ()
    assert check_answers(urban, {"phone": "33663366"}, both).faults == ()
    # a mistyped address is an address to mend, not a number to give as well
    assert check_answers(urban, {"email": "a@b"}, both).faults == (AnswerFault("email", "email"),)


def test_options_by_kind_of_applicant(urban: Definition) -> None:
    def required(kind: str) -> list[str]:
        raw = {"applicant_kind": kind}
        return [f.key for f in check_answers(urban, raw, ["organisation", "cvr"]).faults]

    assert required("person") == []
    assert required("group") == []
    assert required("association") == ["organisation"]
    assert required("company") == ["organisation", "cvr"]
    assert "organisation" not in keys(urban, False, {"applicant_kind": "person"})
    assert "organisation" in keys(urban, False, {"applicant_kind": "group"})


def test_outreach_in_the_knowledge_pool_only_where_it_is_due(knowledge: Definition) -> None:
    assert "outreach" not in keys(knowledge, False, {"special_audience": False})
    assert "outreach" in keys(knowledge, False, {"special_audience": True})
    assert "outreach" not in keys(knowledge, True, {})


def test_faults_of_a_budget_are_at_their_row_as_it_was_typed(urban: Definition) -> None:
    rows = [
        {"post": "food", "text": "", "amount": ""},
        {"post": "", "text": "Mad", "amount": "1.000"},
        {"post": "boats", "text": "x" * 201, "amount": "1.5"},
        {"post": "food", "text": "Kage"},
        {"post": "food", "text": "Kaffe", "amount": "0"},
    ]
    checked = check_answers(urban, {"budget": rows}, ["budget"])
    assert checked.values == {}
    assert [(fault.key, fault.code) for fault in checked.faults] == [
        ("budget.1.post", "required-choice"),
        ("budget.2.post", "option"),
        ("budget.2.text", "too-long"),
        ("budget.2.amount", "money-english"),
        ("budget.3.amount", "required"),
    ]


@pytest.mark.parametrize("rows", [[], None, "", [{"post": "food", "amount": " "}]])
def test_an_empty_budget_is_no_answer(urban: Definition, rows: Any) -> None:
    assert check_answers(urban, {"budget": rows}, ["budget"]).faults == (
        AnswerFault("budget", "required"),
    )


@pytest.mark.parametrize("rows", ["food 12", [["food", "12"]], {"post": "food"}, 7])
def test_what_is_no_budget(urban: Definition, rows: Any) -> None:
    assert check_answers(urban, {"budget": rows}, ["budget"]).faults == (
        AnswerFault("budget", "unreadable"),
    )


def test_too_many_rows(urban: Definition) -> None:
    rows = [{"post": "food", "text": "", "amount": "1"}] * 31
    fault = check_answers(urban, {"budget": rows}, ["budget"]).faults[0]
    assert (fault.code, fault.params) == ("too-many-rows", {"most": 30})


def across(definition: Definition, short: bool = False, **changes: Any) -> list[tuple[str, str]]:
    raw = SHORT_RAW if short else FULL_RAW
    answers = {**read(definition, raw, short), **changes}
    return [(fault.key, fault.code) for fault in missing(definition, answers, short=short)]


def test_answers_must_go_together(urban: Definition) -> None:
    assert across(urban) == []
    assert across(urban, ends_on="2024-10-31") == [("ends_on", "ends-before-start")]
    assert across(urban, ends_on="2024-11-01") == []
    assert across(urban, ends_on="2025-10-31") == []
    assert across(urban, ends_on="2025-11-01") == [("ends_on", "longer-than-year")]
    assert across(urban, starts_on="2024-02-29", ends_on="2025-02-28") == []
    assert across(urban, starts_on="2024-02-29", ends_on="2025-03-01") == [
        ("ends_on", "longer-than-year")
    ]
    assert across(urban, amount=2_100_000) == [("budget", "budget-total")]
    assert across(urban, title="") == [("title", "required")]
    assert across(urban, True, amount=1_000_001) == [("amount", "over-short-form")]
    assert across(urban, True, amount=1_000_000) == []
    # what is not asked does not count
    assert across(urban, True, ends_on="1999-01-01") == []


def test_unforeseen_costs_are_at_most_a_tenth(urban: Definition) -> None:
    def budget(unforeseen: int) -> list[tuple[str, str]]:
        rows = [
            {"post": "food", "text": "", "amount": 1_000_000},
            {"post": "unforeseen", "text": "", "amount": unforeseen},
        ]
        return across(urban, amount=1_000_000 + unforeseen, budget=rows)

    assert budget(100_000) == []
    assert budget(100_001) == [("budget", "unforeseen")]


def test_the_largest_amount() -> None:
    text = GOOD.replace("draft_days = 60", 'max_amount = "15.000"\ndraft_days = 60')
    definition = parse_text(text, "x")
    assert across(definition)[0] == ("amount", "amount-too-large")


def test_every_type_of_question_is_read() -> None:
    text = GOOD.replace(
        "[questions.outreach]",
        QUESTION.format("many", "choices") + 'options = "results"\n\n'
        + QUESTION.format("post", "postcode")
        + 'asked_when = { question = "many", is = ["leisure", "networks"] }\n\n'
        + QUESTION.format("big", "long")
        + 'required_when = { question = "amount", above = "50.000" }\n\n[questions.outreach]',
    )  # fmt: skip
    definition = parse_text(text, "x")
    raw = {"many": ["networks", "leisure"], "post": "2700", "files": ["4", 4, 5]}
    checked = check_answers(definition, raw, ["many", "post", "files", "big"])
    assert checked.values == {"many": ["leisure", "networks"], "post": "2700", "files": [4, 5]}
    assert checked.faults == ()
    assert "post" not in keys(definition, False, {"many": ["reputation"]})
    assert "post" in keys(definition, False, {"many": ["reputation", "leisure"]})
    assert check_answers(definition, {"amount": "50.000"}, ["big"]).faults == ()
    assert check_answers(definition, {"amount": "50.000,01"}, ["big"]).faults == (
        AnswerFault("big", "required"),
    )
    question = definition.question("many")
    assert question is not None
    assert [o.key for o in shown(definition, question, ["networks"])] == ["networks"]


def test_unknown_questions(urban: Definition) -> None:
    assert check_answers(urban, {"nothing": "x"}, []).values == {}
    with pytest.raises(KeyError):
        check_answers(urban, {}, ["nothing"])


URBAN = load_all()["urban-life"]
RAW = st.dictionaries(
    st.sampled_from(
        ["amount", "title", "starts_on", "ends_on", "unsafe_event", "unsafe_what", "budget",
         "applicant_kind", "cvr", "email", "phone", "files", "participants", "focus_area"]
    ),
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(["ja", "nej", "10.000", "18.10.2024", "person", "company", "byliv"]),
        st.none(), st.integers(), st.booleans(), st.lists(st.text(max_size=5), max_size=3),
        st.lists(
            st.dictionaries(st.sampled_from(["post", "text", "amount"]), st.text(max_size=6)),
            max_size=3,
        ),
    ),
)  # fmt: skip


@settings(deadline=None)
@given(RAW, st.booleans())
def test_whatever_is_typed_is_understood_or_refused_and_never_both(
    raw: dict[str, Any], short: bool
) -> None:
    urban = URBAN
    every = [question.key for question in urban.questions]
    checked = check_answers(urban, raw, every)
    wrong = {fault.key.split(".")[0] for fault in checked.faults}
    assert not wrong & set(checked.values)
    for fault in checked.faults:
        assert ANSWERS[fault.code] % fault.params
    again = check_answers(urban, checked.values, every)
    assert again.values == checked.values
    for fault in missing(urban, checked.values, short=short):
        assert ANSWERS[fault.code] % fault.params
