"""The accounts form in a browser: as axe sees it, no wider than a phone, and adding up as one
types; and the pages of a spot check."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from pool.db import Database
from pool.identity import people
from pool.web import who
from pool.web.access import public
from pool.web.context import read
from tests.look.gallery import chromium
from tests.reports import scene
from tests.support.district import make_district
from tests.support.house import World
from tests.web.browsing import faults, served
from tests.web.conftest import Clock

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def reports_browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def story(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two cases: one drawn, whose vouchers are awaited, and one that waits for its report."""
    story = make_district(database, clock())
    scene.draw_always(monkeypatch, drawn=True)
    scene.tell(story, scene.paid(story), food="16.500", rent="6.000", materials="1.234,50")
    scene.paid(story)
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


def told(page: Page, part: str) -> list[str]:
    """What stands in the cells the script fills."""
    return [one.replace("\xa0", " ") for one in page.locator(f"[data-{part}]").all_inner_texts()]


def test_accounts_add_up_as_they_are_typed(address: str, reports_browser: Browser) -> None:
    context = reports_browser.new_context(base_url=address, reduced_motion="reduce")
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 800})
    context.request.get("/link/2")
    page.goto("/min-sag/BP-2026-2/rapport")
    assert page.locator("button[name=do]").count() == 0  # the script adds up
    page.fill("#report-accounts-food", "16.500")
    page.fill("#report-accounts-rent", "5000,50")
    assert told(page, "difference") == ["–", "+500 kr.", "−999,50 kr."]
    assert told(page, "spent") == ["21.500,50 kr."]
    assert told(page, "total") == ["−3.499,50 kr."]
    page.fill("#report-accounts-rent", "x")
    assert told(page, "spent") == ["16.500 kr."]
    page.keyboard.press("Enter")  # sends the report, which is not whole
    page.wait_for_selector("[data-error-summary]")
    found = faults(page, (390, 1280))
    context.close()
    assert found == []


def test_the_pages_of_a_spot_check(address: str, reports_browser: Browser) -> None:
    context = reports_browser.new_context(base_url=address, reduced_motion="reduce")
    page = context.new_page()
    found: list[str] = []
    context.request.get("/link/1")
    for path in ("/min-sag/BP-2026-1", "/min-sag/BP-2026-1/bilag"):
        page.goto(path)
        found += faults(page, (320, 1280))
    context.clear_cookies()
    context.request.get("/door/sofie")
    staff = ("", "/goer/vouchers", "/goer/spot-check")
    for path in (*(f"/sager/BP-2026-1{one}" for one in staff), "/sager/BP-2026-2/goer/report"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found += faults(page, (320, 1280))
    context.close()
    assert found == []
