"""The district's pool, ready for its meeting: whole on any day of the year, made once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

import pool.identity as identity
import pool.journal as journal
import pool.ledger as ledger
from pool import demo
from pool.cases.house import Definitions, House
from pool.clock import local_day
from pool.db import Database
from pool.demo import district
from pool.meetings import agenda, calendar
from pool.models.case import Case
from workflows.loading import load_all

DAYS = [
    datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 22, 30, tzinfo=UTC),
    datetime(2027, 1, 2, 8, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 30, tzinfo=UTC),
]


def house_of(database: Database, now: datetime) -> House:
    house = House(database, Definitions(load_all(None)), "http://127.0.0.1:8000")
    database.write(lambda session: house.definitions.register(session, now))
    return house


@pytest.mark.parametrize("now", DAYS, ids=lambda day: day.date().isoformat())
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_district_is_ready_for_its_meeting_on_any_day(
    database: Database, now: datetime
) -> None:
    house = house_of(database, now)
    assert demo.seed(house, now, district=True)
    assert not demo.seed(house, now, district=True)
    with database.read() as session:
        cases = session.execute(
            select(Case).where(
                col(Case.pool) == district.POOL, col(Case.number).startswith("BP-202")
            )
        ).scalars()
        found = list(cases)
        assert len(found) == 8
        assert {case.state for case in found} == {"recommended"}
        (year,) = {case.year for case in found}
        assert ledger.status(session, district.POOL, year).free == district.BUDGET
        assert sum(case.asked or 0 for case in found) > district.BUDGET
        (meeting,) = calendar.of_days(
            session, district.POOL, local_day(now), local_day(now) + timedelta(days=30)
        )
        assert meeting.deadline_on == local_day(now)
        person = identity.find_by_email(session, "sofie@demo.example")
        assert person is not None
        sofie = identity.actor(session, person, district.POOL)
        visible = agenda.seen(session, house, sofie, district.POOL)
        ready = agenda.ready(session, house, meeting, visible, now)
        assert [one.case.title for one in ready] == [one[0] for one in district.APPLICATIONS]
        assert not any(one.late for one in ready)
        assert ledger.verify(session).ok
        assert journal.verify(session) == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_goes_on_where_it_was_interrupted(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    house = house_of(database, now)
    demo.seed(house, now)

    def killed(*_: object, **__: object) -> None:
        raise RuntimeError

    for name in ("fire", "mark"):
        with monkeypatch.context() as patched:
            patched.setattr(district, name, killed)
            with pytest.raises(RuntimeError):
                demo.seed(house, now, district=True)
        now += timedelta(days=1)
    demo.seed(house, now, district=True)
    with database.read() as session:
        states = session.execute(
            select(col(Case.state)).where(
                col(Case.pool) == district.POOL, col(Case.number).startswith("BP-202")
            )
        ).scalars()
        assert list(states) == ["recommended"] * 8
        today = local_day(now)
        planned = calendar.of_days(session, district.POOL, today, today + timedelta(days=60))
        assert len(planned) == 1
