"""Inbox and list in a browser: at every width, by keyboard alone, without scripts, as axe sees
them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from pool.db import Database
from pool.web.access import public
from tests.look.gallery import chromium
from tests.support import district
from tests.support.house import World
from tests.web.browsing import faults, needs_browser, served
from tests.web.conftest import Clock
from tests.web.test_casework_browser import at_work

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture(scope="module")
def inbox_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def address(app: Flask, database: Database, clock: Clock) -> Iterator[str]:
    """The application at work, with a door that signs in by first name."""
    from pool.identity import people
    from pool.web import who
    from pool.web.context import read

    story = some_work(database, clock)

    @public
    def door(name: str) -> tuple[str, int]:
        person = people.get(read(), story.people[name])
        assert person is not None
        who.begin(person)
        return "", 204

    app.add_url_rule("/door/<name>", "door", door)
    with served(app) as found:
        yield found


def some_work(database: Database, clock: Clock) -> World:
    story = district.make_district(database, clock())
    story.apply(title="Ærøskøbing Donaudampfskibsfartsselskabsfest", contact_name="Åse Sø")
    asked = story.apply(title="Spurgt", email="", phone="22334455")
    story.do(asked, "sofie", "ask", questions="Hvor?", due_on="2026-03-10")
    district.to_recommended(story, district.apply(story, title="Indstillet"))
    clock.advance(days=9)
    story.now = clock() - timedelta(hours=1)
    story.apply(title="Helt ny")
    return story


@pytest.mark.parametrize("name", ["sofie", "jens", "maja"])
def test_inbox_and_list_are_whole_at_every_width(
    inbox_browser: Browser, address: str, name: str
) -> None:
    paths = ("/indbakke", "/sager/?sort=title&state=all&page=x&text=s&size=50")
    with at_work(inbox_browser, address, name) as page:
        for path in paths:
            page.goto(path)
            assert "\n".join(faults(page)) == ""


def test_by_keyboard_alone_without_scripts(inbox_browser: Browser, address: str) -> None:
    with at_work(inbox_browser, address, "sofie", java_script_enabled=False) as page:
        page.goto("/indbakke")
        rows = page.get_by_role("table").get_by_role("link")
        expect(rows.first).to_have_text("Spurgt")  # what is overdue stands first
        rows.first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Spurgt")
        page.goto("/indbakke")
        page.get_by_role("button", name="Markér alt som læst").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Alt er markeret som læst.")).to_be_visible()
        expect(page.get_by_text("Nyt for dig")).to_have_count(0)
        page.goto("/sager/")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.get_by_role("columnheader", name="Titel").get_by_role("link").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("columnheader", name="Titel")).to_have_attribute(
            "aria-sort", "ascending"
        )


def test_on_a_phone_nothing_hidden_takes_the_focus(inbox_browser: Browser, address: str) -> None:
    """Order is chosen in the filter there: the heads of the columns are not shown."""
    with at_work(inbox_browser, address, "sofie") as page:
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto("/sager/")
        hidden = "document.activeElement.closest('thead') !== null"
        for _ in range(40):
            page.keyboard.press("Tab")
            assert not page.evaluate(hidden)
        page.locator("details.filters > summary").click()
        page.get_by_label("Rækkefølge").select_option("title")
        page.get_by_role("button", name="Vis", exact=True).click()
        expect(page.get_by_role("table").get_by_role("link").first).to_have_text("Helt ny")
