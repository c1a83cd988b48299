"""Raw SQL against the ledger: each attack is one statement, refused by the database itself.

On SQLite the attacker's connection has CHECKs, foreign keys and recursive triggers switched off;
on PostgreSQL it is the owner's. After each refusal every row stands as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

import pool.ledger as ledger
from pool.migrations.guards import refusal
from tests.ledger.forgeries import CLOSED, FORGERIES, POST, RETURN, SQLITE_FORGERIES, Forgery
from tests.ledger.scene import Scene, build, forge, snapshot
from tests.ledger.statements import ATTACKS, POSTGRESQL_ATTACKS, SQLITE_ATTACKS, Attack
from tests.support.databases import Factory

SQLITE = pytest.mark.parametrize("scene", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("scene", ["postgresql"], indirect=True)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    name = "sqlite_databases" if request.param == "sqlite" else "postgres_databases"
    factory = Factory(request.getfixturevalue(name))
    yield build(factory())
    factory.close()


@pytest.fixture
def attacker(scene: Scene) -> Iterator[Connection]:
    with scene.database.engine.connect() as connection:
        if scene.kind == "sqlite":
            cursor = connection.connection.cursor()
            for pragma in ("ignore_check_constraints=ON", "foreign_keys=OFF"):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.execute("PRAGMA recursive_triggers=OFF")
        yield connection
        connection.rollback()
        connection.invalidate()


def _refused(connection: Connection, sql: str, ids: Mapping[str, int], code: str) -> None:
    before = snapshot(connection)
    with pytest.raises(DBAPIError) as caught, connection.begin_nested():
        connection.execute(text(sql), ids)
    error = caught.value
    assert (refusal(error) or getattr(error.orig, "sqlstate", str(error.orig))) == code
    assert snapshot(connection) == before


def _forged(scene: Scene, attacker: Connection, forgery: Forgery) -> None:
    sql, _ = forge(attacker, scene.ids, forgery.changes, forgery.verb)
    code = forgery.postgresql if scene.kind == "postgresql" else None
    _refused(attacker, sql.replace(":", "\\:"), {}, code or forgery.code)


def _attacked(scene: Scene, attacker: Connection, attack: Attack) -> None:
    _refused(attacker, attack.sql, scene.ids, attack.code)


def test_the_forger_knows_the_trade(scene: Scene, attacker: Connection) -> None:
    """Nothing changed, the transfer is taken: each forgery fails by its one change alone."""
    for changes in ({}, RETURN, POST):
        sql, _ = forge(attacker, scene.ids, changes | {"command_id": str(len(changes))})
        attacker.execute(text(sql.replace(":", "\\:")))
    assert ledger.verify(Session(attacker)).faults == ()


def test_a_closed_year_takes_what_comes_back(scene: Scene, attacker: Connection) -> None:
    """To the source, not to what is free: last year's money never swells this year's."""
    back = CLOSED | RETURN
    back |= {"from_id": ":paid2023", "to_id": ":source2023", "cites_id": ":post2023"}
    sql, _ = forge(attacker, scene.ids, back)
    attacker.execute(text(sql.replace(":", "\\:")))


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_transfer_is_refused(scene: Scene, attacker: Connection, name: str) -> None:
    _forged(scene, attacker, FORGERIES[name])


@SQLITE
@pytest.mark.parametrize("name", SQLITE_FORGERIES)
def test_forged_transfer_is_refused_by_sqlite(
    scene: Scene, attacker: Connection, name: str
) -> None:
    _forged(scene, attacker, SQLITE_FORGERIES[name])


@pytest.mark.parametrize("name", ATTACKS)
def test_statement_is_refused(scene: Scene, attacker: Connection, name: str) -> None:
    _attacked(scene, attacker, ATTACKS[name])


@SQLITE
@pytest.mark.parametrize("name", SQLITE_ATTACKS)
def test_statement_is_refused_by_sqlite(scene: Scene, attacker: Connection, name: str) -> None:
    _attacked(scene, attacker, SQLITE_ATTACKS[name])


@POSTGRESQL
@pytest.mark.parametrize("name", POSTGRESQL_ATTACKS)
def test_statement_is_refused_by_postgresql(scene: Scene, attacker: Connection, name: str) -> None:
    _attacked(scene, attacker, POSTGRESQL_ATTACKS[name])


@POSTGRESQL
def test_a_wrong_hash_is_refused_by_postgresql(scene: Scene, attacker: Connection) -> None:
    _forged(scene, attacker, Forgery("ledger:hash", {"hash": "f" * 64}))


@POSTGRESQL
def test_a_temporary_table_of_the_same_name_deceives_nobody(
    scene: Scene, attacker: Connection
) -> None:
    """A guard looks into its own schema, not into the one of whoever writes."""
    for table in ("account", "book_year", "total", "transfer"):
        attacker.exec_driver_sql(f"CREATE TEMP TABLE {table} AS TABLE public.{table}")
    attacker.exec_driver_sql("UPDATE pg_temp.account SET balance = 10000000")
    sql, _ = forge(attacker, scene.ids, {"amount": 8_900}, "INSERT INTO public.")
    with pytest.raises(DBAPIError, match="ledger:overdraft"):
        attacker.execute(text(sql.replace("public. ", "public.").replace(":", "\\:")))
