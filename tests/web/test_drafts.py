"""The pages of letters that wait: read, given own words, approved by another, sent."""

from __future__ import annotations

import os

import pytest
from flask import Flask

from pool.cases import recusal
from pool.db import Database
from pool.identity import people
from pool.web import who
from pool.web.access import public
from pool.web.context import read
from tests.look.gallery import chromium
from tests.reports import scene
from tests.support.district import POOL, make_district
from tests.support.house import World
from tests.web.browsing import faults, needs_browser, served
from tests.web.caseworking import Desk
from tests.web.conftest import Clock


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_district(database, clock())


@pytest.fixture
def case_id(story: World, monkeypatch: pytest.MonkeyPatch) -> int:
    scene.draw_always(monkeypatch, drawn=False)
    found = scene.paid(story)
    scene.tell(story, found, food="10.000", rent="6.000", materials="3.000")
    story.do(found, "sofie", "claim-unspent", reasons="Der er 6.000 kr. til overs.")
    return found


def address(story: World, case_id: int) -> str:
    return f"/breve-til-godkendelse/{scene.mails(story, case_id, 'claim')[0].id}"


def test_one_writes_and_another_lets_it_go(app: Flask, story: World, case_id: int) -> None:
    sofie, karim = Desk(app, story, "sofie"), Desk(app, story, "karim")
    sofie.open("/indbakke")
    sofie.click("1 brev venter på at blive godkendt")
    there = address(story, case_id)
    page = sofie.open(there)
    assert "Du har gjort det, som brevet fortæller om" in page.text
    assert "6.000 kr." in page.text
    page = sofie.press("Gem rettelserne", fields={"opening-da": "Kære Lene, tak for rapporten."})
    assert "Du har skrevet i brevet" in page.text
    assert page.text.count("tak for rapporten") >= 3  # mail, difference, field
    number = story.case(case_id).number
    assert there in karim.open(f"/sager/{number}").html
    karim.open(there)
    page = karim.press("Godkend og send")
    assert "Ingen breve venter" in page.text
    sent = scene.mails(story, case_id, "claim")[0]
    assert (sent.state, sent.approved_by) == ("queued", "Karim")
    page = karim.open(there)
    assert "Brevet venter ikke længere" in page.text


def test_the_day_it_names_is_counted_from_the_day_it_is_read(
    app: Flask, story: World, case_id: int, clock: Clock
) -> None:
    karim, there = Desk(app, story, "karim"), address(story, case_id)
    assert "senest 3. april 2026" in karim.open(there).text
    clock.advance(days=9)
    assert "senest 12. april 2026" in karim.open(there).text


def test_what_is_superseded_or_discarded_says_so(app: Flask, story: World, case_id: int) -> None:
    karim, there = Desk(app, story, "karim"), address(story, case_id)
    karim.open(f"{there}/kasser")
    karim.press("Send det ikke", status=422, reason="")
    karim.press("Send det ikke", reason="Hun er ringet op.")
    page = karim.open(there)
    assert "Karim har besluttet, at brevet ikke sendes" in page.text
    assert "Hun er ringet op." in page.text


def test_whoever_is_out_meets_no_letter(app: Flask, story: World, case_id: int) -> None:
    karim, there = Desk(app, story, "karim"), address(story, case_id)
    recusal.declare(story.house, case_id, "Nabo", story.actor("karim", POOL), story.now)
    assert "Ingen breve venter" in karim.open("/breve-til-godkendelse/").text
    for path in (there, f"{there}/kasser"):
        karim.open(path, 404)
    assert "venter på at blive godkendt" not in karim.open("/indbakke").text
    Desk(app, story, "jens").open(there, 403)


@needs_browser
def test_in_a_browser(app: Flask, story: World, case_id: int) -> None:
    there = address(story, case_id)

    @public
    def door() -> tuple[str, int]:
        person = people.get(read(), story.people["karim"])
        assert person is not None
        who.begin(person)
        return "", 204

    app.add_url_rule("/door", "door", door)
    case = f"/sager/{story.case(case_id).number}"
    with served(app) as server, chromium() as browser:
        page = browser.new_page()
        page.request.get(f"{server}/door")
        for n, path in enumerate(("/breve-til-godkendelse/", there, f"{there}/kasser", case)):
            page.goto(server + path)
            assert "\n".join(faults(page)) == ""
            if keep := os.environ.get("KEEP_PICTURES"):
                for width in (390, 1280):
                    page.set_viewport_size({"width": width, "height": 900})
                    page.screenshot(path=f"{keep}/drafts-{n}-{width}.png", full_page=True)
