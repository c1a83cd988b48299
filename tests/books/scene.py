"""A light pool that compares itself with the municipality's books, and ways to make both sides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pool import books
from pool.books import Layout, Outcome
from pool.cases.house import Definitions, House
from pool.db import Database
from tests.support.house import World, make_world
from workflows.definition import Definition
from workflows.loading import load_all, parse_text

POOL, YEAR = "urban-life", 2026
HEAD = "Bogføringsdato;Beløb;Bilagsnr;Tekst"


def definitions() -> Mapping[str, Definition]:
    """The shipped ones, the light pool's with its books switched on."""
    shipped = dict(load_all(None))
    source = shipped[POOL].source
    shipped[POOL] = parse_text(f"{source}\n[features]\nbooks = true\n", POOL)
    return shipped


def make(database: Database, now: datetime) -> World:
    world = make_world(database, now)
    world.house = House(database, Definitions(definitions()), world.house.base_url)
    return world


def pay(
    world: World, reference: str, kroner: int = 5_000, on: str = "2026-03-04", **said: Any
) -> int:
    """A case granted and paid; its id."""
    case_id = world.apply(amount=str(kroner), **said)
    world.do(case_id, "karim", "grant")
    world.do(case_id, "sofie", "pay", reference=reference, paid_on=on)
    return case_id


def csv(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def upload(world: World, body: bytes, **chosen: Any) -> Outcome:
    return books.upload(
        world.house,
        world.new_id(),
        pool=POOL,
        year=YEAR,
        name="posteringer.csv",
        body=body,
        chosen=Layout(**chosen) if chosen else None,
        actor=world.actor("ole"),
        now=world.now,
    )


def compare(world: World) -> books.Comparison:
    with world.database.read() as session:
        return books.compare(session, POOL, YEAR)


def told(world: World) -> list[tuple[str, int, int]]:
    """(kind, theirs, ours) of every difference, kroner."""
    return [(one.kind, one.theirs // 100, one.ours // 100) for one in compare(world).differences]
