"""The page where money is granted on terms, and the pages of what comes afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import pytest
from flask import Flask

from pool.db import Database
from tests.support.client import HostileClient, Page, words_of
from tests.support.district import POSTS, apply, make_district, pay, to_recommended
from tests.support.house import World, make_world
from tests.support.people import hold_link
from tests.web.caseworking import REASONS, Desk, decisions, sent
from tests.web.conftest import Clock

DECIDE = "/sager/BP-2026-1/afgoer"
LOOK = "Se brevet først"


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_district(database, clock())


@pytest.fixture
def karim(app: Flask, story: World) -> Desk:
    return Desk(app, story, "karim")


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


def applicant(app: Flask, case_id: int, now: datetime) -> HostileClient:
    """A browser that came by the link to the case."""
    client = cast(HostileClient, app.test_client())
    hold_link(client, f"case:{case_id}", now)
    return client


def letter(page: Page) -> str:
    return words_of(next(one for one in page.all("div") if one.attrib.get("class") == "paper"))


def test_by_post_and_conditions_stand_in_the_letter(story: World, karim: Desk) -> None:
    case_id = apply(story)
    to_recommended(story, case_id)
    karim.open(f"{DECIDE}?valg=grant-part")
    page = karim.press(
        LOOK, status=422, reasons=REASONS, amount="6.000",
        fields={"by_post-food": "4.000", "by_post-materials": "1.000"},
    )  # fmt: skip
    assert any("5.000 kr." in one and "6.000 kr." in one for one in page.errors)
    page = karim.press(
        LOOK, status=200, amount="", conditions="Naboerne skal inviteres.",
        fields={"by_post-materials": "2.000"},
    )  # fmt: skip
    assert page.field("amount") == "6.000", "the server adds the lines up"
    shown = letter(page)
    assert "Du har fået bevilget 6.000 kr." in shown
    assert "Mad og drikke4.000 kr." in shown.replace("drikke 4", "drikke4")
    assert "Naboerne skal inviteres." in shown
    karim.press("Afgør")
    [made] = decisions(story, case_id)
    assert made.by_post == {"materials": 200_000, "food": 400_000}
    page = karim.open("/sager/BP-2026-1")
    assert "Fordelt på budgettets poster" in page.text
    assert "Naboerne skal inviteres." in page.text


def test_a_guarantee_with_an_advance(story: World, karim: Desk) -> None:
    case_id = apply(story)
    to_recommended(story, case_id)
    karim.open(f"{DECIDE}?valg=grant")
    page = karim.press(LOOK, status=422, advance="4.000")
    assert len(page.errors) == 1
    page = karim.press(LOOK, choose={"grant_type": "deficit"}, status=200)
    assert "underskudsgaranti på op til 9.500 kr." in letter(page)
    assert "4.000 kr." in letter(page)
    karim.press("Afgør")
    [made] = decisions(story, case_id)
    assert (made.grant_type, made.advance) == ("deficit", 400_000)


def test_a_light_pool_asks_for_none_of_it(app: Flask, story: World) -> None:
    story.apply()
    page = Desk(app, story, "karim").open("/sager/BT-2026-1/afgoer")
    fields = [*page.form().iter("input"), *page.form().iter("textarea")]
    names = {one.attrib.get("name", "").split("-")[0] for one in fields}
    assert "reasons" in names
    assert not names & {"by_post", "conditions", "advance", "grant_type"}
    assert "early_start" not in names, "it is not acute"


def test_facts_of_the_case_are_put_in_without_a_script(story: World, karim: Desk) -> None:
    case_id = apply(story)
    to_recommended(story, case_id)
    page = karim.open(f"{DECIDE}?valg=grant-part")
    assert "Du har søgt om 9.500 kr." in page.text
    page = karim.press("Indsæt Søgt beløb", status=200, amount="6.000")
    assert page.field("reasons").strip() == "Du har søgt om 9.500\xa0kr."
    assert page.field("amount") == "6.000"
    page = karim.press("Indsæt Inventar", status=200)
    typed = page.field("reasons")
    assert typed.index("Du har søgt om") < typed.index("inventar")
    assert page.field("criterion") == "equipment"
    assert decisions(story, case_id) == []


def test_undone_on_the_page(app: Flask, database: Database, clock: Clock) -> None:
    world = make_world(database, clock())
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    karim = Desk(app, world, "karim")
    karim.open("/sager/BT-2026-1")
    page = karim.click("Fortryd afgørelsen")
    assert "9.500 kr." in page.text
    page = karim.press("Fortryd afgørelsen", reason="Det var den forkerte sag.")
    assert "Afgørelsen er fortrudt, og brevet bliver ikke sendt." in page.text
    assert "Fortrudt, før den blev meddelt" in page.text
    assert "Det var den forkerte sag." in page.text
    assert sent(world, case_id) == ["receipt", "new-case"]
    theirs = applicant(app, case_id, clock())
    assert "bevilg" not in theirs.look("/min-sag/BT-2026-1").text.lower()


def test_sent_on_and_opened_by_the_old_link(
    app: Flask, story: World, sofie: Desk, clock: Clock
) -> None:
    case_id = story.apply()
    sofie.open("/sager/BT-2026-1")
    sofie.click("Send videre til en anden pulje")
    page = sofie.press(
        "Send videre til en anden pulje", choose={"to_pool": "bydelspulje"},
        reason="Det er en fest for hele bydelen.",
    )  # fmt: skip
    assert "Den er sendt videre til den anden pulje." in page.text
    page = sofie.open("/sager/BP-2026-1")
    assert "Fra den første ansøgning" in page.text
    assert "Vi lærer hinanden at kende." in page.text
    theirs = applicant(app, case_id, clock())
    page = theirs.look("/min-sag/BT-2026-1")
    assert "har nummer BP-2026-1" in page.text
    assert "Gadefest ved hjørnet" in theirs.look("/min-sag/BP-2026-1").text
    assert sent(story, case_id)[-1] == "forwarded"


def test_postponed_reopened_and_a_complaint(story: World, sofie: Desk) -> None:
    case_id = apply(story)
    to_recommended(story, case_id)
    sofie.open("/sager/BP-2026-1")
    sofie.click("Udsæt afgørelsen")
    page = sofie.press("Udsæt afgørelsen", status=422, until="1.1.2026", reason="Vent.")
    assert len(page.errors) == 1
    page = sofie.press("Udsæt afgørelsen", until="1.12.2026")
    assert "Afgørelsen er udsat." in page.text
    sofie.click("Gå videre med sagen")
    page = sofie.press("Gå videre med sagen")
    assert "Sagen går videre." in page.text


ACCOUNTS = {f"report-accounts-{post}": "0" for post in POSTS}
"""The form's lines for the accounts of a short application: every post of the pool."""


def test_a_guarantee_is_settled_on_the_pages(app: Flask, story: World, clock: Clock) -> None:
    case_id = apply(story)
    to_recommended(story, case_id)
    story.do(case_id, "karim", "grant", grant_type="deficit", advance="4.000")
    story.do(case_id, "karim", "announce-grant")
    theirs = applicant(app, case_id, clock())
    page = theirs.look("/min-sag/BP-2026-1")
    assert "Du er garanteret højst9.500 kr." in page.text.replace("højst 9", "højst9")
    assert "Det er en underskudsgaranti" in page.text
    pay(story, case_id, paid_on="2026-03-04")
    page = theirs.look("/min-sag/BP-2026-1/rapport")
    assert "Hvilke indtægter var der ud over støtten?" in page.text
    told = {"held": "yes", "participants": "60", "worked": "Alle kom.", "income": "6.000"}
    theirs.submit(page, {**ACCOUNTS, **told, "report-accounts-food": "8.000"})
    assert story.case(case_id).state == "accounted"
    ole = Desk(app, story, "ole")
    ole.open("/sager/BP-2026-1")
    page = ole.click("Gør op og udbetal resten")
    assert "Skal udbetales nu" in page.text
    assert "2.000 kr." in page.text
    page = ole.press("Gør op og udbetal resten")
    assert "Tilskuddet er gjort op." in page.text
