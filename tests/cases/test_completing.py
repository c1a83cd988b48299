"""A case that was sent on from another pool goes all the way: what that pool asks for besides is
filled in for the applicant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import col, select

from pool import journal
from pool.cases import (
    access,
    completing,
    conversation,
    drafts,
    facts,
    forwarding,
    kin,
    recusal,
    starting,
)
from pool.cases.commands import Result, Submission
from pool.cases.errors import Invalid, NotFound, Refused
from pool.cases.starting import Start
from pool.cases.submit import Suggested, submit, suggest
from pool.cases.view import case_view
from pool.db import Database
from pool.identity.actor import applicant
from pool.models.base import known
from pool.models.case import Case, Enquiry
from pool.models.casework import Correspondence
from tests.support import district
from tests.support.district import POOL, make_district
from tests.support.house import SHORT, World, make_world
from workflows.loading import load_all

ANSWERS: Mapping[str, Any] = {
    **SHORT,
    **district.APPLICATION,
    "budget_line": "Telt og mad.",
    "knowledge_kind": "tryghed",
    "description": "Vi undersøger, hvad der gør trygt.",
    "audience": "Naboerne.",
}
LACKING = {
    ("urban-life", "knowledge"): {"knowledge_kind", "description", "audience"},
    ("urban-life", POOL): {"place", "benefit"},
    ("knowledge", "urban-life"): {"safety", "outreach", "place"},
    (POOL, "urban-life"): {"safety"},
}


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_district(database, now)


def application(world: World, pool: str, to: str) -> int:
    """A small one, so that the smallest pool can pay it."""
    changed: dict[str, Any] = dict(district.APPLICATION) if pool == POOL else {}
    if pool == "knowledge":
        kinds = world.house.definitions.current(pool).question("knowledge_kind")
        assert kinds is not None
        changed = {
            "knowledge_kind": kinds.options[0].key,
            "description": "Vi undersøger det.",
            "audience": "Naboerne.",
        }
    if "knowledge" in (pool, to):
        changed |= {"amount": "900", "budget_line": "Telt 900 kr."}
    return world.apply(pool, **changed)


def sent_on(world: World, case_id: int, to: str) -> Case:
    world.do(case_id, "sofie", "forward", to_pool=to, reason="Det hører til der.")
    with world.database.read() as session:
        found = forwarding.successor(session, case_id)
        assert found is not None
        session.expunge(found)
        return found


def lacking(world: World, case_id: int) -> set[str]:
    case = world.case(case_id)
    definition = world.house.definitions.current(case.pool)
    with world.database.read() as session:
        given = facts.answers(session, case_id)
    return {question.key for question in completing.lacking(definition, case, given)}


def typed(world: World, case_id: int) -> dict[str, Any]:
    """An answer to everything that is lacking."""
    definition = world.house.definitions.current(world.case(case_id).pool)
    found: dict[str, Any] = {}
    for key in lacking(world, case_id):
        question = definition.question(key)
        assert question is not None
        found[key] = question.options[0].key if question.options else ANSWERS[key]
    return found


def fill(world: World, case_id: int, raw: Mapping[str, Any], who: str = "sofie") -> Result:
    actor = world.actor(who, world.case(case_id).pool)
    return completing.complete(world.house, world.new_id(), case_id, raw, actor, world.now)


ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.mark.parametrize(
    ("pool", "to", "database_kind"),
    [*((*way, "sqlite") for way in LACKING), ("urban-life", POOL, "postgresql")],
)
def test_a_forwarded_case_is_paid_in_the_end(world: World, pool: str, to: str) -> None:
    new = known(sent_on(world, application(world, pool, to), to).id)
    assert lacking(world, new) == LACKING[pool, to]
    first = ("sofie", "screen") if to == POOL else ("karim", "grant")
    with pytest.raises(Refused) as refused:
        world.do(new, *first)
    assert "incomplete" in {one.code for one in refused.value.explanation.obstacles}

    fill(world, new, typed(world, new))

    assert lacking(world, new) == set()
    if to == POOL:
        district.to_granted(world, new)
    else:
        world.do(new, "karim", "grant")
    paid_on = world.now.date().isoformat()
    if to == POOL:
        district.pay(world, new, paid_on=paid_on)
    else:
        world.do(new, "sofie", "pay", reference="B-1", paid_on=paid_on)
    with world.database.read() as session:
        case = session.get_one(Case, new)
        definition = world.house.definitions.current(to)
        assert facts.gather(session, definition, case, world.now).paid == case.asked


@ON_SQLITE
def test_only_what_is_lacking_is_written_and_it_says_who(world: World) -> None:
    case_id = application(world, "urban-life", POOL)
    new = known(sent_on(world, case_id, POOL).id)
    with pytest.raises(Invalid) as nothing:
        fill(world, new, {"title": "Noget helt andet", "place": " "})
    assert {fault.key for fault in nothing.value.faults} == {"place", "benefit"}
    with pytest.raises(Invalid):
        fill(world, new, {"place": "ingen steder"})
    for name in ("jens", "ole", "rune"):
        with pytest.raises(NotFound):
            fill(world, new, {"place": "husum"}, name)

    actor, command = world.actor("sofie", POOL), world.new_id()
    raw = {"place": "husum", "title": "Noget helt andet"}
    for _ in range(2):
        done = completing.complete(world.house, command, new, raw, actor, world.now)
    assert done.repeated
    case = world.case(new)
    assert (case.title, case.place) == ("Gadefest ved hjørnet", "husum")
    assert case.activity_by == actor.person_id
    assert lacking(world, new) == {"benefit"}, "what is blank can wait"
    fill(world, new, {"benefit": "Alle kommer med pølsebrød.", "place": "tingbjerg"})
    assert world.case(new).place == "husum", "an answer is never written over"
    assert "poelsebroed" in world.case(new).search
    with world.database.read() as session:
        events = [
            event for event in journal.read(session, f"case:{new}")
            if event.kind == "case.completed"
        ]  # fmt: skip
    assert [event.data["keys"] for event in events] == [["place"], ["benefit"]]
    assert events[1].actor_name == "Sofie"
    assert "Alle kommer med pølsebrød." in (events[1].personal or {})["answers"]
    with pytest.raises(Invalid):
        fill(world, new, {"place": "husum"})
    with pytest.raises(NotFound):
        fill(world, case_id, {"safety": "Nej"})  # it was sent on


def test_what_does_not_go_together_there_is_asked_for_anew() -> None:
    pools = load_all(None)
    city = pools["urban-life"]
    small = replace(city, limits=replace(city.limits, max_amount=100_00))
    rows = [{"post": "unforeseen", "text": "", "amount": 200_00}]
    taken = {"title": "Fest", "amount": 200_00, "budget": rows}
    assert forwarding.together(small, taken, "full") == {"title": "Fest"}
    long = {"starts_on": "2026-05-01", "ends_on": "2027-06-01", "amount": 100_00}
    assert forwarding.together(small, long, "full") == {
        "starts_on": "2026-05-01", "amount": 100_00,
    }  # fmt: skip


@ON_SQLITE
def test_a_pool_that_is_used_up_takes_what_is_sent_on(database: Database, now: datetime) -> None:
    world = make_world(database, now, budgets={"urban-life": 10, "knowledge": 900})
    used = world.apply("urban-life", amount="10", budget_line="Kridt 10 kr.")
    first = application(world, "knowledge", "urban-life")
    world.do(used, "karim", "grant")
    assert sent_on(world, first, "urban-life").state == "received"


@ON_SQLITE
def test_an_open_question_and_an_unread_letter_go_along_once(world: World) -> None:
    case_id = application(world, "urban-life", "knowledge")
    sofie = world.actor("sofie")
    world.do(case_id, "sofie", "ask", questions="Hvem kommer?", due_on="2026-03-20")
    lene = applicant("Lene")
    conversation.write(world.house, world.new_id(), case_id, "Hvornår hører jeg?", lene, world.now)
    conversation.write(world.house, world.new_id(), case_id, "Snart.", sofie, world.now)
    conversation.write(world.house, world.new_id(), case_id, "Tak. Og hvad nu?", lene, world.now)
    new = known(sent_on(world, case_id, "knowledge").id)
    with world.database.read() as session:
        said = session.exec(select(Correspondence).where(Correspondence.case_id == new)).all()
        assert {(one.side, one.text) for one in said} == {
            ("staff", "Hvem kommer?"), ("applicant", "Hvornår hører jeg?"),
            ("staff", "Snart."), ("applicant", "Tak. Og hvad nu?"),
        }  # fmt: skip
        waiting = session.exec(
            select(Correspondence.case_id).where(
                Correspondence.side == "applicant", col(Correspondence.read_at).is_(None)
            )
        ).all()
        assert waiting == [new]
        assert session.exec(select(Enquiry).where(Enquiry.case_id == new)).all() == []
        definition = world.house.definitions.current("knowledge")
        gathered = facts.gather(session, definition, session.get_one(Case, new), world.now)
        assert (gathered.open_questions, gathered.open_hearings) == (0, 0)
        reader = world.actor("sofie", "knowledge")
        view = case_view(session, world.house, new, reader, world.now)
        texts = [entry.text for entry in conversation.thread(session, view)]
    assert "Hvem kommer?" in texts
    fill(world, new, typed(world, new))
    world.do(new, "karim", "grant")


@ON_SQLITE
def test_who_stays_out_stays_out_of_what_comes_of_it(world: World) -> None:
    lifted, stays, sofie = world.actor("amina"), world.actor("jens"), world.actor("sofie")
    told = Suggested("s-1", "urban-life", "da", {"suggestion": "Stien er mørk", "place": "Her"})
    origin = suggest(world.house, told, world.now).case_id
    for actor in (lifted, stays):
        recusal.declare(world.house, origin, "Bor der.", actor, world.now)
    recusal.lift(
        world.house, world.new_id(), origin, known(lifted.person_id), "settled", "Langt væk.",
        sofie, world.now,
    )  # fmt: skip
    draft_id = starting.begin(
        world.house, "urban-life", Start("application", "phone"), sofie, world.now,
        origin_id=origin,
    )  # fmt: skip
    drafts.save(world.house, draft_id, dict(SHORT), world.now)
    case_id = submit(
        world.house, Submission(world.new_id(), draft_id), world.now, actor=sofie
    ).case_id
    forwarded = known(sent_on(world, case_id, "knowledge").id)
    for one in (case_id, forwarded):
        with world.database.read() as session:
            assert access.locked_out(session, one) == {stays.person_id}
            (event,) = [
                event for event in journal.read(session, f"case:{one}")
                if event.kind == "case.recusal-follows"
            ]  # fmt: skip
            assert event.data["person"] == stays.person_id
            assert (event.personal or {})["ground"] == "Bor der."
            assert (event.personal or {})["whom"] == "Jens"


@ON_SQLITE
def test_a_grant_that_came_to_nothing_is_like_nothing(world: World) -> None:
    same = {"title": "Gadefest i Husum", "place": "Husum"}
    paid, given_up, held, mine = (
        world.apply(**same, email=f"{n}@eksempel.example") for n in range(4)
    )
    for case_id in (paid, given_up, held):
        world.do(case_id, "karim", "grant")
    world.do(paid, "sofie", "pay", reference="B-1", paid_on=world.now.date().isoformat())
    world.do(given_up, "sofie", "withdraw")
    assert world.case(given_up).granted
    sofie = world.actor("sofie")
    with world.database.read() as session:
        found = kin.similar(
            session, world.house, session.get_one(Case, mine), person_id=sofie.person_id,
            roles={"urban-life": sofie.roles},
        )  # fmt: skip
    assert {near.number for near in found} == {
        world.case(paid).number, world.case(held).number,
    }  # fmt: skip
