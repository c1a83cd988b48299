"""What if these were granted: arithmetic for the chair and the secretariat, and for nobody else."""

from __future__ import annotations

import pytest

import pool.ledger as ledger
from pool.cases import recusal
from pool.db import Database
from pool.summary import what_if
from tests.support import district
from tests.support.client import HostileClient, Page, words_of
from tests.support.house import RECORD, World, make_world
from tests.web.conftest import Clock, MakeColleague
from tests.web.test_seen import HERE, later, money, transfers


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


def ask(client: HostileClient, path: str = f"{HERE}/hvad-hvis") -> Page:
    return client.look(path)


def test_what_if_these_were_granted(
    clock: Clock, colleague: MakeColleague, database: Database
) -> None:
    world = make_world(database, clock(), budgets={"urban-life": 12_000})
    numbers = []
    for title, amount in (("Stor", "9.000"), ("Lille", "1.000"), ("Mellem", "3.000")):
        numbers.append(world.case(world.apply(title=title, amount=amount)).number)
        later(world, clock, hours=1)
    _, client = colleague("chair")
    page = client.look("/styring/hvad-hvis", 303)
    page = ask(client)
    assert "12.000 kr." in page.text
    assert "Det er kun et regnestykke" in page.text
    before = transfers(database)
    page = ask(client, f"{HERE}/hvad-hvis?" + "&".join(f"case={one}" for one in numbers))
    assert "Mellem er den første, der ikke er plads til, og der mangler 1.000 kr. i alt" in (
        page.text
    )
    assert lefts(page) == ["3.000 kr.", "2.000 kr.", "−1.000 kr."]
    page = ask(
        client,
        f"{HERE}/hvad-hvis?case={numbers[0]}&case={numbers[1]}"
        f"&amount-{numbers[0]}=8.000&order=smallest",
    )
    assert lefts(page) == ["11.000 kr.", "3.000 kr."]
    assert "Der er nok til dem alle." in page.text
    assert page.field(f"amount-{numbers[0]}") == "8.000"
    wrong = client.look(f"{HERE}/hvad-hvis?case={numbers[0]}&amount-{numbers[0]}=mange", 422)
    assert wrong.errors
    assert wrong.field(f"amount-{numbers[0]}") == "mange"
    assert [one.hash for one in transfers(database)] == [one.hash for one in before]


def lefts(page: Page) -> list[str]:
    return [
        words_of(one)
        for one in page.all("table")[0].iter("td")
        if one.attrib["data-label"] == "Tilbage derefter"
    ]


def test_who_may_ask_what_if(world: World, colleague: MakeColleague) -> None:
    case_id = world.apply(title="Gadefest")
    for role in ("steering", "finance", "member", "auditor"):
        _, client = colleague(role)
        assert client.get(f"{HERE}/hvad-hvis").status_code == 403
        assert "Hvad nu, hvis" not in client.look(HERE).text
    person, client = colleague("chair")
    assert "Gadefest" in ask(client).text
    assert client.look(HERE).link("Hvad nu, hvis").endswith("/hvad-hvis")
    assert client.look("/indbakke").link("Hvad nu, hvis").endswith("/styring/hvad-hvis")
    recusal.settle(
        world.house, world.new_id(), case_id, person.id or 0, "Nabo",
        world.actor("sofie"), world.now,
    )  # fmt: skip
    page = client.look(f"{HERE}/hvad-hvis?case={world.case(case_id).number}")
    assert "Gadefest" not in page.text
    assert world.case(case_id).number not in page.text
    _, half = colleague("chair", pool="knowledge", name="Kun Viden")
    assert half.get(f"{HERE}/hvad-hvis").status_code == 403
    assert client.get("/styring/urban-life/2019/hvad-hvis").status_code == 404


def test_what_if_knows_what_is_recommended_and_held(
    database: Database, clock: Clock, colleague: MakeColleague
) -> None:
    world = district.make_district(database, clock())
    first, second = district.apply(world), district.apply(world)
    district.to_decided(world, first)
    district.to_recommended(world, second, "part", amount="2.000")
    number = world.case(second).number
    _, client = colleague("secretariat")
    path = f"/styring/{district.POOL}/2026/hvad-hvis?case={number}"
    page = ask(client, path + "&basis=recommended")
    with database.read() as session:
        free = ledger.status(session, district.POOL, 2026, undisclosed=True).free
        public = ledger.status(session, district.POOL, 2026).free
    assert free < public
    assert money(free) in page.text
    assert lefts(page) == [money(free - 200_000)]
    assert world.case(first).number not in page.text, "it is decided, though nobody was told"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_advice_of_an_earlier_round_counts_no_longer(database: Database, clock: Clock) -> None:
    world = district.make_district(database, clock())
    case_id = district.apply(world)
    district.to_recommended(world, case_id, "part", amount="2.000")
    actor = world.actor("sofie", district.POOL)

    def advice() -> list[int | None]:
        with database.read() as session:
            found = what_if.candidates(session, world.house, district.POOL, 2026, actor)
        return [one.recommended for one in found]

    assert advice() == [200_000]
    world.do(case_id, "sofie", "grant", record=dict(RECORD))
    world.do(case_id, "sofie", "undo", reason="Tastefejl.")
    undone = world.case(case_id).state
    assert advice() == [None], undone
