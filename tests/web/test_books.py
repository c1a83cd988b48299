"""The municipality's books beside ours, as finance does it in the browser."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from pool import books
from pool.cases import recusal
from pool.db import Database
from tests.books import scene
from tests.books.scene import POOL, YEAR, csv, pay
from tests.support.client import HostileClient, Page, words_of
from tests.support.house import World
from tests.support.people import make_person, sign_in
from tests.web.conftest import Clock
from workflows.definition import Definition

ROOT = f"/styring/{POOL}/{YEAR}/afstemning"
SLASHES = csv("13-03-2026;5.000,00;B-1;Tilskud", "13-03-2026;7.000,00;B-2;Tilskud")


@pytest.fixture(scope="session")
def definitions() -> Mapping[str, Definition]:
    return scene.definitions()


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return scene.make(database, clock())


def desk(app: Flask, world: World, name: str) -> HostileClient:
    client: Any = app.test_client()
    with world.database.read() as session:
        from pool import identity

        person = identity.get(session, world.people[name])
    assert person is not None
    sign_in(client, person)
    found: HostileClient = client
    return found


@pytest.fixture
def ole(app: Flask, world: World) -> HostileClient:
    return desk(app, world, "ole")


def hand_in(client: HostileClient, body: bytes, name: str = "posteringer.csv") -> Page:
    """The page after a file was handed in."""
    page = client.look(f"{ROOT}/indlaes")
    answer = client.submit(page, {"file": (io.BytesIO(body), name)}, button="Indlæs")
    return client.follow(answer) if answer.status_code == 303 else client.page(answer)


def alerts(page: Page) -> list[str]:
    return [
        words_of(one) for one in page.main.iter("div") if one.attrib.get("class") == "alert-body"
    ]


def test_it_agrees_to_the_ore(world: World, ole: HostileClient) -> None:
    pay(world, "B-1")
    pay(world, "B-2", 7_000)
    assert "Der er ikke indlæst posteringer endnu." in alerts(ole.look(ROOT))
    page = hand_in(ole, SLASHES)
    assert page.heading == "Kommunens bogføring"
    assert "2 posteringer er læst. Nye: 2. Parret af sig selv: 2." in page.text
    assert "Stemmer til øren: 12.000 kr. på begge sider." in page.text.replace("\u00a0", " ")
    year = ole.look(f"/styring/{POOL}/{YEAR}")
    assert "Kommunens bogføring: Stemmer til øren" in year.text
    assert year.link("Kommunens bogføring") == ROOT
    page = hand_in(ole, SLASHES)
    assert "Netop denne fil har været her før, så intet er ændret." in page.text


def test_what_the_file_does_not_tell_is_asked_and_kept(world: World, ole: HostileClient) -> None:
    page = hand_in(ole, csv("02-03-2026;900,00;x;Gebyr", "03-04-2026;-800,00;y;Andet"))
    assert page.heading == "Hvordan læses filen?"
    assert "Står dagen eller måneden først?" in page.text
    assert "Står udbetalte penge over eller under nul?" in page.text
    assert "Dagen: 02-03-2026 = 2. marts 2026" in page.text.replace("\u00a0", " ")
    answer = ole.submit(page, {"sign": "minus", "col_text": ""}, button="Læs den sådan")
    assert answer.status_code == 422
    page = ole.page(answer)
    assert page.errors == ["Står dagen eller måneden først? Vælg en"]
    page = ole.look(page.url)  # also for a colleague, and later
    assert page.field("col_text") == ""
    answer = ole.submit(page, {"dates": "dmy"}, button="Læs den sådan")
    page = ole.follow(answer)
    assert "2 posteringer er læst" in page.text
    with world.database.read() as session:
        read = {one.reference: one for one in books.compare(session, POOL, YEAR).free_postings}
    assert (read["x"].amount, read["y"].amount) == (-90_000, 80_000)
    assert read["x"].text == ""


def test_a_line_that_cannot_be_read_is_named_and_nothing_taken(
    world: World, ole: HostileClient
) -> None:
    pay(world, "B-1")
    page = hand_in(ole, csv("13-03-2026;5.000,00;B-1;Tilskud", "32-03-2026;1,00;B-9;", ";;;I alt"))
    assert "2 linjer kan ikke læses" in page.text
    assert "“32-03-2026” er ikke en dag i kalenderen" in page.text
    assert "Der er ikke skrevet noget" in page.text or "Linje" in page.text
    with world.database.read() as session:
        assert books.result(session, POOL, YEAR).as_of is None
    page = ole.follow(ole.submit(page, button="Tag den anden postering"))
    assert "1 postering er læst." in page.text
    text = page.text.replace("\u00a0", " ")
    assert "Kan endnu ikke siges at stemme: det læste er 5.000 kr. på begge sider." in text
    assert "1 linje af “posteringer.csv” kunne ikke læses og er ikke talt med." in text
    assert "1 linje udeladt" in text


def test_lines_of_an_earlier_file_are_asked_about(world: World, ole: HostileClient) -> None:
    pay(world, "B-1")
    hand_in(ole, csv("12-03-2026;1,00;;Gebyr", "13-03-2026;5.000,00;B-1;Tilskud"))
    page = hand_in(ole, csv("13-03-2026;5.000,00;B-1;Til 010190-4321", "13-03-2026;1,00;;"))
    assert page.heading == "Kommunens bogføring"
    page = hand_in(ole, csv("13-03-2026;5.000,00;B-1;Tilskud", "16-03-2026;5,00;;010190/4321"))
    assert "Er de linjer, som også stod i en tidligere fil, de samme posteringer?" in page.text
    assert "En tidligere fil havde en linje magen til: linje 2." in page.text
    assert "4321" not in page.text
    answer = ole.submit(page, button="Læs den sådan")
    assert answer.status_code == 422
    page = ole.follow(ole.submit(ole.page(answer), {"again": "new"}, button="Læs den sådan"))
    assert "2 posteringer er læst. Nye: 2." in page.text


def test_differences_by_hand_and_explained(world: World, ole: HostileClient) -> None:
    pay(world, "B-1", title="Gadefest")
    pay(world, "B-2", 7_000, title="Koncert")
    hand_in(
        ole, csv("13-03-2026;5.000,00;B-1;T", "14-03-2026;6.900,00;Q;Samlet", "14-03-2026;50,00;G;")
    )
    page = ole.look(ROOT)
    text = page.text.replace("\u00a0", " ")
    assert "Stemmer ikke: kommunen har 50 kr. mindre end vi, fordelt på 3 forskelle." in text
    assert "Kun hos kommunen" in text
    assert "Koncert" in text
    page = ole.look(page.link("Forklar"))
    answer = ole.submit(page, {"words": " "}, button="Gem")
    assert ole.page(answer).errors == ["Hvad er det? Skriv, hvad det er."]
    ole.follow(ole.submit(page, {"words": "Et andet projekts."}, button="Gem"))
    page = ole.look(ROOT)
    page = ole.look(page.link("Par i hånden"))
    assert ole.page(ole.submit(page, button="Det er det samme")).errors
    with world.database.read() as session:
        free = books.compare(session, POOL, YEAR)
    own = [one.id for one in free.free_items]
    other = [one.id for one in free.free_postings]
    assert len(own) == 1
    chosen = own if "postering" in page.url else other
    page = ole.follow(ole.submit(page, {"chosen": [str(chosen[0])]}, button="Det er det samme"))
    assert "fra hinanden, og det bliver stående" in page.text


def test_who_stays_out_sees_no_name(app: Flask, world: World, ole: HostileClient) -> None:
    hidden = pay(world, "ZZ-77", title="Zyxatitel på torvet")
    pay(world, "B-2", 7_000, title="Koncert")
    body = csv(
        "13-03-2026;5.000,00;ZZ-77;Tilskud", "13-03-2026;9,00;1;Gebyr zyxatitel på torvet",
        "13-03-2026;7.000,00;B-2;Koncert",
    )  # fmt: skip
    hand_in(ole, body)
    waiting = hand_in(ole, csv("01-03-2026;4,00;ZZ-77;Zyxatitel på torvet", "01-03-2026;x;ZZ-77;"))
    colleague = desk(app, world, "sofie")
    with world.database.read() as session:
        ids = [one.id for one in books.agreement.postings(session, POOL, YEAR)]
        items = [one.id for g in books.compare(session, POOL, YEAR).matched for one in g.items]
    pages = [ROOT, f"{ROOT}/stemmer", f"{ROOT}/forskelle.csv", waiting.url, f"{ROOT}/indlaes"]
    pages += [f"{ROOT}/postering/{one}{end}" for one in ids for end in ("", "/forklar", "/skil")]
    pages += [f"{ROOT}/betaling/{one}" for one in items]

    def met(client: HostileClient) -> list[str]:
        said = {path: client.get(path).get_data(as_text=True).lower() for path in pages}
        return [path for path, text in said.items() if "zyxatitel" in text or "zz-77" in text]

    assert len(met(colleague)) > 5
    recusal.declare(world.house, hidden, "Min søster.", world.actor("sofie"), world.now)
    assert met(colleague) == []
    text = colleague.look(ROOT).text
    assert "en sag, du holder dig ude af" in text
    assert "Stemmer ikke" in text


def test_a_pool_without_it_knows_nothing_of_it(
    app: Flask, world: World, ole: HostileClient
) -> None:
    assert ole.get("/styring/knowledge/2026/afstemning").status_code == 404
    assert ole.get(f"/styring/{POOL}/2031/afstemning").status_code == 404
    assert "bogføring:" not in ole.look("/styring/knowledge/2026").text
    steering = desk(app, world, "birgit")
    assert steering.get(ROOT).status_code == 200
    assert steering.get(f"{ROOT}/indlaes").status_code == 403
    member = desk(app, world, "jens")
    assert member.get(ROOT).status_code == 403
    elsewhere = make_person(
        world.database, "Finn Finance", "finance", now=world.now, pool="knowledge"
    )
    client: Any = app.test_client()
    sign_in(client, elsewhere)
    assert client.get(ROOT).status_code == 404


def test_a_correcting_posting_joins_the_pair(world: World, ole: HostileClient) -> None:
    pay(world, "B-1", 2_500, title="Gadefest")
    pay(world, "B-2", 7_000)
    body = csv(
        "13-03-2026;7.000,00;B-2;Tilskud", "13-03-2026;2.050,00;B-1;Tilskud",
        "20-03-2026;450,00;R-9;Berigtigelse", "20-03-2026;9,00;;Gebyr",
    )  # fmt: skip
    hand_in(ole, body)
    page = ole.look(ROOT)
    ours = page.link("Par fra vores side")
    assert "/betaling/" in ours
    page = ole.look(ours)
    assert words_of(page.all("td")[1]) == "TilskudB-1", "what has its reference is first"
    ticks = [one.attrib["value"] for one in page.all("input") if one.get("name") == "chosen"]
    first, more = ticks[:2]
    stale = ole.look(ours)
    page = ole.follow(ole.submit(page, {"chosen": [first]}, button="Det er det samme"))
    assert "450 kr. fra hinanden" in page.text.replace("\u00a0", " ")
    answer = ole.submit(stale, {"chosen": [more]}, button="Det er det samme")
    assert answer.status_code == 422
    assert "En anden har" in ole.page(answer).errors[0]
    assert page.link("Føj en af kommunens posteringer til") == ours
    assert page.link("Føj en af vores betalinger til").endswith(f"/postering/{first}")
    page = ole.look(f"{ROOT}/postering/{more}")
    assert "parret allerede, 450 kr. fra hinanden" in page.text.replace("\u00a0", " ")
    (own,) = [one.attrib["value"] for one in page.all("input") if one.get("name") == "chosen"]
    ole.follow(ole.submit(page, {"chosen": [own]}, button="Det er det samme"))
    text = ole.look(ROOT).text.replace("\u00a0", " ")
    assert "kommunen har 9 kr. mere end vi, fordelt på 1 forskel" in text
    assert ole.get(ours).status_code == 404
