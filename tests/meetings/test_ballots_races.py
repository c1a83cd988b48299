"""A vote against the close, and two who confirm: with the case's lock and the guard one is told;
with them taken away the same race goes wrong, so the tests can fail. On both engines."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

import pool.identity as identity
from pool.cases.errors import Refused, Stale
from pool.db import Database
from pool.identity.actor import Actor
from pool.meetings import ballots, ballots_ending, ballots_parts
from pool.migrations import guards
from tests.cases.test_races import RUNS, together, unlocked
from tests.meetings.ballot_box import ballot, close, propose, ready, vote, votes
from tests.support.district import POOL, make_district
from tests.support.house import World


@pytest.fixture
def world(database: Database) -> World:
    return make_district(database, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def vote_against_close(world: World, ballot_id: int, seed: int) -> list[Any]:
    """Amina votes while the chair closes. Jens has voted no; two of three must vote."""
    vote(world, ballot_id, "jens", "no")
    amina, karim = world.actor("amina", POOL), world.actor("karim", POOL)
    wish = ballots.Cast(world.new_id(), ballot_id, "yes")
    return together(
        partial(ballots.cast, world.house, wish, amina, world.now),
        partial(ballots.close, world.house, ballot_id, karim, world.now),
        seed=seed,
    )


def counted_right(world: World, ballot_id: int, results: list[Any]) -> bool:
    """The vote is in and counted, or its author was told that it came too late."""
    cast, closed = results
    state, given = ballot(world, ballot_id).state, votes(world, ballot_id)
    if closed != state:
        return False
    if isinstance(cast, ballots.NotNow):
        return state == "not-quorate" and "Amina" not in given
    return not isinstance(cast, Exception) and state == "lost" and given["Amina"] == "yes"


def race(world: World, runs: int) -> None:
    case_id = ready(world)
    for seed in range(runs):
        ballot_id = propose(world, case_id)
        results = vote_against_close(world, ballot_id, seed)
        assert counted_right(world, ballot_id, results), (seed, results)


def test_a_vote_is_counted_or_refused(world: World) -> None:
    race(world, RUNS)


@pytest.mark.soak
def test_a_vote_is_counted_or_refused_a_thousand_times(world: World) -> None:
    race(world, 1_000)


def without_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballots_parts, "lock", unlocked)
    monkeypatch.setattr("pool.cases.fire.lock", unlocked)
    database = world.database
    if database.is_sqlite:
        monkeypatch.setattr(database, "_writer", database.engine)
    write = database.write
    monkeypatch.setattr(database, "write", lambda work, attempts=1: write(work, attempts=1))


def test_without_the_lock_a_late_vote_does_slip_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = ready(world)
    for seed in range(RUNS):
        with monkeypatch.context() as patched:
            ballot_id = propose(world, case_id)
            without_lock(world, patched)
            results = vote_against_close(world, ballot_id, seed)
        if not counted_right(world, ballot_id, results):
            return
        if ballot(world, ballot_id).state == "open":
            close(world, ballot_id, "karim")
    pytest.fail("the lock makes no difference: this race cannot show that it works")


LATE = (
    "INSERT INTO vote (ballot_id, person_id, name, choice, comment, via, cast_at)"
    " SELECT ballot_id, {amina}, 'Amina', 'yes', '', 'page', cast_at FROM vote"
)


def test_without_the_guard_a_vote_comes_in_after_the_close(world: World) -> None:
    """The other half of ``test_ballots.test_the_database_refuses_a_late_vote``."""
    ballot_id = propose(world, ready(world))
    vote(world, ballot_id, "jens", "yes")
    close(world, ballot_id, "karim")
    with world.database.engine.begin() as connection:
        guards.remove(connection)
    sql = LATE.format(amina=world.people["amina"])

    def insert(session: Session) -> None:
        session.execute(text(sql))

    world.database.write(insert)
    assert len(votes(world, ballot_id)) == 2, "one more than was counted"


def carried(world: World) -> tuple[int, int]:
    """A case and its ballot, carried and not confirmed."""
    case_id = ready(world, amount="1.000")
    ballot_id = propose(world, case_id)
    for who in ("jens", "amina", "karim"):
        vote(world, ballot_id, who, "yes")
    return case_id, ballot_id


def two_confirm(world: World, case_id: int, ballot_id: int, seed: int) -> list[Any]:
    version = world.case(case_id).state_version

    def sure(actor: Actor) -> Any:
        wish = ballots_ending.Confirm(f"{ballot_id}-{actor.person_id}", ballot_id, version)
        return ballots_ending.confirm(world.house, wish, actor, world.now)

    chairs = [world.actor(who, POOL) for who in ("karim", "amina")]
    return together(*[partial(sure, chair) for chair in chairs], seed=seed)


def went_well(results: list[Any]) -> bool:
    told = [one for one in results if isinstance(one, Stale | Refused | ballots.NotNow)]
    return len(told) == 1 and sum(not isinstance(one, Exception) for one in results) == 1


def second_chair(world: World) -> None:
    amina = world.people["amina"]
    world.database.write(lambda session: identity.grant_role(session, amina, "chair"))


def test_two_who_confirm_make_one_decision(world: World) -> None:
    """Fewer runs: two deciders are raced in ``tests.cases.test_races``."""
    second_chair(world)
    for seed in range(8):
        case_id, ballot_id = carried(world)
        results = two_confirm(world, case_id, ballot_id, seed)
        assert went_well(results), (seed, results)
        assert ballot(world, ballot_id).decision_id == world.case(case_id).decision_id


def test_without_the_lock_two_who_confirm_do_go_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_chair(world)
    for seed in range(RUNS):
        case_id, ballot_id = carried(world)
        with monkeypatch.context() as patched:
            without_lock(world, patched)
            results = two_confirm(world, case_id, ballot_id, seed)
        if not went_well(results):
            return
    pytest.fail("the lock makes no difference: this race cannot show that it works")
