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


# -- sixteen writers, and two who want the opposite


def test_sixteen_writers_stop_at_the_last_full_hold(database: Database) -> None:
    """Holds of 7 against 1,000: 142 are granted, 6 øre are left, and nobody meets an error but
    that there is not enough."""
    what = _prepare(database, 1_000)
    done = [0] * 16

    def decider(number: int) -> Callable[[], None]:
        def work() -> None:
            for turn in range(12):
                try:
                    database.write(_hold(what, f"{number}/{turn}"))
                except ledger.NotEnough:
                    return
                done[number] += 1

        return work

    assert _together([decider(number) for number in range(16)]) == []
    assert sum(done) == 142
    with database.read() as session:
        assert ledger.status(session, "urban-life", 2024).free == 6
        assert ledger.verify(session).faults == ()


def _raced(
    database: Database, pool: str, seed: int, works: dict[str, Callable[[Session], Any]]
) -> set[str]:
    """Who was refused by the ledger, when all tried at nearly the same moment."""
    chance = random.Random(f"{pool} {seed}")
    refused: set[str] = set()

    def run(name: str, delay: float) -> Callable[[], None]:
        def work() -> None:
            time.sleep(delay)
            try:
                database.write(works[name])
            except ledger.LedgerError:
                refused.add(name)

        return work

    assert _together([run(name, chance.uniform(0, 0.004)) for name in works]) == []
    return refused


def _scene(database: Database, pool: str) -> dict[str, int]:
    """A year with one hold of 100, all of its money, and a payment of 40 out of another 40."""

    def work(session: Session) -> dict[str, int]:
        year = ledger.open_year(session, pool, 2024, budget=140, command_id=f"o {pool}", **HOW)
        ids = granted_case(session, pool=pool).ids
        known: dict[str, Any] = {"year_id": year.id, **ids, **HOW}
        held = ledger.hold(session, amount=100, command_id=f"h {pool}", **known)
        other = ledger.hold(session, amount=40, command_id=f"i {pool}", **known)
        paid = ledger.pay(session, held_id=other.id or 0, command_id=f"p {pool}", **HOW)
        return {
            "year": year.id or 0,
            "held": held.id or 0,
            "post": paid.id or 0,
            "paid": paid.to_id,
            **ids,
        }

    return database.write(work)


def test_paying_against_releasing(database: Database) -> None:
    """One of them gets the hundred, never both, and never neither."""
    for seed in range(ROUNDS):
        pool = f"post-void-{seed}"
        ids = _scene(database, pool)
        refused = _raced(
            database,
            pool,
            seed,
            {
                "post": lambda s, i=ids, p=pool: ledger.pay(  # type: ignore[misc]
                    s, held_id=i["held"], amount=100, command_id=f"post {p}", **HOW
                ),
                "void": lambda s, i=ids, p=pool: ledger.void(  # type: ignore[misc]
                    s, held_id=i["held"], amount=100, command_id=f"void {p}", **HOW
                ),
            },
        )
        assert len(refused) == 1, seed
        with database.read() as session:
            told = ledger.status(session, pool, 2024)
            assert (told.paid, told.free) == ((140, 0) if "void" in refused else (40, 100))
    with database.read() as session:
        assert ledger.verify(session).faults == ()


def test_two_returns_of_the_same_money(database: Database) -> None:
    """Forty came back once: the second thirty of it is refused."""
    for seed in range(ROUNDS):
        pool = f"returns-{seed}"
        ids = _scene(database, pool)
        works: dict[str, Callable[[Session], Any]] = {
            name: lambda s, i=ids, c=f"{name} {pool}": ledger.give_back(  # type: ignore[misc]
                s, post_id=i["post"], amount=30, command_id=c, **HOW
            )
            for name in ("one", "two")
        }
        assert len(_raced(database, pool, seed, works)) == 1, seed
        with database.read() as session:
            assert ledger.get_account(session, ids["paid"]).balance == 10
    with database.read() as session:
        assert ledger.verify(session).faults == ()


def test_closing_against_a_hold(database: Database) -> None:
    """Either the hold was first, and the year cannot be closed with it; or the year was, and takes
    no more."""
    for seed in range(ROUNDS):
        pool = f"close-{seed}"

        def begin(session: Session, pool: str = pool) -> dict[str, Any]:
            year = ledger.open_year(session, pool, 2024, budget=50, command_id=f"o {pool}", **HOW)
            return {"year_id": year.id, **granted_case(session, pool=pool).ids}

        known = database.write(begin)

        def close(session: Session, pool: str = pool, known: dict[str, Any] = known) -> None:
            ledger.set_year_state(session, pool, 2024, "closing")
            ledger.relinquish(
                session, year_id=known["year_id"], amount=50, command_id=f"r {pool}", **HOW
            )
            ledger.set_year_state(session, pool, 2024, "closed")

        def hold(session: Session, pool: str = pool, known: dict[str, Any] = known) -> None:
            ledger.hold(session, amount=7, command_id=f"h {pool}", **known, **HOW)

        refused = _raced(database, pool, seed, {"close": close, "hold": hold})
        assert len(refused) == 1, seed
        with database.read() as session:
            told = ledger.status(session, pool, 2024)
            wanted = ("closed", 0, 0) if "hold" in refused else ("open", 43, 7)
            assert (told.state, told.free, told.granted) == wanted
    with database.read() as session:
        assert ledger.verify(session).faults == ()


@pytest.mark.parametrize("race", ["post-void", "returns"])
def test_without_guards_both_get_it(database: Database, race: str) -> None:
    """The same two, by an application that looks first and trusts what it saw: both find the money
    there, and the books say so afterwards."""
    ids = _scene(database, race)
    with database.engine.begin() as connection:
        guards.remove(connection)
    looked = threading.Barrier(2)
    place = ids["held"] if race == "post-void" else ids["paid"]

    def taking(name: str) -> Callable[[], None]:
        def take(session: Session) -> None:
            of: dict[str, Any] = {"command_id": f"{name} bare", **HOW}
            if race == "returns":
                ledger.give_back(session, post_id=ids["post"], amount=30, **of)
            elif name == "one":
                ledger.pay(session, held_id=ids["held"], amount=100, **of)
            else:
                ledger.void(session, held_id=ids["held"], amount=100, **of)

        def work() -> None:
            with database.read() as session:
                there = _standing(session, place)
            looked.wait()
            if there >= 30:
                database.write(take)

        return work

    assert _together([taking("one"), taking("two")]) == []
    with database.read() as session:
        assert _standing(session, place) < 0
        assert "overdraft" in {fault.code for fault in ledger.verify(session).faults}


def _standing(session: Session, account_id: int) -> int:
    """What the transfers leave in an account."""
    arrived = select(func.coalesce(func.sum(Transfer.amount), 0))
    to = session.execute(arrived.where(col(Transfer.to_id) == account_id)).scalar_one()
    away = session.execute(arrived.where(col(Transfer.from_id) == account_id)).scalar_one()
    return int(to) - int(away)
