"""Databases with so many cases in them, made once a run."""

from __future__ import annotations

import math
from pathlib import Path

from benchmarks import place
from pool import money
from pool.cases import search
from pool.cases.house import Definitions, House
from pool.clock import local_day, now
from tests.support.years import generate
from workflows.loading import load_all

YEARS_AGO = 2
"""The cases are of a year that is wholly over: nothing of it lies in the future."""
SEED = 20_170_316
AFFORDABLE = 60_000
"""More cases than this ask for more than one transfer can bring, 1.000.000.000 kr.: with that as
the year's money, grants beyond it become refusals."""


def year() -> int:
    return local_day(now()).year - YEARS_AGO


def make(data_dir: Path, pool: str, cases: int) -> Path:
    """A folder as :func:`benchmarks.place.make_ready` makes it, with ``cases`` cases of a whole
    year of ``pool`` behind it; the database's file."""
    place.make_ready(data_dir, with_years=False)
    database = place.open_database(data_dir)
    definitions = Definitions(load_all(None))
    generate(
        database, definitions, pool=pool, year=year(), cases=cases, seed=SEED,
        budget=money.MAX_ORE if cases > AFFORDABLE else None,
    )  # fmt: skip
    place.open_years(database, definitions)
    search.fill(House(database, definitions, "http://127.0.0.1"), seconds=math.inf)
    database.engine.dispose()
    return place.database_file(data_dir)
