"""What members think of a case before it is decided, and who may see it when; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from pool import journal
from pool.cases import access, assessments, recusal
from pool.cases.assessments import Assess
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.cases.facts import answers
from pool.db import Database
from pool.models.casework import Assessment
from tests.support.district import POOL, apply, make_district, to_decided
from tests.support.house import World
from workflows.definition import Definition

MARKS = {"anchored": "4", "benefit": "5", "networks": "3", "price": "2", "open": "yes"}
FULL_APPLICATION: dict[str, Any] = {
    "amount": "25.000",
    "description": "Vi bygger en scene og spiller hele dagen.",
    "focus_area": "kultur",
    "ends_on": "2026-05-01",
    "audience": "Alle i bydelen",
    "children": "no",
    "budget": [
        {"post": "food", "text": "Mad", "amount": "10.000"},
        {"post": "rent", "text": "Telt", "amount": "9.000"},
        {"post": "food", "text": "Kage", "amount": "6.000"},
    ],
    "other_funding": "no",
    "applicant_kind": "person",
}


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_district(database, now)


def definition(world: World) -> Definition:
    return world.house.definitions.current(POOL)


def give(world: World, case_id: int, who: str, **changed: Any) -> None:
    contents: dict[str, Any] = {"marks": MARKS, "amount": "8.000"} | changed
    wish = Assess(id=world.new_id(), case_id=case_id, **contents)
    assessments.give(world.house, wish, world.actor(who, POOL), world.now)


def seen(world: World, case_id: int, who: str) -> list[str]:
    with world.database.read() as session:
        found = assessments.visible(session, definition(world), case_id, world.actor(who, POOL))
        return [one.name for one in found]


def test_the_others_are_hidden_until_ones_own_is_in(world: World) -> None:
    case_id = apply(world)
    give(world, case_id, "jens", comment="Godt for bydelen.")
    assert seen(world, case_id, "jens") == ["Jens"]
    assert seen(world, case_id, "amina") == seen(world, case_id, "karim") == []
    assert seen(world, case_id, "sofie") == seen(world, case_id, "rune") == ["Jens"]
    for stranger in ("ole", "birgit", "maja"):
        assert seen(world, case_id, stranger) == []
    give(world, case_id, "amina")
    assert seen(world, case_id, "amina") == ["Jens", "Amina"]
    assert seen(world, case_id, "karim") == [], "the chair gives one too"
    with world.database.read() as session:
        jens = world.actor("amina", POOL)
        both = assessments.visible_many(session, definition(world), [case_id], jens)
        assert {key: len(found) for key, found in both.items()} == {case_id: 2}


def test_it_is_given_anew_until_the_case_is_decided(world: World) -> None:
    case_id = apply(world)
    give(world, case_id, "jens")
    give(world, case_id, "jens", marks={**MARKS, "open": "no"}, amount="", comment="Ombestemt.")
    with world.database.read() as session:
        own = assessments.own(session, case_id, world.people["jens"])
        events = journal.read(session, f"case:{case_id}", kinds=["case.assessment"])
    assert own is not None
    assert (own.marks["open"], own.amount, own.comment) == (False, None, "Ombestemt.")
    assert [event.data["again"] for event in events] == [False, True]
    assert events[0].data["recommended"] == 800_000
    assert [event.personal["assessment"] for event in events] == ["", "Ombestemt."]
    assert not access.tells({"finance"}, "case.assessment")
    assert not access.tells({"applicant"}, "vote-wanted")
    to_decided(world, case_id)
    with pytest.raises(NotFound):
        give(world, case_id, "amina")
    assert seen(world, case_id, "amina") == ["Jens"], "nothing is to be influenced any more"


def test_who_stays_out_neither_gives_nor_sees_nor_counts(world: World) -> None:
    case_id = apply(world)
    give(world, case_id, "jens")
    give(world, case_id, "amina")
    recusal.declare(world.house, case_id, "Min nabo.", world.actor("jens", POOL), world.now)
    assert seen(world, case_id, "jens") == []
    assert seen(world, case_id, "amina") == ["Amina"]
    with pytest.raises(NotFound):
        give(world, case_id, "jens")
    with world.database.read() as session:
        assert assessments.count(session, case_id) == 1


def test_only_members_and_the_chair_give_one(world: World) -> None:
    case_id = apply(world)
    for who in ("sofie", "rune", "ole", "birgit"):
        with pytest.raises(NotFound):
            give(world, case_id, who)
    light = world.apply()
    with pytest.raises(NotFound):
        give(world, light, "jens")


def test_the_amount_is_by_the_budgets_own_posts(world: World) -> None:
    case_id = apply(world, **FULL_APPLICATION)
    with world.database.read() as session:
        own = assessments.posts(definition(world), answers(session, case_id))
    assert [(post.key, post.asked) for post in own] == [("food", 1_600_000), ("rent", 900_000)]
    with pytest.raises(Invalid) as refused:
        give(world, case_id, "jens", by_post={"food": "16.000,01", "rent": "x"}, amount="")
    assert [(f.key, f.code) for f in refused.value.faults] == [
        ("post-food", "amount-too-large"),
        ("post-rent", "money-shape"),
    ]
    give(world, case_id, "jens", by_post={"food": "12.000", "rent": ""})
    give(world, case_id, "amina", by_post={"food": "16.000", "rent": "9.000"})
    with world.database.read() as session:
        given = assessments.visible(session, definition(world), case_id, world.actor("amina", POOL))
        found = assessments.summary(definition(world), given)
    assert found.amounts == (1_200_000, 2_500_000)
    assert (found.average, found.median) == (1_850_000, 1_850_000)
    assert found.by_post == {"food": 1_400_000, "rent": 900_000}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_criterion_is_marked_within_its_scale(world: World) -> None:
    case_id = apply(world)
    marks = {**MARKS, "anchored": "6", "benefit": "0", "networks": "", "open": "måske"}
    with pytest.raises(Invalid) as refused:
        give(world, case_id, "jens", marks=marks, amount="-5")
    assert [fault.key for fault in refused.value.faults] == [
        "mark-anchored", "mark-benefit", "mark-networks", "mark-open", "amount",
    ]  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_double_click_gives_one_and_an_id_is_for_one_thing(world: World) -> None:
    case_id = apply(world)
    jens = world.actor("jens", POOL)
    wish = Assess("one", case_id, MARKS, "Ja.")
    first = assessments.give(world.house, wish, jens, world.now)
    again = assessments.give(world.house, wish, jens, world.now)
    assert (first.repeated, again.repeated) == (False, True)
    with pytest.raises(CommandReused):
        assessments.give(world.house, replace(wish, comment="Nej."), jens, world.now)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_summary_has_averages_and_spread(world: World) -> None:
    def one(name: str, amount: int | None, **marks: Any) -> Assessment:
        return Assessment(
            case_id=1, person_id=1, name=name, marks=marks, amount=amount, given_at=world.now
        )

    found = assessments.summary(
        definition(world),
        [
            one("a", 100_000, anchored=1, open=True),
            one("b", None, anchored=5, open=False),
            one("c", 200_050, anchored=3, open=True),
        ],
    )
    lines = {line.criterion.key: line for line in found.lines}
    assert (lines["anchored"].average, lines["anchored"].least, lines["anchored"].most) == (3, 1, 5)
    assert (lines["open"].yes, lines["open"].count) == (2, 3)
    assert lines["price"].count == 0
    assert (found.count, found.median, found.average) == (3, 150_000, 150_000)
