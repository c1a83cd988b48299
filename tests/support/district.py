"""The big pool as tests use it: a world where its year is open, and the steps of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from pool import payments
from pool.cases import deadlines, screening
from pool.cases.effects_payments import current
from pool.db import Database
from tests.support.house import RECORD, REPORT, World, make_world

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


POSTS = ("materials", "food", "rent", "fees", "transport", "publicity", "other", "unforeseen")


def report(spent: str, **more: str) -> dict[str, Any]:
    """The report of a short application, whose accounts have a line for each of the pool's posts:
    all that was ``spent`` went to food."""
    told = {key: value for key, value in REPORT.items() if key != "spent"}
    return {**told, **more, "accounts": {**dict.fromkeys(POSTS, "0"), "food": spent}}


def due(world: World, case_id: int) -> dict[str, date]:
    """What is due of the case, and when."""
    with world.database.read() as session:
        return deadlines.open_deadlines(session, case_id)


def reminded(world: World, case_id: int) -> None:
    """It is the day after the report was due, and the applicant has been reminded."""
    day = due(world, case_id)["report"] + timedelta(days=1)
    world.now = datetime.combine(day, time(12), world.now.tzinfo)
    deadlines.fire_due(world.house, world.now)


PAYEE = {
    "way": "applicant",
    "number_kind": "cvr",
    "number": "64942212",
    "name": "Husum Beboere",
}
"""Where the money goes, as the applicant tells it."""


def pay(
    world: World,
    case_id: int,
    who: str = "ole",
    *,
    reference: str = "B-1",
    paid_on: str = "2026-03-02",
) -> None:
    """Pay what is to be paid next: the applicant has told where to, the secretariat puts it on a
    list, finance releases that, and ``who`` marks it as paid."""
    house, now = world.house, world.now
    with world.database.read() as session:
        known = current(session, case_id) is not None
    if not known:
        world.do(case_id, "applicant", "payee", payee=dict(PAYEE))
    maker, releaser = world.actor("sofie", POOL), world.actor("ole", POOL)
    with world.database.read() as session:
        due = payments.can_be_paid(session, house, POOL, maker, now)
        chosen = [
            payments.Chosen(case_id, one.amount, one.payee.id or 0)
            for one in due
            if one.case.id == case_id
        ]
    number = payments.prepare(house, world.new_id(), POOL, chosen, maker, now)
    with world.database.read() as session:
        found = payments.find(session, POOL, number)
    payments.release(house, world.new_id(), found.id or 0, found.version, releaser, now)
    mark(world, case_id, who, reference=reference, paid_on=paid_on)


def mark(
    world: World,
    case_id: int,
    who: str = "ole",
    *,
    reference: str = "B-1",
    paid_on: str = "2026-03-02",
) -> None:
    """Mark the case's line of a released list as paid."""
    with world.database.read() as session:
        found = payments.of_case(session, case_id)
    assert found is not None
    actor, item_id = world.actor(who, POOL), found[1].id or 0
    payments.mark_line(
        world.house, world.new_id(), item_id, None, reference, paid_on, actor, world.now
    )
