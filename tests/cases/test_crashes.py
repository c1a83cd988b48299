"""``kill -9`` in the middle of a decision, a payment, a return: whatever the step, the books stay
whole and the same command given again ends where it would have ended."""

from __future__ import annotations

import random
from typing import Any

import pytest

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import fire, money
from pool.cases.commands import Command
from tests.support.databases import Factory
from tests.support.house import REPORT, make_world
from tests.support.killing import OF_A_MOVE, killed

RUNS = 13


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
            step = chance.choice(list(OF_A_MOVE))
            if chance.random() < 0.4:
                database.engine.dispose()
                died = killed(
                    url,
                    world.house,
                    lambda house, c=command, a=actor: fire.fire(house, c, a, world.now),  # type: ignore[misc]
                    OF_A_MOVE[step],
                )
                assert died, (run, action, step)
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
