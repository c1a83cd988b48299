"""What the inbox says of payments that go by lists, who is told that a list waits, and what the
auditor sees of lists."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import Session, select

import pool.identity as identity
from pool.cases import recusal
from pool.db import Database
from pool.models.outbox import Message
from tests.payments.scene import CPR, CVR, INVOICE, PERSON, POOL, Scene, make_scene
from tests.support import district
from tests.support.client import Page
from tests.web.caseworking import Desk
from tests.web.caseworking import queries as counted
from tests.web.conftest import Clock
from tests.web.test_inbox import waiting

NEW = f"/betalinger/{POOL}/ny"
LIST = f"/betalinger/{POOL}/1"
PUT = "Sæt på en betalingsliste"
WAITS = f"Betalingsliste {POOL}-1 venter på frigivelse"


@pytest.fixture
def scene(database: Database, clock: Clock) -> Scene:
    return make_scene(database, clock())


def inbox(app: Flask, scene: Scene, name: str) -> Page:
    return Desk(app, scene.world, name).open("/indbakke")


def guarantee(scene: Scene, title: str, **terms: str) -> int:
    world = scene.world
    case_id = district.apply(world, title=title)
    district.to_decided(world, case_id, grant_type="deficit", **terms)
    world.do(case_id, "sofie", "announce-grant")
    return case_id


def test_what_a_payment_lacks(app: Flask, scene: Scene) -> None:
    world = scene.world
    ready = scene.granted(CVR, title="Klar")
    unknown = scene.granted(title="Ukendt")
    ahead = guarantee(scene, "Forskud", advance="4.000")
    guarantee(scene, "Uden forskud")
    world.do(ahead, "applicant", "payee", payee=dict(CVR))
    for name in ("ole", "sofie"):
        page = inbox(app, scene, name)
        found = waiting(page)
        assert found["Klar"] == [PUT]
        assert found["Ukendt"] == ["Oplysning om modtager mangler"]
        assert found["Forskud"] == ["Udbetal forskuddet"]
        assert found["Uden forskud"] == ["Ansøgeren skal sende regnskab"]
        assert page.link(PUT) == page.link("Udbetal forskuddet") == NEW
        place = f"/sager/{world.case(unknown).number}#payee"
        assert page.link("Oplysning om modtager mangler") == place
    list_id = scene.prepared(ready)
    page = inbox(app, scene, "ole")
    (said,) = waiting(page)["Klar"]
    assert said == f"På betalingsliste {POOL}-1, som venter på frigivelse"
    assert page.link(said) == LIST
    scene.release(list_id)
    assert waiting(inbox(app, scene, "ole"))["Klar"] == [
        f"Marker som betalt på betalingsliste {POOL}-1"
    ]


def test_a_guarantee_is_settled_by_a_list_where_something_is_due(app: Flask, scene: Scene) -> None:
    world = scene.world
    for title, spent, income in (("Mere", "9.000", "1.000"), ("Intet", "5.000", "3.000")):
        case_id = guarantee(scene, title, advance="4.000")
        district.pay(world, case_id)
        world.do(case_id, "applicant", "accounts", report=district.report(spent, income=income))
    found = waiting(inbox(app, scene, "ole"))
    assert found == {"Mere": [PUT], "Intet": ["Gør op og udbetal resten"]}


def test_the_money_of_any_number_of_cases_is_asked_for_at_once(
    app: Flask, scene: Scene, database: Database
) -> None:
    desk = Desk(app, scene.world, "ole")

    def cost() -> int:
        with counted(database) as sql:
            desk.open("/indbakke")
        return len(sql)

    scene.granted(CVR, title="En")
    cost()
    one = cost()
    scene.granted(title="To")
    guarantee(scene, "Tre", advance="1.000")
    assert cost() == one


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_prepared_list_reaches_those_who_may_release_it(app: Flask, scene: Scene) -> None:
    """Not who prepared it, who gave a payee on it, or who stays out of a case of it."""
    world = scene.world
    for name in ("aage", "bodil"):
        with_role(scene, name)
    invoice = scene.granted(INVOICE, title="Telt")  # sofie gave that payee
    person = scene.granted(PERSON, title="Sara")
    recusal.declare(world.house, person, "Nabo", world.actor("aage", POOL), world.now)
    list_id = scene.prepared(invoice, person)
    with world.database.read() as session:
        told = session.exec(select(Message).where(Message.template == "list-waits")).all()
        assert sorted(one.to_name for one in told) == ["Bodil", "Else"]
        for one in told:
            data = dict(one.data)
            assert (data["list_name"], data["payments"]) == (f"{POOL}-1", 2)
            assert data["amount"] == sum(item.amount for item in scene.items(list_id))
            assert data["link"] == {"path": LIST}
            assert CPR not in str(data)
    for name, sees in (("else", True), ("bodil", True), ("ole", False), ("sofie", False),
                       ("aage", False), ("rune", False), ("jens", False)):  # fmt: skip
        page = inbox(app, scene, name)
        assert (WAITS in page.text) is sees, name
        if sees:
            assert page.link(WAITS) == LIST
    scene.release(list_id)
    assert WAITS not in inbox(app, scene, "else").text


def with_role(scene: Scene, name: str) -> None:
    def add(session: Session) -> None:
        person = identity.add_person(
            session,
            email=f"{name}@test.example",
            name=name.title(),
            now=scene.world.now,
        )
        assert person.id is not None
        scene.world.people[name] = person.id
        identity.grant_role(session, person.id, "finance")

    scene.world.database.write(add)


def test_the_auditor_reads_lists_and_does_nothing_to_them(app: Flask, scene: Scene) -> None:
    prepared = scene.prepared(scene.granted(PERSON, title="Sara"))
    rune = Desk(app, scene.world, "rune")
    assert "Betalingslister" in rune.open("/sager/").text
    page = rune.open("/betalinger/")
    assert f"{POOL}-1" in page.text
    assert "Klargør en liste" not in page.text
    page = rune.open(LIST)
    for state in ("prepared", "released"):
        page = rune.open(LIST)
        assert "Sara Holm" in page.text
        assert CPR[6:] not in page.html
        assert not page.main.findall(".//form"), state
        assert f"{LIST}/" not in page.html, state
        if state == "prepared":
            scene.release(prepared)
    for address in (NEW, f"{LIST}/betalt", f"{LIST}/udgaar"):
        assert rune.client.get(address).status_code == 403
    assert rune.client.post(f"{LIST}/fil").status_code == 403


def test_the_refusal_leads_to_where_a_list_is_made(app: Flask, scene: Scene) -> None:
    number = scene.world.case(scene.granted(CVR)).number
    page = Desk(app, scene.world, "ole").open(f"/sager/{number}")
    assert page.link("Sæt det på en") == NEW
    page = Desk(app, scene.world, "rune").open(f"/sager/{number}")
    assert f'href="{NEW}"' not in page.html
