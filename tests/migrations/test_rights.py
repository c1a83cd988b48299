"""PostgreSQL: the application signs in as a role that owns nothing, and everything works."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

import pool.ledger as ledger
from pool import migrations
from pool.db import Database, make_engine
from pool.models.case import Case
from tests.ledger.scene import HOW, build
from tests.support.databases import PostgresDatabases
from tests.support.postgres import Server, with_database

ROLE = f"app_{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def owner(postgres_databases: PostgresDatabases) -> Iterator[Engine]:
    """A database migrated by its owner."""
    url = postgres_databases.empty_url()
    engine = make_engine(url)
    migrations.upgrade(engine)
    yield engine
    engine.dispose()
    postgres_databases.drop(url)


@pytest.fixture(scope="module")
def application(owner: Engine, postgres_server: Server) -> Iterator[Database]:
    """The same database as the application sees it: signed in as its own role."""
    role = sql.Identifier(ROLE)
    with psycopg.connect(postgres_server.url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(role))
        migrations.upgrade(owner, app_role=ROLE)
        url = with_database(postgres_server.url, str(owner.url.database), f"{ROLE}:secret")
        engine = make_engine(url)
        yield Database(engine)
        engine.dispose()
        with owner.begin() as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {ROLE}")
        admin.execute(sql.SQL("DROP ROLE {}").format(role))


def test_the_whole_ledger_works_under_it(application: Database) -> None:
    build(application)

    def lock(session: Session) -> None:
        session.exec(select(Case).with_for_update(key_share=True)).all()
        ledger.appropriate(
            session,
            year_id=ledger.get_year(session, "urban-life", 2024).id or 0,
            amount=1,
            command_id="locked",
            **HOW,
        )

    application.write(lock)
    with application.read() as session:
        assert ledger.verify(session).faults == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET balance = 1",
        "DELETE FROM account",
        "UPDATE transfer SET amount = 1",
        "DELETE FROM transfer",
        "TRUNCATE transfer",
        "INSERT INTO total (year_id, kind, amount, last_n) VALUES (1, 'hold', 0, 0)",
        "UPDATE total SET amount = 1",
        "DELETE FROM book",
        "DELETE FROM book_year",
        "UPDATE journal_event SET data = ''",
        "DELETE FROM journal_event",
        "TRUNCATE journal_event CASCADE",
        "UPDATE definition_version SET source = ''",
        "DELETE FROM document",
        "UPDATE alembic_version SET version_num = '0'",
        "DROP TABLE transfer",
        "ALTER TABLE transfer DISABLE TRIGGER ALL",
        "DROP TRIGGER guard_transfer_before_update ON transfer",
        "DROP FUNCTION guard_transfer_before_update()",
        "ALTER TABLE account DROP CONSTRAINT ck_account_not_overdrawn",
        "CREATE TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica",
    ],
)
def test_it_may_not(application: Database, statement: str) -> None:
    with application.engine.connect() as connection:
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner") as caught:
            connection.execute(text(statement))
        assert getattr(caught.value.orig, "sqlstate", None) == "42501"


def test_granting_again_takes_back_what_was_too_much(owner: Engine, application: Database) -> None:
    """Rights somebody gave by hand go with the next upgrade."""
    with owner.begin() as connection:
        connection.exec_driver_sql(f"GRANT ALL ON transfer TO {ROLE}")
    migrations.upgrade(owner, app_role=ROLE)
    with application.engine.connect() as connection, pytest.raises(DBAPIError, match="denied"):
        connection.exec_driver_sql("DELETE FROM transfer")


def test_a_role_that_is_not_there_is_an_error(owner: Engine) -> None:
    with pytest.raises(DBAPIError, match="does not exist"):
        migrations.upgrade(owner, app_role="nobody_of_that_name")
