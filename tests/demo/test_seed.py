"""The demonstration: whole on any day of the year, made once, every state in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

import pool.journal as journal
import pool.ledger as ledger
from pool import demo, schedule
from pool.cases.house import Definitions, House
from pool.db import Database
from pool.imports import runs
from pool.models.case import Case
from pool.plan import plan_years
from workflows.loading import load_all

DAYS = [
    datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    datetime(2027, 1, 2, 8, 0, tzinfo=UTC),
    datetime(2027, 2, 20, 8, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 30, tzinfo=UTC),
]


VISITORS_OWN = {"suggested", "suggestion-answered", "taken-up", "forwarded", "revoked"}
"""What a visitor brings about, and finds no example of."""


@pytest.mark.parametrize("now", DAYS, ids=lambda day: day.date().isoformat())
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_demonstration_is_whole_on_any_day(database: Database, now: datetime) -> None:
    house = House(database, Definitions(load_all(None)), "http://127.0.0.1:8000")
    database.write(lambda session: house.definitions.register(session, now))
    assert demo.seed(house, now)
    assert not demo.seed(house, now)
    assert demo.is_demo(database)
    with database.read() as session:
        own = select(col(Case.state)).where(col(Case.pool) != "bydelspulje")
        states = set(session.execute(own).scalars())
        every = {state.key for state in house.definitions.current("urban-life").states}
        assert states == every - VISITORS_OWN
        assert ledger.verify(session).ok
        assert journal.verify(session) == []
        plan = {
            year: ledger.status(session, "urban-life", year).budget // 100
            for year in (2021, 2022, 2023, 2024)
        }
        assert plan == {2021: 180_000, 2022: 107_000, 2023: 131_277, 2024: 96_000}
        assert ledger.status(session, "urban-life", 2023).earmarked == 5_000_000
        assert list(plan_years(session)) == [2024, 2023, 2022, 2021]
    job = database.write(lambda session: schedule.claim_due(session, now, [runs.ERRAND]))
    assert job is not None
    assert runs.work(house, job.payload, now)
    with database.read() as session:
        neighbours = ledger.status(session, "bydelspulje", 2017)
        assert (neighbours.budget, neighbours.granted) == (170_000_000, 70_470_000)
        assert ledger.verify(session).ok
