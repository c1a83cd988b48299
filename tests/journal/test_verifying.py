"""Whoever takes the guards away and rewrites the record is found out."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from pool import journal
from pool.db import Database
from pool.identity import SYSTEM, Actor
from pool.journal import Finding, Head, verifying
from pool.journal.canonical import event_hash
from pool.migrations import guards
from pool.models.journal import JournalEvent, JournalStream

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANNA = Actor("person", 7, "Anna", frozenset({"chair"}))


@pytest.fixture
def written(database: Database) -> Database:
    """Two streams of three events, the second without its first event's personal text."""

    def work(session: Session) -> None:
        for stream in ("case:1", "case:2"):
            for amount in (1, 2):
                journal.write(
                    session,
                    stream,
                    "granted",
                    ANNA,
                    now=NOW,
                    data={"amount": amount},
                    personal={"reasons": "godt"},
                )
        journal.write(session, "case:1", "paid", SYSTEM, now=NOW)
        journal.erase(session, "case:2", [1], ANNA, now=NOW, ground="request")

    database.write(work)
    return database


def tamper(database: Database, *statements: str) -> None:
    """Without guards, as whoever may alter the schema. ``@2`` is the id of the second event of
    ``case:1``, ``@two2`` that of ``case:2``, ``@stream`` the id of the stream ``case:1``."""
    with database.engine.begin() as connection:
        guards.remove(connection)
        ids = {
            f"@{'two' if key == 'case:2' else ''}{n}": str(event_id)
            for key, n, event_id in connection.execute(
                text(
                    "SELECT key, n, e.id FROM journal_event e JOIN journal_stream s"
                    " ON s.id = e.stream_id"
                )
            )
        }
        ids["@stream"] = "(SELECT id FROM journal_stream WHERE key = 'case:1')"
        for statement in statements:
            connection.exec_driver_sql(re.sub(r"@\w+", lambda mark: ids[mark[0]], statement))


def findings(database: Database, *anchors: Head) -> list[tuple[str, int, str]]:
    with database.read() as session:
        return [(f.stream, f.n, f.code) for f in journal.verify(session, anchors)]


def test_an_untouched_record_has_no_findings(written: Database) -> None:
    with written.read() as session:
        anchors = journal.heads(session)
    assert findings(written, *anchors) == []
    written.write(lambda s: journal.write(s, "case:1", "closed", SYSTEM, now=NOW))
    assert findings(written, *anchors) == []


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'refused'",
        """data = '{"amount":3}'""",
        "actor_id = 8",
        "actor_roles = ''",
        "effective_on = '2025-01-01'",
        "software = '9'",
        "recorded_at = '2026-11-23T09:00:01.000000Z'",
    ],
)
def test_a_changed_event_is_found(written: Database, change: str) -> None:
    tamper(written, "UPDATE journal_event SET @change WHERE id = @2".replace("@change", change))
    assert findings(written) == [("case:1", 2, "changed")]


def test_a_removed_event_is_found(written: Database) -> None:
    tamper(
        written,
        "DELETE FROM journal_personal WHERE event_id = @2",
        "DELETE FROM journal_event WHERE id = @2",
    )
    assert findings(written) == [("case:1", 2, "gap")]


def test_a_removed_newest_event_is_found_by_the_head(written: Database) -> None:
    tamper(written, "DELETE FROM journal_event WHERE id = @3")
    assert findings(written) == [("case:1", 3, "shortened")]


def test_a_head_set_back_with_its_event_is_found_by_an_anchor_alone(written: Database) -> None:
    with written.read() as session:
        anchors = journal.heads(session)
    tamper(
        written,
        "DELETE FROM journal_event WHERE id = @3",
        "UPDATE journal_stream SET head_n = 2, head_hash ="
        " (SELECT hash FROM journal_event WHERE id = @2) WHERE key = 'case:1'",
    )
    assert findings(written) == []
    assert findings(written, *anchors) == [("case:1", 3, "anchor-missing")]


def test_a_chain_computed_anew_is_found_by_an_anchor_alone(written: Database) -> None:
    with written.read() as session:
        anchors = journal.heads(session)

    def forge(session: Session) -> None:
        previous = "0" * 64
        query = (
            select(JournalEvent)
            .join(JournalStream)
            .where(col(JournalStream.key) == "case:1")
            .order_by(col(JournalEvent.n))
        )
        for event in session.exec(query):
            if event.n == 1:
                event.data = '{"amount":99}'
            event.prev_hash = previous
            event.hash = previous = event_hash(
                stream="case:1",
                **{
                    name: getattr(event, name)
                    for name in (
                        *("n", "kind", "actor_kind", "actor_id", "actor_roles", "effective_on"),
                        *("effective_precision", "recorded_at", "software", "data", "digest"),
                        "prev_hash",
                    )
                },
            )
            session.add(event)
        session.flush()
        session.connection().execute(
            text("UPDATE journal_stream SET head_hash = :hash WHERE key = 'case:1'"),
            {"hash": previous},
        )

    tamper(written)
    written.write(forge)
    assert findings(written) == []
    assert findings(written, *anchors) == [("case:1", 3, "anchor")]


def test_a_whole_stream_removed_is_found_by_an_anchor_alone(written: Database) -> None:
    with written.read() as session:
        anchors = journal.heads(session)
    tamper(
        written,
        "DELETE FROM journal_personal WHERE event_id IN (SELECT id FROM journal_event"
        " WHERE stream_id = @stream)",
        "DELETE FROM journal_event WHERE stream_id = @stream",
        "DELETE FROM journal_stream WHERE key = 'case:1'",
    )
    assert findings(written) == []
    assert findings(written, *anchors) == [("case:1", 3, "anchor-missing")]


def test_a_stream_emptied_under_its_head_is_found(written: Database) -> None:
    tamper(
        written,
        "DELETE FROM journal_personal WHERE event_id IN (SELECT id FROM journal_event"
        " WHERE stream_id = @stream)",
        "DELETE FROM journal_event WHERE stream_id = @stream",
    )
    assert findings(written) == [("case:1", 1, "shortened")]


def test_a_head_that_is_not_the_newest_event_is_found(written: Database) -> None:
    tamper(written, "UPDATE journal_stream SET head_n = 2 WHERE key = 'case:1'")
    assert findings(written) == [("case:1", 3, "head")]


def test_events_in_another_order_are_found(written: Database) -> None:
    tamper(
        written,
        "UPDATE journal_event SET n = 9 WHERE id = @1",
        "UPDATE journal_event SET n = 1 WHERE id = @2",
        "UPDATE journal_event SET n = 2 WHERE stream_id = @stream AND n = 9",
    )
    assert findings(written) == [
        ("case:1", 1, "chain"),
        ("case:1", 1, "changed"),
        ("case:1", 2, "chain"),
        ("case:1", 2, "changed"),
        ("case:1", 3, "chain"),
    ]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE journal_personal SET text = '{}' WHERE event_id = @1",
            ("case:1", 1, "personal-changed"),
        ),
        (
            "UPDATE journal_personal SET name = 'Bo' WHERE event_id = @1",
            ("case:1", 1, "personal-changed"),
        ),
        (
            "DELETE FROM journal_personal WHERE event_id = @1",
            ("case:1", 1, "personal-missing"),
        ),
        (
            "INSERT INTO journal_personal (event_id, salt, name, text)"
            " VALUES (@3, 'x', NULL, '{}')",
            ("case:1", 3, "personal-extra"),
        ),
        (
            "INSERT INTO journal_personal (event_id, salt, name, text)"
            " VALUES (@two1, 'x', NULL, '{}')",
            ("case:2", 1, "personal-changed"),
        ),
    ],
)
def test_what_is_done_to_personal_text_is_found(
    written: Database, statement: str, expected: tuple[str, int, str]
) -> None:
    tamper(written, statement)
    assert findings(written) == [expected]


def test_an_erasure_that_is_itself_forged_covers_nothing(written: Database) -> None:
    tamper(
        written,
        "DELETE FROM journal_personal WHERE event_id = @two2",
        """UPDATE journal_event SET data = '{"events":[1,2],"ground":"request"}'"""
        " WHERE id = @two3",
    )
    assert findings(written) == [("case:2", 3, "changed")]


def test_a_finding_says_where(written: Database) -> None:
    tamper(written, "UPDATE journal_event SET software = '9' WHERE n = 1")
    with written.read() as session:
        assert journal.verify(session) == [
            Finding("case:1", 1, "changed"),
            Finding("case:2", 1, "changed"),
        ]


def test_verify_reads_while_others_write(database: Database) -> None:
    """Events that come while it reads are no findings."""
    stop = threading.Event()
    errors: list[BaseException] = []

    def write() -> None:
        try:
            while not stop.is_set():
                database.write(lambda s: journal.write(s, "system", "x", ANNA, now=NOW))
        except BaseException as error:
            errors.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(15):
            assert findings(database) == []
    finally:
        stop.set()
        writer.join()
    assert errors == []


def test_rows_are_read_in_batches(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "_BATCH", 7)

    def work(session: Session) -> None:
        for i in range(40):
            journal.write(session, f"case:{i % 3}", "x", ANNA, now=NOW, data={"i": i})

    database.write(work)
    assert findings(database) == []
