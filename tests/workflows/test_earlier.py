"""Earlier versions of the pools' files, as they stand in the databases of houses that used them:
they are read as before, and what the next version changes is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflows.cases import facts, who
from workflows.check import check
from workflows.compare import Difference, compare
from workflows.definition import Definition
from workflows.explain import actions
from workflows.loading import parse_text
from workflows.vocabulary import FEATURES
from workflows.wording_compare import FEATURE_OFF, FEATURE_ON, LIMITS

EARLIER = Path(__file__).parent / "earlier"
FILES = sorted(path.name for path in EARLIER.glob("*.toml"))
FIRST = ["bydelspulje-1.toml", "knowledge-2.toml", "urban-life-1.toml"]
"""From before the casework had meetings, votes and suggestions."""
SECOND = ["bydelspulje-2.toml", "knowledge-3.toml", "urban-life-2.toml"]
"""From before the money was followed beyond the payment."""


def old(name: str) -> Definition:
    return parse_text((EARLIER / name).read_text(encoding="utf-8"), name)


def test_there_is_one_of_each_pool(pools: dict[str, Definition]) -> None:
    assert sorted([*FIRST, *SECOND]) == FILES
    for names in (FIRST, SECOND):
        assert {old(name).key for name in names} == set(pools)
    for name in FILES:
        assert old(name).version < pools[old(name).key].version


@pytest.mark.parametrize("name", FIRST)
def test_an_earlier_text_is_read_as_it_was(name: str) -> None:
    assert check((EARLIER / name).read_text(encoding="utf-8"), name) == []
    definition = old(name)
    assert definition.checklist == ()
    assert (definition.assessment, definition.meetings, definition.votes) == (None, None, None)
    assert (definition.suggestions, definition.suggestion_start) == (None, None)
    assert definition.limits.undo_minutes == 0
    assert {state.kind for state in definition.states} == {"application"}
    assert {state.waits for state in definition.states} == {()}
    assert not any(question.suggestion for question in definition.questions)


def test_an_old_case_has_its_old_actions() -> None:
    urban = old("urban-life-1.toml")
    known = facts("granted", letter_unsent=True)
    offered = {e.action for e in actions(urban, known, who("secretariat")) if e.allowed}
    assert offered == {"pay", "withdraw", "lapse"}
    assert list(urban.leaving("refused")) == []
    district = old("bydelspulje-1.toml")
    known = facts("received", checklist_done=False)
    offered = {e.action for e in actions(district, known, who("secretariat")) if e.allowed}
    assert offered == {"ask", "screen", "withdraw"}


def named(found: tuple[Difference, ...], kind: str) -> set[str]:
    return {one.name for one in found if one.kind == kind}


def test_what_the_next_version_of_the_big_pool_changes(district: Definition) -> None:
    found = compare(old("bydelspulje-1.toml"), district)
    assert set(found.on) == set(FEATURES) - {
        "recommendation", "separate-announcement", "two-person-release",
    }  # fmt: skip
    assert found.off == ()
    assert named(found.differences, "suggestions-on") == {"suggestions"}
    assert named(found.differences, "state-new") == {
        "postponed", "advanced", "claimed", "accounted", "forwarded", "revoked", "suggested",
        "suggestion-answered", "taken-up", "waiting",
    }  # fmt: skip
    assert "screen" in named(found.differences, "action-changed")
    assert "recommend" not in named(found.differences, "action-changed")
    for one in found.differences:
        assert set(one.text) == {"da", "en"}
        assert all(words and "%(" not in words for words in one.text.values())


MONEY = {
    "instalments", "payment-file", "spot-check", "books", "waiting-list", "carry-over",
    "accounts-form",
}  # fmt: skip
NEW = {
    "payee", "raise", "lower", "stop-rest", "payment-failed", "ask-report", "answer-report",
    "lapse-unreported", "close-claimed", "return-report", "claim-unspent", "write-off",
    "pay-again", "stop-rest-late", "return-undone", "delay",
}  # fmt: skip
CHANGED = {
    "pay", "hear", "hearing-answer", "hearing-stop", "grant", "grant-part", "report", "return",
    "close", "complaint",
}  # fmt: skip
"""What the money after the grant brings in every pool."""


@pytest.mark.parametrize("name", SECOND)
def test_a_text_from_before_the_money_was_followed_is_read_as_it_was(name: str) -> None:
    assert check((EARLIER / name).read_text(encoding="utf-8"), name) == []
    definition = old(name)
    assert not definition.features & MONEY
    assert (definition.spot_check, definition.spot_check_one_in) == (None, None)
    assert definition.limits.warnings == (definition.limits.low_balance,)
    assert not NEW & {move.key for move in definition.transitions}


def test_an_old_case_is_paid_the_old_way(district: Definition) -> None:
    before = old("bydelspulje-2.toml")
    offered = {e.action for e in actions(before, facts("granted"), who("finance")) if e.allowed}
    assert offered == {"pay"}
    offered = {e.action for e in actions(district, facts("granted"), who("finance")) if e.allowed}
    assert offered == {"payee"}


@pytest.mark.parametrize("name", ["knowledge-3.toml", "urban-life-2.toml"])
def test_what_the_money_brings_to_the_light_pools(pools: dict[str, Definition], name: str) -> None:
    before = old(name)
    found = compare(before, pools[before.key])
    assert (found.on, found.off) == ((), ())
    assert named(found.differences, "state-new") == {"claimed"}
    assert named(found.differences, "action-new") == NEW
    assert named(found.differences, "action-changed") == CHANGED
    told = [one for one in found.differences if not one.kind.startswith(("message-", "delay-"))]
    assert len(told) == 1 + len(NEW) + len(CHANGED)


def test_what_the_money_brings_to_the_big_pool(district: Definition) -> None:
    found = compare(old("bydelspulje-2.toml"), district)
    assert (set(found.on), found.off) == (MONEY, ())
    assert named(found.differences, "state-new") == {"waiting"}
    assert named(found.differences, "action-new") == NEW | {
        "pay-instalment", "vouchers", "spot-check", "wait", "wait-over", "carry-over",
        "payment-failed-late", "settlement-failed", "return-accounts",
        "return-accounts-advance",
    }  # fmt: skip
    assert named(found.differences, "action-gone") == {"close-advance"}
    told = {one.name: one.text["da"] for one in found.differences if one.kind == "limit"}
    assert told["warnings"].replace("\u00a0", " ") == (
        "Der advares, når der er under: 50.000 kr., 20.000 kr. i stedet for 50.000 kr."
    )


def test_how_many_reports_are_drawn_is_told(district: Definition) -> None:
    rarer = parse_text(district.source.replace("one_in = 10", "one_in = 20"), "x")
    (found,) = compare(district, rarer).differences
    assert found.text == {
        "da": "I nye sager udtages én rapport ud af 20 i stedet for én ud af 10.",
        "en": "In new cases one report in 20 is drawn instead of one in 10.",
    }


def test_limits_and_days_are_told_as_people_write_them(urban: Definition) -> None:
    text = urban.source.replace("promise_days = 15", "promise_days = 20")
    text = text.replace('low_balance = "20.000 kr."', 'low_balance = "30.000 kr."')
    text = text.replace('short_form = "10.000 kr."', 'short_form = "9.000"\nmax_amount = "50.000"')
    found = compare(urban, parse_text(text, "x")).differences
    assert [one.text["da"].replace("\u00a0", " ") for one in found] == [
        "Det korte skema går til: 9.000 kr. i stedet for 10.000 kr.",
        "Der kan højst søges om: 50.000 kr. i stedet for ingen grænse",
        "Der advares, når der er under: 30.000 kr. i stedet for 20.000 kr.",
        "Arbejdsdage til svaret: 20 i stedet for 15",
    ]


def test_a_version_against_itself_and_against_another_pool(pools: dict[str, Definition]) -> None:
    assert compare(pools["urban-life"], pools["urban-life"]).differences == ()
    with pytest.raises(ValueError, match="two pools"):
        compare(pools["urban-life"], pools["knowledge"])


def test_every_feature_has_its_two_sentences() -> None:
    assert set(FEATURE_ON) == set(FEATURE_OFF) == set(FEATURES)
    for table in (FEATURE_ON, FEATURE_OFF, LIMITS):
        assert all(set(text) == {"da", "en"} for text in table.values())
