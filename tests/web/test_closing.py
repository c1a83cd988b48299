"""The end of a year, as finance and the secretariat see it."""

from __future__ import annotations

from typing import Any

import pytest

from pool.cases import recusal
from pool.db import Database
from pool.plan import open_year
from pool.render.typeset import typeset
from tests.look.gallery import chromium
from tests.support.client import HostileClient
from tests.support.district import (
    POOL,
    apply,
    make_district,
    to_decided,
    to_granted,
    to_screened,
)
from tests.support.house import REPORT, World, make_world
from tests.web.browsing import faults, needs_browser, served
from tests.web.caseworking import Desk
from tests.web.conftest import Clock, MakeApp

HERE = "/styring/urban-life/2026/luk"


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


def granted(world: World, **changed: str) -> int:
    case_id = world.apply(**changed)
    world.do(case_id, "karim", "grant")
    return case_id


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_the_four_steps(world: World, make: MakeApp) -> None:
    paid, gone = granted(world), granted(world, title="Aflyst", amount="2.000")
    app = make()
    ole, sofie = Desk(app, world, "ole"), Desk(app, world, "sofie")
    ole.open("/styring/urban-life/2026")
    ole.click("Afslutningen af 2026")
    page = ole.press("Begynd at lukke 2026", sure="y")
    assert "Lukningen er begyndt. Der kan ikke bevilges nyt af året." in page.text
    assert "Begyndt af Ole, 4. marts 2026 kl. 11.15." in page.text
    assert "ved at blive lukket" in ole.open("/styring/urban-life/2026").text
    page = ole.open(HERE)
    number = world.case(paid).number
    assert page.link("Marker som udbetalt") == f"/sager/{number}/goer/pay"
    world.do(paid, "ole", "pay", reference="B-1", paid_on="2026-03-04")

    page = sofie.open(HERE)
    assert sofie.client.submit(page, {}, button="Lad de afkrydsede bortfalde").status_code == 422
    case = world.case(gone)
    tick = f"{gone}.{case.state_version}"
    assert tick in {one.attrib["value"] for one in page.all("input") if one.get("name") == "sag"}
    page = sofie.press(
        "Lad de afkrydsede bortfalde", status=200, fields={"sag": tick}, reason="Aflyst"
    )
    assert "Gennemført for 1 sag." in page.text
    assert world.case(gone).state == "lapsed"

    page = ole.open(HERE)
    assert "86.500 kr. er til disposition, og 0 kr. er øremærket: 86.500 kr. i alt." in page.text
    page = ole.press("Giv 86.500 kr. retur til kommunen", sure="y")
    assert "86.500 kr. er givet retur til kommunen." in page.text
    page = ole.click("Luk 2026 endeligt")
    assert "Det kan ikke gøres om." in page.text
    page = ole.press("Luk året endeligt")
    assert "Lukket af Ole" in page.text
    assert "Skyldes" not in page.text

    world.do(paid, "applicant", "report", report=dict(REPORT))
    world.do(paid, "ole", "return", returned="500", returned_on="2026-03-04")
    page = ole.open("/styring/urban-life/2026")
    assert "Skyldes kommunen på det gamle år: 500 kr." in page.text
    page = ole.click("Se posteringerne")
    assert "Gadefest ved hjørnet" in page.text
    assert "500 kr." in page.text
    assert page.heading == "Skyldes kommunen på det gamle år: 500 kr."


def test_what_was_shown_is_what_is_given_back(world: World, make: MakeApp) -> None:
    app = make()
    ole = Desk(app, world, "ole")
    ole.open(HERE)
    ole.press("Begynd at lukke 2026", sure="y")
    assert ole.press("Giv 96.000 kr. retur til kommunen", status=422).errors
    seen = ole.open(HERE)
    other = Desk(app, world, "ole")
    other.open(HERE)
    other.press("Giv 96.000 kr. retur til kommunen", sure="y")
    again = ole.client.submit(seen, {"sure": "y"}, button="Giv 96.000 kr. retur til kommunen")
    assert again.status_code == 422
    assert "I mellemtiden er resten blevet 0 kr." in ole.client.page(again).text


def test_what_is_not_decided_is_told_and_ticked(world: World, make: MakeApp) -> None:
    first, number = (world.case(world.apply(title=one)).number for one in ("Første", "Anden"))
    app = make()
    ole, sofie = Desk(app, world, "ole"), Desk(app, world, "sofie")
    told = "2 ansøgninger er ikke afgjort"
    page = ole.open(HERE)
    assert told in page.text
    assert number not in page.text
    page = sofie.open(HERE)
    assert page.link(f"{first} Første") == f"/sager/{first}"
    ole.open(HERE)
    page = ole.press("Begynd at lukke 2026", status=422)
    assert page.errors == ["Jeg er sikker: Sæt flueben, når du er sikker."]
    ole.press("Begynd at lukke 2026", sure="y")
    ole.press("Giv 96.000 kr. retur til kommunen", sure="y")
    page = ole.click("Luk 2026 endeligt")
    assert f"{told} og kan ikke bevilges noget af 2026 mere" in page.text
    stale = page
    page = ole.press("Luk året endeligt", status=422)
    assert page.errors
    wish = {"sure": "y", "seen": "1"}  # a page of an hour ago
    again = ole.client.submit(stale, wish, button="Luk året endeligt")
    assert again.status_code == 422
    page = ole.client.page(again)
    assert "I mellemtiden er 2 ansøgninger ikke afgjort" in page.text
    ole.page = page
    page = ole.press("Luk året endeligt", sure="y")
    assert "Lukket af Ole" in page.text
    assert "Det nyeste led i kæden, da året blev lukket" in page.text


def test_who_may_what(world: World, make: MakeApp) -> None:
    case_id = granted(world, title="Hemmelig fest")
    app = make()
    for name, status in (("rune", 200), ("sofie", 200), ("karim", 403), ("birgit", 403)):
        page = Desk(app, world, name).open(HERE, status)
        assert "Begynd at lukke 2026" not in page.text
    sofie = Desk(app, world, "sofie")
    page = sofie.open(HERE)
    sent = sofie.client.post(HERE, data={"do": "begin", "csrf_token": page.field("csrf_token")})
    assert sent.status_code == 404
    assert sofie.client.get(f"{HERE}/endeligt").status_code == 403
    ole = Desk(app, world, "ole")
    assert ole.client.get(f"{HERE}/endeligt").status_code == 303  # nothing to confirm yet
    assert ole.client.get("/styring/urban-life/2026/skyldig").status_code == 404
    assert ole.client.get("/styring/urban-life/1999/luk").status_code == 404
    recusal.declare(world.house, case_id, "Søster", world.actor("ole"), world.now)
    page = ole.open(HERE)
    assert "Hemmelig fest" not in page.text
    assert "Desuden er 9.500 kr. bevilget i 1 sag, som du holder dig ude af" in page.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_several_are_carried_over_and_both_years_say_so(
    database: Database, clock: Clock, make: MakeApp
) -> None:
    world = make_district(database, clock())
    first, second = apply(world), apply(world, title="Nr. to")
    for case_id in (first, second):
        to_granted(world, case_id)
    app = make()
    ole = Desk(app, world, "ole")
    page = ole.open(f"/styring/{POOL}/2026/luk")
    assert "Intet kan flyttes, før 2027 er åbnet i regnskabet." in page.text
    open_year(
        world.house, pool=POOL, year=2027, budget=1_000_000, source="test", command_id="next",
        actor=world.actor("ole", POOL), now=world.now,
    )  # fmt: skip
    ole.open(f"/styring/{POOL}/2026/luk")
    ticks = [f"{one}.{world.case(one).state_version}" for one in (first, second)]
    page = ole.press("Flyt de afkrydsede til 2027", status=200, fields={"sag": ticks})
    assert "Der er ikke noget, der venter på udbetaling." in page.text
    old = ole.open(f"/styring/{POOL}/2026")
    assert "19.000 kr. af bevillingerne er overført til 2027." in old.text
    assert old.link("overført til 2027") == f"/styring/{POOL}/2027"
    new = ole.open(f"/styring/{POOL}/2027")
    assert "Af budgettet kom 19.000 kr. med bevillinger, der er overført fra 2026." in new.text
    assert "overført fra 2026" in new.text
    assert "0 ansøgninger" in new.text


@needs_browser
def test_in_a_browser(make: MakeApp, world: World) -> None:
    granted(world)
    granted(world, title="Aflyst")
    world.apply(title="Ikke afgjort")
    app = make()
    ole = Desk(app, world, "ole")
    ole.open(HERE)
    ole.press("Begynd at lukke 2026", sure="y")
    client = ole.client
    assert isinstance(client, HostileClient)
    cookie = client.get_cookie("puljen")
    assert cookie is not None
    with served(app) as address, chromium() as browser:
        context = browser.new_context()
        context.add_cookies([{"name": "puljen", "value": cookie.value, "url": address}])
        page = context.new_page()
        page.goto(address + HERE)
        found = faults(page)
        context.close()
    assert not found, "\n".join(found)


def test_what_waits_is_to_be_answered_and_what_is_quiet_is_kept(
    database: Database, clock: Clock, make: MakeApp
) -> None:
    world = make_world(database, clock(), budgets={"urban-life": 10, POOL: 2_000})
    quiet, waits = apply(world, amount="1.500"), apply(world, amount="1.000", title="Venter")
    to_decided(world, quiet)
    to_screened(world, waits)
    world.do(waits, "sofie", "wait")
    app, here = make(), f"/styring/{POOL}/2026/luk"
    page = Desk(app, world, "sofie").open(here)
    assert "Venter på penge og skal have svar" in page.text
    number = world.case(waits).number
    assert page.link("Tag af ventelisten") == f"/sager/{number}/goer/wait-over"
    page = Desk(app, world, "ole").open(here)
    assert "1 sag er bevilget og ikke meddelt endnu." in page.text
    assert number not in page.text
    assert "1.500" not in page.text
    assert "2.000 kr. er til disposition" in page.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_a_case_cannot_do_is_not_offered(
    database: Database, clock: Clock, make: MakeApp
) -> None:
    world = make_district(database, clock())
    to_granted(world, apply(world))
    page = Desk(make(), world, "ole").open(f"/styring/{POOL}/2026/luk")
    offered = {one.attrib.get("href", "").rpartition("/")[2] for one in page.all("a")}
    assert not offered & {"pay", "pay-again", "pay-instalment", "pay-advance", "stop-rest"}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_paper_says_what_went_back(
    world: World, make: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    ole = Desk(make(), world, "ole")
    ole.open(HERE)
    ole.press("Begynd at lukke 2026", sure="y")
    ole.press("Giv 96.000 kr. retur til kommunen", sure="y")
    sheets: list[dict[str, Any]] = []

    def listening(template: str, sheet: dict[str, Any], **how: Any) -> bytes:
        sheets.append(sheet)
        return typeset(template, sheet, **how)

    monkeypatch.setattr("pool.render.paper_pdf.typeset", listening)
    assert ole.client.get("/styring/urban-life/2026/status.pdf").status_code == 200
    said = str(sheets[0]["blocks"]).replace("\\xa0", " ")
    assert "96.000 kr. givet, 96.000 kr. retur til kommunen" in said
