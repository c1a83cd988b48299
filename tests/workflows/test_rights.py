"""State × action × role, as exact sets written by hand: who may do what in the light procedure."""

from __future__ import annotations

import pytest

from tests.workflows.cases import facts, who
from workflows.definition import Definition
from workflows.explain import actions, explain
from workflows.handbook import matrix

NOBODY: set[str] = set()

ALLOWED: dict[str, dict[str, set[str]]] = {
    "received": {
        "applicant": {"withdraw"},
        "secretariat": {"ask", "grant", "grant-part", "refuse", "withdraw"},
        "member": NOBODY,
        "chair": {"grant", "grant-part", "refuse"},
        "steering": NOBODY,
        "finance": NOBODY,
        "communications": NOBODY,
        "auditor": NOBODY,
        "system": NOBODY,
    },
    "asked": {
        "applicant": {"answer", "withdraw"},
        "secretariat": {"answer", "withdraw", "lapse"},
        "member": NOBODY,
        "chair": NOBODY,
        "steering": NOBODY,
        "finance": NOBODY,
        "communications": NOBODY,
        "auditor": NOBODY,
        "system": NOBODY,
    },
    "granted": {
        "applicant": {"withdraw"},
        "secretariat": {"pay", "withdraw", "lapse"},
        "member": NOBODY,
        "chair": NOBODY,
        "steering": NOBODY,
        "finance": {"pay"},
        "communications": NOBODY,
        "auditor": NOBODY,
        "system": NOBODY,
    },
    "paid": {
        "applicant": {"report"},
        "secretariat": {"report", "return"},
        "member": NOBODY,
        "chair": NOBODY,
        "steering": NOBODY,
        "finance": {"return"},
        "communications": NOBODY,
        "auditor": NOBODY,
        "system": NOBODY,
    },
    "reported": {
        "applicant": NOBODY,
        "secretariat": {"return", "close"},
        "member": NOBODY,
        "chair": NOBODY,
        "steering": NOBODY,
        "finance": {"return"},
        "communications": NOBODY,
        "auditor": NOBODY,
        "system": NOBODY,
    },
}
ENDS = ("refused", "closed", "withdrawn", "lapsed")
ROLES = tuple(ALLOWED["received"])

STAFF = {"secretariat", "member", "chair", "auditor"}
SEE = {
    "received": STAFF,
    "asked": STAFF,
    "granted": STAFF | {"steering", "finance", "communications"},
    "refused": STAFF,
    "paid": STAFF | {"steering", "finance", "communications"},
    "reported": STAFF | {"steering", "finance", "communications"},
    "closed": STAFF | {"steering", "finance", "communications"},
    "withdrawn": STAFF,
    "lapsed": STAFF,
}
EDIT = {state: {"secretariat"} for state in ALLOWED} | {state: set() for state in ENDS}


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", [*ALLOWED, *ENDS])
def test_who_may_do_what(pools: dict[str, Definition], pool: str, state: str, role: str) -> None:
    definition = pools[pool]
    expected = ALLOWED.get(state, {}).get(role, NOBODY)
    every = {
        transition.key
        for transition in definition.transitions
        if explain(definition, facts(state), transition.key, who(role)).allowed
    }
    assert every == expected
    offered = {e.action for e in actions(definition, facts(state), who(role)) if e.allowed}
    assert offered == expected


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
@pytest.mark.parametrize("state", [*ALLOWED, *ENDS])
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
        assert set(state.edit) == EDIT[state.key]


def test_the_table_of_rights_says_the_same(urban: Definition) -> None:
    rows = {row.role: row for row in matrix(urban)}
    assert set(rows) == set(ROLES) - {"system"}
    for role, row in rows.items():
        assert {cell.state for cell in row.cells} == {state.key for state in urban.states}
        for cell in row.cells:
            assert set(cell.actions) == ALLOWED.get(cell.state, {}).get(role, NOBODY)
            assert cell.see == (role in SEE[cell.state] | {"applicant"})
            assert cell.edit == (role in EDIT[cell.state])


@pytest.mark.parametrize("pool", ["urban-life", "knowledge"])
def test_two_roles_together_may_what_either_may(pools: dict[str, Definition], pool: str) -> None:
    from workflows.facts import Who

    both = Who(9, frozenset({"finance", "secretariat"}))
    offered = {e.action for e in actions(pools[pool], facts("granted"), both) if e.allowed}
    assert offered == ALLOWED["granted"]["finance"] | ALLOWED["granted"]["secretariat"]
