"""Is this the database that was started last, gone on with, or an older one?

Each start leaves a mark in the database and in a file outside it; while the house runs the file
follows how far the append-only rows have come. A database that lacks what the file names is older,
or went another way, however it was put there: sending and paying are held.

The file lies beside the key, not in the data folder: who puts a whole folder back does not put
that back too.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, select
from sqlmodel import Session, col

from pool.db import Database
from pool.holds.holding import REASONS, How, What, hold_both
from pool.identity.actor import SYSTEM
from pool.models.holds import StartMark
from pool.models.journal import JournalEvent
from pool.models.ledger import Transfer
from pool.models.outbox import Message, MessageAttempt
from pool.models.schedule import Recurring
from pool.settings import Settings

log = logging.getLogger(__name__)

ALIVE = timedelta(minutes=3)
"""Recurring work was begun so short a while ago: the database is in use elsewhere, right now."""

Doubt = Literal["start", "running", "unknown"]
Row = tuple[int, str]
"""A row that is only ever added, and what it says."""


@dataclass(frozen=True, slots=True)
class Trace:
    """How far a database had come. Moments as ISO text."""

    mark: str
    starts: int
    started_at: str
    seen_at: str
    journal: Row | None = None
    """The newest event of any stream, and its hash."""
    transfer: Row | None = None
    """The newest transfer, and its hash."""
    attempt: Row | None = None
    """The newest try of a message, and the message."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A start. ``held``: what is held from now on, for ``doubt``."""

    starts: int
    doubt: Doubt | None
    held: tuple[What, ...]


def places(settings: Settings) -> tuple[Path, ...]:
    """Where the file may lie: beside the key; where that cannot be written to, in the data
    folder."""
    outside = settings.key_file.with_name(f"{settings.data_dir.name}.started")
    return outside, settings.data_dir / "started"


def begin(database: Database, settings: Settings, now: datetime) -> Begun:
    """Mark a start, before anything else is done with ``database``; holds messages and payments
    where it is not the one that was started last. A database that nothing was ever done in is
    taken as it is."""
    kept = _kept(settings)
    mark = secrets.token_hex(16)

    def work(session: Session) -> Begun:
        row = session.execute(
            select(StartMark).with_for_update().execution_options(populate_existing=True)
        ).scalar_one_or_none()
        doubt = _doubt(session, row, kept, now)
        held: tuple[What, ...] = ()
        if doubt is not None:
            how: How = "start"
            held = hold_both(
                session, REASONS[doubt], SYSTEM, now, how=how, data_until=until(session)
            )
        row = row or StartMark(mark=mark, starts=0, started_at=now)
        row.mark, row.starts, row.started_at = mark, row.starts + 1, now
        session.add(row)
        session.flush()
        return Begun(row.starts, doubt, held)

    begun = database.write(work)
    _put(settings, database, now)
    return begun


def follow(database: Database, settings: Settings, now: datetime) -> bool:
    """While running: note how far the database has come. One that was replaced beneath the
    running house is held at once; True then. Nothing is done where this machine has started
    none."""
    kept = _kept(settings)  # read first: what it names was committed before the snapshot below
    if not kept:
        return False
    with database.read() as session:
        row = session.get(StartMark, 1)
        older = not all(_goes_on(session, row, one) for one in kept)
    if older:
        database.write(
            lambda session: hold_both(
                session,
                REASONS["running"],
                SYSTEM,
                now,
                how="running",
                data_until=until(session),
            )
        )
        log.error("the database is not the one that was started: messages and payments are held")
    _put(settings, database, now)
    return older


def until(session: Session) -> datetime | None:
    """When the newest event of the journal was written; what happened after is not in here."""
    newest: datetime | None = session.execute(
        select(func.max(col(JournalEvent.recorded_at)))
    ).scalar_one()
    return newest


def _doubt(
    session: Session, row: StartMark | None, kept: list[Trace], now: datetime
) -> Doubt | None:
    if _untouched(session):
        return None
    if kept:
        return None if all(_goes_on(session, row, one) for one in kept) else "start"
    if row is None or _alive(session, now):
        return None
    return "unknown"


def _untouched(session: Session) -> bool:
    """Nothing was ever written down, paid or sent."""
    return not any(
        session.execute(select(column).limit(1)).first()
        for column in (col(JournalEvent.id), col(Transfer.id), col(Message.id))
    )


def _alive(session: Session, now: datetime) -> bool:
    last = session.execute(select(func.max(col(Recurring.last_started)))).scalar_one()
    return last is not None and abs(now - last) < ALIVE


def _goes_on(session: Session, row: StartMark | None, trace: Trace) -> bool:
    """Whether the database has all that ``trace`` names. It may have been started elsewhere
    since."""
    if row is None or row.starts < trace.starts:
        return False
    if row.starts == trace.starts and row.mark != trace.mark:
        return False
    named = (
        (trace.journal, col(JournalEvent.id), col(JournalEvent.hash)),
        (trace.transfer, col(Transfer.id), col(Transfer.hash)),
        (trace.attempt, col(MessageAttempt.id), col(MessageAttempt.message_id)),
    )
    for wanted, row_id, says in named:
        if wanted is None:
            continue
        found = session.execute(select(says).where(row_id == wanted[0])).scalar_one_or_none()
        if str(found) != wanted[1]:
            return False
    return True


def _trace(session: Session, now: datetime) -> Trace | None:
    row = session.get(StartMark, 1)
    if row is None:
        return None

    def newest(row_id: Any, says: Any) -> Row | None:
        found = session.execute(select(row_id, says).order_by(row_id.desc()).limit(1)).first()
        return None if found is None else (int(found[0]), str(found[1]))

    return Trace(
        mark=row.mark,
        starts=row.starts,
        started_at=row.started_at.isoformat(),
        seen_at=now.isoformat(),
        journal=newest(col(JournalEvent.id), col(JournalEvent.hash)),
        transfer=newest(col(Transfer.id), col(Transfer.hash)),
        attempt=newest(col(MessageAttempt.id), col(MessageAttempt.message_id)),
    )


def _kept(settings: Settings) -> list[Trace]:
    """What the files tell. One that cannot be read tells nothing."""
    found = []
    for path in places(settings):
        try:
            told = json.loads(path.read_text(encoding="ascii"))
            rows = {
                name: (int(told[name][0]), str(told[name][1])) if told[name] else None
                for name in ("journal", "transfer", "attempt")
            }
            found.append(
                Trace(
                    mark=str(told["mark"]),
                    starts=int(told["starts"]),
                    started_at=str(told["started_at"]),
                    seen_at=str(told["seen_at"]),
                    **rows,
                )
            )
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            log.warning("%s cannot be read (%s)", path, type(error).__name__)
    return found


def _put(settings: Settings, database: Database, now: datetime) -> None:
    """Write the file, whole or not at all, at the first place that takes it."""
    with database.read() as session:
        trace = _trace(session, now)
    if trace is None:
        return
    text = json.dumps(asdict(trace), indent=1) + "\n"
    outside, inside = places(settings)
    if _written(outside, text):
        with contextlib.suppress(OSError):
            inside.unlink()  # it would stay behind
        return
    if not _written(inside, text):
        log.warning("%s cannot be written: an older database would not be noticed", inside)


def _written(path: Path, text: str) -> bool:
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return False
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            aside.unlink()
        return False
    return True
