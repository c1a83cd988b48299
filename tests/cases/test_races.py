"""Two people at once. Races come in pairs: with the lock one wins and the other is told; with the
lock taken away the same race goes wrong, so the test can fail."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from sqlmodel import Session

from pool.cases import fire as fire_room
from pool.cases import money, submit
from pool.cases.commands import Command, Submission
from pool.cases.errors import NotFound, Refused, Stale
from pool.cases.fire import fire
from pool.db import Database
from pool.identity.actor import applicant
from pool.models.case import Case
from tests.support.house import RECORD, World, make_world

RUNS = 25
LONG = [pytest.mark.soak, pytest.mark.timeout(3600)]


def together(*works: Callable[[], Any], seed: int) -> list[Any]:
    """Run all at the same moment (give or take a seeded few milliseconds); results or errors."""
    barrier = Barrier(len(works))
    chance = random.Random(seed)
    waits = [chance.uniform(0, 0.004) for _ in works]

    def one(work: Callable[[], Any], wait: float) -> Any:
        barrier.wait()
        time.sleep(wait)
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as crew:
        return list(crew.map(one, works, waits))


def two_deciders(world: World, case_id: int, seed: int) -> list[Any]:
    chair, secretariat = world.actor("karim"), world.actor("sofie")
    version = world.case(case_id).state_version
    grant = Command(f"g-{case_id}-{seed}", case_id, "grant", version)
    refuse = Command(
        f"r-{case_id}-{seed}",
        case_id,
        "refuse",
        version,
        {"reasons": "Uden for området.", "record": RECORD},
    )
    return together(
        lambda: fire(world.house, grant, chair, world.now),
        lambda: fire(world.house, refuse, secretariat, world.now),
        seed=seed,
    )


def went_well(results: list[Any]) -> bool:
    told = [r for r in results if isinstance(r, Stale | Refused)]
    done = [r for r in results if not isinstance(r, Exception)]
    return len(done) == 1 and len(told) == 1


@pytest.mark.parametrize("runs", [RUNS, pytest.param(1000, marks=LONG)])
def test_two_deciders_one_decision(world: World, runs: int) -> None:
    for seed in range(runs):
        case_id = world.apply(amount="10")
        results = two_deciders(world, case_id, seed)
        assert went_well(results), (seed, results)
        case = world.case(case_id)
        with world.database.read() as session:
            held = money.of_case(session, case_id).held
        assert held == (case.granted or 0)


def unlocked(session: Session, case_id: int) -> Case:
    """What ``fire.lock`` would be without its lock."""
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotFound(str(case_id))
    time.sleep(0.01)
    return case


def without_the_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on nobody waits for anybody."""
    monkeypatch.setattr(fire_room, "lock", unlocked)
    database = world.database
    if database.is_sqlite:
        monkeypatch.setattr(database, "_writer", database.engine)
    write = database.write
    monkeypatch.setattr(database, "write", lambda work, attempts=1: write(work, attempts=1))


def test_without_the_lock_two_deciders_do_go_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_lock(world, monkeypatch)
    broken = 0
    for seed in range(RUNS):
        case_id = world.apply(amount="1.000")
        broken += not went_well(two_deciders(world, case_id, seed))
        if broken:
            return
    pytest.fail("the lock makes no difference: this race cannot show that it works")


def decided_and_withdrawn(world: World, case_id: int, seed: int) -> list[Any]:
    """The chair says yes while the applicant takes the application back."""
    chair, version = world.actor("karim"), world.case(case_id).state_version
    grant = Command(f"g-{case_id}-{seed}", case_id, "grant", version)
    withdraw = Command(f"w-{case_id}-{seed}", case_id, "withdraw", version)
    return together(
        lambda: fire(world.house, grant, chair, world.now),
        lambda: fire(world.house, withdraw, applicant("Lene Bruun"), world.now),
        seed=seed,
    )


@pytest.mark.parametrize("runs", [RUNS, pytest.param(1000, marks=LONG)])
def test_decided_or_withdrawn_never_both(world: World, runs: int) -> None:
    for seed in range(runs):
        case_id = world.apply(amount="10")
        results = decided_and_withdrawn(world, case_id, seed)
        assert went_well(results), (seed, results)
        case = world.case(case_id)
        with world.database.read() as session:
            held = money.of_case(session, case_id).held
        assert (case.state, held) in {("granted", 1_000), ("withdrawn", 0)}


def test_without_the_lock_a_withdrawn_case_is_decided(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_lock(world, monkeypatch)
    for seed in range(RUNS):
        case_id = world.apply(amount="10")
        if not went_well(decided_and_withdrawn(world, case_id, seed)):
            return
    pytest.fail("the lock makes no difference: this race cannot show that it works")


def test_a_double_click_decides_once(world: World) -> None:
    chair = world.actor("karim")
    for seed in range(RUNS):
        case_id = world.apply(amount="1.000")
        command = Command(f"d-{seed}", case_id, "grant", 1)
        results = together(
            *[lambda c=command: fire(world.house, c, chair, world.now)] * 2, seed=seed
        )
        assert sorted(result.repeated for result in results) == [False, True], results
        with world.database.read() as session:
            assert money.of_case(session, case_id).held == 100_000


def test_a_double_submission_makes_one_case(world: World) -> None:
    for seed in range(RUNS):
        draft_id = world.draft(amount="1.000")
        results = together(
            *[
                lambda n=n, d=draft_id: submit.submit(
                    world.house, Submission(f"s-{d}-{n}", d), world.now
                )
                for n in range(2)
            ],
            seed=seed,
        )
        assert len({result.case_id for result in results}) == 1, results
        assert sorted(result.repeated for result in results) == [False, True]


def test_numbers_run_without_gap_or_twin(world: World) -> None:
    draft_ids = [world.draft(amount="1.000") for _ in range(12)]
    results = together(
        *[
            lambda d=d: submit.submit(world.house, Submission(f"n-{d}", d), world.now)
            for d in draft_ids
        ],
        seed=1,
    )
    assert sorted(int(result.number.rsplit("-", 1)[1]) for result in results) == list(range(1, 13))


def test_the_last_krone_is_granted_once(database: Database, now: datetime) -> None:
    """Two cases, money for one: the hold is the check, whatever the pages said."""
    world = make_world(database, now, budgets={"urban-life": 14_000})
    for seed in range(RUNS):
        with world.database.read() as session:
            year = money.year(session, "urban-life", 2026)
        assert year is not None
        if year.free < 100_000:
            break
        share = str(year.free // 100 // 3 * 2)
        one, two = (world.apply(amount=share) for _ in range(2))
        chair = world.actor("karim")
        results = together(
            *[
                partial(fire, world.house, Command(f"l-{c}", c, "grant", 1), chair, world.now)
                for c in (one, two)
            ],
            seed=seed,
        )
        done = [r for r in results if not isinstance(r, Exception)]
        assert len(done) == 1, results
        with world.database.read() as session:
            left = money.year(session, "urban-life", 2026)
        assert left is not None
        assert left.free == year.free - int(share) * 100
