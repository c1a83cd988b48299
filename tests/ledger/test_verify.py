"""Whoever may alter the schema is not stopped, but found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text
from sqlmodel import Session

import pool.ledger as ledger
from pool.db import Database
from pool.ledger import Head, Report
from pool.migrations import guards
from tests.ledger.scene import Scene, build, forge

Tamper = Callable[[Connection, Scene], object]


def _verified(database: Database, anchors: tuple[Head, ...] = ()) -> Report:
    with database.read() as session:
        return ledger.verify(session, anchors)


def _without_guards(scene: Scene, tamper: Tamper) -> Report:
    """What verify says after ``tamper``, by an owner who puts every guard back afterwards."""
    with scene.database.engine.begin() as connection:
        guards.remove(connection)
        tamper(connection, scene)
        guards.install(connection)
    return _verified(scene.database)


def _run(sql: str) -> Tamper:
    return lambda connection, scene: connection.execute(text(sql), scene.ids)


def _forged(**changes: object) -> Tamper:
    def tamper(connection: Connection, scene: Scene) -> None:
        sql, _ = forge(connection, scene.ids, changes)
        connection.execute(text(sql.replace(":", "\\:")))

    return tamper


def test_a_sound_ledger_has_no_fault(database: Database) -> None:
    build(database)
    report = _verified(database)
    assert report.faults == ()
    assert report.ok
    assert [head.book for head in report.heads] == ["urban-life", "knowledge"]
    with database.read() as session:
        assert sorted(ledger.heads(session), key=str) == sorted(report.heads, key=str)


LAST = "(SELECT max(id) FROM transfer WHERE book_id = :book)"


@pytest.mark.parametrize(
    ("first", "tamper"),
    [
        (("urban-life/7", "text"), _run("UPDATE transfer SET amount = 301 WHERE id = :post")),
        (
            ("urban-life/7", "text"),
            _run("UPDATE transfer SET actor = 'person:9' WHERE id = :post"),
        ),
        (
            ("urban-life/7", "text"),
            _run("UPDATE transfer SET canonical = canonical || ' ' WHERE id = :post"),
        ),
        (
            ("urban-life/7", "hash"),
            _run("UPDATE transfer SET hash = prev_hash WHERE id = :post"),
        ),
        (("urban-life/9", "number"), _run("DELETE FROM transfer WHERE id = :post_again")),
        (("account", "balance"), _run(f"DELETE FROM transfer WHERE id = {LAST}")),
        (("account", "balance"), _run("UPDATE account SET balance = 1 WHERE id = :free")),
        (("account", "balance"), _run("UPDATE account SET last_n = 1 WHERE id = :free")),
        (("total", "total"), _run("UPDATE total SET amount = 1 WHERE kind = 'hold'")),
        (("total", "total"), _run("DELETE FROM total WHERE kind = 'hold'")),
        (("urban-life", "overdraft"), _forged(amount=99_999)),
        (("urban-life", "shape"), _forged(kind="void")),
        (("urban-life", "year"), _forged(to_id=":freeother")),
        (("urban-life", "mirror"), _forged(kind="reverse", cites_id=":post")),
        (("urban-life", "clock"), _forged(recorded_at="2020-01-01T00:00:00.000000Z")),
        (("urban-life", "hash"), _forged(hash="f" * 64)),
    ],
)
def test_tampering_is_found(database: Database, first: tuple[str, str], tamper: Tamper) -> None:
    fault = _without_guards(build(database), tamper).faults[0]
    assert (fault.where.startswith(first[0]), fault.code) == (True, first[1]), fault


def test_a_rewritten_chain_is_found_by_its_anchor(database: Database) -> None:
    """Whoever owns the database can compute the chain anew; a head kept outside tells."""
    scene = build(database)
    heads = _verified(database).heads
    assert _verified(database, heads).ok
    other = replace(heads[0], hash="0" * 64)
    assert [fault.code for fault in _verified(database, (other,)).faults] == ["anchor"]
    beyond = replace(heads[0], n=heads[0].n + 1)
    assert [fault.detail for fault in _verified(database, (beyond,)).faults] == ["is gone"]
    gone = Head("no-such-book", 1, "0" * 64)
    assert [fault.where for fault in _verified(database, (gone,)).faults] == ["no-such-book"]
    report = _without_guards(scene, _run(f"DELETE FROM transfer WHERE id = {LAST}"))
    assert report.heads != heads


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_wrong_hash_is_found(database: Database) -> None:
    """SQLite has no SHA-256 and takes any hash of the right form; verify says which is wrong.
    PostgreSQL refuses it at once, see the attacks."""
    scene = build(database)
    with database.engine.begin() as connection:
        _forged(hash="f" * 64)(connection, scene)
    assert [fault.code for fault in _verified(database).faults] == ["hash"]


@pytest.mark.parametrize(
    ("database_kind", "statement", "what"),
    [
        ("sqlite", "DROP TRIGGER guard_transfer_before_update", "missing"),
        (
            "sqlite",
            "CREATE TRIGGER kind AFTER INSERT ON transfer BEGIN SELECT 1; END",
            "unexpected",
        ),
        ("postgresql", "DROP TRIGGER guard_transfer_before_update ON transfer", "missing"),
        (
            "postgresql",
            "ALTER TABLE transfer DISABLE TRIGGER guard_transfer_before_update",
            "changed",
        ),
        ("postgresql", "ALTER TABLE transfer DISABLE TRIGGER ALL", "changed"),
        (
            "postgresql",
            "ALTER TABLE transfer ENABLE TRIGGER guard_transfer_before_update",
            "changed",
        ),
        (
            "postgresql",
            "CREATE OR REPLACE FUNCTION guard_transfer_before_update() RETURNS trigger"
            " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "changed",
        ),
        (
            "postgresql",
            "ALTER FUNCTION guard_transfer_before_update() SET search_path = pg_temp, public",
            "changed",
        ),
        (
            "postgresql",
            "CREATE TRIGGER kind BEFORE INSERT ON transfer FOR EACH ROW"
            " EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "unexpected",
        ),
        ("postgresql", "ALTER TABLE account DROP CONSTRAINT ck_account_not_overdrawn", "missing"),
        (
            "postgresql",
            "ALTER TABLE account DROP CONSTRAINT ck_account_not_overdrawn,"
            " ADD CONSTRAINT ck_account_not_overdrawn CHECK (kind = 'source' OR balance >= -9)",
            "changed",
        ),
        ("postgresql", "DROP INDEX uq_transfer_reversed_once", "missing"),
        ("sqlite", "DROP INDEX uq_transfer_reversed_once", "missing"),
    ],
)
def test_a_changed_guard_is_found(database: Database, statement: str, what: str) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    faults = _verified(database).faults
    assert {fault.code for fault in faults} == {f"guard-{what}"}, faults


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_replication_role_does_not_silence_the_guards(database: Database) -> None:
    build(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        with pytest.raises(Exception, match="ledger:append-only"):
            connection.exec_driver_sql("DELETE FROM transfer")
        connection.rollback()
        connection.invalidate()


def test_verify_looks_past_the_session(database: Database) -> None:
    """Objects that the session has loaded do not hide what stands in the database."""
    scene = build(database)
    with Session(database.engine) as session:
        ledger.get_account(session, scene.ids["free"])
        assert ledger.verify(session).ok
