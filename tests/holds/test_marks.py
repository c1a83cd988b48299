"""A database that is not the one started last begins with messages and payments held."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

import pool.holds as holds
from pool import journal, keys, migrations
from pool import settings as settings_room
from pool.db import Database, make_engine
from pool.holds import copies, marks
from pool.identity.actor import SYSTEM
from pool.models.schedule import Recurring
from pool.outbox.queries import counts
from pool.run import folder, restoring
from pool.run.errors import Refused
from pool.settings import Settings
from tests.support.outbox import queue

NOW = datetime(2025, 6, 2, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PULJEN_DATA_DIR", str(tmp_path / "data"))
    settings_room.load.cache_clear()
    found = Settings(data_dir=tmp_path / "data")
    found.data_dir.mkdir()
    return found


def tell(database: Database, kind: str, now: datetime = NOW) -> None:
    database.write(lambda session: journal.write(session, "system", kind, SYSTEM, now=now))


def held(database: Database) -> list[str]:
    with database.read() as session:
        return [one.what for one in holds.all_standing(session)]


def lift(database: Database) -> None:
    def work(session: Session) -> None:
        for what in holds.BOTH:
            holds.lift(session, what, "compared", SYSTEM, LATER)

    database.write(work)


def test_the_database_that_goes_on_is_not_held(database: Database, settings: Settings) -> None:
    assert marks.begin(database, settings, NOW).doubt is None  # nothing was done in it
    tell(database, "one")
    assert marks.follow(database, settings, NOW) is False
    tell(database, "two")
    assert marks.begin(database, settings, LATER).doubt is None
    assert marks.begin(database, settings, LATER) == marks.Begun(3, None, ())
    assert held(database) == []


def test_a_trace_of_what_is_not_there_holds_both_and_once(
    database: Database, settings: Settings
) -> None:
    marks.begin(database, settings, NOW)
    tell(database, "one")
    outside = marks.places(settings)[0]
    marks.follow(database, settings, NOW)
    text = outside.read_text()
    with database.read() as session:
        newest = journal.heads(session)[0].hash
    outside.write_text(text.replace(newest, "0" * 64))  # went another way since
    begun = marks.begin(database, settings, LATER)
    assert (begun.doubt, begun.held) == ("start", ("messages", "payments"))
    assert marks.begin(database, settings, LATER).held == ()
    with database.read() as session:
        found = holds.standing(session, "messages")
        kinds = [event.kind for event in journal.read(session, "system")]
    assert found is not None
    assert found.data_until == NOW
    assert kinds.count("held-back.begun") == 2
    lift(database)
    assert marks.begin(database, settings, LATER).doubt is None
    assert held(database) == []


def test_one_replaced_beneath_the_running_house_is_held_at_once(
    database: Database, settings: Settings
) -> None:
    marks.begin(database, settings, NOW)
    tell(database, "one")
    marks.follow(database, settings, NOW)
    outside = marks.places(settings)[0]
    with database.read() as session:
        number = journal.heads(session)[0]
    outside.write_text(outside.read_text().replace(number.hash, "f" * 64))
    assert marks.follow(database, settings, LATER) is True
    assert held(database) == ["messages", "payments"]
    assert marks.follow(database, settings, LATER) is False


def test_a_machine_that_has_no_trace_doubts_unless_the_house_is_at_work(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    marks.begin(database, settings, NOW)
    tell(database, "one")
    other = Settings(data_dir=tmp_path / "other" / "data")
    other.data_dir.mkdir(parents=True)
    assert marks.follow(database, other, NOW) is False  # it has started none
    database.write(
        lambda session: session.add(Recurring(kind="due-dates", next_due=NOW, last_started=NOW))
    )
    at_work = NOW + timedelta(minutes=1)
    assert marks.begin(database, other, at_work).doubt is None
    marks.places(other)[0].unlink()
    assert marks.begin(database, other, LATER).doubt == "unknown"
    assert held(database) == ["messages", "payments"]
    # and the first machine goes on: what it knows is all there
    assert marks.begin(database, settings, LATER).doubt is None


def test_a_place_that_takes_nothing_and_a_spoiled_file(
    database: Database, settings: Settings
) -> None:
    outside, inside = marks.places(settings)
    outside.mkdir()  # nothing can be written there
    marks.begin(database, settings, NOW)
    assert inside.is_file()
    assert inside.stat().st_mode & 0o077 == 0
    outside.rmdir()
    tell(database, "one")
    marks.begin(database, settings, NOW)
    assert not inside.exists()
    outside.write_text("{}")
    assert marks.begin(database, settings, LATER).doubt == "unknown"


# -- copies, which are SQLite's


@pytest.fixture
def house(settings: Settings) -> Database:
    url = settings.database_url
    migrations.upgrade(url)
    database = Database(make_engine(url))
    marks.begin(database, settings, NOW)
    tell(database, "before")
    return database


def start(settings: Settings, now: datetime = LATER) -> marks.Begun:
    database = Database(make_engine(settings.database_url))
    try:
        return marks.begin(database, settings, now)
    finally:
        database.engine.dispose()


def standing(settings: Settings) -> list[str]:
    database = Database(make_engine(settings.database_url))
    try:
        return held(database)
    finally:
        database.engine.dispose()


def test_a_copy_by_hand_of_the_same_run_put_back_is_noticed(
    house: Database, settings: Settings, tmp_path: Path
) -> None:
    """No start lies between the copy and what happened after: the mark alone would be the same."""
    here = restoring.database_file(settings)
    with closing(sqlite3.connect(here)) as one, closing(sqlite3.connect(tmp_path / "c")) as two:
        one.backup(two)
    tell(house, "after", LATER)
    marks.follow(house, settings, LATER)
    house.engine.dispose()
    shutil.copyfile(tmp_path / "c", here)
    assert start(settings).doubt == "start"
    assert standing(settings) == ["messages", "payments"]


def test_a_whole_folder_put_back_is_noticed(
    house: Database, settings: Settings, tmp_path: Path
) -> None:
    house.engine.dispose()
    shutil.copytree(settings.data_dir, tmp_path / "kept")
    start(settings, NOW)
    shutil.rmtree(settings.data_dir)
    shutil.copytree(tmp_path / "kept", settings.data_dir)
    assert start(settings).doubt == "start"


def test_a_folder_begun_anew_is_not_held(house: Database, settings: Settings) -> None:
    house.engine.dispose()
    shutil.rmtree(settings.data_dir)
    settings.data_dir.mkdir()
    migrations.upgrade(settings.database_url)
    assert start(settings).doubt is None
    assert standing(settings) == []


def test_a_backup_of_a_running_house_is_whole_and_begins_held_wherever_it_is(
    house: Database, settings: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "copies of mine" / "b.sqlite"
    target.parent.mkdir()
    with house.read() as reading:  # somebody reads, and writes go on after
        journal.read(reading, "system")
        made = copies.back_up(restoring.database_file(settings), target, LATER)
    tell(house, "after", LATER)
    assert made.until is not None
    assert sorted(path.name for path in target.parent.iterdir()) == ["b.sqlite"]
    assert target.stat().st_mode & 0o077 == 0
    assert held(house) == []  # the house itself goes on
    with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kinds = {row[0] for row in raw.execute("SELECT kind FROM journal_event")}
        assert {"before", "held-back.begun"} == kinds
        assert raw.execute("SELECT count(*) FROM hold WHERE lifted_at IS NULL").fetchone() == (2,)
    with pytest.raises(copies.NotCopied, match="already: choose another name"):
        copies.back_up(restoring.database_file(settings), target, LATER)
    with pytest.raises(copies.NotCopied, match="cannot be written"):
        copies.back_up(restoring.database_file(settings), tmp_path / "no" / "b", LATER)
    # on a machine that knows nothing of it
    other = Settings(data_dir=tmp_path / "other" / "data")
    other.data_dir.mkdir(parents=True)
    shutil.copyfile(target, restoring.database_file(other))
    start(other)
    assert standing(other) == ["messages", "payments"]


def test_a_restore_keeps_what_was_there_and_holds_until_somebody_lifts(
    house: Database, settings: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "b.sqlite"
    copies.back_up(restoring.database_file(settings), target, NOW)
    tell(house, "after", LATER)
    house.engine.dispose()
    done = restoring.restore(settings, target, LATER)
    assert done.kept is not None
    with closing(sqlite3.connect(done.kept)) as raw:
        assert ("after",) in raw.execute("SELECT kind FROM journal_event").fetchall()
    with closing(sqlite3.connect(restoring.database_file(settings))) as raw:
        assert ("after",) not in raw.execute("SELECT kind FROM journal_event").fetchall()
    assert standing(settings) == ["messages", "payments"]
    begun = start(settings)
    assert begun.doubt is None  # the restore has left its mark; the holds stand
    assert standing(settings) == ["messages", "payments"]
    database = Database(make_engine(settings.database_url))
    lift(database)
    tell(database, "goes-on", LATER)
    assert journal_is_whole(database)
    database.engine.dispose()
    start(settings)
    assert standing(settings) == []


def journal_is_whole(database: Database) -> bool:
    with database.read() as session:
        return not journal.verify(session)


def test_a_restore_is_refused_while_it_runs_and_for_what_is_no_backup(
    house: Database, settings: Settings, tmp_path: Path
) -> None:
    here = restoring.database_file(settings)
    target = tmp_path / "b.sqlite"
    copies.back_up(here, target, NOW)
    lock = folder.claim(settings.data_dir, "http://127.0.0.1:8000")
    try:
        with pytest.raises(Refused, match="Another puljen"):
            restoring.restore(settings, target, LATER)
    finally:
        os.close(lock)
    (tmp_path / "text").write_text("no database at all " * 200)
    with closing(sqlite3.connect(tmp_path / "other")) as raw:
        raw.execute("CREATE TABLE t (x)")
    damaged = tmp_path / "damaged"
    body = bytearray(target.read_bytes())
    body[8192:12288] = b"\xff" * 4096
    damaged.write_bytes(bytes(body))
    for file, said in (
        (tmp_path / "text", "could not be copied"),
        (tmp_path / "other", "no backup of this program's"),
        (damaged, "damaged|could not be copied"),
        (tmp_path / "nothing", "There is no file"),
        (here, "is the database itself"),
    ):
        with pytest.raises(Refused, match=said):
            restoring.restore(settings, file, LATER)
    house.engine.dispose()
    assert standing(settings) == []
    assert [path.name for path in here.parent.glob("*before*")] == []
    assert list(here.parent.glob("*.part*")) == []


def test_a_restore_that_the_key_cannot_open_changes_nothing(
    house: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "b.sqlite"
    copies.back_up(restoring.database_file(settings), target, NOW)
    house.engine.dispose()

    def shut(_: object) -> None:
        raise keys.CannotOpen

    monkeypatch.setattr("pool.payments.sealed.check", shut)
    with pytest.raises(Refused, match="The key file is"):
        restoring.restore(settings, target, LATER)
    assert standing(settings) == []


def test_a_message_of_before_the_backup_waits_after_the_restore(
    house: Database, settings: Settings, tmp_path: Path
) -> None:
    house.write(lambda session: queue(session, now=NOW))
    target = tmp_path / "b.sqlite"
    copies.back_up(restoring.database_file(settings), target, NOW)
    house.engine.dispose()
    restoring.restore(settings, target, LATER)
    database = Database(make_engine(settings.database_url))
    with database.read() as session:
        assert counts(session) == {"queued": 1}
    assert held(database) == ["messages", "payments"]
    database.engine.dispose()
