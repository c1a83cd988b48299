"""The pages for suggestions and for what is typed in, in a real browser."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from playwright.sync_api import sync_playwright

from pool.cases import starting
from pool.cases.submit import Suggested, suggest
from pool.db import Database
from tests.support.house import make_world
from tests.support.people import PASSWORD, make_person
from tests.web.browsing import faults, needs_browser, served
from tests.web.conftest import Clock

PICTURES = os.environ.get("PULJEN_PICTURES")


@needs_browser
def test_the_pages_are_whole_at_every_width(app: Flask, database: Database, clock: Clock) -> None:
    story = make_world(database, clock())
    make_person(database, "Kim", "secretariat", now=clock(), password=True)
    said = {"suggestion": "Stien bag skolen er mørk om aftenen.", "place": "Stien"}
    case = story.case(
        suggest(story.house, Suggested("s", "urban-life", "da", said), story.now).case_id
    )
    start = starting.Start("application", "paper", "23.2.2026")
    draft_id = starting.begin(story.house, "urban-life", start, story.actor("sofie"), story.now)
    wrong: list[str] = []
    with served(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        page = browser.new_page()

        def look(name: str) -> None:
            wrong.extend(faults(page))
            for width in (320, 390, 1280) if PICTURES else ():
                page.set_viewport_size({"width": width, "height": 800})
                path = Path(str(PICTURES)) / f"{name}-{width}.png"
                page.screenshot(path=path, full_page=True)

        page.goto(f"{address}/puljer/urban-life")
        look("pool")
        page.goto(f"{address}/forslag/urban-life")
        page.get_by_role("button", name="Send forslaget").last.click()
        look("suggestion")
        page.goto(f"{address}/ansoeg/urban-life")
        page.get_by_label("Hvor mange penge").fill("9.500")
        page.get_by_role("button", name="Begynd").last.click()
        look("short")
        page.get_by_text("Er der sket noget utrygt, og haster det?").click()
        assert not page.get_by_label("Hvad er der sket?").is_visible()
        page.locator("#group-acute").get_by_label("Ja").first.check()
        assert page.get_by_label("Hvad er der sket?").is_visible()
        page.get_by_text("Søger du for en anden?").first.click()
        assert not page.get_by_label("Personens e-mail").is_visible()
        page.get_by_label("Hvem hjælper du?").fill("Fatma")
        assert page.get_by_label("Personens e-mail").is_visible()
        look("short-open")

        page.goto(f"{address}/log-ind")
        page.get_by_label("E-mail").fill("kim@kk.example")
        page.get_by_label("Adgangskode").fill(PASSWORD)
        page.get_by_role("button", name="Log ind").click()
        for name, path in {
            "begin": "/sager/ny",
            "step": f"/sager/kladde/{draft_id}/ansoegning",
            "review": f"/sager/kladde/{draft_id}/gennemse",
            "about": f"/sager/kladde/{draft_id}/om",
            "case": f"/sager/{case.number}",
            "becomes": f"/sager/{case.number}/bliver-til",
        }.items():
            page.goto(f"{address}{path}")
            assert page.url.endswith(path)
            look(name)
        browser.close()
    assert not wrong, "\n".join(wrong)
