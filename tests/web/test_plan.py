"""The plan's pages."""

from __future__ import annotations

from importlib.resources import files

import pytest

from pool import plan
from pool.db import Database
from pool.identity.actor import SYSTEM
from tests.support.client import Page, words_of
from tests.support.house import World, make_world
from tests.web.conftest import Clock, MakeColleague

FOLDER = files("pool.demo") / "data"


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


def load(world: World) -> None:
    table, beside = ((FOLDER / f"plan-2021-2024.{kind}").read_bytes() for kind in ("csv", "toml"))
    plan.load(world.house, table, beside, actor=SYSTEM, now=world.now)


def open_year(world: World, year: int, kroner: int, pool: str = "urban-life") -> None:
    plan.open_year(
        world.house, pool=pool, year=year, budget=kroner * 100, source="test",
        command_id=f"open-{pool}-{year}", actor=SYSTEM, now=world.now,
    )  # fmt: skip


def row(page: Page, name: str) -> str:
    """The cells of the row that names ``name``, a space between."""
    rows = (" ".join(words_of(cell) for cell in one) for one in page.all("tr"))
    return next(one for one in rows if name in one)


def test_nothing_yet(world: World, colleague: MakeColleague) -> None:
    _, client = colleague("steering")
    page = client.look(client.look("/styring/").link("Tryghedsplanen"))
    assert "Der er ikke lagt noget år af planen ind endnu." in page.text
    assert client.get("/styring/plan/2024").status_code == 404


def test_a_year_of_the_plan_with_its_sources(world: World, colleague: MakeColleague) -> None:
    load(world)
    open_year(world, 2023, 131_277)
    open_year(world, 2023, 19_000, "knowledge")
    _, client = colleague("member")
    years = client.look("/styring/plan/")
    assert "1.934.000 kr." in row(years, "2021")
    page = client.look(years.link("2023"))
    assert "I alt 2.069.277 kr. 1.970.000 kr. året før." in page.text
    assert "Kilde til tallene: Tryghedsplan 2024, hovedtabellen" in page.text
    pool = row(page, "14. Bylivs- og tryghedspuljen")
    assert "131.277 kr." in pool
    assert "107.000 kr." in pool
    assert "Stemmer med puljens regnskab" in pool
    assert "Hovedtabellen skriver 131.300 kr." in pool
    assert page.link("Bylivs- og tryghedspuljen") == "/styring/urban-life/2023"
    assert "Puljens regnskab har 19.000 kr., altså 1.000 kr. mindre" in row(page, "15. Videns")
    assert "15.000 kr. 290.000 kr." in row(page, "Ophørte aktiviteter")
    assert row(page, "Offentliggjort sum").endswith("2.069.277 kr. 1.970.000 kr.")
    assert "Året er ikke åbnet i puljens regnskab" in client.look("/styring/plan/2024").text


def test_a_pool_that_is_not_the_readers_is_a_figure_only(
    world: World, colleague: MakeColleague
) -> None:
    load(world)
    open_year(world, 2023, 131_277)
    _, client = colleague("member", pool="knowledge")
    pool = row(client.look("/styring/plan/2023"), "14. Bylivs-")
    assert "131.277 kr." in pool
    assert "regnskab" not in pool
