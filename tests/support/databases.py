"""Fresh databases, quickly: a template is made once, each test gets a copy."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import event

from pool.db import Database, make_engine
from tests.support.postgres import Server, with_database
from tests.support.schema import make_schema


class SqliteDatabases:
    """Copies of one file that has the whole schema."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._numbers = itertools.count(1)
        make_schema(f"sqlite:///{self._template}")

    def url(self) -> str:
        """The address of a new database."""
        path = self._folder / f"{next(self._numbers)}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def empty_url(self) -> str:
        """The address of a database without a table."""
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"

    def drop(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)


class PostgresDatabases:
    """Databases made from a template database of the run's server."""

    kind = "postgresql"

    def __init__(self, server: Server, worker: str) -> None:
        self._server = server
        self._prefix = f"puljen_test_{worker}_{os.getpid()}"
        self._numbers = itertools.count(1)
        self._template = f"{self._prefix}_template"
        self._admin = psycopg.connect(server.url, autocommit=True)
        try:
            self._run("CREATE DATABASE {}", self._template)
            make_schema(with_database(server.url, self._template))
        except BaseException:
            self._admin.close()
            raise

    def _run(self, statement: str, *names: str) -> None:
        self._admin.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))

    def url(self) -> str:
        """The address of a new database."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, self._template)
        return with_database(self._server.url, name)

    def empty_url(self) -> str:
        """The address of a database without a table."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self._run("CREATE DATABASE {}", name)
        return with_database(self._server.url, name)

    def drop(self, url: str) -> None:
        self._run("DROP DATABASE {} WITH (FORCE)", url.partition("?")[0].rpartition("/")[2])

    def close(self) -> None:
        self._run("DROP DATABASE {} WITH (FORCE)", self._template)
        self._admin.close()


def _hasty(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


class Factory:
    """``factory()`` is a new, empty :class:`pool.db.Database`; all are gone after the test."""

    def __init__(self, source: SqliteDatabases | PostgresDatabases) -> None:
        self._source = source
        self._made: list[tuple[Database, str]] = []

    @property
    def kind(self) -> str:
        return self._source.kind

    def __call__(self) -> Database:
        url = self._source.url()
        engine = make_engine(url)
        if self.kind == "sqlite":
            event.listen(engine, "connect", _hasty)
        database = Database(engine)
        self._made.append((database, url))
        return database

    @property
    def last(self) -> Database:
        """The database made last."""
        return self._made[-1][0]

    def url_of(self, database: Database) -> str:
        """The address of a database made here, for another process."""
        return next(url for made, url in self._made if made is database)

    def close(self) -> None:
        for database, url in self._made:
            database.engine.dispose()
            self._source.drop(url)


MakeDatabase = Callable[[], Database]
