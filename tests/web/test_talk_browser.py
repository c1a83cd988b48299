"""The pages of the conversation in a browser: as axe sees them, and no wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from pool.cases import conversation, rendering, screening
from pool.db import Database
from pool.identity import people
from pool.identity.actor import applicant
from pool.web import who
from pool.web.access import public
from pool.web.context import read
from tests.look.gallery import chromium
from tests.support.house import World, make_world
from tests.web.browsing import faults, served
from tests.web.conftest import Clock

pytestmark = pytest.mark.browser
LONG = "Kæreste-sommerfest-med-alle-naboerne-i-Voldparken-" * 4


@pytest.fixture(scope="module")
def talk_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    """A case in which everything has been said, one with an open hearing."""
    story = make_world(database, clock())
    case_id = story.apply(title="حفلة في الشارع", safety="نتعرف على بعضنا", lang="en")
    sofie, lene, house = story.actor("sofie"), applicant("Lene Bruun"), story.house
    story.do(case_id, "sofie", "ask", questions="Hvem står for teltet?", due_on="20.3.2026")
    story.do(case_id, "applicant", "answer", answer="Det gør Bo.")
    story.do(case_id, "sofie", "hear", facts=LONG, source="Naboen", due_on="20.3.2026")
    story.do(case_id, "applicant", "hearing-answer", answer="Det passer ikke.")
    conversation.write(house, story.new_id(), case_id, "Vi ses i morgen.", sofie, story.now)
    conversation.write(house, story.new_id(), case_id, f"ميعاد {LONG}", lene, story.now)
    texts = {"title": "Gadefest", "safety": LONG}
    rendering.put(house, story.new_id(), case_id, texts, sofie, story.now)
    marks = {"area": ("no", LONG), "open": ("yes", "")}
    screening.mark(house, story.new_id(), case_id, marks, sofie, story.now)
    heard = story.apply(title="Den, der bliver hørt")
    story.do(heard, "sofie", "hear", facts=LONG, source="Naboen", due_on="20.3.2026")
    return story


@pytest.fixture
def address(app: Flask, story: World) -> Iterator[str]:
    @public
    def door(name: str) -> tuple[str, int]:
        person = people.get(read(), story.people[name])
        assert person is not None
        who.begin(person)
        return "", 204

    @public
    def mine(case_id: int) -> tuple[str, int]:
        who.hold_link(f"case:{case_id}")
        return "", 204

    app.add_url_rule("/door/<name>", "door", door)
    app.add_url_rule("/link/<int:case_id>", "link", mine)
    with served(app) as url:
        yield url


STAFF = ("", "/skriv", "/notat", "/tjekliste", "/dansk")
MINE = ("/min-sag/BT-2026-1", "/min-sag/BT-2026-1/skriv", "/min-sag/BT-2026-2/hoering")


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    address: str, talk_browser: Browser
) -> None:
    context = talk_browser.new_context(base_url=address, reduced_motion="reduce")
    page = context.new_page()
    context.request.get("/door/sofie")
    found: list[str] = []
    for path in [*(f"/sager/BT-2026-1{part}" for part in STAFF), "/sager/BT-2026-2"]:
        page.goto(path)
        found += faults(page, (320, 1280))
    context.clear_cookies()
    for case_id in (1, 2):
        context.request.get(f"/link/{case_id}")
    for path in MINE:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found += faults(page, (320, 1280))
    context.close()
    assert found == []
