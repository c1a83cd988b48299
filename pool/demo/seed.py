"""Filling an empty database with the demonstration, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files

from sqlmodel import Session

import pool.identity as identity
from pool.cases import money
from pool.cases.house import House
from pool.clock import local_day
from pool.db import Database
from pool.demo import district as district_room
from pool.demo import earmarked, story
from pool.demo.marks import DONE, MARK, is_marked, mark, value
from pool.demo.people import add_people
from pool.identity.actor import Actor
from pool.imports import runs
from pool.plan import load, open_year

BUDGETS = {
    "urban-life": {2021: 180_000, 2022: 107_000, 2023: 131_277, 2024: 96_000},
    "knowledge": {2021: 10_000, 2022: 10_000, 2023: 20_000, 2024: 5_000},
}
"""Kroner, from the Tingbjerg-Husum safety plan 2024 (tryghedsplan)."""

SOURCES = {
    ("urban-life", 2023): (
        "Tryghedsplan 2024: hovedtabellen 131.300, puljens eget afsnit 131.000; "
        "den offentliggjorte sum giver 131.277"
    ),
}
SOURCE = "Tryghedsplan 2024, hovedtabellen"
PLAN = "plan-2021-2024"
"""The plan's two files in the folder ``data``."""
NEIGHBOURS = ("bydelspulje", 2017)
NEIGHBOURS_FILE = "neighbour-pool-2017"
PRESENT = "Eksempel: samme beløb som i tryghedsplanen for 2024"


def is_demo(database: Database) -> bool:
    """Whether this database was made as a demonstration."""
    with database.read() as session:
        return is_marked(session, MARK)


def seed(house: House, now: datetime, *, district: bool = False) -> bool:
    """Fill the database; False where that was done before. ``district``: with the big pool in
    full work too, also where the rest was filled in before.

    An interrupted seeding is begun where it stopped: every command has a fixed id.
    """
    filled = _seed(house, now)
    if district:
        district_room.tell(house, now)
    return filled


def _seed(house: House, now: datetime) -> bool:
    with house.database.read() as session:
        found = value(session, MARK)
        if found == DONE:
            return False
        begun = found is not None
    if not begun:

        def first(session: Session) -> None:
            mark(session, "begun")
            add_people(session, now)

        house.database.write(first)
    _plan(house, now)
    _years(house, now)
    earmarked.tell(house, now - timedelta(days=60))
    story.tell(house, now)
    _neighbours(house, now)
    house.database.write(lambda session: mark(session, DONE))
    return True


def _finance(house: House) -> Actor:
    with house.database.read() as session:
        person = identity.find_by_email(session, "ole@demo.example")
        assert person is not None
        return identity.actor(session, person, None)


def _plan(house: House, now: datetime) -> None:
    folder = files("pool.demo") / "data"
    load(
        house,
        (folder / f"{PLAN}.csv").read_bytes(),
        (folder / f"{PLAN}.toml").read_bytes(),
        actor=_finance(house),
        now=now - timedelta(days=60),
    )


def _neighbours(house: House, now: datetime) -> None:
    """The neighbouring district's year, out of its record: tried here, brought in by a worker."""
    pool, year = NEIGHBOURS
    with house.database.read() as session:
        if runs.runs(session, pool):
            return
        person = identity.find_by_email(session, "sofie@demo.example")
        assert person is not None
        secretariat = identity.actor(session, person, pool)
    run = runs.prepare(
        house,
        pool=pool,
        year=year,
        budget=170_000_000,
        source="Lokalavisens referater af lokaludvalgets møder",
        name=f"{NEIGHBOURS_FILE}.csv",
        body=(files("pool.demo") / "data" / f"{NEIGHBOURS_FILE}.csv").read_bytes(),
        person=secretariat,
        now=now,
    )
    runs.start(house, run, secretariat, now)


def _years(house: House, now: datetime) -> None:
    finance = _finance(house)
    begin = now - timedelta(days=60)
    # In January the story began last year, so that year has its money too.
    lately = {local_day(moment).year for moment in (begin, now)}
    for pool, budgets in BUDGETS.items():
        for year, kroner in {**budgets, **dict.fromkeys(lately, budgets[2024])}.items():
            if _known(house, pool, year):
                continue
            open_year(
                house,
                pool=pool,
                year=year,
                budget=kroner * 100,
                source=PRESENT if year in lately else SOURCES.get((pool, year), SOURCE),
                command_id=f"demo-open-{pool}-{year}",
                actor=finance,
                now=begin,
            )


def _known(house: House, pool: str, year: int) -> bool:
    with house.database.read() as session:
        return money.year(session, pool, year) is not None
