"""The end of a year, as finance and the secretariat see it."""

from __future__ import annotations

import pytest

from pool.cases import recusal
from pool.db import Database
from pool.plan import open_year
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
    page = ole.press("Begynd at lukke 2026")
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
    page = ole.press("Giv 86.500 kr. retur til kommunen")
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
    ole.press("Begynd at lukke 2026")
    seen = ole.open(HERE)
    other = Desk(app, world, "ole")
    other.open(HERE)
    other.press("Giv 96.000 kr. retur til kommunen")
    again = ole.client.submit(seen, {}, button="Giv 96.000 kr. retur til kommunen")
    assert again.status_code == 422
    assert "I mellemtiden er resten blevet 0 kr." in ole.client.page(again).text


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
    ole.press("Begynd at lukke 2026")
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
