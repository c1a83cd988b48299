"""How the worker is wired: queues, beat, wake-ups, links, what comes back by itself."""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from pool import schedule
from pool import settings as settings_room
from pool.cases.house import Definitions, House
from pool.db import Database
from pool.identity import tokens
from pool.models.schedule import Job, Recurring
from pool.outbox import claiming
from pool.outbox.smtp import Timeouts
from pool.run import embedded
from pool.settings import Settings
from tests.support.processes import until
from worker import app as application
from worker import duties, links, parts, queue, tasks
from worker.app import app
from workflows.loading import load_all

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("PULJEN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PULJEN_REDIS_URL", raising=False)
    settings_room.load.cache_clear()
    queue.forget()
    monkeypatch.setattr(queue, "_silent_until", 0.0)
    yield
    queue.forget()
    settings_room.load.cache_clear()
    parts.house.cache_clear()


@pytest.fixture
def house(database: Database) -> House:
    return House(database, Definitions(load_all()), "https://puljen.example.dk")


# The wiring


def test_every_queue_has_a_worker_and_every_task_a_queue(tmp_path: Path) -> None:
    from pool.run.logbook import Logbook
    from pool.run.stack import Stack

    with closing(Logbook(tmp_path)) as logbook:
        stack = Stack(Settings(), False, logbook, 0, None, None)
        consumed = {spec.name for spec in stack.worker_specs()}
    assert consumed == {"links", "letters", "digests", "worker"}
    assert set(application.QUEUES) == set(queue.TASKS)
    app.finalize()
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == set(queue.TASKS.values())
    for name, task in queue.TASKS.items():
        assert app.conf.task_routes[task] == {"queue": name}
    assert [q.name for q in app.conf.task_queues] == list(application.QUEUES)


def test_without_a_redis_the_broker_cannot_be_connected_to() -> None:
    assert application.broker_url(None) == application.NOWHERE
    assert not Path("/nonexistent").exists()


@pytest.mark.parametrize(
    ("ours", "celerys"),
    [
        ("unix:///x/redis.sock", "redis+socket:///x/redis.sock"),
        ("redis://:pw@host:6379/1", "redis://:pw@host:6379/1"),
        ("rediss://host/0", "rediss://host/0"),
    ],
)
def test_the_brokers_address_in_celerys_spelling(ours: str, celerys: str) -> None:
    assert application.broker_url(ours) == celerys


def test_messages_outlive_the_longest_task_twice() -> None:
    conf = application.configuration()
    longest = application.LONGEST_TASK
    one_letter = timedelta(seconds=Timeouts().longest)
    assert longest >= application.BEGIN_WITHIN + one_letter
    assert conf["broker_transport_options"]["visibility_timeout"] > 2 * longest.total_seconds()
    assert timedelta(seconds=Timeouts().answer) >= timedelta(minutes=10)
    assert timedelta(seconds=Timeouts().answer) < claiming.ANSWER_LEASE
    step = max(Timeouts().connect + Timeouts().command, Timeouts().data, Timeouts().block)
    assert timedelta(seconds=step) < claiming.LEASE


def test_beat_says_tick_and_nothing_else() -> None:
    conf = application.configuration()
    assert list(conf["beat_schedule"]) == ["tick"]
    entry = conf["beat_schedule"]["tick"]
    assert timedelta(seconds=10) <= entry["schedule"] <= timedelta(seconds=15)
    assert conf["timezone"] == "UTC"
    assert conf["task_acks_late"]
    assert conf["task_reject_on_worker_lost"]
    assert conf["worker_prefetch_multiplier"] == 1


# Waking


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    place = embedded.EmbeddedRedis(tmp_path)
    place.files.mkdir()
    running = [_redis(place)]
    yield place.url
    running[0].terminate()
    running[0].wait(10)


def _redis(place: embedded.EmbeddedRedis) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(place.arguments(), cwd=place.files, stdout=subprocess.DEVNULL)
    until(place.answers, "Redis answers")
    return process


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PULJEN_REDIS_URL", url)
    settings_room.load.cache_clear()
    monkeypatch.setitem(app.conf, "broker_url", application.broker_url(url))


@pytest.mark.processes
def test_a_wake_up_is_a_message_in_each_queue(
    monkeypatch: pytest.MonkeyPatch, redis_url: str
) -> None:
    import redis

    use(monkeypatch, redis_url)
    assert queue.wake({"letters", "default"})
    with redis.Redis.from_url(redis_url) as client:
        assert client.llen("letters") == 1
        assert client.llen("default") == 1
    begun = time.monotonic()
    assert queue.wake(frozenset())
    for _ in range(20):
        assert queue.wake({"letters"})
    assert time.monotonic() - begun < 2


@pytest.mark.processes
def test_a_wake_up_survives_a_new_redis(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = embedded.EmbeddedRedis(tmp_path)
    place.files.mkdir()
    process = _redis(place)
    use(monkeypatch, place.url)
    try:
        assert queue.wake({"letters"})
        process.kill()
        process.wait(10)
        process = _redis(place)
        assert queue.wake({"letters"})
    finally:
        process.terminate()
        process.wait(10)


def test_with_redis_away_a_wake_up_takes_no_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    use(monkeypatch, "unix:///nonexistent/redis.sock")
    begun = time.monotonic()
    assert not queue.wake({"letters"})
    assert not queue.wake({"letters", "default"})
    assert time.monotonic() - begun < 1.5
    said = [record for record in caplog.records if "could not be woken" in record.getMessage()]
    assert len(said) == 1, "said once, then silent for a while"


def test_with_a_redis_that_hangs_a_wake_up_takes_a_second_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app.connection_for_write()  # what is loaded late is not counted
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        use(monkeypatch, f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        begun = time.monotonic()
        assert not queue.wake({"letters", "default"})
        assert time.monotonic() - begun < 1.5


def test_an_unknown_queue_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError):
        queue.wake({"nope"})


# Links


def test_a_link_carries_a_secret_that_opens_its_door(database: Database) -> None:
    make = links.addresses("https://puljen.example.dk")

    def work(session: Session) -> str:
        return make(session, {"purpose": "reset", "subject": "person:3"}, NOW)

    address = database.write(work)
    found = re.fullmatch(r"https://puljen\.example\.dk/adgangskode/([\w-]{43})", address)
    assert found
    with database.read() as session:
        token = tokens.peek(session, found[1], "reset", NOW + timedelta(minutes=29))
        assert token is not None
        assert (token.subject, token.once) == ("person:3", True)
        assert tokens.peek(session, found[1], "reset", NOW + timedelta(minutes=31)) is None


def test_a_path_is_made_whole(database: Database) -> None:
    make = links.addresses("https://puljen.example.dk")
    with database.read() as session:
        assert make(session, {"path": "/styring"}, NOW) == "https://puljen.example.dk/styring"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=False)
def test_every_door_is_a_page(database: Database) -> None:
    from pool.web.factory import make_app

    pages = make_app(Settings(), database, load_all())
    rules = {re.sub(r"<[^>]+>", "{}", rule.rule) for rule in pages.url_map.iter_rules()}
    assert {door.path for door in links.DOORS.values()} <= rules


# What comes back


def test_every_duty_does_nothing_twice_where_there_is_nothing(house: House) -> None:
    for duty in duties.DUTIES.values():
        assert duty.do(house, NOW) == 0
        assert duty.do(house, NOW) == 0


def run_tick(monkeypatch: pytest.MonkeyPatch, house: House, moment: datetime) -> int:
    monkeypatch.setattr(tasks, "house", lambda: house)
    monkeypatch.setattr("pool.clock.now", lambda: moment)
    monkeypatch.setattr(queue, "wake", lambda _names: True)
    done: int = tasks.tick()
    return done


def test_a_tick_does_what_has_come_due_and_only_that(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    often = sum(isinstance(duty.when, schedule.Every) for duty in duties.DUTIES.values())
    assert run_tick(monkeypatch, house, NOW) == often
    assert run_tick(monkeypatch, house, NOW) == 0
    # A day and a night later everything has come due once, however many ticks were missed.
    assert run_tick(monkeypatch, house, NOW + timedelta(days=1)) == len(duties.DUTIES)
    with house.database.read() as session:
        kinds = session.exec(select(Recurring.kind).where(col(Recurring.last_good).is_not(None)))
        assert set(kinds) == set(duties.DUTIES)


def test_a_duty_that_fails_is_written_down_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_house: House, _now: datetime) -> int:
        raise RuntimeError("secret words")

    broken = dict(duties.DUTIES)
    broken["due-dates"] = duties.Duty(broken["due-dates"].when, fail)
    monkeypatch.setattr(tasks, "DUTIES", broken)
    often = sum(isinstance(duty.when, schedule.Every) for duty in duties.DUTIES.values())
    assert run_tick(monkeypatch, house, NOW) == often - 1
    assert "due-dates went wrong" in caplog.text
    with house.database.read() as session:
        job = session.exec(select(Job).where(col(Job.kind) == "due-dates")).one()
        assert job.last_error == "RuntimeError"
        assert job.due_at > NOW


def test_without_a_relay_deliver_leaves_the_mail_where_it_is(
    monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    monkeypatch.setattr(tasks, "house", lambda: house)
    assert [tasks.deliver_links(), tasks.deliver_letters(), tasks.deliver_digests()] == [0, 0, 0]
