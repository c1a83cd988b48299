"""The comparison in a browser: at every width, as axe sees it, and without scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask

from pool.db import Database
from pool.web.access import public
from tests.books import scene
from tests.books.scene import csv, pay, upload
from tests.look.gallery import chromium
from tests.web.browsing import faults, needs_browser, served
from tests.web.conftest import Clock
from workflows.definition import Definition

pytestmark = [pytest.mark.browser, needs_browser]
ROOT = f"/styring/{scene.POOL}/{scene.YEAR}/afstemning"
SHOTS = os.environ.get("PULJEN_SHOTS")


@pytest.fixture(scope="session")
def definitions() -> Mapping[str, Definition]:
    return scene.definitions()


@pytest.fixture
def address(app: Flask, database: Database, clock: Clock) -> Iterator[str]:
    from pool.identity import people
    from pool.web import who
    from pool.web.context import read

    world = scene.make(database, clock())
    pay(world, "B-1", title="Gadefest ved hjørnet")
    pay(world, "B-2", 7_000, title="Koncert på torvet")
    pay(world, "B-3", 800, title="Loppemarked i gården")
    rows = ("5.000,00;B-1;Tilskud gadefest", "800,50;B-3;Tilskud loppemarked", "45,00;;Bankgebyr")
    upload(world, csv(*(f"13-03-2026;{row}" for row in rows)))
    bad = ("1,00;B-8;Tilskud til et meget langt navn, som fylder op", "fem;B-9;Tilskud")
    upload(world, csv(*(f"02-04-2026;{row}" for row in bad), head="Dato;Beløb kr.;Bilag;Note"))

    @public
    def door() -> tuple[str, int]:
        person = people.get(read(), world.people["ole"])
        assert person is not None
        who.begin(person)
        return "", 204

    app.add_url_rule("/door", "door", door)
    with served(app) as found:
        yield found


def test_the_pages_fit_and_are_accessible(address: str) -> None:
    wrong: list[str] = []
    with chromium() as browser:
        page = browser.new_context(java_script_enabled=True).new_page()
        page.request.get(f"{address}/door")
        pages = ("", "/indlaes", "/fil/2", "/postering/2", "/postering/3/forklar", "/stemmer")
        for path in pages:
            page.goto(f"{address}{ROOT}{path}")
            wrong += faults(page)
            for width in (390, 1280) if SHOTS else ():
                page.set_viewport_size({"width": width, "height": 800})
                name = (path or "/index").replace("/", "-")
                page.screenshot(path=Path(SHOTS or "") / f"books{name}-{width}.png", full_page=True)
    assert wrong == []
