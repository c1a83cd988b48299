"""Who has declared an interest in a case has never heard of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlmodel import select

from pool.cases.queries import find_by_number
from pool.db import Database
from pool.models.case import Recusal
from pool.web.casework.room import blueprint
from tests.support.client import HostileClient
from tests.support.house import World as Story
from tests.support.snapshot import changes, snapshot
from tests.web.caseworking import Desk
from tests.web.conftest import Clock
from tests.web.world import World, build

PRESS = "Jeg deltager ikke i sagen"


@pytest.fixture
def world(app: Flask, database: Database, clock: Clock) -> World:
    return build(app, database, clock())


def _number(world: World) -> str:
    return str(world.values["number"])


def _case_id(world: World) -> int:
    with world.database.read() as session:
        case = find_by_number(session, _number(world))
    assert case is not None
    assert case.id is not None
    return case.id


def _declare(world: World, role: str) -> HostileClient:
    client = world.as_role(role)
    page = client.look(f"/sager/{_number(world)}")
    page = client.look(page.link("Jeg er inhabil i sagen"))
    empty = client.submit(page, button=PRESS)
    assert empty.status_code == 422
    assert client.page(empty).errors == ["Hvorfor er du inhabil? Udfyld feltet."]
    answer = client.submit(page, {"ground": "Jeg sidder i bestyrelsen."}, button=PRESS)
    page = client.follow(answer)
    assert page.heading == "Sager"
    assert f"Du deltager ikke i {_number(world)}." in page.text
    return client


@pytest.mark.parametrize("role", ["member", "chair", "secretariat"])
def test_every_page_of_the_case_is_gone(world: World, app: Flask, role: str) -> None:
    """Every endpoint of the room that names a case, by every method it has."""
    client = _declare(world, role)
    for key in list(world.values):
        if key.startswith("casework.") and key.endswith(".number"):
            del world.values[key]  # it is this case that is gone
    before = snapshot(world.database)
    walked = 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith(f"{blueprint.name}.") or "number" not in rule.arguments:
            continue
        for action in _actions(world) if "action" in rule.arguments else [""]:
            world.values["action"] = action
            path = world.path(rule.endpoint)
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                answer = client.open(path, method=method)
                assert answer.status_code in {403, 404}, f"{method} {path}"
                # 403 only where the role may open no case's page of the kind
                twin = path.replace(_number(world), str(world.values["other_number"]))
                if answer.status_code == 403:
                    assert client.open(twin, method=method).status_code == 403, path
                walked += 1
    assert walked > 15
    assert changes(before, snapshot(world.database)) == []


def _actions(world: World) -> list[str]:
    definition = world.story.house.definitions.current("urban-life")
    return [transition.key for transition in definition.transitions]


@pytest.mark.parametrize("role", ["member", "chair", "secretariat"])
def test_no_list_names_it(world: World, role: str) -> None:
    client = _declare(world, role)
    number = re.compile(rf"{_number(world)}\b")
    client.look("/sager/")  # the confirmation names it once
    for path in ("/sager/", "/sager/?state=all", f"/sager/?state=all&text={_number(world)}"):
        listed = client.look(path)
        assert not number.search(listed.text), path
    if role == "secretariat":
        assert not number.search(client.look("/opgaver").text)


def test_a_page_already_open_does_nothing_any_more(world: World) -> None:
    client = world.as_role("chair")
    page = client.look(f"/sager/{_number(world)}/afgoer?valg=grant")
    _declare(world, "chair")
    answer = client.submit(page, button="Afgør og send brevet")
    assert answer.status_code == 404
    assert world.story.case(_case_id(world)).state == "received"


def test_the_others_see_who_stays_out_and_why(world: World) -> None:
    _declare(world, "member")
    text = world.as_role("chair").look(f"/sager/{_number(world)}").text
    assert "Kim member: Jeg sidder i bestyrelsen." in text
    assert "Har meldt sig inhabil" in text


def test_it_is_declared_once(world: World) -> None:
    client = world.as_role("member")
    page = client.look(f"/sager/{_number(world)}/inhabil")
    first = client.submit(page, {"ground": "Min søster søger."}, button=PRESS)
    assert first.status_code == 303
    assert client.submit(page, {"ground": "Min søster søger."}, button=PRESS).status_code == 404
    with world.database.read() as session:
        mine = Recusal.person_id == world.people["member"].id
        assert len(session.exec(select(Recusal).where(mine)).all()) == 1


def test_who_only_reads_has_nothing_to_declare(world: World) -> None:
    for role in ("auditor", "communications", "steering"):
        assert world.as_role(role).get(f"/sager/{_number(world)}/inhabil").status_code == 403


def test_no_notice_goes_to_who_stays_out(world: World) -> None:
    """What the applicant does is told to the secretariat, but not to a member of it who is out."""
    _declare(world, "secretariat")
    story: Story = world.story
    case_id = _case_id(world)
    story.do(case_id, "sofie", "ask", questions="Hvor?", due_on="2026-03-20")
    story.do(case_id, "applicant", "answer", answer="Her.")
    text = Desk(world.app, story, "karim").open(f"/sager/{_number(world)}").text
    assert "Ansøgeren har svaret sofie@test.example" in text
    assert "Ansøgeren har svaret kim.secretariat@kk.example" not in text
