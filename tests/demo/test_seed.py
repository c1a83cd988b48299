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
from pool.models.outbox import Message
from pool.plan import earmarks_of, plan_years
from workflows.loading import load_all

DAYS = [
    datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    datetime(2027, 1, 2, 8, 0, tzinfo=UTC),
    datetime(2027, 2, 20, 8, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 30, tzinfo=UTC),
]


VISITORS_OWN = {
    *("suggested", "suggestion-answered", "taken-up", "forwarded", "revoked"),
    "claimed",
}
"""What a visitor brings about, or time does, and finds no example of."""


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
        (mark,) = earmarks_of(session, house, "urban-life", 2023, person_id=None, roles=())
        assert (mark.line, mark.set_aside, mark.granted, mark.left) == (5, 5_000_000, 5_000_000, 0)
        (grant,) = mark.grants
        assert (grant.amount, grant.paid, grant.title) == (
            5_000_000,
            5_000_000,
            "Tilskud til Det gode valg",
        )
        letters = select(col(Message.state)).join(Case, col(Case.id) == col(Message.case_id))
        of_it = letters.where(col(Case.number) == grant.number)
        assert set(session.execute(of_it).scalars()) == {"kept"}, "it happened in 2023"
        of_2023 = ledger.status(session, "urban-life", 2023)
        assert (of_2023.earmarked, of_2023.paid, of_2023.free) == (0, 5_000_000, 8_127_700)
        assert ledger.status(session, "plan", 2023).earmarked == 206_927_700 - 15_127_700
        assert list(plan_years(session)) == [2024, 2023, 2022, 2021]
    job = database.write(lambda session: schedule.claim_due(session, now, [runs.ERRAND]))
    assert job is not None
    assert runs.work(house, job.payload, now)
    with database.read() as session:
        neighbours = ledger.status(session, "bydelspulje", 2017)
        assert (neighbours.budget, neighbours.granted) == (170_000_000, 70_470_000)
        assert ledger.verify(session).ok
