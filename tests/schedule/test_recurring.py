"""What comes back comes back: on time over the change of the clocks, once, and caught up."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from pool import schedule
from pool.clock import local
from pool.db import Database
from pool.models.schedule import Job
from pool.schedule import Daily, Every, Spec
from pool.schedule.jobs import RECURRING
from tests.support.together import together

NOW = datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SWEEP = Spec("sweep", Every(MINUTE))
FOLD = Spec("fold", Daily(time(3, 30)))


def tick(database: Database, now: datetime = NOW, *specs: Spec) -> list[str]:
    return database.write(lambda s: schedule.due_recurring(s, now, specs or (SWEEP, FOLD)))


def claim(database: Database, now: datetime) -> Job | None:
    return database.write(lambda s: schedule.claim_due(s, now))


def run(database: Database, now: datetime) -> list[str]:
    """Do all that is in line; which kinds that were."""
    kinds: list[str] = []
    while (job := claim(database, now)) is not None:
        kinds.append(job.kind)
        database.write(partial(schedule.finish, job=job, now=now))
    return kinds


def state(database: Database, kind: str) -> dict[str, datetime | str | None]:
    with database.read() as session:
        rows = {row.kind: row.model_dump() for row in schedule.state_of_recurring(session)}
    return rows[kind]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("at", "after", "expected"),
    [
        (time(3, 30), utc(2026, 1, 15, 1, 0), utc(2026, 1, 15, 2, 30)),
        (time(3, 30), utc(2026, 1, 15, 2, 30), utc(2026, 1, 16, 2, 30)),
        (time(3, 30), utc(2026, 7, 15, 1, 0), utc(2026, 7, 15, 1, 30)),
        # The night without 02:30 (29 March 2026) and the one with two (25 October 2026).
        (time(2, 30), utc(2026, 3, 28, 12, 0), utc(2026, 3, 29, 1, 30)),
        (time(2, 30), utc(2026, 3, 29, 1, 30), utc(2026, 3, 30, 0, 30)),
        (time(2, 30), utc(2026, 10, 24, 12, 0), utc(2026, 10, 25, 0, 30)),
        (time(2, 30), utc(2026, 10, 25, 0, 30), utc(2026, 10, 26, 1, 30)),
        # Late in the evening UTC it is tomorrow in Copenhagen already.
        (time(7, 0), utc(2026, 7, 15, 22, 30), utc(2026, 7, 16, 5, 0)),
        (time(22, 59), utc(2026, 12, 31, 22, 0), utc(2027, 1, 1, 21, 59)),
    ],
)
def test_daily_is_by_copenhagens_clock(at: time, after: datetime, expected: datetime) -> None:
    assert Daily(at).next(after) == expected


@given(
    after=st.datetimes(
        datetime(2020, 1, 1),  # noqa: DTZ001 - the bounds are given without zone
        datetime(2035, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    at=st.times(time(2, 0), time(22, 59)),
)
def test_daily_comes_once_every_local_day(after: datetime, at: time) -> None:
    daily = Daily(at)
    first = daily.next(after)
    second = daily.next(first)
    assert after < first <= after + timedelta(hours=25)
    assert local(second).date() == local(first).date() + timedelta(days=1)
    assert timedelta(hours=22) < second - first < timedelta(hours=26)


@pytest.mark.parametrize("at", [time(23, 0), time(23, 59), time(0, 0), time(1, 59)])
def test_nothing_runs_only_while_the_calendars_disagree(at: time) -> None:
    with pytest.raises(ValueError, match="22 and 24 UTC"):
        Daily(at)


def test_times_allowed_never_fall_between_22_and_24_utc() -> None:
    for minute in range(2 * 60, 23 * 60):
        daily = Daily(time(minute // 60, minute % 60))
        for day in (utc(2026, 1, 15), utc(2026, 7, 15)):
            assert daily.next(day).hour not in (22, 23)


def test_an_interval_keeps_to_its_grid() -> None:
    assert Every(MINUTE).next(NOW) == utc(2026, 11, 23, 9, 1)
    assert Every(MINUTE).next(utc(2026, 11, 23, 9, 1)) == utc(2026, 11, 23, 9, 2)
    with pytest.raises(ValueError, match="a second"):
        Every(timedelta(0))
    with pytest.raises(ValueError, match="zone"):
        Daily(time(3, 0, tzinfo=UTC))


def test_an_interval_begins_at_once_and_a_daily_one_at_its_time(database: Database) -> None:
    assert tick(database) == ["sweep"]
    assert run(database, NOW) == ["sweep"]
    assert tick(database, NOW + timedelta(seconds=10)) == []
    assert tick(database, NOW + MINUTE) == ["sweep"]
    night = utc(2026, 11, 24, 2, 30)
    assert sorted(tick(database, night)) == ["fold", "sweep"]
    assert sorted(run(database, night)) == ["fold", "sweep"]
    assert state(database, "fold")["last_good"] == night
    assert state(database, "fold")["next_due"] == night + timedelta(days=1)


def test_what_was_slept_through_is_caught_up_once(database: Database) -> None:
    tick(database)
    run(database, NOW)
    awake = utc(2026, 12, 1, 14, 0)
    assert sorted(tick(database, awake)) == ["fold", "sweep"]
    assert tick(database, awake) == []
    assert sorted(run(database, awake)) == ["fold", "sweep"]
    assert state(database, "fold")["next_due"] == utc(2026, 12, 2, 2, 30)


def test_a_run_that_crashed_is_tried_again_without_the_next_firing(database: Database) -> None:
    tick(database)
    run(database, NOW)
    night = utc(2026, 11, 24, 2, 30)
    tick(database, night, FOLD)
    assert claim(database, night) is not None  # and dies
    assert run(database, night) == []
    assert run(database, night + schedule.LEASE) == ["fold"]
    assert state(database, "fold")["last_good"] == night + schedule.LEASE


def test_a_run_that_still_goes_on_is_not_begun_again(database: Database) -> None:
    tick(database, NOW, SWEEP)
    job = claim(database, NOW)
    assert job is not None
    soon = NOW + MINUTE
    assert tick(database, soon, SWEEP) == ["sweep"]
    assert run(database, soon) == []
    database.write(lambda s: schedule.finish(s, job, soon))
    assert tick(database, soon + MINUTE, SWEEP) == ["sweep"]
    assert run(database, soon + MINUTE) == ["sweep"]


def test_a_failing_kind_says_so_and_starts_afresh_at_its_next_time(database: Database) -> None:
    now = NOW
    for _ in range(schedule.MAX_ATTEMPTS + 3):
        tick(database, now, SWEEP)
        job = claim(database, now)
        assert job is not None
        assert job.attempts == 1
        database.write(partial(schedule.fail, job=job, error="Oops", now=now))
        now += MINUTE
    assert state(database, "sweep")["last_error"] == "Oops"
    assert state(database, "sweep")["last_good"] is None
    tick(database, now, SWEEP)
    assert run(database, now) == ["sweep"]
    assert state(database, "sweep")["last_error"] is None
    assert state(database, "sweep")["last_good"] == now


def test_a_given_up_run_starts_afresh_at_its_next_time(database: Database) -> None:
    tick(database, NOW, FOLD)
    now = utc(2026, 11, 24, 2, 30)
    tick(database, now, FOLD)
    for _ in range(schedule.MAX_ATTEMPTS):
        assert claim(database, now) is not None
        now += schedule.LEASE
    assert run(database, now) == []
    night = utc(2026, 11, 25, 2, 30)
    assert tick(database, night, FOLD) == ["fold"]
    assert run(database, night) == ["fold"]


def test_a_clock_that_was_wrong_loses_nothing(database: Database) -> None:
    tick(database, utc(2099, 1, 1, 12, 0))
    assert tick(database, NOW) == []
    assert tick(database, NOW + MINUTE) == ["sweep"]
    assert state(database, "fold")["next_due"] == utc(2026, 11, 24, 2, 30)


def test_a_spec_that_was_changed_counts_from_the_next_tick(database: Database) -> None:
    tick(database)
    earlier = Spec("fold", Daily(time(2, 15)))
    tick(database, NOW, earlier)
    assert state(database, "fold")["next_due"] == utc(2026, 11, 24, 1, 15)


def test_firing_wakes_the_workers_and_not_firing_does_not(database: Database) -> None:
    woken: list[frozenset[str]] = []
    database.on_commit.append(woken.append)
    tick(database)
    tick(database)
    assert woken == [frozenset({"default"}), frozenset()]


def test_two_ticks_at_once_fire_once(database: Database) -> None:
    specs = (SWEEP, FOLD)
    for run_number in range(25):
        # A new kind each time: the first tick of all is a race of its own.
        fresh = Spec(f"fresh-{run_number}", Every(MINUTE))
        now = NOW + run_number * timedelta(days=1)
        outcomes = together(2, partial(tick, database, now, *specs, fresh))
        assert outcomes.errors == []
        fired = sorted(kind for kinds in outcomes.results for kind in kinds)
        assert fired == sorted({"sweep", fresh.kind, *(["fold"] if run_number else [])})


def test_without_the_guard_two_ticks_fire_twice(database: Database) -> None:
    """The pair of the test above: compare in the program, then write."""
    tick(database)
    night = utc(2026, 11, 24, 3, 0)
    both = threading.Barrier(2)

    def unguarded() -> bool:
        with database.read() as session:
            due = [
                row.kind for row in schedule.state_of_recurring(session) if row.next_due <= night
            ]
        both.wait(10)

        def move(session: Session) -> None:
            for row in schedule.state_of_recurring(session):
                row.next_due = night + MINUTE
                session.add(row)

        database.write(move)
        return "fold" in due

    outcomes = together(2, unguarded)
    assert outcomes.errors == []
    assert outcomes.results == [True, True]


def test_a_finished_run_leaves_no_row(database: Database) -> None:
    tick(database)
    with database.read() as session:
        assert [job.key for job in schedule.pending(session)] == [RECURRING + "sweep"]
    run(database, NOW)
    with database.read() as session:
        assert session.connection().execute(Job.__table__.select()).all() == []  # type: ignore[attr-defined]
