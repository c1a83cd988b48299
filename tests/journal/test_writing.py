"""Events are numbered and chained; personal text stands beside them and can be erased."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from pool import __version__, journal
from pool.db import Database
from pool.identity import SYSTEM, Actor, applicant
from pool.journal import EventView, Head, writing
from pool.journal.canonical import data_text, event_hash, personal_digest
from pool.models.journal import GENESIS, JournalEvent, JournalPersonal, JournalStream
from tests.support.together import together

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # already the 23rd in Copenhagen
ANNA = Actor("person", 7, "Anna Øst", frozenset({"secretariat", "chair"}))


def note(session: Session, stream: str = "case:12", **more: Any) -> EventView:
    return journal.write(session, stream, "note.added", ANNA, now=NOW, **more)


def test_an_event_is_read_as_it_was_written(database: Database) -> None:
    written = database.write(
        lambda s: note(
            s,
            data={"amount": 1_250_000, "to": "granted", "on": date(2026, 12, 1), "parts": [1, 2]},
            personal={"reasons": "Fordi det gør Tingbjerg trygt – og sjovt 🎉"},
            effective_on=date(2016, 12, 1),
            precision="month",
        )
    )
    with database.read() as session:
        (event,) = journal.read(session, "case:12")
    assert event == written
    assert (event.n, event.kind, event.stream) == (1, "note.added", "case:12")
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("person", 7, "Anna Øst")
    assert event.actor_roles == ("chair", "secretariat")
    assert (event.effective_on, event.effective_precision) == (date(2016, 12, 1), "month")
    assert event.recorded_at == NOW
    assert event.software == __version__
    assert event.data == {
        "amount": 1_250_000,
        "to": "granted",
        "on": "2026-12-01",
        "parts": [1, 2],
    }
    assert event.personal == {"reasons": "Fordi det gør Tingbjerg trygt – og sjovt 🎉"}
    assert not event.erased


def test_the_day_it_is_about_is_copenhagens_today_unless_given(database: Database) -> None:
    event = database.write(note)
    assert (event.effective_on, event.effective_precision) == (date(2026, 11, 23), "day")


def test_each_stream_counts_for_itself_and_cites_the_event_before(database: Database) -> None:
    for stream in ("case:1", "case:2", "case:1", "case:1"):
        database.write(partial(note, stream=stream))
    with database.read() as session:
        found = [
            (key, event.n, event.prev_hash, event.hash)
            for key, event in session.exec(
                select(JournalStream.key, JournalEvent)
                .join(JournalEvent)
                .order_by(col(JournalStream.key), col(JournalEvent.n))
            )
        ]
        heads = journal.heads(session)
    hashes = [hashed for *_, hashed in found]
    assert len(set(hashes)) == 4
    assert found == [
        ("case:1", 1, GENESIS, hashes[0]),
        ("case:1", 2, hashes[0], hashes[1]),
        ("case:1", 3, hashes[1], hashes[2]),
        ("case:2", 1, GENESIS, hashes[3]),
    ]
    assert heads == [Head("case:1", 3, hashes[2]), Head("case:2", 1, hashes[3])]


def test_the_hash_can_be_computed_again_from_what_is_stored(database: Database) -> None:
    """By hand, from raw columns: what a stranger with the table can check."""
    database.write(lambda s: note(s, data={"b": 1, "a": [True, None]}, personal={"t": "æ"}))
    with database.read() as session:
        raw = session.connection().execute(text("SELECT * FROM journal_event")).mappings().one()
        salt = session.exec(select(JournalPersonal.salt)).one()
    assert raw["data"] == '{"a":[true,null],"b":1}'
    assert raw["digest"] == personal_digest(salt, "Anna Øst", '{"t":"æ"}')
    assert raw["hash"] == event_hash(
        stream="case:12",
        n=1,
        kind="note.added",
        actor_kind="person",
        actor_id=7,
        actor_roles="chair secretariat",
        effective_on=date(2026, 11, 23),
        effective_precision="day",
        recorded_at=NOW,
        software=__version__,
        data=raw["data"],
        digest=raw["digest"],
        prev_hash=GENESIS,
    )


def test_the_hash_stays_what_it_was_in_this_form() -> None:
    """A fixed value: changing what is hashed would make every old chain look forged."""
    assert (
        event_hash(
            stream="case:12",
            n=2,
            kind="granted",
            actor_kind="system",
            actor_id=None,
            actor_roles="system",
            effective_on=date(2026, 11, 23),
            effective_precision="day",
            recorded_at=NOW + timedelta(microseconds=5),
            software="0.1.0",
            data='{"å":1}',
            digest=None,
            prev_hash=GENESIS,
        )
        == "203cd5f7e6e262890f42a7ab48e1aa3d1983fee54122a68d35d5a5d661b827d4"
    )


def test_the_system_writes_without_a_name_and_without_personal_text(database: Database) -> None:
    event = database.write(
        lambda s: journal.write(s, "system", "fold.agreed", SYSTEM, now=NOW, data={"books": 2})
    )
    assert (event.actor_name, event.personal, event.erased) == (None, {}, False)
    with database.read() as session:
        assert session.exec(select(JournalPersonal)).all() == []
        assert session.exec(select(JournalEvent.digest)).one() is None


def test_an_applicants_name_is_personal_text(database: Database) -> None:
    event = database.write(
        lambda s: journal.write(s, "case:1", "received", applicant("Børge Ravn"), now=NOW)
    )
    assert (event.actor_kind, event.actor_id, event.actor_name) == (
        "applicant",
        None,
        "Børge Ravn",
    )
    with database.read() as session:
        raw = session.connection().execute(text("SELECT * FROM journal_event")).mappings().one()
    assert "Børge" not in str(dict(raw))


@pytest.mark.parametrize(
    "data",
    [
        {"reason": "fordi det er godt"},
        {"to": "anna@example.dk"},
        {"nested": [{"why": "en sætning"}]},
        {"share": 0.5},
        {"en nøgle": 1},
        {"bytes": b"x"},
        {1: "x"},
    ],
)
def test_free_text_floats_and_odd_things_stay_out_of_what_is_never_erased(data: Any) -> None:
    with pytest.raises(journal.NotPlainData):
        data_text(data)


def test_a_refused_event_leaves_no_trace(database: Database) -> None:
    with pytest.raises(journal.NotPlainData):
        database.write(lambda s: note(s, data={"x": 1.5}))
    with database.read() as session:
        assert journal.read(session, "case:12") == []
        assert journal.heads(session) == []


def test_signs_a_database_cannot_keep_are_dropped_or_replaced(database: Database) -> None:
    event = database.write(lambda s: note(s, personal={"t": "a\0b\ud800c"}))
    assert event.personal == {"t": "ab?c"}
    with database.read() as session:
        assert journal.verify(session) == []


@pytest.mark.parametrize("stream", ["", "Case:1", "case 1", "case:1:2", "case:" + "1" * 90])
def test_a_stream_has_a_proper_name(database: Database, stream: str) -> None:
    with pytest.raises(ValueError, match="no name for a stream"):
        database.write(lambda s: note(s, stream))


def test_a_unit_may_write_several_events(database: Database) -> None:
    def work(session: Session) -> None:
        for _ in range(3):
            note(session)
        note(session, "system")

    database.write(work)
    with database.read() as session:
        assert [e.n for e in journal.read(session, "case:12")] == [1, 2, 3]
        assert journal.verify(session) == []


def test_reading_can_be_narrowed(database: Database) -> None:
    def work(session: Session) -> None:
        for kind in ("received", "asked", "received", "granted"):
            journal.write(session, "case:3", kind, SYSTEM, now=NOW)

    database.write(work)
    with database.read() as session:
        assert [e.n for e in journal.read(session, "case:3", kinds=["received"])] == [1, 3]
        assert [e.n for e in journal.read(session, "case:3", after=2)] == [3, 4]
        assert [e.n for e in journal.read(session, "case:3", after=1, limit=2)] == [2, 3]


def test_erasing_forgets_the_text_and_says_so(database: Database) -> None:
    database.write(lambda s: note(s, personal={"t": "hemmeligt"}))
    database.write(lambda s: note(s, data={"x": 1}, personal={"t": "også"}))
    event = database.write(
        lambda s: journal.erase(s, "case:12", [1, 1], ANNA, now=NOW, ground="retention")
    )
    assert event.kind == journal.ERASED
    assert event.data == {"events": [1], "ground": "retention"}
    with database.read() as session:
        first, second, third = journal.read(session, "case:12")
        assert (first.personal, first.actor_name, first.erased) == ({}, None, True)
        assert (first.actor_id, first.actor_roles) == (7, ("chair", "secretariat"))
        assert (second.personal, second.erased) == ({"t": "også"}, False)
        assert third.n == 3
        assert journal.verify(session) == []
        dump = str(session.connection().execute(text("SELECT * FROM journal_personal")).all())
    assert "hemmeligt" not in dump


def test_erasing_again_is_harmless_and_erasing_nothing_there_is_an_error(
    database: Database,
) -> None:
    def erase(session: Session, *numbers: int) -> EventView:
        return journal.erase(session, "case:12", numbers, ANNA, now=NOW, ground="request")

    database.write(note)
    database.write(lambda s: erase(s, 1))
    assert database.write(lambda s: erase(s, 1)).data == {"events": [], "ground": "request"}
    with pytest.raises(journal.NoSuchEvent):
        database.write(lambda s: erase(s, 1, 9))
    with database.read() as session:
        assert len(journal.read(session, "case:12")) == 3
        assert journal.verify(session) == []


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE journal_event SET data = '{}'",
        "DELETE FROM journal_event",
        "UPDATE journal_personal SET text = '{}'",
        "DELETE FROM journal_stream",
    ],
)
def test_the_database_refuses_to_rewrite(database: Database, attack: str) -> None:
    database.write(lambda s: note(s, data={"x": 1}, personal={"t": "a"}))
    with pytest.raises(DBAPIError), database.engine.begin() as connection:
        connection.execute(text(attack))


def test_many_writers_make_one_chain(database: Database) -> None:
    """The first event of a stream is a race of its own: every run begins a new one."""
    for run_number in range(25):
        work = partial(note, stream=f"case:{run_number}")
        outcomes = together(3, lambda work=work: [database.write(work).n for _ in range(2)])  # type: ignore[misc]
        assert outcomes.errors == []
        assert sorted(n for ns in outcomes.results for n in ns) == [1, 2, 3, 4, 5, 6]
    with database.read() as session:
        assert journal.verify(session) == []


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_without_the_streams_lock_two_writers_collide(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pair of the test above. SQLite has one writer at a time whatever the program does."""
    database.write(lambda s: note(s, "system"))
    seen = threading.Barrier(2)

    def unlocked(session: Session, stream: str) -> JournalStream:
        row = session.exec(select(JournalStream).where(JournalStream.key == stream)).one()
        seen.wait(10)
        return row

    monkeypatch.setattr(writing, "_locked", unlocked)
    outcomes = together(2, lambda: database.write(lambda s: note(s, "system")))
    assert len(outcomes.results) == 1
    assert [isinstance(error, DBAPIError) for error in outcomes.errors] == [True]
