"""State × action × role, as exact sets written by hand: who may do what in the light procedure."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflows.cases import facts, who
from workflows.definition import Definition
from workflows.explain import actions, explain
from workflows.handbook import matrix

NOBODY: set[str] = set()

ALLOWED: dict[str, dict[str, set[str]]] = {
    "received": {
        "applicant": {"withdraw"},
        "secretariat": {
            "ask", "delay", "hear", "forward", "grant", "grant-part", "refuse", "withdraw",
        },
        "chair": {"delay", "grant", "grant-part", "refuse"},
        "system": {"delay"},
    },
    "asked": {
        "applicant": {"answer", "withdraw"},
        "secretariat": {"answer", "forward", "withdraw", "lapse"},
    },
    "granted": {
        "applicant": {"payee", "withdraw"},
        "secretariat": {
            "hear", "payee", "pay", "raise", "lower", "withdraw", "lapse", "reopen", "revoke",
            "complaint",
        },
        "chair": {"raise", "lower", "reopen", "revoke"},
        "finance": {"payee", "pay"},
    },
    "paid": {
        "applicant": {"report"},
        "secretariat": {"hear", "raise", "payment-failed", "report", "return", "complaint"},
        "chair": {"raise"},
        "finance": {"payment-failed", "return"},
    },
    "claimed": {
        "applicant": {"report"},
        "secretariat": {"report", "return", "write-off", "complaint"},
        "finance": {"return", "write-off"},
    },
    "reported": {
        "secretariat": {
            "ask-report", "return-report", "claim-unspent", "return", "close", "complaint",
        },
        "finance": {"return"},
    },
    "refused": {"secretariat": {"reopen", "complaint"}, "chair": {"reopen"}},
    "closed": {"secretariat": {"return", "complaint"}, "finance": {"return"}},
    "withdrawn": {"secretariat": {"reopen", "complaint"}, "chair": {"reopen"}},
    "lapsed": {"secretariat": {"reopen", "complaint"}, "chair": {"reopen"}},
    "forwarded": {"secretariat": {"complaint"}},
    "revoked": {"secretariat": {"reopen", "complaint"}, "chair": {"reopen"}},
}  # fmt: skip
"""Where nothing is unusual: no hearing, and the letter of a decision has left."""

SUGGESTIONS: dict[str, dict[str, set[str]]] = {
    "suggested": {
        "secretariat": {"answer-suggestion", "take-up"},
        "chair": {"answer-suggestion", "take-up"},
    },
    "suggestion-answered": {},
    "taken-up": {},
}
"""In the pool for urban life; the pool for knowledge takes none."""

BOTH = {"secretariat": {"undo"}, "chair": {"undo"}}
HEARING = {"applicant": {"hearing-answer"}, "secretariat": {"hearing-answer", "hearing-stop"}}
HEARD_IN = ("received", "asked", "granted", "paid", "claimed", "reported")
SITUATIONS: dict[str, tuple[dict[str, Any], dict[str, dict[str, set[str]]], set[str]]] = {
    "the letter has not left": (
        {"letter_unsent": True}, {"granted": BOTH, "refused": BOTH}, {"reopen"},
    ),
    "a hearing goes on": (
        {"open_hearings": 1, "hearing_unended": True},
        dict.fromkeys(HEARD_IN, HEARING),
        {"hear", "grant", "grant-part", "refuse", "pay", "revoke", "lapse", "raise", "lower",
         "claim-unspent"},
    ),
    "a hearing's day has passed": (
        {"hearing_unended": True},
        dict.fromkeys(HEARD_IN, HEARING),
        set(),
    ),
    "a question was left open when the case was taken up again": (
        {"open_questions": 1},
        {
            "received": {"applicant": {"answer"}, "secretariat": {"answer"}},
            "reported": {"applicant": {"answer-report"}, "secretariat": {"answer-report"}},
        },
        {"ask", "grant", "grant-part", "refuse", "ask-report", "close", "return-report",
         "claim-unspent", "write-off"},
    ),
    "the applicant was reminded of the report": (
        {"reminders": 1}, {"paid": {"secretariat": {"lapse-unreported"}}}, set(),
    ),
    "a payment came back from the bank after the report": (
        {"report_received": True},
        {"granted": {"secretariat": {"pay-again"}, "finance": {"pay-again"}}},
        {"pay", "report", "lapse-unreported"},
    ),
    "some of the payment has come back": (
        {"payment_standing": False}, {}, {"payment-failed"},
    ),
    "the year is being closed": ({"year_state": "closing"}, {}, {"grant", "grant-part", "raise"}),
    "the pool is empty": ({"free": 0}, {}, {"grant", "grant-part", "raise"}),
    "there is no other pool": ({"other_pools": frozenset()}, {}, {"forward"}),
    "the checklist is not done": ({"checklist_done": False}, {}, set()),
}  # fmt: skip
"""What is unusual: facts, what may be done besides, and what may not be done then."""

ENDS = ("refused", "closed", "withdrawn", "lapsed", "forwarded", "revoked")
ROLES = ("applicant", "secretariat", "member", "chair", "steering", "finance", "communications",
         "auditor", "system")  # fmt: skip


def expected_in(pool: str) -> dict[str, dict[str, set[str]]]:
    return ALLOWED | SUGGESTIONS if pool == "urban-life" else ALLOWED


STAFF = {"secretariat", "member", "chair", "auditor"}
SEE = {
    "received": STAFF,
    "asked": STAFF,
    "granted": STAFF | {"steering", "finance", "communications"},
    "refused": STAFF,
    "paid": STAFF | {"steering", "finance", "communications"},
    "claimed": STAFF | {"steering", "finance", "communications"},
    "reported": STAFF | {"steering", "finance", "communications"},
    "closed": STAFF | {"steering", "finance", "communications"},
    "withdrawn": STAFF,
    "lapsed": STAFF,
    "forwarded": STAFF,
    "revoked": STAFF,
    "suggested": STAFF,
    "suggestion-answered": STAFF,
    "taken-up": STAFF,
}
EDIT = {
    state: {"secretariat"}
    for state in (
        "received", "asked", "granted", "paid", "claimed", "reported", "suggested",
    )
}  # fmt: skip


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", list(ALLOWED | SUGGESTIONS))
def test_who_may_do_what(pools: dict[str, Definition], pool: str, state: str, role: str) -> None:
    definition = pools[pool]
    if state in SUGGESTIONS and pool == "knowledge":
        assert state not in {one.key for one in definition.states}
        return
    expected = expected_in(pool)[state].get(role, NOBODY)
    every = {
        transition.key
        for transition in definition.transitions
        if explain(definition, facts(state), transition.key, who(role)).allowed
    }
    assert every == expected
    offered = {e.action for e in actions(definition, facts(state), who(role)) if e.allowed}
    assert offered == expected


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("situation", list(SITUATIONS))
def test_who_may_do_what_where_something_is_unusual(
    pools: dict[str, Definition], pool: str, situation: str, role: str
) -> None:
    definition = pools[pool]
    changed, besides, gone = SITUATIONS[situation]
    assert {state.key for state in definition.states} == set(expected_in(pool))
    for state, roles in expected_in(pool).items():
        allowed = roles.get(role, NOBODY) - gone | besides.get(state, {}).get(role, NOBODY)
        known = facts(state, **changed)
        found = {e.action for e in actions(definition, known, who(role)) if e.allowed}
        assert found == allowed, state


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
def test_every_action_is_somewhere_in_the_tables(pools: dict[str, Definition], pool: str) -> None:
    named = {
        action
        for table in (expected_in(pool), *(one[1] for one in SITUATIONS.values()))
        for roles in table.values()
        for allowed in roles.values()
        for action in allowed
    }
    assert {move.key for move in pools[pool].transitions} == named | {
        "stop-rest", "stop-rest-late", "close-claimed", "return-undone",
    }  # fmt: skip


PARTLY: dict[str, set[str]] = {
    "applicant": {"payee"},
    "secretariat": {
        "hear", "payee", "pay", "raise", "lower", "stop-rest", "payment-failed", "return",
        "complaint",
    },
    "chair": {"raise", "lower", "stop-rest"},
    "finance": {"payee", "pay", "payment-failed", "return"},
}  # fmt: skip
"""In a case that was granted more after it was paid: what was paid can no longer be undone."""


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
@pytest.mark.parametrize("role", ROLES)
def test_what_may_be_done_with_a_grant_that_is_partly_paid(
    pools: dict[str, Definition], pool: str, role: str
) -> None:
    known = facts("granted", held=200_000, paid=300_000, payment_standing=True)
    found = {e.action for e in actions(pools[pool], known, who(role)) if e.allowed}
    assert found == PARTLY.get(role, NOBODY)


@pytest.mark.parametrize("returned", [0, 499_999, 500_000])
def test_a_grant_nobody_reported_of_is_closed_when_it_has_come_back(
    urban: Definition, returned: int
) -> None:
    known = facts("claimed", returned=returned)
    offered = {e.action for e in actions(urban, known, who("secretariat")) if e.allowed}
    back = {"close-claimed"} if returned == 500_000 else {"return", "write-off"}
    assert offered == {"report", "complaint"} | back


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
@pytest.mark.parametrize("state", list(ALLOWED))
def test_whoever_has_an_interest_may_do_nothing(
    pools: dict[str, Definition], pool: str, state: str
) -> None:
    definition = pools[pool]
    for role in ROLES:
        person = who(role)
        if person.person_id is None:
            continue
        locked = facts(state, recused=frozenset({person.person_id}))
        for explanation in actions(definition, locked, person):
            assert not explanation.allowed
            assert "recused" in {o.code for o in explanation.obstacles}


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
def test_who_sees_and_edits(pools: dict[str, Definition], pool: str) -> None:
    definition = pools[pool]
    for state in definition.states:
        assert set(state.see) == SEE[state.key] | {"applicant"}
        assert set(state.edit) == EDIT.get(state.key, set())


MATRIX = {
    ("granted", "secretariat"): {
        "stop-rest", "stop-rest-late", "payment-failed", "return", "return-undone",
    },
    ("granted", "chair"): {"stop-rest", "stop-rest-late"},
    ("granted", "finance"): {"payment-failed", "return", "return-undone"},
    ("claimed", "secretariat"): {"close-claimed", "return-undone"},
    ("reported", "secretariat"): {"write-off", "payment-failed", "return-undone"},
    ("reported", "finance"): {"write-off", "payment-failed", "return-undone"},
    **{
        (state, role): {"return-undone"}
        for state, role in (
            ("paid", "secretariat"), ("paid", "finance"), ("claimed", "finance"),
            ("closed", "secretariat"), ("closed", "finance"),
        )
    },
}  # fmt: skip
"""What may be done where part is paid, or all has come back."""


def test_the_table_of_rights_says_the_same(urban: Definition) -> None:
    rows = {row.role: row for row in matrix(urban)}
    assert set(rows) == set(ROLES) - {"system"}
    for role, row in rows.items():
        assert {cell.state for cell in row.cells} == {state.key for state in urban.states}
        for cell in row.cells:
            may = set(expected_in("urban-life")[cell.state].get(role, NOBODY))
            for _, besides, _ in SITUATIONS.values():
                may |= besides.get(cell.state, {}).get(role, NOBODY)
            may |= MATRIX.get((cell.state, role), NOBODY)
            assert set(cell.actions) == may
            assert cell.see == (role in SEE[cell.state] | {"applicant"})
            assert cell.edit == (role in EDIT.get(cell.state, set()))


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
def test_two_roles_together_may_what_either_may(pools: dict[str, Definition], pool: str) -> None:
    from workflows.facts import Who

    both = Who(9, frozenset({"finance", "secretariat"}))
    offered = {e.action for e in actions(pools[pool], facts("granted"), both) if e.allowed}
    assert offered == ALLOWED["granted"]["finance"] | ALLOWED["granted"]["secretariat"]
