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
    assert features | {"bulk", "books", "accounts-form"} == set(FEATURES)
    assert set(USED_BY) <= set(FEATURES)
    assert {name for words in USED_BY.values() for name in words} <= (
        set(GUARDS) | set(EFFECTS) | set(INPUT_DOCS)
    )


UNPAID = {"paid": 0, "advance": None, "held": 500_000}
RELEASED = {"payee_known": True, "listed": True, "by_list": True}
"""Its payment is on a list that was released, and is marked as paid there."""
NEEDED: dict[str, dict[str, Any]] = {
    "undo": {"decided": True, "letter_unsent": True},
    "hearing-answer": {"hearing_unended": True},
    "hearing-stop": {"hearing_unended": True},
    "pay-advance": RELEASED | {"grant_type": "deficit", "advance": 200_000},
    "accounts": {"grant_type": "deficit"},
    "close-claimed": {"returned": 500_000},
    "lapse": UNPAID,
    "answer": {"open_questions": 1},
    "answer-report": {"open_questions": 1},
    "lapse-unreported": {"reminders": 2},
    "return-accounts": {"paid": 0},
    "return-accounts-advance": {"paid": 200_000},
    "write-off": {"claim": 100_000},
    "pay": RELEASED,
    "pay-instalment": RELEASED | {"instalments_left": 2},
    "settle": RELEASED,
    "stop-rest": {"held": 200_000, "paid": 300_000},
    "stop-rest-late": {"held": 200_000, "paid": 300_000, "report_received": True},
    "pay-again": RELEASED | {"report_received": True},
    "return": {"paid": 500_000},
    "return-undone": {"paid": 500_000, "returned": 100_000, "return_standing": True},
    "payment-failed-late": {"payment_standing": True},
    "settlement-failed": {
        "paid": 100_000,
        "payment_standing": True,
        "grant_type": "deficit",
    },
    "lapse-advance": {"reminders": 2},
    "payment-failed": {"paid": 100_000, "payment_standing": True},
    "vouchers": {"spot_check": "drawn"},
    "spot-check": {"spot_check": "drawn"},
    "wait": {"free": 499_999},
    "carry-over": {"next_year_open": True},
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


TWO_PAID: dict[str, Any] = {
    "payment_standing": True, "payments": {7: TODAY, 8: TODAY},
}  # fmt: skip

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
     [("wrong-state", ("secretariat", "finance")), ("wrong-role", ("secretariat", "chair"))]),
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
    # the money after the grant
    ("received", "secretariat", "grant", {"earmarks": {7: 500_000}, "free": 0}, None, []),
    ("received", "secretariat", "grant", {"earmarks": {7: 500_000}, "free": 0}, {},
     [("not-enough", ("finance",))]),
    ("received", "secretariat", "grant", {"earmarks": {7: 500_000}, "free": 0}, {"earmark": 7}, []),
    ("received", "secretariat", "grant", {"earmarks": {7: 499_999}}, {"earmark": 7},
     [("not-enough-earmarked", ("finance",))]),
    ("received", "secretariat", "grant", {"earmarks": {7: 500_000}}, {"earmark": 8},
     [("unknown-earmark", ("secretariat", "finance"))]),
    ("received", "chair", "grant-part", {"earmarks": {7: 300_000}, "free": 0}, {"earmark": 7}, []),
    ("granted", "secretariat", "raise", {"year_state": "closing"}, None,
     [("year-closing", ("finance",))]),
    ("granted", "secretariat", "raise", {"free": 0}, None, [("pool-empty", ("finance",))]),
    ("granted", "secretariat", "raise", {"free": 99_999}, {}, [("not-enough", ("finance",))]),
    ("granted", "secretariat", "raise", {"free": 100_000}, {}, []),
    ("granted", "secretariat", "raise", {}, {"amount": 500_000},
     [("not-more", ("secretariat",))]),
    ("granted", "secretariat", "raise", {}, {"amount": None}, [("no-amount", ("secretariat",))]),
    ("granted", "secretariat", "raise", {}, {"amount": 0}, [("no-amount", ("secretariat",))]),
    ("granted", "secretariat", "raise", {}, {"reasons": " "}, [("no-reasons", ("secretariat",))]),
    ("granted", "secretariat", "raise", {}, {"record": None},
     [("not-by-group", ("secretariat", "chair"))]),
    ("granted", "chair", "raise", {}, {"record": None}, []),
    ("granted", "secretariat", "raise", {"vote_failed": True}, {}, [("vote-failed", ("chair",))]),
    ("granted", "chair", "raise", {"at_meeting": True}, {}, [("at-meeting", ("chair",))]),
    ("paid", "secretariat", "raise", {"open_hearings": 1}, None,
     [("hearing-going-on", ("applicant", "secretariat"))]),
    ("granted", "secretariat", "lower", {}, {"amount": 500_000}, [("not-less", ("secretariat",))]),
    ("granted", "secretariat", "lower", {"paid": 300_000, "held": 200_000}, {"amount": 300_000},
     [("less-than-paid", ("secretariat",))]),
    ("granted", "secretariat", "lower", {"paid": 300_000, "held": 200_000}, {"amount": 300_001},
     []),
    ("granted", "secretariat", "lower", {}, {"unheard": ""},
     [("not-heard", ("secretariat",))]),
    ("granted", "secretariat", "lower", {"heard_since": True}, {"unheard": ""}, []),
    ("granted", "secretariat", "lower", {"open_hearings": 1}, None,
     [("hearing-open", ("applicant", "secretariat"))]),
    ("granted", "secretariat", "lower", {}, {"reasons": ""}, [("no-reasons", ("secretariat",))]),
    ("granted", "secretariat", "lower", {"at_meeting": True}, {}, [("at-meeting", ("chair",))]),
    ("granted", "secretariat", "lower", {"held": 0}, None,
     [("not-held", ("secretariat", "chair"))]),
    ("granted", "secretariat", "stop-rest", {}, None,
     [("not-paid", ("secretariat", "finance"))]),
    ("granted", "secretariat", "stop-rest", {"paid": 300_000, "held": 200_000}, {"unheard": None},
     [("not-heard", ("secretariat",))]),
    ("paid", "finance", "payment-failed", {"payment_standing": False}, None,
     [("payment-not-standing", ())]),
    ("paid", "finance", "payment-failed",
     {"payment_standing": False, "payment_year_missing": True}, None,
     [("present-year-missing", ("finance",))]),
    ("granted", "finance", "payment-failed", {}, None,
     [("not-paid", ("secretariat", "finance"))]),
    ("paid", "finance", "payment-failed", {"report_received": True, "payment_standing": True},
     None, []),
    ("paid", "finance", "payment-failed", TWO_PAID, {}, [("payment-unnamed", ("finance",))]),
    ("paid", "finance", "payment-failed", TWO_PAID, {"payment": 8}, []),
    ("paid", "finance", "payment-failed", TWO_PAID, {"payment": 9},
     [("unknown-payment", ("finance",))]),
    ("granted", "secretariat", "pay", {"report_received": True}, None, [("report-already", ())]),
    ("granted", "secretariat", "pay-again", {}, None,
     [("report-missing", ("applicant", "secretariat"))]),
    ("paid", "finance", "return-undone", {}, None, [("no-return", ())]),
    ("paid", "finance", "return-undone", {"returned": 100_000}, None,
     [("return-not-standing", ())]),
    ("paid", "secretariat", "lapse-unreported", {}, None, [("not-reminded", ())]),
    ("paid", "secretariat", "lapse-unreported", {"reminders": 3, "open_hearings": 1}, None,
     [("hearing-open", ("applicant", "secretariat"))]),
    ("claimed", "secretariat", "close-claimed", {"returned": 499_999}, None,
     [("still-out", ("secretariat", "finance"))]),
    ("reported", "secretariat", "return-report", {"returned": 100_000}, None,
     [("some-returned", ("secretariat",))]),
    ("reported", "secretariat", "return-report", {"open_questions": 1}, None,
     [("question-open", ("applicant", "secretariat"))]),
    ("reported", "secretariat", "claim-unspent", {}, {"amount": 500_001},
     [("claim-too-much", ("secretariat",))]),
    ("reported", "secretariat", "claim-unspent", {}, {"amount": None},
     [("claim-of-nothing", ("secretariat",))]),
    ("reported", "secretariat", "claim-unspent", {"spent": 499_999}, {"amount": None}, []),
    ("reported", "secretariat", "claim-unspent", {"returned": 500_000}, None,
     [("nothing-out", ())]),
    ("reported", "secretariat", "claim-unspent", {"claim": 100_000}, None,
     [("claim-open", ("secretariat", "finance"))]),
    ("reported", "secretariat", "claim-unspent", {"open_hearings": 1}, None,
     [("hearing-open", ("applicant", "secretariat"))]),
    ("reported", "secretariat", "claim-unspent", {}, {"reasons": " "},
     [("no-reasons", ("secretariat",))]),
    ("reported", "secretariat", "close", {"claim": 1}, None,
     [("claim-open", ("secretariat", "finance"))]),
    ("reported", "finance", "write-off", {}, None, [("nothing-owed", ())]),
    ("claimed", "finance", "write-off", {"returned": 500_000}, None, [("nothing-owed", ())]),
    ("reported", "secretariat", "close", {"open_questions": 1}, None,
     [("question-open", ("applicant", "secretariat"))]),
    ("paid", "finance", "payee", {}, None,
     [("wrong-state", ("secretariat", "finance"))]),
]  # fmt: skip


HALVES = [{"amount": 250_000, "due_on": TODAY}, {"amount": 250_000, "due_on": TODAY}]
BIG_CASES: list[tuple[str, str, str, dict[str, Any], dict[str, Any] | None, Why]] = [
    ("granted", "finance", "pay", {"payee_known": True}, None,
     [("not-by-list", ("finance", "secretariat"))]),
    ("granted", "finance", "pay", {"payee_known": True, "listed": True}, None,
     [("on-list", ("finance", "secretariat"))]),
    ("granted", "finance", "pay", {"by_list": True}, None,
     [("payee-missing", ("applicant", "secretariat", "finance"))]),
    ("granted", "finance", "pay", RELEASED | {"instalments_left": 2}, None,
     [("instalments-left", ("secretariat", "finance"))]),
    ("granted", "finance", "pay", RELEASED | {"instalments_left": 1}, None, []),
    ("granted", "finance", "pay-instalment", RELEASED | {"instalments_left": 1}, None,
     [("instalment-last", ())]),
    ("granted", "finance", "pay-instalment", RELEASED, None, [("no-instalments", ())]),
    ("granted", "applicant", "payee", {"listed": True}, None,
     [("on-list", ("finance", "secretariat"))]),
    ("granted", "applicant", "withdraw", {"listed": True}, None,
     [("on-list", ("finance", "secretariat"))]),
    ("accounted", "finance", "settle", {"spent": 400_000, "income": 200_000}, None, []),
    ("accounted", "finance", "settle",
     {"spent": 400_000, "income": 200_000, "spot_check": "drawn"}, None,
     [("spot-check-open", ("secretariat", "finance"))]),
    ("accounted", "finance", "settle",
     {"spent": 400_000, "income": 200_000, "open_questions": 1}, None,
     [("question-open", ("applicant", "secretariat"))]),
    ("accounted", "secretariat", "return-accounts", {"paid": 200_000}, None,
     [("already-paid", ())]),
    ("reported", "secretariat", "return-report", {"grant_type": "deficit"}, None,
     [("grant-is-guarantee", ())]),
    ("accounted", "finance", "settle", {"spent": 400_001, "income": 200_000}, None,
     [("payee-missing", ("applicant", "secretariat", "finance")),
      ("not-by-list", ("finance", "secretariat"))]),
    ("recommended", "chair", "grant", {}, {"instalments": HALVES}, []),
    ("recommended", "chair", "grant", {}, {"instalments": HALVES[:1]},
     [("instalments-total", ("chair",))]),
    ("recommended", "chair", "grant-part", {}, {"instalments": HALVES},
     [("instalments-total", ("chair",))]),
    ("recommended", "chair", "grant", {}, {"instalments": HALVES, "grant_type": "deficit"},
     [("instalments-of-guarantee", ("chair",))]),
    ("granted", "chair", "lower",
     {"grant_type": "deficit", "advance": 200_000, "heard_since": True}, {"amount": 200_000},
     [("advance-too-large", ("chair",))]),
    ("reported", "secretariat", "close", {"spot_check": "drawn"}, None,
     [("spot-check-open", ("secretariat", "finance"))]),
    ("reported", "secretariat", "close", {"spot_check": "checked"}, None, []),
    ("reported", "applicant", "vouchers", {}, None, [("not-drawn", ())]),
    ("reported", "applicant", "vouchers", {"spot_check": "checked"}, None, [("spot-checked", ())]),
    ("reported", "finance", "spot-check", {"spot_check": "drawn"}, {"findings": " "},
     [("no-findings", ("finance",))]),
    ("reported", "finance", "spot-check", {"spot_check": "drawn"},
     {"result": "good", "findings": None}, []),
    ("screened", "chair", "wait", {"free": 500_000}, None, [("pool-has-enough", ())]),
    ("screened", "chair", "wait", {"free": 500_000, "spoken_for": 1}, None, []),
    ("recommended", "chair", "grant", {"free": 500_000, "spoken_for": 1}, {},
     [("spoken-for", ("secretariat", "chair"))]),
    ("recommended", "chair", "grant", {"free": 500_001, "spoken_for": 1}, {}, []),
    ("recommended", "chair", "grant-part", {"free": 500_000, "spoken_for": 500_000}, None,
     [("spoken-for", ("secretariat", "chair"))]),
    ("screened", "chair", "wait", {"free": 499_999}, None, []),
    ("screened", "chair", "wait", {"asked": None, "free": 0}, None, []),
    ("screened", "chair", "wait", {"free": 0, "open_ballot": True}, None,
     [("vote-open", ("member", "chair"))]),
    ("granted", "finance", "carry-over", {}, None, [("next-year-missing", ("finance",))]),
    ("granted", "finance", "carry-over", {"next_year_open": True, "open_hearings": 1}, None,
     [("hearing-going-on", ("applicant", "secretariat"))]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "role", "action", "known", "typed", "expected"),
    BIG_CASES,
    ids=[f"{case[2]}-{case[5][0][0] if case[5] else 'fine'}-{n}"
         for n, case in enumerate(BIG_CASES)],
)  # fmt: skip
def test_why_not_in_the_big_pool(
    district: Definition,
    state: str,
    role: str,
    action: str,
    known: dict[str, Any],
    typed: dict[str, Any] | None,
    expected: Why,
) -> None:
    inputs = None if typed is None else {**INPUTS[action], **typed}
    assert why(explain(district, facts(state, **known), action, who(role), inputs)) == expected


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
        again = transition.key in (
            "revoke", "lower", "stop-rest", "stop-rest-late", "claim-unspent",
        )  # fmt: skip
        unfavourable = transition.outcome in ("part", "refused") or again
        assert ("reasons-given" in guards) == (unfavourable or transition.key == "raise")
        assert ("heard" in guards) == (
            transition.outcome is not None
            or again
            or transition.key in ("lapse", "lapse-unreported")
        )
        assert len(guards) == len(set(guards))
