"""Light unless switched on: a feature that is off is absent, and the two pools have none on."""

from __future__ import annotations

from typing import Any

import pytest

import pool.journal as journal
from pool.cases import queries
from pool.cases.errors import Refused
from pool.cases.house import Definitions, House
from pool.db import Database
from tests.support.house import World, make_world
from workflows.definition import Definition
from workflows.loading import load_all, parse_text
from workflows.vocabulary import (
    FEATURE_OF_EFFECT,
    FEATURE_OF_GUARD,
    FEATURE_OF_INPUT,
    FEATURES,
)

LIGHT_STATES = {
    "received",
    "asked",
    "granted",
    "refused",
    "paid",
    "reported",
    "closed",
    "withdrawn",
    "lapsed",
    "forwarded",
    "revoked",
    "claimed",
}
SUGGESTION_STATES = {"suggested", "suggestion-answered", "taken-up"}
LIGHT_ACTIONS = {
    "delay",
    "ask",
    "answer",
    "grant",
    "grant-part",
    "refuse",
    "pay",
    "report",
    "return",
    "close",
    "withdraw",
    "lapse",
    "hear",
    "hearing-answer",
    "hearing-stop",
    "forward",
    "undo",
    "reopen",
    "revoke",
    "complaint",
    "payee",
    "raise",
    "lower",
    "stop-rest",
    "payment-failed",
    "ask-report",
    "answer-report",
    "lapse-unreported",
    "close-claimed",
    "return-report",
    "claim-unspent",
    "write-off",
    "pay-again",
    "stop-rest-late",
    "return-undone",
}
SUGGESTION_ACTIONS = {"answer-suggestion", "take-up"}
POOLS = ["knowledge", "urban-life"]
"""The light ones. ``bydelspulje`` has everything on."""


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("feature", sorted(FEATURES))
def test_a_feature_that_is_off_leaves_nothing_behind(pool: str, feature: str) -> None:
    definition = load_all(None)[pool]
    assert not definition.has(feature)
    every = definition.transitions
    for used, feature_of in (
        ({name for transition in every for name in transition.guards}, FEATURE_OF_GUARD),
        ({name for transition in every for name in transition.effects}, FEATURE_OF_EFFECT),
        ({entry.name for transition in every for entry in transition.inputs}, FEATURE_OF_INPUT),
    ):
        assert not used & {name for name, of in feature_of.items() if of == feature}
    assert not any(state.undisclosed for state in definition.states)


def test_the_big_pool_has_everything_on() -> None:
    assert load_all(None)["bydelspulje"].features == set(FEATURES)


@pytest.mark.parametrize("pool", POOLS)
def test_the_light_procedure_is_all_there_is(pool: str) -> None:
    definition = load_all(None)[pool]
    suggests = definition.suggestions is not None
    assert suggests == (pool == "urban-life")
    assert {state.key for state in definition.states} == (
        LIGHT_STATES | SUGGESTION_STATES if suggests else LIGHT_STATES
    )
    assert {transition.key for transition in definition.transitions} == (
        LIGHT_ACTIONS | SUGGESTION_ACTIONS if suggests else LIGHT_ACTIONS
    )


def _two_persons(source: str) -> Definition:
    text = source.replace("[limits]", "[features]\ntwo-person-release = true\n\n[limits]", 1)
    text = text.replace('"report-awaited", "no-open-hearing",', '"report-awaited", "other-person",')
    text = text.replace('who = ["secretariat", "finance"]', 'who = ["secretariat", "chair"]')
    return parse_text(text, "two-persons")


@pytest.fixture
def strict(database: Database, now: Any) -> World:
    """A world whose urban-life pays by two people."""
    world = make_world(database, now)
    definitions = load_all(None)
    source = definitions["urban-life"].source.replace("version = 3", "version = 4", 1)
    definitions = {**definitions, "urban-life": _two_persons(source)}
    known = Definitions(definitions)
    database.write(lambda session: known.register(session, now))
    world.house = House(database, known, world.house.base_url)
    return world


def test_two_person_release_on_the_decider_does_not_pay(strict: World) -> None:
    case_id = strict.apply()
    strict.do(case_id, "karim", "grant")
    with pytest.raises(Refused) as refused:
        strict.do(case_id, "karim", "pay", reference="B-1", paid_on="2026-03-02")
    assert [o.code for o in refused.value.explanation.obstacles] == ["same-person"]
    strict.do(case_id, "sofie", "pay", reference="B-1", paid_on="2026-03-02")


def test_two_person_release_off_nobody_is_asked_for_a_second_person(world: World) -> None:
    case_id = world.apply()
    world.do(
        case_id,
        "sofie",
        "grant",
        record={"made_on": "2026-03-02", "made_where": "mail", "took_part": "Karim"},
    )
    world.do(case_id, "sofie", "pay", reference="B-1", paid_on="2026-03-02")
    assert world.case(case_id).state == "paid"


def test_a_case_keeps_the_version_it_began_with(world: World, now: Any) -> None:
    case_id = world.apply()
    definitions = load_all(None)
    source = definitions["urban-life"].source.replace("version = 3", "version = 4", 1)
    newer = Definitions({**definitions, "urban-life": _two_persons(source)})
    world.database.write(lambda session: newer.register(session, now))
    world.house = House(world.database, newer, world.house.base_url)
    world.do(case_id, "karim", "grant")
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-02")
    assert world.case(case_id).definition_version == 3
    with world.database.read() as session:
        page = queries.list_cases(
            session,
            world.house,
            person_id=world.people["sofie"],
            roles={"urban-life": world.actor("sofie").roles},
            filters=queries.Filters(),
            now=world.now,
        )
    assert [row.id for row in page.rows] == [case_id]
    assert world.case(world.apply()).definition_version == 4


def _versions(world: World) -> list[dict[str, Any]]:
    with world.database.read() as session:
        events = journal.read(session, "system")
    return [dict(event.data) for event in events if event.kind == "definition.version"]


def test_a_new_version_tells_what_it_switches_on_and_off_once(world: World, now: Any) -> None:
    """In the journal and to whoever registered it; not what a first version has."""
    assert _versions(world) == []
    source = load_all(None)["urban-life"].source.replace("version = 3", "version = 4", 1)
    newer = Definitions({**load_all(None), "urban-life": _two_persons(source)})
    (found,) = world.database.write(lambda session: newer.register(session, now))
    assert [one.name for one in found.differences][:1] == ["two-person-release"]
    again = world.database.write(lambda session: newer.register(session, now))
    assert again == ()
    assert _versions(world) == [
        {"pool": "urban-life", "version": 4, "on": ["two-person-release"], "off": []}
    ]
    source = load_all(None)["urban-life"].source.replace("version = 3", "version = 5", 1)
    back = Definitions({**load_all(None), "urban-life": parse_text(source, "back")})
    world.database.write(lambda session: back.register(session, now))
    assert _versions(world)[1:] == [
        {"pool": "urban-life", "version": 5, "on": [], "off": ["two-person-release"]}
    ]
