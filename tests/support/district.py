"""The big pool as tests use it: a world where its year is open, and the steps of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pool.cases import screening
from pool.db import Database
from tests.support.house import RECORD, World, make_world

POOL = "bydelspulje"
FREE = 70_000_000
"""What the pool has before anything is granted, øre."""

APPLICATION: Mapping[str, Any] = {
    "title": "Fællesspisning på torvet",
    "place": "husum",
    "benefit": "Naboer laver maden sammen, og alle kan komme.",
    "email": "sara@eksempel.example",
}
"""What a short application to it says otherwise than one to urban-life."""


def make_district(database: Database, now: datetime) -> World:
    """A world with all three pools open."""
    return make_world(
        database, now, budgets={"urban-life": 96_000, "knowledge": 5_000, POOL: FREE // 100}
    )


def apply(world: World, **changed: Any) -> int:
    """A new case of the big pool; its id."""
    return world.apply(POOL, **{**APPLICATION, **changed})


def to_checked(world: World, case_id: int) -> None:
    """Every point of the checklist marked."""
    points = world.house.definitions.current(POOL).checklist
    marks = {point.key: ("yes", "") for point in points}
    secretariat = world.actor("sofie", POOL)
    screening.mark(world.house, world.new_id(), case_id, marks, secretariat, world.now)


def to_screened(world: World, case_id: int) -> None:
    """Every point of the checklist marked, and screened."""
    to_checked(world, case_id)
    world.do(case_id, "sofie", "screen")


def to_recommended(world: World, case_id: int, advice: str = "full", **inputs: Any) -> None:
    """Screened and recommended by the secretariat."""
    to_screened(world, case_id)
    world.do(
        case_id, "sofie", "recommend", advice=advice, reasons="Mange får glæde af det.", **inputs
    )


def to_decided(world: World, case_id: int, action: str = "grant", **inputs: Any) -> None:
    """Recommended, and decided by the group as the secretariat wrote it down; not announced."""
    to_recommended(world, case_id)
    if action == "refuse":
        inputs.setdefault("reasons", "Kriteriet om lokal forankring er ikke opfyldt.")
    world.do(case_id, "sofie", action, record=dict(RECORD), **inputs)


def to_granted(world: World, case_id: int) -> None:
    """Granted in full and announced."""
    to_decided(world, case_id)
    world.do(case_id, "sofie", "announce-grant")
