"""What the application asks the database, written down, and asked again without the application.

The floor of the story: the very same statements with the very same values, in the same order and
the same units of work, from plain ``sqlite3`` on a copy of the file as it was before.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from pool.db import make_engine

COMMIT, ROLLBACK = "COMMIT", "ROLLBACK"
LOOKING = ("SELECT", "WITH")


@dataclass(frozen=True, slots=True)
class Line:
    """One statement, on which of the connections."""

    connection: int
    sql: str
    values: Any = ()
    many: bool = False


@dataclass
class Tape:
    lines: list[Line] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)
    _begun: set[int] = field(default_factory=set)

    @property
    def statements(self) -> list[Line]:
        """What was asked, without the beginnings and ends of units."""
        return [
            line for line in self.lines
            if line.sql not in (COMMIT, ROLLBACK) and not line.sql.startswith("BEGIN")
        ]  # fmt: skip

    @property
    def queries(self) -> int:
        """Statements that only look."""
        return sum(line.sql.lstrip().upper().startswith(LOOKING) for line in self.statements)

    @property
    def writes(self) -> int:
        return len(self.statements) - self.queries

    @property
    def commits(self) -> int:
        """Units of work that wrote something, each durable on its own."""
        return sum(line.sql.startswith("BEGIN IMMEDIATE") for line in self.lines)

    def add(self, connection: Any, sql: str, values: Any = (), many: bool = False) -> None:
        number = self._numbers.setdefault(id(connection), len(self._numbers))
        if sql.startswith("BEGIN"):
            self._begun.add(number)
        elif sql in (COMMIT, ROLLBACK):
            if number not in self._begun:
                return  # nothing was begun: the pool gives a connection back
            self._begun.discard(number)
        self.lines.append(Line(number, sql, values, many))


@contextmanager
def recording(engine: Engine) -> Iterator[Tape]:
    """Write down everything ``engine`` is asked until the block ends."""
    tape = Tape()

    def asked(conn: Any, _c: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        tape.add(conn.connection.dbapi_connection, statement, parameters, many)

    def commit(conn: Any) -> None:
        tape.add(conn.connection.dbapi_connection, COMMIT)

    def rollback(conn: Any) -> None:
        tape.add(conn.connection.dbapi_connection, ROLLBACK)

    listening = (("before_cursor_execute", asked), ("commit", commit), ("rollback", rollback))
    for name, heard in listening:
        event.listen(engine, name, heard)
    try:
        yield tape
    finally:
        for name, heard in listening:
            event.remove(engine, name, heard)


def snapshot(source: Path, target: Path) -> None:
    """A whole copy of a database, taken while it is in use."""
    taken, kept = sqlite3.connect(source), sqlite3.connect(target)
    try:
        taken.backup(kept)
    finally:
        taken.close()
        kept.close()


def play(tape: Tape, before: Path, folder: Path) -> float:
    """Seconds the tape takes on a fresh copy of ``before``, with the house's own connection
    settings (WAL, ``synchronous=FULL``)."""
    file = folder / "replayed.sqlite"
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(before, file)
    engine = make_engine(f"sqlite:///{file}")
    try:
        count = 1 + max((line.connection for line in tape.lines), default=0)
        held = [engine.raw_connection() for _ in range(count)]
        cursors = [one.cursor() for one in held]
        began = time.perf_counter()
        for line in tape.lines:
            cursor = cursors[line.connection]
            if line.many:
                cursor.executemany(line.sql, line.values)
                continue
            cursor.execute(line.sql, line.values)
            if cursor.description is not None:
                cursor.fetchall()
        took = time.perf_counter() - began
        for one in held:
            one.close()
        return took
    finally:
        engine.dispose()


def read_again(tape: Tape, file: Path) -> float:
    """Seconds the tape's questions alone take on ``file``, every row fetched and let go."""
    engine = make_engine(f"sqlite:///{file}")
    try:
        held = engine.raw_connection()
        cursor = held.cursor()
        began = time.perf_counter()
        for line in tape.statements:
            cursor.execute(line.sql, line.values)
            for _row in cursor:  # type: ignore[attr-defined]
                pass
        took = time.perf_counter() - began
        held.close()
        return took
    finally:
        engine.dispose()
