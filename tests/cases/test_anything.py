"""Random histories of every pool's casework: whatever anybody tries in whatever order, no state is
without its facts, no event is lost, numbers have no gap, and a refused action changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from pool.db import Database, make_engine
from tests.cases.anything import POOLS, Anything
from tests.support.databases import SqliteDatabases

WELL_KNOWN = {
    "urban-life": {"received", "asked", "granted", "paid", "reported", "closed"},
    "knowledge": {"received", "asked", "granted", "paid", "reported", "closed"},
    "bydelspulje": {"received", "screened", "recommended", "decided-yes", "granted"},
}
"""States that histories of any length must come to."""


@pytest.mark.parametrize(
    ("examples", "steps"),
    [(8, 20), pytest.param(150, 60, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])],
)
@pytest.mark.parametrize("pool", POOLS)
def test_whatever_anybody_tries(
    sqlite_databases: SqliteDatabases, pool: str, examples: int, steps: int
) -> None:
    class Machine(Anything):
        pass

    Machine.pool = pool
    Machine.visited = set()
    Machine.fresh = staticmethod(lambda: Database(make_engine(sqlite_databases.url())))
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Machine.visited >= WELL_KNOWN[pool], "the histories are long enough to tell something"
