"""Putting a backup in the place of the database, while nothing runs."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from pool import clock, demo, keys, migrations
from pool.db import Database, make_engine
from pool.holds import copies, marks
from pool.payments import sealed
from pool.run import folder
from pool.run.errors import Refused
from pool.settings import Settings

_ENDINGS = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """``kept``: where the database that was there lies now, None where there was none;
    ``until``: what happened after is not in the one put back."""

    kept: Path | None
    until: datetime | None


def database_file(settings: Settings) -> Path:
    """The file of the SQLite database. Raises :class:`~pool.run.errors.Refused` for one that is
    no file."""
    path = make_url(settings.database_url).database
    if not settings.is_sqlite or not path or path == ":memory:":
        raise Refused("This database is not a SQLite file.")
    return Path(path)


def restore(settings: Settings, source: Path, now: datetime) -> Restored:
    """Put ``source`` in the database's place, brought up to this version, with messages and
    payments held; the database that was there is kept beside it.

    Raises :class:`~pool.run.errors.Refused` while an instance runs, for what is no backup of
    ours, and for one that the keys there cannot open; migrations raise what they raise. Nothing
    is changed then.
    """
    here = database_file(settings)
    if not source.is_file():
        raise Refused(f"There is no file {source}.")
    if here.exists() and source.samefile(here):
        raise Refused(f"{source} is the database itself: name a copy of it.")
    lock = folder.claim(settings.data_dir, "restore")
    try:
        here.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with copies.part(here) as aside:
            until = _made_ready(settings, source, aside, here, now)
            kept = _set_aside(here, now)
            try:
                aside.rename(here)
            except OSError:
                _put_back(here, kept)
                raise
            _sync(here.parent)
        database = Database(make_engine(settings.database_url))
        try:
            marks.begin(database, settings, now)
        finally:
            database.engine.dispose()
        return Restored(kept, until)
    except copies.NotCopied as error:
        raise Refused(str(error)) from error
    finally:
        os.close(lock)


def _made_ready(
    settings: Settings, source: Path, aside: Path, here: Path, now: datetime
) -> datetime | None:
    """``source`` copied to ``aside``, looked through, migrated, held. Returns its newest
    moment."""
    copies.take(source, aside)
    url = f"sqlite:///{aside}"
    if migrations.current(url) is None:
        raise Refused(f"{source} is no backup of this program's database.")
    migrations.upgrade(url)
    copy = Database(make_engine(url))
    try:
        with copy.read() as session:
            until = marks.until(session)
            try:
                sealed.check(session)
            except keys.CannotOpen as error:
                raise Refused(f"{error} The key file is {settings.key_file}.") from error
        if here.exists() and _is_demo(here) not in (None, demo.is_demo(copy)):
            raise Refused(
                "One of the two is a demonstration, and the other is not: choose another folder "
                "with PULJEN_DATA_DIR."
            )
    finally:
        copy.engine.dispose()
    copies.hold_copy(aside, now, how="restore")
    copies.close(aside)
    return until


def _is_demo(path: Path) -> bool | None:
    """Whether the database there is a demonstration; None where nobody can say, since it is
    damaged or has no tables: a reason to put a backup in its place."""
    database = Database(make_engine(f"sqlite:///{path}"))
    try:
        return demo.is_demo(database)
    except Exception:
        return None
    finally:
        database.engine.dispose()


def _set_aside(here: Path, now: datetime) -> Path | None:
    """Rename what is there, with what belongs to it. Raises
    :class:`~pool.run.errors.Refused` where something has it open."""
    if not here.exists():
        return None
    with (
        contextlib.suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(here, isolation_level=None, timeout=0.5)) as raw,
    ):
        found = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if found is not None and found[0]:
            raise Refused(f"Another program has {here} open: end it first.")
    stamp = f"{clock.local(now):%Y%m%d-%H%M%S}"
    kept = here.with_name(f"{here.stem}-before-{stamp}{here.suffix}")
    if kept.exists():
        raise Refused(f"There is a file {kept} already: try again in a second.")
    for ending in _ENDINGS:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{here}{ending}").rename(f"{kept}{ending}")
    return kept


def _put_back(here: Path, kept: Path | None) -> None:
    if kept is not None:
        for ending in _ENDINGS:
            with contextlib.suppress(FileNotFoundError):
                Path(f"{kept}{ending}").rename(f"{here}{ending}")


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
