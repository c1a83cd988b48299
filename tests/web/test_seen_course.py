"""The year's course: one picture on the page and on paper; and all the pages in a browser."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from markupsafe import Markup

from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.plan import load
from pool.render.typeset import typeset
from tests.look.gallery import chromium
from tests.support.client import HostileClient
from tests.support.house import World, make_world
from tests.support.people import make_person, sign_in
from tests.web.browsing import faults, needs_browser, served
from tests.web.conftest import Clock, MakeApp, MakeColleague
from tests.web.test_seen import BEFORE, BESIDE, HERE, PLAN, later
from tests.web.test_steering import grant, played


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


def picture(client: HostileClient, path: str) -> str:
    """The picture as it stands in the page."""
    found = re.search(r"<svg [^>]*course-title.*?</svg>", client.get(path).text, re.DOTALL)
    assert found is not None
    return found[0]


def alternatives(pdf: bytes) -> str:
    """The alternative texts of a tagged PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root["/Lang"]).startswith("da")
        assert document.Root["/MarkInfo"]["/Marked"]
        nodes = [one for one in document.objects if isinstance(one, pikepdf.Dictionary)]
        return " ".join(str(one["/Alt"]) for one in nodes if "/Alt" in one)


@pytest.mark.parametrize("query", ["", BEFORE])
def test_page_and_paper_have_the_same_picture(
    world: World,
    clock: Clock,
    colleague: MakeColleague,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
) -> None:
    played(world)
    later(world, clock, days=40)
    grant(world, amount="4.000")
    _, client = colleague("steering")
    set_of: list[dict[str, Any]] = []

    def listening(template: str, sheet: dict[str, Any], **how: Any) -> bytes:
        set_of.append(sheet)
        return typeset(template, sheet, **how)

    monkeypatch.setattr("pool.render.paper_pdf.typeset", listening)
    answer = client.get(f"{HERE}/status.pdf{query}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"%PDF")
    assert "Fire linjer dag for dag" in alternatives(answer.data)
    chart = next(one for one in set_of[0]["blocks"] if one["kind"] == "chart")
    assert chart["svg"] == picture(client, HERE + query)
    assert "Fire linjer dag for dag" in chart["alt"]
    assert len(chart["table"]["rows"]) == (3 if query else 4)
    assert set_of[0]["subtitle"].startswith("Pr. 4. marts" if query else "Opgjort")
    assert client.get(f"{HERE}/status.pdf{query}").data == answer.data, "the same bytes"


def test_the_months_stand_beside_the_picture(
    world: World, clock: Clock, colleague: MakeColleague
) -> None:
    grant(world)
    later(world, clock, days=40)
    _, client = colleague("steering")
    page = client.look(HERE)
    assert "april 2026" in page.text
    assert "style=" not in picture(client, HERE)
    assert "Pengene ved udgangen af hver måned" in page.text
    assert "<svg" not in client.get(f"{HERE}?day=01.02.2026").text.partition("course-head")[2]


def test_a_pool_s_name_is_escaped_on_its_way(world: World, colleague: MakeColleague) -> None:
    grant(world, title="<b>&\u202e")
    _, client = colleague("steering")
    assert Markup.escape("<b>&") in client.get(f"{HERE}/granted").text


@needs_browser
def test_in_a_browser(make: MakeApp, world: World, clock: Clock, database: Database) -> None:
    """axe finds nothing at any width, no page is wider than the screen."""
    cases = played(world)
    load(world.house, PLAN, BESIDE, actor=SYSTEM, now=world.now)
    later(world, clock, days=30)
    grant(world, amount="4.000")
    person = make_person(database, "Kim Chef", "chair", now=world.now)
    app = make()
    client = app.test_client()
    assert isinstance(client, HostileClient)
    sign_in(client, person)
    cookie = client.get_cookie("puljen")
    assert cookie is not None
    number = world.case(cases["waits"]).number
    found: list[str] = []
    paths = (
        HERE,
        HERE + BEFORE,
        f"{HERE}?day=31.02.2026",
        f"{HERE}/hvad-hvis?case={number}&amount-{number}=99.000",
        "/styring/urban-life/transaktion/4",
        "/styring/plan/2026/status",
        f"/styring/?year=2026&day={world.now - timedelta(days=9):%d.%m.%Y}",
    )
    with served(app) as address, chromium() as browser:
        context = browser.new_context(color_scheme="dark")
        context.add_cookies([{"name": "puljen", "value": cookie.value, "url": address}])
        page = context.new_page()
        for path in paths:
            page.goto(address + path)
            found += faults(page, (320, 1280))
        context.close()
    assert not found, "\n".join(found)
