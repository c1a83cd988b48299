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
from workflows.vocabulary import BUILT_FEATURES
from workflows.wording_compare import FEATURE_OFF, FEATURE_ON, LIMITS

EARLIER = Path(__file__).parent / "earlier"
FILES = sorted(path.name for path in EARLIER.glob("*.toml"))


def old(name: str) -> Definition:
    return parse_text((EARLIER / name).read_text(encoding="utf-8"), name)


def test_there_is_one_of_each_pool(pools: dict[str, Definition]) -> None:
    assert {old(name).key for name in FILES} == set(pools)


@pytest.mark.parametrize("name", FILES)
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
    assert set(found.on) == BUILT_FEATURES - {
        "recommendation", "separate-announcement", "two-person-release",
    }  # fmt: skip
    assert found.off == ()
    assert named(found.differences, "suggestions-on") == {"suggestions"}
    assert named(found.differences, "state-new") == {
        "postponed", "advanced", "claimed", "accounted", "forwarded", "revoked", "suggested",
        "suggestion-answered", "taken-up",
    }  # fmt: skip
    assert "screen" in named(found.differences, "action-changed")
    assert "recommend" not in named(found.differences, "action-changed")
    for one in found.differences:
        assert set(one.text) == {"da", "en"}
        assert all(words and "%(" not in words for words in one.text.values())


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
    assert set(FEATURE_ON) == set(FEATURE_OFF) == BUILT_FEATURES
    for table in (FEATURE_ON, FEATURE_OFF, LIMITS):
        assert all(set(text) == {"da", "en"} for text in table.values())
