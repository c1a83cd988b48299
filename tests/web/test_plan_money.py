"""The plan's pages for finance: moving money, a new edition, a pool's budget, earmarks."""

from __future__ import annotations

import io

import pytest

import pool.ledger as ledger
from pool import plan
from pool.db import Database
from pool.identity.actor import SYSTEM
from tests.plan.test_editions import ADJUSTED, beside
from tests.plan.test_moves import BESIDE, TABLE
from tests.plan.test_plan_closing import close_pools
from tests.support.client import Page, words_of
from tests.support.house import World, make_world
from tests.web.conftest import Clock, MakeColleague

MOVE = {
    "from_line": "1",
    "to_line": "4",
    "amount": "300",
    "decided_on": "2.3.2026",
    "steering": "Hørt pr. mail",
    "reason": "Færre bede",
}


def row(page: Page, name: str) -> str:
    """The cells of the row that begins with ``name``, a space between."""
    rows = (" ".join(words_of(cell) for cell in one) for one in page.all("tr"))
    return next(one for one in rows if one.startswith(name))


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    world = make_world(database, clock())
    plan.load(world.house, TABLE, BESIDE, actor=SYSTEM, now=world.now)
    return world


def test_money_is_moved_after_a_look_at_both_lines(world: World, colleague: MakeColleague) -> None:
    _, client = colleague("finance")
    year = client.look("/styring/plan/2026")
    page = client.look(year.link("Flyt penge mellem linjer"))
    assert page.field("decided_by") == "Økonomiforvaltningen"
    wrong = client.submit(page, {**MOVE, "amount": "1.300", "steering": ""})
    assert wrong.status_code == 422
    wrong_page = client.page(wrong)
    assert wrong_page.errors == ["Sådan er styregruppen inddraget: Udfyld feltet."]
    assert wrong_page.field("reason") == "Færre bede"
    short = client.page(client.submit(wrong_page, {"steering": "Hørt pr. mail"}))
    assert "Linje 1, Haven, har 1.000 kr. og kan ikke afgive 1.300 kr." in short.errors[0]
    shown = client.page(client.submit(short, {"amount": "300"}))
    assert shown.heading == "Flytte 300 kr.?"
    assert "1.000 kr. 700 kr." in row(shown, "1. Haven")
    assert "Puljens rest til disposition: 96.000 kr., derefter 96.300 kr." in row(shown, "4. Pulje")
    assert ledger_budget(world) == 9_600_000, "looking moves nothing"
    again = client.page(client.submit(shown, button="Ret det"))
    assert again.field("amount") == "300"
    shown = client.page(client.submit(again))
    first = client.submit(shown, button="Flyt pengene")
    moved = client.follow(first)
    assert "Pengene er flyttet." in moved.text
    assert "Hørt pr. mail" in moved.text
    assert client.submit(shown, button="Flyt pengene").location == first.location
    assert ledger_budget(world) == 9_630_000
    year = client.look("/styring/plan/2026")
    gives, gets = row(year, "1. Haven"), row(year, "4. Puljen")
    assert "300 kr. omdisponeret herfra til 4. Puljen" in gives
    assert "1.000 kr. 700 kr." in gives
    assert "300 kr. omdisponeret hertil fra 1. Haven" in gets
    assert "Stemmer med puljens regnskab" in gets
    assert year.link("300 kr. omdisponeret hertil") == first.location


def ledger_budget(world: World) -> int:
    with world.database.read() as session:
        return ledger.status(session, "urban-life", 2026).budget


def test_only_finance_and_for_a_pools_line_finance_there(
    world: World, colleague: MakeColleague
) -> None:
    _, reader = colleague("steering", "chair")
    assert "Flyt penge" not in reader.look("/styring/plan/2026").text
    reader.look("/styring/plan/2026/omdisponer", 403)
    _, client = colleague("finance", pool="knowledge")
    assert "Læg en reguleret plan ind" not in client.look("/styring/plan/2026").text
    client.look("/styring/plan/reguler", 403)
    client.look("/styring/plan/2026/luk", 403)
    page = client.look("/styring/plan/2026/omdisponer")
    refused = client.page(client.submit(page, MOVE))
    assert refused.errors == ["Til linje: Du har ikke rollen som økonomimedarbejder i denne pulje."]
    assert client.page(client.submit(page, {**MOVE, "to_line": "5"})).heading == "Flytte 300 kr.?"
    client.look("/styring/urban-life/2026/bevilling", 403)
    client.look("/styring/urban-life/2026/oeremaerkning/ny", 403)
    client.look("/styring/plan/2031/omdisponer", 404)


def test_an_adjusted_plan_is_shown_before_it_is_taken_in(
    world: World, colleague: MakeColleague
) -> None:
    _, client = colleague("finance")
    page = client.look("/styring/plan/reguler")
    empty = client.page(client.submit(page))
    assert len(empty.errors) == 4
    files = {"table": (io.BytesIO(ADJUSTED), "p.csv"), "beside": (io.BytesIO(TABLE), "p.toml")}
    told = {"decided_on": "2.3.2026", "source": "Notat af 2. marts"}
    bad = client.page(client.submit(page, {**files, **told}, content_type="multipart/form-data"))
    assert "Filen ved siden af tabellen er ikke TOML" in bad.errors[0]
    good = {"beside": (io.BytesIO(beside("101.650")), "p.toml"), "table": None}
    shown = client.page(client.submit(bad, good, content_type="multipart/form-data"))
    assert shown.heading == "Det ville blive ændret"
    assert "1.000 kr. 1.000 kr. 1.200 kr. 200 kr." in row(shown, "1. Haven")
    assert "En pulje: dens regnskab bringes i overensstemmelse" in row(shown, "4. Puljen")
    assert "før: Job" in row(shown, "2. Jobbet")
    done = client.submit(shown, button="Læg den ind")
    year = client.follow(done)
    assert "Planen er lagt ind: 2026." in year.text
    assert "Udgave 2 (gælder), besluttet 2. marts 2026: Notat af 2. marts" in year.text
    assert "Puljens regnskab har 96.000 kr., altså 1.000 kr. mere" in row(year, "4. Puljen")
    assert client.submit(shown, button="Læg den ind").location == done.location
    edition = client.look(year.link("Udgave 2"))
    assert "96.000 kr. 95.000 kr." in row(edition, "4. Puljen")
    assert "Ny aftale" in edition.text
    first = client.look(year.link("Udgave 1"))
    assert "Denne udgave gælder ikke længere." in first.text
    client.look("/styring/plan/2026/udgave/9", 404)

    books = client.look(year.link("Bring regnskabet i overensstemmelse"))
    assert books.field("budget") == "95.000"
    client.follow(client.submit(books, told))
    assert ledger_budget(world) == 9_500_000
    over = client.submit(client.look("/styring/urban-life/2026/bevilling"), {**told, "budget": "x"})
    assert over.status_code == 422


def test_money_is_set_aside_and_the_earmark_ended(world: World, colleague: MakeColleague) -> None:
    _, client = colleague("finance")
    home = client.look("/styring/urban-life/2026")
    page = client.look(home.link("Øremærkede penge"))
    assert "Der er ikke øremærket noget i dette år." in page.text
    form = client.look(page.link("Øremærk penge"))
    told = {"label": "Haven om natten", "line": "1", "amount": "200.000"}
    short = client.page(client.submit(form, told))
    assert "har 96.000 kr. til rest og kan ikke afgive 200.000 kr." in short.errors[0]
    page = client.follow(client.submit(short, {"amount": "20.000"}))
    with world.database.read() as session:
        year_id = ledger.get_year(session, "urban-life", 2026).id
        (mark,) = plan.earmarks_of(
            session, world.house, "urban-life", 2026, person_id=None, roles=()
        )
    assert year_id
    case_id = world.apply(title="Lys i haven")
    world.do(case_id, "karim", "grant", earmark=mark.account_id)
    page = client.look(page.url)
    assert "20.000 kr. 9.500 kr. 10.500 kr." in row(page, "Haven om natten")
    assert "Til planens linje 1. Haven" in page.text
    year = client.look("/styring/plan/2026")
    for line in ("1. Haven", "4. Puljen"):
        assert "20.000 kr." in row(year, line)
        assert "9.500 kr. bevilget: Lys i haven" in row(year, line)
    assert year.link("Lys i haven").endswith(world.case(case_id).number)
    _, reader = colleague("member", pool="knowledge")
    assert "Lys i haven" not in reader.look("/styring/plan/2026").text
    end = client.look(page.link("Ophæv øremærkningen"))
    page = client.follow(client.submit(end, {"reason": "Året går på hæld"}))
    assert "10.500 kr. er fri igen." in page.text
    assert "Ophæv" not in page.text
    client.look("/styring/urban-life/2026/oeremaerkning/1/ophaev", 404)


def test_a_plan_is_closed_for_good(world: World, colleague: MakeColleague, clock: Clock) -> None:
    _, client = colleague("finance")
    assert "Planen for 2026 lukkes, når året er gået." in client.look("/styring/plan/2026/luk").text
    clock.moment = world.now = world.now.replace(year=2027)
    page = client.look("/styring/plan/2026/luk")
    assert "Puljernes år lukkes først" in page.text
    close_pools(world)
    page = client.look(client.look("/styring/plan/2026").link("Luk planen for 2026"))
    assert "Aktiviteternes linjer har 1.500 kr. i planens regnskab." in page.text
    year = client.follow(client.submit(page))
    assert "Planens år er lukket. 1.500 kr. er givet tilbage." in year.text
    assert "Flyt penge mellem linjer" not in year.text
    refused = client.page(client.submit(client.look("/styring/plan/2026/omdisponer"), MOVE))
    assert refused.errors == ["Planen for 2026 er lukket, og der ændres ikke noget i den."]
