"""The neighbouring pool's year 2017, brought in from the file that is shipped."""

from __future__ import annotations

from datetime import UTC, datetime

from pool.db import Database
from pool.imports import runs
from tests.imports.tables import SHIPPED
from tests.support.house import World, make_world

POOL = "bydelspulje"
BUDGET = 170_000_000
"""Øre: what the district had in 2017."""


def bring_in(database: Database) -> World:
    """A world that has it."""
    world = make_world(database, datetime(2026, 11, 23, 9, tzinfo=UTC))
    run = runs.prepare(
        world.house,
        pool=POOL,
        year=2017,
        budget=BUDGET,
        source="Lokalavisens referater",
        name=SHIPPED.name,
        body=SHIPPED.read_bytes(),
        person=world.actor("sofie"),
        now=world.now,
    )
    runs.run_now(world.house, run, world.actor("sofie"), world.now)
    return world
