"""``kill -9`` in the middle of a decision, a payment, a return: whatever the step, the books stay
whole and the same command given again ends where it would have ended."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from typing import Any

import pytest

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import deadlines, facts, fire, money, notices
from pool.cases.commands import Command
from pool.cases.house import House
from pool.db import Database, make_engine
from pool.identity.actor import Actor
from tests.support.databases import Factory
from tests.support.house import REPORT, World, make_world

RUNS = 25


def _die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _before(room: Any, name: str) -> Callable[[], None]:
    def arm() -> None:
        setattr(room, name, _die)

    return arm


def _after(room: Any, name: str) -> Callable[[], None]:
    def arm() -> None:
        whole = getattr(room, name)

        def and_die(*args: Any, **kwargs: Any) -> Any:
            whole(*args, **kwargs)
            _die()

        setattr(room, name, and_die)

    return arm


STEPS: dict[str, Callable[[], None]] = {
    "locked": _after(fire, "lock"),
    "explained": _after(facts, "gather"),
    "money moved": _after(fire, "plan"),
    "before the journal": _before(journal, "write"),
    "journaled": _after(journal, "write"),
    "deadlines set": _after(deadlines, "apply"),
    "letter queued": _after(notices, "announce"),
    "remembered": _after(fire, "remember"),
    "committed": _after(Database, "write"),
}


def _in_a_child(url: str, world: World, command: Command, actor: Actor, step: str) -> int:
    """Fire in a forked process that kills itself at ``step``; how it ended."""
    pid = os.fork()
    if pid == 0:
        try:
            database = Database(make_engine(url))
            house = House(database, world.house.definitions, world.house.base_url)
            STEPS[step]()
            fire.fire(house, command, actor, world.now)
        finally:
            os._exit(7)
    return os.waitpid(pid, 0)[1]


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_killed_anywhere_and_repeated(make_database: Factory, now: Any) -> None:
    database = make_database()
    url = make_database.url_of(database)
    world = make_world(database, now)
    database.engine.dispose()
    chance = random.Random(20260302)
    for run in range(RUNS):
        case_id = world.apply(amount="1.000")
        acts: list[tuple[str, str, dict[str, Any]]] = [
            ("karim", "grant", {}),
            ("ole", "pay", {"reference": f"B-{run}", "paid_on": "2026-03-02"}),
            ("sofie", "report", {"report": {**REPORT, "spent": "900"}}),
            ("ole", "return", {"returned": "100", "returned_on": "2026-03-02"}),
            ("sofie", "close", {}),
        ]
        for who, action, inputs in acts:
            actor = world.actor(who)
            version = world.case(case_id).state_version
            command = Command(f"crash-{run}-{action}", case_id, action, version, inputs)
            step = chance.choice(list(STEPS))
            if chance.random() < 0.4:
                database.engine.dispose()
                status = _in_a_child(url, world, command, actor, step)
                assert os.WIFSIGNALED(status), (run, action, step, status)
            result = fire.fire(world.house, command, actor, world.now)
            assert result.state_version == version + 1, (run, action, step)
        with world.database.read() as session:
            of_case = money.of_case(session, case_id)
            kinds = [event.kind for event in journal.read(session, f"case:{case_id}")]
        assert (of_case.held, of_case.paid, of_case.returned) == (0, 100_000, 10_000)
        assert len(kinds) == 1 + len(acts), kinds
    with world.database.read() as session:
        assert ledger.verify(session).faults == ()
        assert journal.verify(session) == []
