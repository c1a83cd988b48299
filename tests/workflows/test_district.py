"""The big pool: recommendation, announcement apart from the decision, two people for a payment.
Who may do what, as exact sets written by hand, and what the rules say besides."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.workflows.cases import CHAIR, INPUTS, SECRETARIAT, facts, who
from workflows import recognise
from workflows.check import check
from workflows.definition import Definition
from workflows.explain import actions, explain
from workflows.handbook import matrix
from workflows.loading import parse_text
from workflows.planning import plan
from workflows.questions import asked, check_answers

NOBODY: set[str] = set()
DECIDE = {"grant", "grant-part", "refuse"}

ALLOWED: dict[str, dict[str, set[str]]] = {
    "received": {
        "applicant": {"withdraw"},
        "secretariat": {"ask", "delay", "hear", "forward", "screen", "withdraw"},
        "chair": {"delay"},
        "system": {"delay"},
    },
    "asked": {
        "applicant": {"answer", "withdraw"},
        "secretariat": {"answer", "forward", "withdraw", "lapse"},
    },
    "screened": {
        "applicant": {"withdraw"},
        "secretariat": {"ask", "delay", "hear", "forward", "recommend", "postpone", "withdraw"},
        "chair": {"delay", "recommend", "postpone"},
        "system": {"delay"},
    },
    "recommended": {
        "applicant": {"withdraw"},
        "secretariat": {"ask", "delay", "hear", "postpone", "withdraw", *DECIDE},
        "chair": {"delay", "postpone", *DECIDE},
        "system": {"delay"},
    },
    "waiting": {
        "applicant": {"withdraw"},
        "secretariat": {"wait-over", "withdraw"},
        "chair": {"wait-over"},
        "system": {"wait-over"},
    },
    "postponed": {
        "applicant": {"withdraw"},
        "secretariat": {"resume", "withdraw"},
        "chair": {"resume"},
        "system": {"resume"},
    },
    "decided-yes": {
        "applicant": {"withdraw"},
        "secretariat": {"announce-grant", "delay", "withdraw"},
        "chair": {"announce-grant", "delay"},
        "system": {"delay"},
    },
    "decided-no": {
        "applicant": {"withdraw"},
        "secretariat": {"announce-refusal", "delay", "withdraw"},
        "chair": {"announce-refusal", "delay"},
        "system": {"delay"},
    },
    "granted": {
        "applicant": {"payee", "withdraw"},
        "secretariat": {
            "hear", "payee", "raise", "lower", "withdraw", "lapse", "reopen", "revoke", "complaint",
        },
        "chair": {"raise", "lower", "reopen", "revoke"},
        "finance": {"payee"},
    },
    "refused": {"secretariat": {"reopen", "complaint"}, "chair": {"reopen"}},
    "paid": {
        "applicant": {"report"},
        "secretariat": {"hear", "raise", "payment-failed", "report", "return", "complaint"},
        "chair": {"raise"},
        "finance": {"payment-failed", "return"},
    },
    "advanced": {
        "applicant": {"accounts", "payee"},
        "secretariat": {"hear", "accounts", "payee", "return", "complaint"},
        "finance": {"payee", "return"},
    },
    "claimed": {
        "applicant": {"report"},
        "secretariat": {"report", "return", "write-off", "complaint"},
        "finance": {"return", "write-off"},
    },
    "accounted": {
        "applicant": {"payee"},
        "secretariat": {"payee", "ask-report", "return-accounts-advance", "complaint"},
        "finance": {"payee"},
    },
    "reported": {
        "secretariat": {
            "ask-report", "return-report", "claim-unspent", "return", "close", "complaint",
        },
        "finance": {"return"},
    },
    "closed": {"secretariat": {"return", "complaint"}, "finance": {"return"}},
    "withdrawn": {"secretariat": {"reopen", "complaint"}, "chair": {"reopen"}},
    "lapsed": {"secretariat": {"reopen", "complaint"}, "chair": {"reopen"}},
    "forwarded": {"secretariat": {"complaint"}},
    "revoked": {"secretariat": {"reopen", "complaint"}, "chair": {"reopen"}},
    "suggested": {
        "secretariat": {"answer-suggestion", "take-up"},
        "chair": {"answer-suggestion", "take-up"},
    },
    "suggestion-answered": {},
    "taken-up": {},
}  # fmt: skip
"""Where nothing is unusual: no hearing, no vote, the letter of a decision has left."""

BOTH = {"secretariat": {"undo"}, "chair": {"undo"}}
ANSWERS = {"applicant": {"answer"}, "secretariat": {"answer"}}
ABOUT_REPORT = {"applicant": {"answer-report"}, "secretariat": {"answer-report"}}
HEARING = {"applicant": {"hearing-answer"}, "secretariat": {"hearing-answer", "hearing-stop"}}
HEARD_IN = ("received", "asked", "screened", "recommended", "postponed", "waiting", "decided-yes",
            "decided-no", "granted", "paid", "advanced", "claimed", "accounted",
            "reported")  # fmt: skip
RELEASED = {"payee_known": True, "listed": True, "by_list": True}
"""The payment is on a list that was released, and is marked as paid there."""
UNTOUCHED = {"hear", "payee", "raise", "lower", "withdraw", "lapse", "undo", "reopen", "revoke",
             "payment-failed", "accounts", "ask-report", "return-accounts-advance"}  # fmt: skip
"""What would make a payment that is on its way another one."""
PAYERS = ("secretariat", "finance")
WAITS = {"secretariat": {"wait"}, "chair": {"wait"}}
LOOKED_INTO = {
    "applicant": {"vouchers"},
    "secretariat": {"vouchers", "spot-check"},
    "finance": {"spot-check"},
}


def by_payers(action: str) -> dict[str, set[str]]:
    return {role: {action} for role in PAYERS}


SITUATIONS: dict[str, tuple[dict[str, Any], dict[str, dict[str, set[str]]], set[str]]] = {
    "the letter has not left": (
        {"letter_unsent": True},
        dict.fromkeys(("decided-yes", "decided-no", "granted", "refused"), BOTH),
        {"reopen"},
    ),
    "a hearing goes on": (
        {"open_hearings": 1, "hearing_unended": True},
        dict.fromkeys(HEARD_IN, HEARING),
        {"hear", "raise", "lower", "revoke", "lapse", "lapse-advance", "claim-unspent", *DECIDE},
    ),
    "a hearing's day has passed": (
        {"hearing_unended": True},
        dict.fromkeys(HEARD_IN, HEARING),
        set(),
    ),
    "a question was left open when the case was taken up again": (
        {"open_questions": 1},
        {
            "received": ANSWERS,
            "accounted": ABOUT_REPORT,
            "reported": ABOUT_REPORT,
        },
        {
            "ask", "screen", "recommend", "postpone", "ask-report", "close", "return-report",
            "return-accounts-advance", "claim-unspent", "write-off", *DECIDE,
        },
    ),
    "the payment is on a list": ({"listed": True, "payee_known": True}, {}, UNTOUCHED),
    "the payment is marked as paid on its list": (
        RELEASED,
        {
            "granted": by_payers("pay"),
            "accounted": by_payers("settle"),
        },
        UNTOUCHED,
    ),
    "the next of two instalments is marked as paid": (
        RELEASED | {"instalments_left": 2},
        {
            "granted": by_payers("pay-instalment"),
            "accounted": by_payers("settle"),
        },
        UNTOUCHED,
    ),
    "nobody knows who is to be paid": ({"by_list": True}, {}, set()),
    "the pool is empty": (
        {"free": 0},
        dict.fromkeys(("screened", "recommended"), WAITS),
        {"grant", "grant-part", "raise"},
    ),
    "the report was drawn for a spot check": (
        {"spot_check": "drawn"},
        dict.fromkeys(("accounted", "reported"), LOOKED_INTO),
        {"close", "write-off"},
    ),
    "the spot check has been made": ({"spot_check": "checked"}, {}, set()),
    "the next year is open": (
        {"next_year_open": True},
        dict.fromkeys(("granted", "advanced", "accounted"), by_payers("carry-over")),
        set(),
    ),
    "the applicant was reminded of the report": (
        {"reminders": 2},
        {
            "paid": {"secretariat": {"lapse-unreported"}},
            "advanced": {"secretariat": {"lapse-advance"}},
        },
        set(),
    ),
    "the group is voting": ({"open_ballot": True}, {}, DECIDE),
    "there is no other pool": ({"other_pools": frozenset()}, {}, {"forward"}),
    "the checklist is not done": ({"checklist_done": False}, {}, {"screen"}),
}  # fmt: skip
"""What is unusual: facts, what may be done besides, and what may not be done then."""
ROLES = ("applicant", "secretariat", "member", "chair", "steering", "finance", "communications",
         "auditor", "system")  # fmt: skip
WITHIN = {"applicant", "secretariat", "member", "chair", "auditor"}
TOLD = {"granted", "paid", "advanced", "claimed", "accounted", "reported", "closed"}
"""States of which those outside the pool may know."""


BACK_IN = {"granted", "paid", "advanced", "claimed", "reported", "closed"}
"""States in which money that came back is entered."""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", list(ALLOWED))
def test_who_may_do_what(district: Definition, state: str, role: str) -> None:
    expected = ALLOWED[state].get(role, NOBODY)
    every = {
        transition.key
        for transition in district.transitions
        if explain(district, facts(state), transition.key, who(role)).allowed
    }
    assert every == expected
    offered = {e.action for e in actions(district, facts(state), who(role)) if e.allowed}
    assert offered == expected


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("situation", list(SITUATIONS))
def test_who_may_do_what_where_something_is_unusual(
    district: Definition, situation: str, role: str
) -> None:
    changed, besides, gone = SITUATIONS[situation]
    for state in ALLOWED:
        allowed = set(ALLOWED[state].get(role, NOBODY)) - gone
        allowed |= besides.get(state, {}).get(role, NOBODY)
        known = facts(state, **changed)
        assert {e.action for e in actions(district, known, who(role)) if e.allowed} == allowed, (
            state
        )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("advance", [None, 200_000])
def test_a_deficit_guarantee_goes_its_own_way(
    district: Definition, role: str, advance: int | None
) -> None:
    released = {"payee_known": True, "by_list": True}
    known = facts("granted", grant_type="deficit", advance=advance, **released)
    expected = set(ALLOWED["granted"].get(role, NOBODY))
    if advance and role in ("secretariat", "finance"):
        expected |= {"pay-advance"}
    if role in ("applicant", "secretariat"):
        expected |= {"accounts"}
    assert {e.action for e in actions(district, known, who(role)) if e.allowed} == expected


PARTLY: dict[str, set[str]] = {
    "applicant": {"payee"},
    "secretariat": {
        "hear", "payee", "raise", "lower", "stop-rest", "payment-failed", "return", "complaint",
    },
    "chair": {"raise", "lower", "stop-rest"},
    "finance": {"payee", "payment-failed", "return"},
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_after_the_first_instalment_nothing_is_taken_back(district: Definition, role: str) -> None:
    known = facts(
        "granted", held=200_000, paid=300_000, payment_standing=True, instalments_left=1
    )  # fmt: skip
    found = {e.action for e in actions(district, known, who(role)) if e.allowed}
    assert found == PARTLY.get(role, NOBODY)


@pytest.mark.parametrize("role", ROLES)
def test_an_advance_can_fail_too(district: Definition, role: str) -> None:
    known = facts("advanced", payment_standing=True)
    found = {e.action for e in actions(district, known, who(role)) if e.allowed}
    failed = {"payment-failed"} if role in PAYERS else NOBODY
    assert found == ALLOWED["advanced"].get(role, NOBODY) | failed


@pytest.mark.parametrize("returned", [0, 199_999, 200_000])
def test_an_advance_without_accounts_is_closed_when_it_has_come_back(
    district: Definition, returned: int
) -> None:
    known = facts("claimed", paid=200_000, returned=returned, grant_type="deficit")
    offered = {e.action for e in actions(district, known, who("secretariat")) if e.allowed}
    assert ("close-claimed" in offered) == (returned == 200_000)
    assert ("return" in offered) == (returned < 200_000)
    found = explain(district, known, "close-claimed", who("secretariat"))
    assert [o.code for o in found.obstacles] == ([] if returned == 200_000 else ["still-out"])


def test_every_action_is_somewhere_in_the_tables(district: Definition) -> None:
    named = {
        action
        for table in (ALLOWED, *(one[1] for one in SITUATIONS.values()))
        for roles in table.values()
        for allowed in roles.values()
        for action in allowed
    }
    assert {move.key for move in district.transitions} == named | {
        "pay-advance", "close-claimed", "stop-rest", "return-accounts", "pay-again",
        "stop-rest-late", "return-undone", "payment-failed-late", "settlement-failed",
    }  # fmt: skip


def test_the_table_of_rights(district: Definition) -> None:
    assert {state.key for state in district.states} == set(ALLOWED)
    for row in matrix(district):
        for cell in row.cells:
            may = set(ALLOWED[cell.state].get(row.role, NOBODY))
            for _, besides, _ in SITUATIONS.values():
                may |= besides.get(cell.state, {}).get(row.role, NOBODY)
            if cell.state == "screened" and row.role in ("secretariat", "chair"):
                may |= DECIDE  # once there is a recommendation
            if cell.state == "granted" and row.role in ("secretariat", "finance"):
                may |= {"pay-advance"}
            if cell.state == "granted" and row.role in ("applicant", "secretariat"):
                may |= {"accounts"}
            if cell.state == "claimed" and row.role == "secretariat":
                may |= {"close-claimed"}  # once it has come back
            if cell.state == "granted":
                may |= PARTLY.get(row.role, NOBODY)  # where part is paid
            if cell.state == "reported" and row.role in PAYERS:
                may |= {"write-off"}  # where something is owed
                may |= {"payment-failed-late", "settlement-failed"}  # where it was paid
            if cell.state == "advanced" and row.role in PAYERS:
                may |= {"payment-failed"}  # where the advance was
            if cell.state == "accounted" and row.role in PAYERS:
                may |= {"settlement-failed"}  # where the advance was
            if cell.state in BACK_IN and row.role in PAYERS:
                may |= {"return", "return-undone"}  # where money came back
            if cell.state == "granted" and row.role in PAYERS:
                may |= {"pay-again"}  # where the report is in
            if cell.state == "granted" and row.role in ("secretariat", "chair"):
                may |= {"stop-rest-late"}
            if cell.state == "accounted" and row.role == "secretariat":
                may |= {"lapse", "return-accounts"}  # where nothing was paid
            assert set(cell.actions) == may, (row.role, cell.state)
            outside = {"steering", "finance", "communications"} if cell.state in TOLD else set()
            assert cell.see == (row.role in WITHIN | outside)


def test_the_applicant_and_those_outside_notice_nothing_until_the_announcement(
    district: Definition,
) -> None:
    before = district.start
    for key in ("screened", "recommended", "decided-yes", "decided-no"):
        state = district.state(key)
        assert state.applicant == before.applicant
        assert state.clock == before.clock
        assert set(state.see) == WITHIN
        assert district.public_state(key) is before
        assert state.undisclosed == key.startswith("decided")
    assert district.public_state("granted").key == "granted"


def test_nothing_is_decided_without_a_recommendation(district: Definition) -> None:
    for action in DECIDE:
        found = explain(district, facts("screened"), action, who("chair"))
        assert [(o.code, o.removable_by) for o in found.obstacles] == [
            ("not-recommended", ("secretariat", "chair"))
        ]
        known = facts("screened", imported=True, asked=None)
        assert explain(district, known, action, who("secretariat")).allowed


@pytest.mark.parametrize(
    ("given", "asked_for", "code"),
    [
        ({"advice": "full"}, 500_000, None),
        ({"advice": "full", "amount": 500_000}, 500_000, None),
        ({"advice": "full", "amount": 400_000}, 500_000, "not-in-full"),
        ({"advice": "full"}, None, "no-amount-advised"),
        ({"advice": "full", "amount": 400_000}, None, None),
        ({"advice": "part", "amount": 499_999}, 500_000, None),
        ({"advice": "part", "amount": 500_000}, 500_000, "not-a-part"),
        ({"advice": "part"}, 500_000, "no-amount-advised"),
        ({"advice": "part", "amount": 0}, 500_000, "no-amount-advised"),
        ({"advice": "part", "amount": 900_000}, None, None),
        ({"advice": "refused"}, 500_000, None),
        ({"advice": "refused", "amount": 1}, 500_000, "refusal-of-an-amount"),
    ],
)
def test_what_can_be_recommended(
    district: Definition, given: dict[str, Any], asked_for: int | None, code: str | None
) -> None:
    known = facts("screened", asked=asked_for)
    found = explain(district, known, "recommend", who("secretariat"), {"reasons": "Fordi", **given})
    assert [o.code for o in found.obstacles] == ([code] if code else [])
    assert all(o.field == "amount" for o in found.obstacles)


def test_a_recommendation_has_its_reasons(district: Definition) -> None:
    found = explain(district, facts("screened"), "recommend", who("chair"), {"advice": "full"})
    assert [(o.code, o.field) for o in found.obstacles] == [("input-missing", "reasons")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"announced": True}, "announced"), ({"decided": False}, "undecided"), ({}, None)],
)
def test_what_can_be_announced(
    district: Definition, changed: dict[str, Any], code: str | None
) -> None:
    known = facts("decided-yes", **changed)
    found = explain(district, known, "announce-grant", who("secretariat"), {})
    assert [o.code for o in found.obstacles] == ([code] if code else [])


def test_who_decided_does_not_pay(district: Definition) -> None:
    released = {"payee_known": True, "listed": True, "by_list": True}
    known = facts("granted", decided_by=SECRETARIAT, **released)
    found = explain(district, known, "pay", who("secretariat"), INPUTS["pay"])
    assert [o.code for o in found.obstacles] == ["same-person"]
    assert explain(district, known, "pay", who("finance"), INPUTS["pay"]).allowed
    known = facts("granted", decided_by=CHAIR, **released)
    assert explain(district, known, "pay", who("secretariat"), INPUTS["pay"]).allowed


def test_deciding_tells_nobody_and_announcing_everybody(district: Definition) -> None:
    from tests.workflows.test_planning import NOW

    decided = plan(district, facts("recommended"), "grant", {}, NOW)
    assert (decided.letter, decided.notices, decided.deadlines) == (None, (), ())
    assert (decided.effects, decided.amount) == (("decide", "hold"), 500_000)
    told = plan(district, facts("decided-yes"), "announce-grant", {}, NOW)
    assert (told.letter, told.notices, told.effects) == (
        "decision", ("communications",), ("announce",),
    )  # fmt: skip
    days = {change.kind: change.due_at and change.due_at.date() for change in told.deadlines}
    assert days == {"promise": None, "payee": date(2024, 10, 8)}  # now it is asked whom to pay


# -- what the file says besides


def test_results_are_asked_in_the_full_form_of_the_big_pool_alone(
    pools: dict[str, Definition],
) -> None:
    for key, definition in pools.items():
        full = {question.key for question in asked(definition, {}, short=False)}
        short = {question.key for question in asked(definition, {}, short=True)}
        assert ("results" in full) == (key == "bydelspulje")
        assert "results" not in short
    district = pools["bydelspulje"]
    read = check_answers(district, {"results": ["volunteering", "move-about"]}, ["results"])
    assert read.values == {"results": ["move-about", "volunteering"]}
    assert check_answers(district, {"results": ["fame"]}, ["results"]).faults


def test_when_a_pool_is_shown(pools: dict[str, Definition]) -> None:
    shown = {key: definition.shown for key, definition in pools.items()}
    assert shown == {
        "bydelspulje": "while-open", "knowledge": "always", "urban-life": "always",
    }  # fmt: skip
    text = pools["bydelspulje"].source.replace('shown = "while-open"', 'shown = "sometimes"')
    (fault,) = check(text, "x")
    assert (fault.code, text.split("\n")[fault.line - 1]) == (
        "unknown-value",
        'shown = "sometimes"',
    )


def test_what_a_pool_owes_each_year(pools: dict[str, Definition]) -> None:
    owed = pools["knowledge"].deliverable
    assert owed is not None
    assert owed.label["da"] == "Årets vidensarrangement eller produkt"
    assert (owed.question, owed.equals) == ("knowledge_kind", ("event", "product"))
    assert pools["urban-life"].deliverable is None


@pytest.mark.parametrize(
    ("reason", "key"),
    [
        ("Ikke tilstrækkelig bydelsrelateret", "not-district"),
        ("Der er tale om en kommunal driftsopgave", "core-task"),
        ("Projektet savner lokal forankring og foreningen er ikke hjemmehørende i bydelen",
         "not-local"),
        ("Arrangementet skønnes at have et vist kommercielt sigte", "commercial"),
        ("Der ydes normalt ikke støtte til inventar og pladsen ligger ikke i bydelen", "equipment"),
        ("Kommercielt sigte og uden for Bydelspuljens formål", "commercial"),
        ("MANGLER  LOKAL\n forankring", "not-local"),
        ("", None),
        ("Vi kunne ikke lide det", None),
    ],
)  # fmt: skip
def test_reasons_written_elsewhere_are_recognised(
    district: Definition, urban: Definition, reason: str, key: str | None
) -> None:
    assert recognise.criterion(district, reason) == key
    assert recognise.criterion(urban, reason) is None, "which has no such words"


def test_the_first_reason_of_the_file_is_taken(district: Definition) -> None:
    both = "Inventar, og for øvrigt en kommunal driftsopgave"
    assert recognise.criterion(district, both) == "core-task"


def test_places_in_words(district: Definition, urban: Definition) -> None:
    assert district.place_in_words("tingbjerg") == {"da": "Tingbjerg", "en": "Tingbjerg"}
    assert district.place_in_words("district") == {
        "da": "I hele bydelen", "en": "The whole district",
    }  # fmt: skip
    assert urban.place_in_words("Ruten") == {"da": "Ruten", "en": "Ruten"}
    assert urban.place_in_words("") is None


def test_without_the_features_the_same_file_has_faults(district: Definition) -> None:
    for feature in district.features - {"bulk", "books", "accounts-form"}:
        found = check(district.source.replace(f"{feature} = true\n", ""), "x")
        assert {fault.code for fault in found} >= {"feature-off"}
        assert all(fault.params.get("feature", feature) == feature for fault in found)


def test_what_is_read_again_is_the_same(district: Definition) -> None:
    assert parse_text(district.source, "again") == district
