"""What is written once stays as it was: raw SQL against the journal, documents, sent letters and
announced decisions, on both engines. SQLite's attacker has switched everything off he can."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from pool.migrations.guards import refusal
from pool.models.definition import DefinitionVersion
from pool.models.files import StoredFile, StoredFileContent
from pool.models.journal import GENESIS, JournalEvent, JournalPersonal, JournalStream
from pool.models.outbox import Document, Message
from tests.support.cases import NOW, decide, granted_case
from tests.support.databases import Factory

TABLES = (
    *("journal_stream", "journal_event", "journal_personal", "definition_version", "document"),
    *("message", "decision", "stored_file_content"),
)
EVENT = (
    "INTO journal_event (stream_id, n, kind, actor_kind, actor_roles, effective_on,"
    " effective_precision, recorded_at, software, data, prev_hash, hash)"
    " SELECT stream_id, {n}, kind, actor_kind, actor_roles, effective_on, effective_precision,"
    " recorded_at, software, data, {prev}, hash FROM journal_event WHERE n = 1"
)

REFUSED = {
    "change an event": ("record:append-only", "UPDATE journal_event SET data = '{}'"),
    "delete an event": ("record:append-only", "DELETE FROM journal_event WHERE n = 2"),
    "skip a number": ("record:number", "INSERT " + EVENT.format(n=4, prev="hash")),
    "use a number again": ("record:exists", "INSERT " + EVENT.format(n=2, prev="hash")),
    "break the chain": ("record:chain", "INSERT " + EVENT.format(n=3, prev="hash")),
    "rename a stream": ("record:append-only", "UPDATE journal_stream SET key = 'case:9'"),
    "set a stream back": ("record:append-only", "UPDATE journal_stream SET head_n = 1"),
    "delete a stream": ("record:append-only", "DELETE FROM journal_stream"),
    "change what somebody wrote": (
        "record:append-only",
        "UPDATE journal_personal SET text = '\"better\"'",
    ),
    "change a definition": ("record:append-only", "UPDATE definition_version SET source = ''"),
    "delete a definition": ("record:append-only", "DELETE FROM definition_version"),
    "change a document": ("record:append-only", "UPDATE document SET name = 'x'"),
    "delete a document": ("record:append-only", "DELETE FROM document"),
    "delete a sent letter": ("record:sent", "DELETE FROM message WHERE state = 'sent'"),
    "change a sent letter's data": (
        "record:frozen",
        "UPDATE message SET data = '{\"amount\": 1}' WHERE state = 'sent'",
    ),
    "change a queued letter's data": (
        "record:frozen",
        "UPDATE message SET data = '{\"amount\": 1}' WHERE state = 'queued'",
    ),
    "send a queued letter to another": (
        "record:frozen",
        "UPDATE message SET to_email = 'b@example.dk' WHERE state = 'queued'",
    ),
    "call a sent letter queued": (
        "record:sent",
        "UPDATE message SET state = 'queued' WHERE state = 'sent'",
    ),
    "another document for a sent letter": (
        "record:sent",
        "UPDATE message SET document_id = NULL WHERE state = 'sent'",
    ),
    "another key for a letter": (
        "record:append-only",
        "UPDATE message SET recipient = 'x' WHERE state = 'queued'",
    ),
    "change an announced amount": (
        "record:append-only",
        "UPDATE decision SET amount = 1 WHERE announced_at IS NOT NULL",
    ),
    "change the reasons afterwards": (
        "record:append-only",
        "UPDATE decision SET reasons = 'others' WHERE announced_at IS NOT NULL",
    ),
    "change what is not announced yet": (
        "record:append-only",
        "UPDATE decision SET amount = 1, reasons = 'more' WHERE announced_at IS NULL",
    ),
    "send a kept letter after all": (
        "record:kept",
        "UPDATE message SET state = 'waiting' WHERE state = 'kept'",
    ),
    "take the paper from a kept letter": (
        "record:kept",
        "UPDATE message SET document_id = NULL WHERE state = 'kept'",
    ),
    "delete a kept letter": ("record:kept", "DELETE FROM message WHERE state = 'kept'"),
    "unannounce": ("record:announced", "UPDATE decision SET announced_at = NULL"),
    "give a decision to another case": ("record:append-only", "UPDATE decision SET number = 7"),
    "delete a decision": ("record:append-only", "DELETE FROM decision"),
    "change a file's bytes": ("record:append-only", "UPDATE stored_file_content SET data = '1'"),
}
REPLACED = {
    "replace an event": (
        "record:exists",
        "INSERT OR REPLACE " + EVENT.format(n=2, prev="hash"),
    ),
    "replace what somebody wrote": (
        "record:exists",
        "REPLACE INTO journal_personal (event_id, salt, text) VALUES (1, 'x', 'y')",
    ),
    "replace a document": (
        "record:exists",
        "REPLACE INTO document (id, name, media_type, sha256, body, created_at)"
        " SELECT id, 'x', media_type, sha256, body, created_at FROM document",
    ),
    "replace a definition": (
        "record:exists",
        "REPLACE INTO definition_version SELECT pool, version, sha256, '', first_used_at"
        " FROM definition_version",
    ),
    "replace a decision": (
        "record:exists",
        "REPLACE INTO decision SELECT * FROM decision WHERE announced_at IS NOT NULL",
    ),
    "move a letter over a sent one": (
        "record:append-only",
        "UPDATE OR REPLACE message SET id = (SELECT id FROM message WHERE state = 'sent')"
        " WHERE state = 'queued'",
    ),
    "move a decision over another": (
        "record:append-only",
        "UPDATE OR REPLACE decision SET number = 1 WHERE number = 2",
    ),
    "replace a file's bytes": (
        "record:exists",
        "REPLACE INTO stored_file_content SELECT file_id, 'x' FROM stored_file_content",
    ),
}


def _fill(session: Session) -> None:
    stream = JournalStream(key="case:1", head_n=2, head_hash="b" * 64)
    session.add(stream)
    session.flush()
    for n, (prev, own) in enumerate([(GENESIS, "a" * 64), ("a" * 64, "b" * 64)], start=1):
        session.add(
            JournalEvent(
                stream_id=stream.id or 0,
                n=n,
                kind="noted",
                actor_kind="system",
                effective_on=NOW.date(),
                recorded_at=NOW,
                software="1",
                data="{}",
                prev_hash=prev,
                hash=own,
            )
        )
        session.flush()
    session.add(JournalPersonal(event_id=1, salt="s", text='"said"'))
    session.add(
        DefinitionVersion(pool="p", version=1, sha256="0" * 64, source="x", first_used_at=NOW)
    )
    document = Document(
        name="l.pdf", media_type="application/pdf", sha256="0" * 64, body=b"x", created_at=NOW
    )
    session.add(document)
    session.flush()
    for state in ("sent", "queued", "draft", "kept"):
        session.add(_message(state, document.id))
    case = granted_case(session)
    decide(session, case.case_id, announced_at=None)
    file = StoredFile(
        name="a.txt", media_type="text/plain", size=1, sha256="0" * 64, created_at=NOW
    )
    session.add(file)
    session.flush()
    session.add(StoredFileContent(file_id=file.id or 0, data=b"x"))


def _message(state: str, document_id: int | None) -> Message:
    return Message(
        event=f"case:1:{state}",
        recipient="a@example.dk",
        template="granted",
        template_version="0",
        kind="letter",
        channel="smtp",
        lang="da",
        to_name="A",
        to_email="a@example.dk",
        data={"amount": 100},
        message_id="<1@x>",
        date=NOW,
        state=state,
        next_try_at=NOW,
        document_id=document_id,
    )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest) -> Iterator[Factory]:
    name = "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    factory = Factory(request.getfixturevalue(name))
    factory().write(_fill)
    yield factory
    factory.close()


@pytest.fixture
def attacker(made: Factory) -> Iterator[Connection]:
    with made.last.engine.connect() as connection:
        if made.kind == "sqlite":
            cursor = connection.connection.cursor()
            for setting in ("ignore_check_constraints=ON", "foreign_keys=OFF"):
                cursor.execute(f"PRAGMA {setting}")
            cursor.execute("PRAGMA recursive_triggers=OFF")
        yield connection
        connection.rollback()
        connection.invalidate()


def _rows(connection: Connection) -> dict[str, list[str]]:
    return {
        table: sorted(str(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {table}")))
        for table in TABLES
    }


def _refused(attacker: Connection, case: tuple[str, str]) -> None:
    code, sql = case
    before = _rows(attacker)
    with pytest.raises(DBAPIError) as caught, attacker.begin_nested():
        attacker.execute(text(sql.replace('": 1', '"\\: 1')))
    assert refusal(caught.value) == code
    assert _rows(attacker) == before


@pytest.mark.parametrize("name", REFUSED)
def test_what_was_written_stays(attacker: Connection, name: str) -> None:
    _refused(attacker, REFUSED[name])


@pytest.mark.parametrize("made", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", REPLACED)
def test_replace_replaces_nothing(attacker: Connection, name: str) -> None:
    _refused(attacker, REPLACED[name])


@pytest.mark.parametrize("made", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "table", ["journal_event", "journal_stream", "definition_version", "document", "message"]
)
def test_truncate_empties_nothing(attacker: Connection, table: str) -> None:
    with pytest.raises(DBAPIError) as caught, attacker.begin_nested():
        attacker.execute(text(f"TRUNCATE {table} CASCADE"))
    assert str(refusal(caught.value)).startswith("record:")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM journal_personal",
        "INSERT " + EVENT.format(n=3, prev="'" + "b" * 64 + "'"),
        "UPDATE message SET state = 'leased', lease_token = 'x', lease_until = date"
        " WHERE state = 'queued'",
        "UPDATE message SET data = '{}' WHERE state = 'draft'",
        "DELETE FROM message WHERE state = 'draft'",
        "UPDATE decision SET announced_at = recorded_at WHERE announced_at IS NULL",
        "UPDATE journal_stream SET head_n = 3",
    ],
)
def test_what_may_happen_does(attacker: Connection, sql: str) -> None:
    """Forgetting personal text, delivering, editing a draft, announcing."""
    assert attacker.execute(text(sql)).rowcount == 1
