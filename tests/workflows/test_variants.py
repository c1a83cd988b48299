"""State × action × role × feature set: the big pool with each single feature off, against what was
written down by hand of everything a feature brings."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.workflows.cases import BASE, facts, who
from tests.workflows.test_district import ALLOWED, DECIDE, ROLES
from tests.workflows.variants import without
from workflows.compare import compare
from workflows.definition import Definition
from workflows.explain import explain
from workflows.vocabulary import FEATURES
from workflows.wording_compare import FEATURE_OFF, FEATURE_ON


@dataclass(frozen=True, slots=True)
class Brings:
    """All that a feature brings, and that must be gone without it."""

    states: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    inputs: frozenset[str] = frozenset()
    guards: frozenset[str] = frozenset()
    effects: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()
    table: str | None = None


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


BRINGS: dict[str, Brings] = {
    "recommendation": Brings(
        states=_set("recommended"),
        actions=_set("recommend"),
        inputs=_set("advice"),
        guards=_set("recommended advice-amount"),
        effects=_set("recommend"),
    ),
    "separate-announcement": Brings(
        states=_set("decided-yes decided-no"),
        actions=_set("announce-grant announce-refusal"),
        guards=_set("unannounced"),
        effects=_set("announce"),
    ),
    "two-person-release": Brings(guards=_set("other-person")),
    "criteria": Brings(table="assessment"),
    "votes": Brings(guards=_set("no-open-vote"), table="votes"),
    "meetings": Brings(table="meetings"),
    "conditions": Brings(inputs=_set("conditions")),
    "by-post": Brings(inputs=_set("by_post"), guards=_set("by-post-adds-up")),
    "postponement": Brings(
        states=_set("postponed"),
        actions=_set("postpone resume"),
        inputs=_set("until"),
        guards=_set("until-ahead"),
        effects=_set("postpone resume"),
    ),
    "deficit-guarantee": Brings(
        states=_set("advanced accounted"),
        actions=_set(
            "pay-advance lapse-advance accounts settle settlement-failed return-accounts "
            "return-accounts-advance"
        ),
        inputs=_set("grant_type advance"),
        guards=_set(
            "advance-within advance-agreed fixed-grant deficit-grant something-due "
            "reference-when-due"
        ),
        effects=_set("pay-advance accounts settle claim-advance"),
        letters=_set("settled"),
    ),
    "bulk": Brings(),
    "instalments": Brings(
        actions=_set("pay-instalment"),
        inputs=_set("instalments"),
        guards=_set("instalments-add-up more-instalments last-instalment"),
        effects=_set("post-instalment"),
    ),
    "payment-file": Brings(guards=_set("by-list not-listed")),
    "spot-check": Brings(
        actions=_set("vouchers spot-check"),
        inputs=_set("result findings"),
        guards=_set("drawn-unchecked findings-given spot-check-done"),
        effects=_set("draw vouchers spot-check"),
        table="spot_check",
    ),
    "waiting-list": Brings(
        states=_set("waiting"),
        actions=_set("wait wait-over"),
        guards=_set("pool-short"),
        effects=_set("wait wait-over"),
        letters=_set("waiting"),
    ),
    "carry-over": Brings(
        actions=_set("carry-over"),
        guards=_set("next-year-open"),
        effects=_set("carry-over"),
    ),
    "books": Brings(),
    "accounts-form": Brings(),
}


@pytest.fixture(scope="module")
def variants() -> dict[str, Definition]:
    return {feature: without(feature) for feature in BRINGS}


def used(definition: Definition) -> Brings:
    every = definition.transitions
    return Brings(
        states=frozenset(state.key for state in definition.states),
        actions=frozenset(move.key for move in every),
        inputs=frozenset(entry.name for move in every for entry in move.inputs),
        guards=frozenset(name for move in every for name in move.guards),
        effects=frozenset(name for move in every for name in move.effects),
        letters=frozenset(move.letter for move in every if move.letter),
    )


def test_each_feature_is_looked_at() -> None:
    assert set(BRINGS) == set(FEATURES)


@pytest.mark.parametrize("feature", sorted(BRINGS))
def test_without_a_feature_exactly_what_it_brings_is_absent(
    variants: dict[str, Definition], district: Definition, feature: str
) -> None:
    variant, brings = variants[feature], BRINGS[feature]
    assert variant.features == district.features - {feature}
    whole, rest = used(district), used(variant)
    for kind in ("states", "actions", "inputs", "guards", "effects", "letters"):
        gone = getattr(whole, kind) - getattr(rest, kind)
        assert gone == getattr(brings, kind), kind
        assert getattr(rest, kind) <= getattr(whole, kind), kind
    for table in ("assessment", "meetings", "votes", "spot_check"):
        assert (getattr(variant, table) is None) == (table == brings.table), table


def expected(feature: str, state: str, role: str) -> set[str]:
    """The hand-written sets of the big pool, changed by hand for the feature."""
    allowed = set(ALLOWED[state].get(role, set())) - BRINGS[feature].actions
    if feature == "recommendation" and state == "screened" and role in ("secretariat", "chair"):
        allowed |= DECIDE  # at once
    if feature == "payment-file" and role in ("secretariat", "finance"):
        allowed |= PAID_BY_HAND.get(state, set())
    return allowed


PAID_BY_HAND = {"granted": {"pay"}, "accounted": {"settle"}}
"""What needs no list then, only somebody to pay."""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("feature", sorted(BRINGS))
def test_who_may_do_what_without_a_feature(
    variants: dict[str, Definition], feature: str, role: str
) -> None:
    variant = variants[feature]
    assert {state.key for state in variant.states} == set(ALLOWED) - BRINGS[feature].states
    for state in variant.states:
        assert state.key in BASE
        found = {
            move.key
            for move in variant.transitions
            if explain(variant, facts(state.key, payee_known=True), move.key, who(role)).allowed
        }
        assert found == expected(feature, state.key, role), state.key


@pytest.mark.parametrize("feature", sorted(BRINGS))
def test_what_follows_is_one_sentence_in_each_language(
    variants: dict[str, Definition], district: Definition, feature: str
) -> None:
    off = compare(district, variants[feature])
    assert (off.on, off.off) == ((), (feature,))
    on = compare(variants[feature], district)
    assert (on.on, on.off) == ((feature,), ())
    for found, kind, words in ((off, "feature-off", FEATURE_OFF), (on, "feature-on", FEATURE_ON)):
        first = found.differences[0]
        assert (first.kind, first.name, first.text) == (kind, feature, words[feature])
        for lang in ("da", "en"):
            assert first.text[lang].endswith(".")
            assert first.text[lang].count(". ") == 0
    told = {(one.kind, one.name) for one in off.differences}
    assert {name for kind, name in told if kind == "action-gone"} == BRINGS[feature].actions
    assert {name for kind, name in told if kind == "state-gone"} == BRINGS[feature].states
