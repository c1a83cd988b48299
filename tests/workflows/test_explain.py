from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.cases import INPUTS, RECORD, SECRETARIAT, TODAY, facts, who
from tests.workflows.seeds import GOOD
from workflows.definition import Definition
from workflows.explain import Explanation, explain
from workflows.guards import CHECKS, NEEDS_INPUT, in_force
from workflows.loading import parse_text
from workflows.vocabulary import (
    BUILT_FEATURES,
    DEADLINES,
    EFFECT_GUARDS,
    EFFECT_INPUTS,
    EFFECTS,
    FEATURE_OF_DEADLINE,
    FEATURE_OF_EFFECT,
    FEATURE_OF_GUARD,
    FEATURE_OF_INPUT,
    FEATURE_OF_LETTER,
    FEATURE_OF_TABLE,
    FEATURES,
    GUARDS,
    LETTER_EFFECTS,
    LETTERS,
    USED_BY,
)
from workflows.vocabulary import (
    INPUTS as INPUT_DOCS,
)

Why = list[tuple[str, tuple[str, ...]]]


def why(explanation: Explanation) -> Why:
    assert explanation.allowed == (not explanation.obstacles)
    return [(obstacle.code, obstacle.removable_by) for obstacle in explanation.obstacles]


def test_every_guard_of_the_vocabulary_is_carried_out() -> None:
    assert set(CHECKS) == set(GUARDS)
    assert set(NEEDS_INPUT) <= set(GUARDS)
    assert set(NEEDS_INPUT.values()) <= set(INPUT_DOCS)
    assert set(FEATURE_OF_GUARD) <= set(GUARDS)
    assert set(LETTER_EFFECTS) == set(LETTERS)
    told = {effect for effects in LETTER_EFFECTS.values() for effect in effects}
    assert told | set(EFFECT_GUARDS) | set(EFFECT_INPUTS) <= set(EFFECTS)
    assert set(FEATURE_OF_EFFECT) <= set(EFFECTS)
    assert set(FEATURE_OF_INPUT) <= set(INPUT_DOCS)
    assert set(FEATURE_OF_LETTER) <= set(LETTERS)
    assert set(FEATURE_OF_DEADLINE) <= set(DEADLINES)
    features = {
        *FEATURE_OF_GUARD.values(), *FEATURE_OF_EFFECT.values(), *FEATURE_OF_INPUT.values(),
        *FEATURE_OF_TABLE.values(),
    }  # fmt: skip
    assert features | {"bulk"} == BUILT_FEATURES <= set(FEATURES)
    assert set(USED_BY) <= BUILT_FEATURES
    assert {name for words in USED_BY.values() for name in words} <= (
        set(GUARDS) | set(EFFECTS) | set(INPUT_DOCS)
    )


UNPAID = {"paid": 0, "advance": None, "held": 500_000}
NEEDED: dict[str, dict[str, Any]] = {
    "undo": {"decided": True, "letter_unsent": True},
    "hearing-answer": {"hearing_unended": True},
    "hearing-stop": {"hearing_unended": True},
    "pay-advance": {"grant_type": "deficit", "advance": 200_000},
    "accounts": {"grant_type": "deficit"},
    "close-advance": {"returned": 200_000},
    "lapse": UNPAID,
    "answer": {"open_questions": 1},
}
"""What an action needs besides the usual facts of its state."""


@pytest.mark.parametrize("action", list(INPUTS))
def test_every_action_passes_where_nothing_is_unusual(
    pools: dict[str, Definition], action: str
) -> None:
    for definition in pools.values():
        transition = definition.transition(action)
        if transition is None:
            assert definition.key != "bydelspulje", "which has every action there is"
            continue
        for state in transition.from_states:
            for role in transition.who:
                known = facts(state, recommended=True, **NEEDED.get(action, {}))
                given = explain(definition, known, action, who(role), INPUTS[action])
                assert why(given) == []


CASES: list[tuple[str, str, str, dict[str, Any], dict[str, Any] | None, Why]] = [
    # state, role, action, facts, changed inputs (None: the button), why not
    ("received", "secretariat", "fly", {}, None, [("unknown-action", ())]),
    ("received", "secretariat", "pay", {}, None,
     [("wrong-state", ("secretariat", "chair"))]),
    ("asked", "secretariat", "pay", {}, None,
     [("wrong-state", ("applicant", "secretariat"))]),
    ("closed", "secretariat", "pay", {}, None, [("wrong-state", ())]),
    ("refused", "secretariat", "pay", {}, None, [("wrong-state", ("secretariat", "chair"))]),
    ("paid", "member", "grant", {}, None,
     [("wrong-state", ()), ("wrong-role", ("secretariat", "chair"))]),
    ("received", "member", "grant", {}, None, [("wrong-role", ("secretariat", "chair"))]),
    ("received", "secretariat", "grant", {"complete": False}, None,
     [("incomplete", ("applicant", "secretariat"))]),
    ("received", "secretariat", "grant", {"year_state": None}, None,
     [("year-missing", ("finance",))]),
    ("received", "secretariat", "grant", {"year_state": "closing"}, None,
     [("year-closing", ("finance",))]),
    ("received", "secretariat", "grant", {"year_state": "closed"}, None, [("year-closed", ())]),
    ("received", "secretariat", "grant", {"decided": True}, None, [("decided", ())]),
    ("received", "secretariat", "grant", {"asked": None}, None,
     [("nothing-asked", ("applicant",))]),
    ("received", "secretariat", "grant", {"free": 499_999}, None, [("not-enough", ("finance",))]),
    ("received", "secretariat", "grant", {"free": 500_000}, None, []),
    ("received", "secretariat", "grant-part", {"free": 499_999}, None, []),
    ("received", "secretariat", "grant-part", {"free": 0}, None, [("pool-empty", ("finance",))]),
    ("received", "secretariat", "refuse", {"free": 0, "complete": False, "year_state": None},
     None, []),
    ("received", "secretariat", "refuse", {"open_hearings": 1}, None,
     [("hearing-open", ("applicant", "secretariat"))]),
    ("received", "secretariat", "grant-part", {"open_hearings": 1}, None,
     [("hearing-open", ("applicant", "secretariat"))]),
    ("received", "secretariat", "grant", {"open_hearings": 1}, None,
     [("hearing-open", ("applicant", "secretariat"))]),
    ("received", "chair", "refuse", {"hearing_unended": True}, None, []),
    ("received", "secretariat", "hear", {"open_hearings": 1}, None,
     [("hearing-going-on", ("applicant", "secretariat"))]),
    ("received", "applicant", "hearing-answer", {}, None, [("hearing-none", ("secretariat",))]),
    ("received", "secretariat", "hear", {}, {"due_on": TODAY}, [("due-passed", ("secretariat",))]),
    ("received", "secretariat", "forward", {"other_pools": frozenset()}, None,
     [("no-other-pool", ())]),
    ("received", "secretariat", "forward", {}, {"to_pool": "nowhere"},
     [("unknown-pool", ("secretariat",))]),
    ("received", "secretariat", "grant", {}, {"early_start": True},
     [("early-start-not-acute", ("secretariat",))]),
    ("received", "secretariat", "grant", {"urgent": True}, {"early_start": True}, []),
    ("received", "secretariat", "grant", {}, {"early_start": False}, []),
    ("granted", "chair", "undo", {}, None, [("letter-gone", ())]),
    ("granted", "secretariat", "revoke", {"open_hearings": 1}, None,
     [("hearing-open", ("applicant", "secretariat"))]),
    ("granted", "secretariat", "revoke", {}, {"record": None},
     [("not-by-group", ("secretariat", "chair"))]),
    ("granted", "secretariat", "revoke", {}, {"reasons": " "}, [("no-reasons", ("secretariat",))]),
    ("granted", "secretariat", "revoke", {}, {"unheard": ""},
     [("not-heard", ("secretariat",))]),
    ("granted", "secretariat", "revoke", {"heard_since": True}, {"unheard": ""}, []),
    ("granted", "chair", "reopen", {"letter_unsent": True}, None,
     [("letter-resting", ("secretariat", "chair"))]),
    ("granted", "chair", "reopen", {"letter_unsent": True, "imported": True}, None, []),
    ("granted", "secretariat", "lapse", {"open_hearings": 1}, None,
     [("hearing-open", ("applicant", "secretariat"))]),
    ("granted", "secretariat", "reopen", {"paid": 100}, None, [("already-paid", ())]),
    ("suggested", "chair", "answer-suggestion", {}, {"answer": None},
     [("input-missing", ("chair",))]),
    ("received", "secretariat", "grant", {"open_questions": 1}, None,
     [("question-open", ("applicant", "secretariat"))]),
    ("asked", "applicant", "answer", {"open_questions": 0}, None,
     [("question-none", ("secretariat",))]),
    ("granted", "finance", "pay", {"held": 0}, None,
     [("not-held", ("secretariat", "chair"))]),
    ("granted", "applicant", "withdraw", {"paid": 100}, None, [("already-paid", ())]),
    ("paid", "applicant", "report", {"report_received": True}, None, [("report-already", ())]),
    ("paid", "applicant", "report", {"paid": 0}, None,
     [("not-paid", ("secretariat", "finance"))]),
    ("paid", "finance", "return", {"returned": 500_000}, None, [("nothing-out", ())]),
    ("reported", "secretariat", "close", {"report_received": False, "spent": None}, None,
     [("report-missing", ("applicant", "secretariat"))]),
    ("reported", "secretariat", "close", {"spent": 400_000}, None,
     [("unspent", ("secretariat", "finance"))]),
    ("reported", "secretariat", "close", {"spent": 400_000, "returned": 100_000}, None, []),
    ("reported", "secretariat", "close", {"spent": 900_000}, None, []),
    # with inputs
    ("received", "secretariat", "grant", {}, {"record": None},
     [("not-by-group", ("secretariat", "chair"))]),
    ("received", "chair", "grant", {}, {"record": None}, []),
    ("received", "secretariat", "grant", {"vote_failed": True}, None,
     [("vote-failed", ("chair",))]),
    ("received", "secretariat", "grant", {"vote_failed": True}, {}, [("vote-failed", ("chair",))]),
    ("received", "chair", "grant", {"vote_failed": True}, {"record": None}, []),
    ("received", "secretariat", "refuse", {"at_meeting": True}, None, [("at-meeting", ("chair",))]),
    ("received", "chair", "grant", {"at_meeting": True}, {}, [("at-meeting", ("chair",))]),
    ("received", "chair", "grant", {"at_meeting": True}, {"record": None}, []),
    ("received", "secretariat", "grant", {}, {"amount": 500_000}, []),
    ("received", "secretariat", "grant", {}, {"amount": 400_000},
     [("not-in-full", ("secretariat",))]),
    ("received", "secretariat", "grant-part", {}, {"amount": None},
     [("no-amount", ("secretariat",))]),
    ("received", "secretariat", "grant-part", {}, {"amount": 0},
     [("no-amount", ("secretariat",))]),
    ("received", "secretariat", "grant-part", {}, {"amount": 500_000},
     [("not-a-part", ("secretariat",))]),
    ("received", "secretariat", "grant-part", {"free": 299_999}, {},
     [("not-enough", ("finance",))]),
    ("received", "secretariat", "grant-part", {}, {"reasons": "  "},
     [("no-reasons", ("secretariat",))]),
    ("received", "chair", "refuse", {}, {"reasons": None}, [("no-reasons", ("chair",))]),
    ("received", "secretariat", "ask", {}, {"questions": None},
     [("input-missing", ("secretariat",))]),
    ("received", "secretariat", "ask", {}, {"due_on": TODAY}, [("due-passed", ("secretariat",))]),
    ("received", "secretariat", "ask", {}, {"due_on": TODAY + timedelta(days=1)}, []),
    ("granted", "finance", "pay", {}, {"reference": ""}, [("no-reference", ("finance",))]),
    ("paid", "finance", "return", {}, {"returned": 500_001}, [("more-than-paid", ("finance",))]),
    ("paid", "finance", "return", {"returned": 450_000}, {},
     [("more-than-paid", ("finance",))]),
    ("paid", "finance", "return", {}, {"returned": 0}, [("nothing-returned", ("finance",))]),
    ("asked", "secretariat", "lapse", {}, {"reason": None},
     [("input-missing", ("secretariat",))]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "role", "action", "known", "typed", "expected"),
    CASES,
    ids=[f"{case[2]}-{case[5][0][0] if case[5] else 'fine'}-{n}" for n, case in enumerate(CASES)],
)
def test_why_not_and_who_could_change_it(
    urban: Definition,
    state: str,
    role: str,
    action: str,
    known: dict[str, Any],
    typed: dict[str, Any] | None,
    expected: Why,
) -> None:
    inputs = None if typed is None else {**INPUTS[action], **typed}
    assert why(explain(urban, facts(state, **known), action, who(role), inputs)) == expected


def test_every_reason_is_given_at_once(urban: Definition) -> None:
    known = facts(
        complete=False, decided=True, year_state="closed", open_questions=1, free=0,
        recused=frozenset({2}),
    )  # fmt: skip
    found = explain(urban, known, "grant", who("member"))
    assert [o.code for o in found.obstacles] == [
        "wrong-role", "recused", "incomplete", "decided", "year-closed", "question-open",
        "not-enough",
    ]  # fmt: skip


def test_obstacles_about_a_field_name_it(urban: Definition) -> None:
    typed = {"amount": 600_000, "reasons": "", "record": None}
    found = explain(urban, facts(), "grant-part", who("secretariat"), typed)
    assert {o.code: o.field for o in found.obstacles} == {
        "no-reasons": "reasons", "not-a-part": "amount", "not-by-group": "record",
    }  # fmt: skip
    assert {o.code: dict(o.params) for o in found.obstacles}["not-a-part"] == {
        "amount": 600_000, "asked": 500_000,
    }  # fmt: skip


def test_a_chair_may_not_decide_by_rank_what_a_chair_may_not_do() -> None:
    text = GOOD.replace('who = ["secretariat", "chair"]', 'who = ["secretariat"]')
    definition = parse_text(text, "x")
    from workflows.facts import Who

    both = Who(1, frozenset({"secretariat", "chair"}))
    found = explain(definition, facts(), "refuse", both, {"reasons": "x"})
    assert [o.code for o in found.obstacles] == ["not-by-group"]


def guarded(guard: str, action: str = "refuse") -> Definition:
    """The light procedure with one guard more."""
    place = GOOD.index("guards = [", GOOD.index(f"[transitions.{action}]")) + len("guards = [")
    text = GOOD[:place] + f'"{guard}", ' + GOOD[place:]
    if guard in FEATURE_OF_GUARD:
        text = text.replace("[limits]", f"[features]\n{FEATURE_OF_GUARD[guard]} = true\n[limits]")
    return parse_text(text, "x")


def test_evidence_where_a_pool_asks_for_it() -> None:
    definition = guarded("record-evidence")
    bare = {"reasons": "x", "record": RECORD}
    found = explain(definition, facts(), "refuse", who("secretariat"), bare)
    assert why(found) == [("no-evidence", ("secretariat",))]
    shown = {"reasons": "x", "record": {**RECORD, "evidence": [7]}}
    assert explain(definition, facts(), "refuse", who("secretariat"), shown).allowed
    assert explain(definition, facts(), "refuse", who("secretariat")).allowed
    assert explain(definition, facts(), "refuse", who("chair"), {"reasons": "x"}).allowed


def test_two_people_for_a_payment_where_the_feature_is_on() -> None:
    definition = guarded("other-person", "pay")
    known = facts("granted", decided_by=SECRETARIAT)
    assert why(explain(definition, known, "pay", who("secretariat"))) == [
        ("same-person", ("secretariat", "finance"))
    ]
    assert explain(definition, known, "pay", who("finance")).allowed


def test_money_still_held() -> None:
    definition = guarded("nothing-held", "refuse")
    found = explain(definition, facts(held=100), "refuse", who("chair"))
    assert why(found) == [("still-held", ("secretariat", "finance", "applicant"))]


def test_no_more_than_asked() -> None:
    definition = guarded("within-asked", "grant-part")
    typed = {**INPUTS["grant-part"], "amount": 600_000}
    found = explain(definition, facts(), "grant-part", who("secretariat"), typed)
    assert [o.code for o in found.obstacles] == ["more-than-asked", "not-a-part"]


def test_what_is_let_go_need_not_come_back() -> None:
    text = GOOD.replace('waive_unspent = "0 kr."', 'waive_unspent = "200 kr."')
    definition = parse_text(text, "x")
    assert explain(
        definition, facts("reported", spent=480_000), "close", who("secretariat")
    ).allowed
    assert not explain(
        definition, facts("reported", spent=479_999), "close", who("secretariat")
    ).allowed


def test_reasons_and_interest_hold_where_the_file_says_nothing(urban: Definition) -> None:
    for transition in urban.transitions:
        guards = in_force(transition)
        assert guards[0] == "not-recused"
        unfavourable = transition.outcome in ("part", "refused") or transition.key == "revoke"
        assert ("reasons-given" in guards) == unfavourable
        assert ("heard" in guards) == (
            transition.outcome is not None or transition.key in ("revoke", "lapse")
        )
        assert len(guards) == len(set(guards))
