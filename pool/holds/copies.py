"""A copy of a SQLite database: one file, whole, of one moment, and held.

The copy carries its holds with it: however it is put in a database's place, nothing is sent or
paid from it until somebody has looked.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import inspect

from pool.db import Database, make_engine
from pool.holds.holding import REASONS, How, hold_both
from pool.holds.marks import until
from pool.identity.actor import SYSTEM
from pool.models.holds import Hold


class NotCopied(Exception):
    """``str()`` is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made: ``size`` in bytes; ``until``: what happened after is not in it, None
    where nothing ever happened; ``holds`` False: of a version before there were holds."""

    path: Path
    size: int
    until: datetime | None
    holds: bool


def back_up(database: Path, target: Path, now: datetime) -> Copy:
    """Copy ``database``, which may be in use, to the new file ``target``. Raises
    :class:`NotCopied`; then there is no ``target``."""
    if target.exists():
        raise NotCopied(f"There is a file {target} already: choose another name.")
    with part(target) as aside:
        take(database, aside)
        held = hold_copy(aside, now, how="backup")
        with _database(aside) as copy, copy.read() as session:
            newest = until(session) if held else None
        close(aside)
        aside.rename(target)
    return Copy(target, target.stat().st_size, newest, held)


@contextmanager
def part(target: Path) -> Iterator[Path]:
    """An empty file beside ``target``, readable by its owner alone; gone afterwards where it was
    not renamed. Raises :class:`NotCopied`."""
    aside = target.with_name(f"{target.name}.part")
    try:
        os.close(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    except OSError as error:
        raise NotCopied(
            f"{target} cannot be written ({error.strerror}): choose another place, or give this "
            "user access."
        ) from error
    try:
        yield aside
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                Path(f"{aside}{ending}").unlink()


def take(source: Path, target: Path) -> None:
    """Everything of ``source`` as of one moment, by SQLite's own online backup: writers go on
    meanwhile. Raises :class:`NotCopied` for what is no whole SQLite database, and for a full
    disk."""
    address = f"file:{quote(str(source.absolute()))}?mode="
    try:
        with (
            closing(_open(address, source)) as taken,
            closing(sqlite3.connect(target)) as made,
        ):
            taken.backup(made)
            faults = [str(row[0]) for row in made.execute("PRAGMA integrity_check(3)")]
    except sqlite3.Error as error:
        raise NotCopied(f"{source} could not be copied ({error}).") from error
    if faults != ["ok"]:
        raise NotCopied(f"{source} is damaged ({faults[0]}): take another copy.")


def _open(address: str, source: Path) -> sqlite3.Connection:
    """A copy may lie where nothing can be written."""
    mode = "rw" if os.access(source, os.W_OK) and os.access(source.parent, os.W_OK) else "ro"
    return sqlite3.connect(address + mode, uri=True, timeout=10)


def hold_copy(path: Path, now: datetime, *, how: How) -> bool:
    """Hold messages and payments in the copy; False where its tables are of a version that
    knows no holds."""
    with _database(path) as database:
        if not inspect(database.engine).has_table(Hold.__tablename__):
            return False
        database.write(
            lambda session: hold_both(
                session, REASONS[how], SYSTEM, now, how=how, data_until=until(session) or now
            )
        )
    return True


def close(path: Path) -> None:
    """Make it one file, with nothing beside it, and see to it that the disk has it."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            mode = made.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.Error as error:
        raise NotCopied(f"{path} could not be written ({error}).") from error
    if mode != "delete":
        raise NotCopied(f"Something else has {path} open: try again.")
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _database(path: Path) -> Iterator[Database]:
    database = Database(make_engine(f"sqlite:///{path}"))
    try:
        yield database
    finally:
        database.engine.dispose()
