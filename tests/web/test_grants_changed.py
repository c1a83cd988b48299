"""Changed grants and instalments through the pages: what is typed, what the case's page and the
applicant's then show."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import Session

import pool.ledger as ledger
from pool.db import Database
from tests.payments.scene import CVR, Scene, make_scene
from tests.support import district
from tests.support.house import World
from tests.support.people import hold_link
from tests.web.caseworking import Desk
from tests.web.conftest import Clock


@pytest.fixture
def scene(database: Database, clock: Clock) -> Scene:
    return make_scene(database, clock())


@pytest.fixture
def sofie(app: Flask, scene: Scene) -> Desk:
    return Desk(app, scene.world, "sofie")


@pytest.fixture
def karim(app: Flask, scene: Scene) -> Desk:
    return Desk(app, scene.world, "karim")


HOW = {"record-made_where": "mail", "record-took_part": "Karim, Jens"}
LINES = {
    "instalments-0-amount": "4.000",
    "instalments-0-due_on": "01.11.2026",
    "instalments-1-amount": "5.500",
    "instalments-1-due_on": "01.12.2026",
}


def test_instalments_are_typed_line_by_line_and_kept_when_wrong(sofie: Desk, scene: Scene) -> None:
    world = scene.world
    case_id = district.apply(world)
    district.to_recommended(world, case_id)
    path = f"/sager/{number(world, case_id)}"
    sofie.open(f"{path}/afgoer?valg=grant")
    wrong = sofie.press(
        "Registrér afgørelsen",
        choose={"outcome": "grant"},
        fields={**LINES, "instalments-1-amount": "5.000", "instalments-2-amount": "1", **HOW},
        status=422,
    )
    assert wrong.errors == ["Rate 3 udbetales fra, dag.måned.år: Udfyld feltet."]
    assert wrong.field("instalments-1-amount") == "5.000"
    wrong = sofie.press("Registrér afgørelsen", fields={"instalments-2-amount": ""}, status=422)
    assert any("9.000 kr." in one and "9.500 kr." in one for one in wrong.errors)
    letter = sofie.press("Se brevet først", fields=LINES, status=200)
    assert "Rate 2 af 2, 1. december 2026" in letter.text
    page = sofie.press("Registrér afgørelsen")
    assert "Rate 1 af 2 på 4.000 kr. skal udbetales fra den 1. november 2026." in page.text


def test_a_grant_is_raised_and_everybody_sees_it(
    app: Flask, karim: Desk, sofie: Desk, scene: Scene
) -> None:
    world = scene.world
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    path = f"/sager/{number(world, case_id)}"
    karim.open(path)
    page = karim.click("Sæt bevillingen op")
    assert page.field("amount") == "9.500"
    wrong = karim.press("Sæt bevillingen op", amount="9.000", reasons="Flere kommer.", status=422)
    assert any("9.000 kr." in one for one in wrong.errors)
    page = karim.press("Sæt bevillingen op", amount="12.000")
    assert "Sat op fra 9.500 kr." in page.text
    assert "Ændret ved en senere afgørelse" in page.text
    sofie.open(path)
    page = sofie.click("Sæt bevillingen ned")
    page = sofie.press(
        "Sæt bevillingen ned", amount="11.000", reasons="Teltet kan lånes.", unheard="Aftalt.",
        fields={"record-made_where": "mail", "record-took_part": "Karim"},
    )  # fmt: skip
    assert "Sat ned fra 12.000 kr." in page.text
    assert "Givet tilbage til puljen" in page.text
    client = app.test_client()
    hold_link(client, f"case:{case_id}", world.now)
    mine = client.get(f"/min-sag/{number(world, case_id)}").get_data(as_text=True)
    assert "Bevillingen blev sat op til 12.000" in mine
    assert "Bevillingen blev sat ned til 11.000" in mine
    assert "Vi tog sagen op igen" not in mine
    world.do(case_id, "ole", "pay", reference="B-1", paid_on=f"{world.now.date()}")
    world.do(case_id, "karim", "raise", amount="12.000", reasons="Flere kommer.")
    mine = client.get(f"/min-sag/{number(world, case_id)}").get_data(as_text=True)
    assert "Du skal have yderligere 1.000" in mine
    world.do(case_id, "applicant", "payee", payee=dict(CVR))
    mine = client.get(f"/min-sag/{number(world, case_id)}").get_data(as_text=True)
    assert "Yderligere 1.000" in mine
    assert "er på vej til dig" in mine


def test_what_is_off_is_not_asked(karim: Desk, scene: Scene) -> None:
    """A light pool has no instalments, and an earmark is asked of where there is one with money."""
    world = scene.world
    case_id = world.apply()
    path = f"/sager/{number(world, case_id)}/afgoer"
    page = karim.open(path)
    assert "rater" not in page.text
    assert "Af hvilke penge?" not in page.text

    def mark(session: Session) -> None:
        year = ledger.get_year(session, "urban-life", world.now.year)
        ledger.earmark(
            session, year_id=year.id or 0, amount=5_000_000, label="Det gode valg",
            command_id="mark", actor="person:1", now=world.now,
        )  # fmt: skip

    world.database.write(mark)
    page = karim.open(path)
    assert "Af hvilke penge?" in page.text
    mark_id = next(
        one.attrib["value"] for one in page.all("option") if "Det gode valg" in (one.text or "")
    )
    page = karim.press(
        "Se brevet først", choose={"outcome": "grant"}, fields={"earmark": mark_id}, status=200
    )
    assert "Rest af det øremærkede bagefter" in page.text
    page = karim.press("Afgør og send brevet")
    with world.database.read() as session:
        assert ledger.status(session, "urban-life", world.now.year).earmarked == 4_050_000


def number(world: World, case_id: int) -> str:
    return world.case(case_id).number
