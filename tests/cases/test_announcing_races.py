"""Two people announce at once: one announcement, one letter. And it is the lock that does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import pytest
from sqlmodel import Session, SQLModel, col, select

from pool import journal
from pool.cases import fire as fire_room
from pool.cases.bulk_firing import Order, Outcome, fire_each
from pool.cases.errors import Refused, Stale
from pool.db import Database
from pool.models.case import Case, Decision
from pool.models.outbox import Message
from tests.cases.test_races import LONG, RUNS, together, unlocked
from tests.support.district import POOL, apply, make_district, to_decided
from tests.support.house import World

Kind = TypeVar("Kind", bound=SQLModel)


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_district(database, now)


def two_announcers(world: World, case_id: int, seed: int) -> list[Any]:
    order = [Order(case_id, "announce-grant", world.case(case_id).state_version)]
    crew: list[Callable[[], Any]] = [
        lambda name=name: fire_each(  # type: ignore[misc]
            world.house, f"{name}-{case_id}", order, world.actor(name, POOL), world.now
        )
        for name in ("sofie", "karim")
    ]
    return together(*crew, seed=seed)


def went_well(world: World, case_id: int, results: list[Any]) -> bool:
    if not all(isinstance(one, tuple) for one in results):
        return False
    found: list[Outcome] = [one[0] for one in results]
    done = [one for one in found if one.result is not None]
    told = [one for one in found if isinstance(one.error, Stale | Refused)]
    with world.database.read() as session:
        letters = session.exec(
            select(Message.state).where(
                Message.case_id == case_id, col(Message.letter).is_not(None)
            )
        ).all()
        kinds = [one.kind for one in journal.read(session, f"case:{case_id}")]
    once = list(letters) == ["queued"] and kinds.count("case.announce-grant") == 1
    return len(done) == 1 and len(told) == 1 and once


def decided(world: World, count: int) -> list[int]:
    """Cases decided and not announced: one that came about as they do, and others like it."""
    first = apply(world, amount="1.000")
    to_decided(world, first)

    def others(session: Session) -> list[int]:
        case = session.get_one(Case, first)
        decision = session.exec(select(Decision).where(Decision.case_id == first)).one()
        draft = session.exec(
            select(Message).where(Message.case_id == first, Message.state == "draft")
        ).one()
        made = []
        for n in range(1, count):
            undecided = {"decision_id": None, "outcome": None, "granted": None}
            like = _like(session, case, number=f"{case.number}-{n}", **undecided)
            like.decision_id = _like(session, decision, case_id=like.id).id
            like.outcome, like.granted = case.outcome, case.granted
            _like(session, draft, case_id=like.id, event=f"{draft.event}-{n}")
            made.append(like.id or 0)
        return made

    return [first, *world.database.write(others)]


def _like(session: Session, row: Kind, **changed: Any) -> Kind:
    """Another such row."""
    made = type(row)(**{**row.model_dump(exclude={"id"}), **changed})
    session.add(made)
    session.flush()
    return made


@pytest.mark.parametrize("runs", [RUNS, pytest.param(1000, marks=LONG)])
def test_two_announcers_one_announcement_one_letter(world: World, runs: int) -> None:
    for seed, case_id in enumerate(decided(world, runs)):
        results = two_announcers(world, case_id, seed)
        assert went_well(world, case_id, results), (seed, results)


def test_without_the_lock_they_do_go_wrong(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = decided(world, 5)

    def without(session: Session, case_id: int) -> Case:
        return unlocked(session, case_id)

    monkeypatch.setattr(fire_room, "lock", without)
    database = world.database
    if database.is_sqlite:
        monkeypatch.setattr(database, "_writer", database.engine)
    write = database.write
    monkeypatch.setattr(database, "write", lambda work, attempts=1: write(work, attempts=1))
    for seed, case_id in enumerate(ids):
        if not went_well(world, case_id, two_announcers(world, case_id, seed)):
            return
    pytest.fail("the lock makes no difference: this race cannot show that it works")
