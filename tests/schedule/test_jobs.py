"""Jobs are claimed by one, tried again by others when that one dies, and done once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import Session, col, select

from pool import schedule
from pool.db import Database
from pool.models.schedule import Job
from tests.support.together import together

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ensure(database: Database, key: str, *, due: datetime = NOW, kind: str = "remind") -> Job:
    return database.write(lambda s: schedule.ensure(s, key, due, kind, {"case": 12}))


def ensure_all(session: Session, keys: list[str]) -> None:
    for key in keys:
        schedule.ensure(session, key, NOW, "remind")


def claim(
    database: Database, now: datetime = NOW, kinds: tuple[str, ...] | None = None
) -> Job | None:
    return database.write(lambda s: schedule.claim_due(s, now, kinds))


def claimed(database: Database, now: datetime = NOW) -> Job:
    job = claim(database, now)
    assert job is not None
    return job


def finish(database: Database, job: Job, now: datetime = NOW) -> None:
    database.write(lambda s: schedule.finish(s, job, now))


def fail(database: Database, job: Job, now: datetime = NOW) -> bool:
    return database.write(lambda s: schedule.fail(s, job, "ConnectionError: gone", now))


def row(database: Database, key: str) -> dict[str, object]:
    with database.read() as session:
        return session.exec(select(Job).where(col(Job.key) == key)).one().model_dump()


def test_the_one_due_longest_comes_first(database: Database) -> None:
    ensure(database, "b", due=NOW - MINUTE)
    ensure(database, "a", due=NOW - 2 * MINUTE)
    ensure(database, "c", due=NOW - MINUTE)
    ensure(database, "later", due=NOW + MINUTE)
    jobs = []
    while (job := claim(database)) is not None:
        assert job.payload == {"case": 12}
        assert job.attempts == 1
        jobs.append(job.key)
        finish(database, job)
    assert jobs == ["a", "b", "c"]
    assert claimed(database, NOW + MINUTE).key == "later"


def test_a_worker_takes_only_its_kinds(database: Database) -> None:
    ensure(database, "a", kind="mail")
    ensure(database, "b", kind="expire")
    assert claim(database, kinds=()) is None
    job = claim(database, kinds=("expire", "fold"))
    assert job is not None
    assert job.key == "b"
    assert claim(database, kinds=("expire", "fold")) is None


def test_ensuring_again_makes_no_second_job_and_moves_the_first(database: Database) -> None:
    first = ensure(database, "a", due=NOW + 5 * MINUTE)
    moved = ensure(database, "a", due=NOW, kind="other")
    assert (moved.id, moved.due_at, moved.kind) == (first.id, NOW, "other")


def test_ensuring_leaves_alone_what_is_being_done_is_done_or_was_given_up(
    database: Database,
) -> None:
    ensure(database, "a")
    job = claimed(database)
    assert ensure(database, "a", due=NOW + MINUTE).due_at == NOW
    finish(database, job)
    assert ensure(database, "a", due=NOW + MINUTE).done_at == NOW
    assert claim(database, NOW + MINUTE) is None


def test_a_cancelled_job_is_gone_and_may_come_again(database: Database) -> None:
    ensure(database, "a")
    assert database.write(lambda s: schedule.cancel(s, "a"))
    assert not database.write(lambda s: schedule.cancel(s, "a"))
    assert claim(database) is None
    ensure(database, "a")
    finish(database, claimed(database))
    assert not database.write(lambda s: schedule.cancel(s, "a"))


def test_whoever_is_doing_a_cancelled_job_finds_out(database: Database) -> None:
    ensure(database, "a")
    job = claimed(database)
    database.write(lambda s: schedule.cancel(s, "a"))
    with pytest.raises(schedule.LeaseLost):
        finish(database, job)


def test_a_job_whose_worker_died_is_claimed_again(database: Database) -> None:
    ensure(database, "a")
    dead = claimed(database)
    assert claim(database, NOW + schedule.LEASE - MINUTE) is None
    alive = claimed(database, NOW + schedule.LEASE)
    assert (alive.key, alive.attempts) == ("a", 2)
    assert alive.lease != dead.lease
    for late in (finish, fail):
        with pytest.raises(schedule.LeaseLost):
            late(database, dead)
    finish(database, alive)
    with pytest.raises(schedule.LeaseLost):
        finish(database, alive)


def test_work_done_under_a_lost_lease_is_rolled_back(database: Database) -> None:
    ensure(database, "a")
    dead = claimed(database)
    alive = claimed(database, NOW + schedule.LEASE)

    def work(session: Session) -> None:
        schedule.ensure(session, "effect", NOW, "effect")
        schedule.finish(session, dead, NOW)

    with pytest.raises(schedule.LeaseLost):
        database.write(work)
    finish(database, alive)
    with database.read() as session:
        assert schedule.pending(session, "effect") == []


def test_what_fails_waits_longer_each_time_and_is_given_up_in_the_end(
    database: Database,
) -> None:
    ensure(database, "a")
    now = NOW
    waits = []
    for attempt in range(1, schedule.MAX_ATTEMPTS + 1):
        job = claimed(database, now)
        assert job.attempts == attempt
        again = fail(database, job, now)
        assert again == (attempt < schedule.MAX_ATTEMPTS)
        if again:
            due = row(database, "a")["due_at"]
            assert isinstance(due, datetime)
            assert claim(database, due - timedelta(seconds=1)) is None
            waits.append(due - now)
            now = due
    assert waits == sorted(waits)
    assert waits[0] == MINUTE
    assert waits[-1] == timedelta(hours=12)
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=2)
    assert claim(database, now + timedelta(days=30)) is None
    with database.read() as session:
        (job,) = schedule.given_up(session)
        assert (job.key, job.failed_at, job.last_error) == ("a", now, "ConnectionError: gone")
        assert schedule.pending(session) == []


def test_a_person_may_have_it_tried_again(database: Database) -> None:
    ensure(database, "a")
    for _ in range(schedule.MAX_ATTEMPTS):
        fail(database, claimed(database, NOW + timedelta(days=9)), NOW)
    assert database.write(lambda s: schedule.revive(s, "a", NOW))
    assert not database.write(lambda s: schedule.revive(s, "a", NOW))
    assert claimed(database).attempts == 1


def test_a_job_that_kills_every_worker_is_given_up(database: Database) -> None:
    ensure(database, "deadly")
    now = NOW
    for _ in range(schedule.MAX_ATTEMPTS):
        claimed(database, now)
        now += schedule.LEASE
    assert claim(database, now) is None
    with database.read() as session:
        (job,) = schedule.given_up(session)
        assert (job.key, job.last_error) == ("deadly", "never came back")


def test_pending_jobs_by_the_beginning_of_their_key(database: Database) -> None:
    for key in ("case:1:report", "case:1:answer", "case:11:report", "case_1:x"):
        ensure(database, key, due=NOW + len(key) * MINUTE)
    with database.read() as session:
        assert [j.key for j in schedule.pending(session, "case:1:")] == [
            "case:1:report",
            "case:1:answer",
        ]
        assert [j.key for j in schedule.pending(session, "case_")] == ["case_1:x"]
        assert len(schedule.pending(session)) == 4


def test_long_errors_are_cut(database: Database) -> None:
    ensure(database, "a")
    job = claimed(database)
    database.write(lambda s: schedule.fail(s, job, "x" * 5000, NOW))
    assert row(database, "a")["last_error"] == "x" * 500


def test_done_jobs_are_forgotten_in_the_end(database: Database) -> None:
    ensure(database, "a")
    finish(database, claimed(database))
    ensure(database, "b")
    late = NOW + timedelta(days=90)
    assert database.write(lambda s: schedule.forget_done(s, late - MINUTE)) == 0
    assert database.write(lambda s: schedule.forget_done(s, late)) == 1
    with database.read() as session:
        assert [j.key for j in session.exec(select(Job))] == ["b"]


def test_many_workers_do_every_job_once(database: Database) -> None:
    def work() -> list[str]:
        done: list[str] = []
        while (job := claim(database)) is not None:
            done.append(job.key)
            finish(database, job)
        return done

    for run_number in range(25):
        keys = [f"job:{run_number}:{n}" for n in range(6)]
        database.write(partial(ensure_all, keys=keys))
        outcomes = together(3, work)
        assert outcomes.errors == []
        assert sorted(key for done in outcomes.results for key in done) == keys


def test_without_the_guarded_update_two_workers_take_one_job(database: Database) -> None:
    """The pair of the test above: look for a due job, then mark it."""
    ensure(database, "a")
    both = threading.Barrier(2)

    def take() -> str | None:
        with database.read() as session:
            found = schedule.pending(session)
            keys = [job.key for job in found if job.lease is None]
        both.wait(10)
        if not keys:
            return None

        def mark(session: Session) -> None:
            job = session.exec(select(Job).where(col(Job.key) == keys[0])).one()
            job.lease, job.lease_until = "mine", NOW + schedule.LEASE
            session.add(job)

        database.write(mark)
        return keys[0]

    outcomes = together(2, take)
    assert outcomes.errors == []
    assert outcomes.results == ["a", "a"]


def test_ensured_by_many_at_once_it_is_one_job(database: Database) -> None:
    outcomes = together(6, lambda: ensure(database, "a").id)
    assert outcomes.errors == []
    assert len(set(outcomes.results)) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_claim_does_not_wait_for_another(database: Database) -> None:
    """While one worker's unit holds a job's row, the next takes the next job."""
    for key in ("a", "b"):
        ensure(database, key)
    taken: list[str] = []

    def slow(session: Session) -> None:
        first = schedule.claim_due(session, NOW)
        second = database.write(lambda s: schedule.claim_due(s, NOW))
        assert first is not None
        assert second is not None
        taken.extend([first.key, second.key])

    database.write(slow)
    assert taken == ["a", "b"]
