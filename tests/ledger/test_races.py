"""Several writers at once, in pairs: with the guards and the lock it comes out right; without
them it does break, so these tests can fail."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.db import Database
from pool.ledger import posting
from pool.migrations import guards
from pool.migrations.guards import postgresql
from pool.models.ledger import Account, Transfer
from tests.ledger.scene import HOW
from tests.support.cases import granted_case

HOLD = 7
ROUNDS = 25


def _prepare(database: Database, budget: int, pool: str = "urban-life") -> dict[str, Any]:
    """A year with a budget, and a case: what :func:`pool.ledger.hold` is told."""

    def work(session: Session) -> dict[str, Any]:
        year = ledger.open_year(
            session, pool, 2024, budget=budget, command_id=f"open {pool}", **HOW
        )
        return {"year_id": year.id, "amount": HOLD, **granted_case(session, pool=pool).ids}

    return database.write(work)


def _hold(what: dict[str, Any], command: str) -> Callable[[Session], Account]:
    return lambda session: ledger.hold(session, command_id=command, **what, **HOW)


def _together(works: list[Callable[[], None]]) -> list[BaseException]:
    """Run all at once; what they raised."""
    raised: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def _held(database: Database) -> int:
    with database.read() as session:
        total = select(func.sum(Transfer.amount)).where(col(Transfer.kind) == "hold")
        return int(session.execute(total).scalar_one())


def test_many_holds_stop_at_the_last_full_one(database: Database) -> None:
    """Holds of 7 against 100: 14 are granted, 2 øre are left."""
    what = _prepare(database, 100)

    def decider(number: int) -> Callable[[], None]:
        def work() -> None:
            for turn in range(3):
                database.write(_hold(what, f"{number}/{turn}"))

        return work

    raised = _together([decider(number) for number in range(8)])
    assert {type(error) for error in raised} == {ledger.NotEnough}
    assert _held(database) == 98
    with database.read() as session:
        assert ledger.status(session, "urban-life", 2024).free == 2
        assert ledger.verify(session).faults == ()


def test_without_guards_they_do_not_stop(database: Database) -> None:
    """An application that looks first, and finds enough, grants what is no longer there."""
    what = _prepare(database, 100)
    with database.engine.begin() as connection:
        guards.remove(connection)
    looked = threading.Barrier(8)

    def decider(number: int) -> Callable[[], None]:
        def work() -> None:
            for turn in range(2):
                with database.read() as session:
                    held = select(func.coalesce(func.sum(Transfer.amount), 0))
                    taken = session.execute(held.where(col(Transfer.kind) == "hold")).scalar_one()
                looked.wait()
                if 100 - taken >= HOLD:
                    database.write(_hold(what, f"{number}/{turn}"))

        return work

    assert _together([decider(number) for number in range(8)]) == []
    assert _held(database) == 112
    with database.read() as session:
        assert "overdraft" in {fault.code for fault in ledger.verify(session).faults}


def _two_deciders(database: Database, prefix: str, seed: int, *, write: Any) -> list[Any]:
    """Two holds of 7 against 10, at nearly the same moment; what was raised."""
    chance = random.Random(seed)
    what = _prepare(database, 10, pool=f"{prefix}-{seed}")

    def decider(number: int) -> Callable[[], None]:
        delay = chance.uniform(0, 0.004)

        def work() -> None:
            time.sleep(delay)
            write(_hold(what, f"{prefix}/{seed}/{number}"))

        return work

    return _together([decider(0), decider(1)])


def test_of_two_deciders_one_gets_the_money(database: Database) -> None:
    for seed in range(ROUNDS):
        raised = _two_deciders(database, "pair", seed, write=database.write)
        assert [type(error) for error in raised] == [ledger.NotEnough], seed
        with database.read() as session:
            assert ledger.status(session, f"pair-{seed}", 2024).free == 3
    with database.read() as session:
        assert ledger.verify(session).faults == ()


def test_without_the_lock_two_deciders_break(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same without the lock of the book (PostgreSQL), or of the unit of work (SQLite): they
    number the same transfer, or work on what is no longer so, and fail with a database error.
    Even then nothing is overdrawn: the guards hold."""
    if database.is_sqlite:
        unlocked = Database(database.engine)
        unlocked._writer = database.engine.execution_options(puljen_begin="DEFERRED")
    else:
        unlocked = database
        monkeypatch.setattr(posting, "lock_years", lambda *_: None)
        monkeypatch.setattr("pool.ledger.moves.lock_years", lambda *_: None)
        with database.engine.begin() as connection:
            guards.remove(connection)
            without = tuple(replace(guard, lock=None) for guard in guards.GUARDS)
            postgresql.install(connection, without)

    def write(work: Callable[[Session], Any]) -> Any:
        def slowly(session: Session) -> Any:
            session.execute(select(func.count()).select_from(Transfer)).scalar_one()
            time.sleep(0.01)
            made = work(session)
            time.sleep(0.01)
            return made

        return unlocked.write(slowly, attempts=1)

    broken = 0
    for seed in range(ROUNDS):
        raised = _two_deciders(database, "bare", seed, write=write)
        broken += any(isinstance(error, DBAPIError) for error in raised)
    assert broken > 0
    with database.read() as session:
        codes = {fault.code for fault in ledger.verify(session).faults}
    assert codes <= {"guard-changed"}


def test_the_same_command_from_two_sides_is_done_once(database: Database) -> None:
    """A double click that reaches two processes: both get the one transfer."""
    what = _prepare(database, 1000)
    made: list[int | None] = []

    def click() -> None:
        made.append(database.write(_hold(what, "click")).id)

    assert _together([click] * 4) == []
    assert len(set(made)) == 1
    assert _held(database) == HOLD
