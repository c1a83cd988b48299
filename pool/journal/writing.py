"""Writing the record, and forgetting in it.

One call, one event, in the unit of work of what it tells about. The stream's row is locked to
the end of that unit; where several streams are written, ``system`` comes last.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from pool import __version__
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.journal.canonical import (
    data_text,
    event_hash,
    personal_digest,
    personal_text,
    storable,
)
from pool.journal.views import EventView, view
from pool.models.journal import JournalEvent, JournalPersonal, JournalStream

ERASED = "personal-erased"
"""The kind of the event that tells which events' personal text was erased."""

Precision = Literal["day", "month", "year"]

_BEGINNING = 20_401
"""The class of PostgreSQL's advisory locks that stand for streams about to begin."""

_STREAM = re.compile(r"[a-z][a-z\-]*(:[\w\-]+)?")
_KIND = re.compile(r"[a-z][a-z0-9._\-]*")


class NoSuchEvent(LookupError):
    """The stream has no event of that number."""


def write(
    session: Session,
    stream: str,
    kind: str,
    actor: Actor,
    *,
    now: datetime,
    effective_on: date | None = None,
    precision: Precision = "day",
    data: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> EventView:
    """Add an event to ``stream`` (``case:12``, ``book-year:3``, ``system``).

    ``data``: ids, codes, whole øre, days; free text is refused (:class:`NotPlainData`).
    ``personal``: whatever people wrote. It is kept beside the chain with the actor's name and
    may be erased. ``effective_on``: the day it is about, today in Copenhagen unless given.
    """
    if not _STREAM.fullmatch(stream) or len(stream) > 80:
        raise ValueError(f"no name for a stream: {stream!r}")
    if not _KIND.fullmatch(kind) or len(kind) > 80:
        raise ValueError(f"no name for a kind of event: {kind!r}")
    row = _locked(session, stream)
    name = None if actor.kind == "system" else storable(actor.name)
    beside = None
    if name is not None or personal:
        salt = secrets.token_hex(32)
        beside = JournalPersonal(event_id=0, salt=salt, name=name, text=personal_text(personal))
    event = JournalEvent(
        stream_id=_stored(row.id),
        n=row.head_n + 1,
        kind=kind,
        actor_kind=actor.kind,
        actor_id=actor.person_id,
        actor_roles=" ".join(sorted(actor.roles)),
        effective_on=effective_on or local_day(now),
        effective_precision=precision,
        recorded_at=now,
        software=__version__,
        data=data_text(data),
        digest=None if beside is None else personal_digest(beside.salt, name, beside.text),
        prev_hash=row.head_hash,
        hash="",
    )
    event.hash = hash_of(stream, event)
    session.add(event)
    session.flush()
    if beside is not None:
        beside.event_id = _stored(event.id)
        session.add(beside)
    row.head_n, row.head_hash = event.n, event.hash
    session.add(row)
    session.flush()
    return view(stream, event, beside)


def erase(
    session: Session,
    stream: str,
    numbers: Iterable[int],
    actor: Actor,
    *,
    now: datetime,
    ground: str,
) -> EventView:
    """Forget the personal text (and actor's name) of these events of ``stream``.

    The events stay, and so does the chain. That it was done, by whom and on what ground (a
    code, ``retention``, ``request``) becomes an event of the same stream. Events that have no
    personal text (any more) are passed over. Raises :class:`NoSuchEvent`.
    """
    wanted = sorted(set(numbers))
    row = _locked(session, stream)
    events = session.exec(
        select(JournalEvent.n, JournalEvent.id).where(
            col(JournalEvent.stream_id) == row.id, col(JournalEvent.n).in_(wanted)
        )
    ).all()
    missing = set(wanted) - {n for n, _ in events}
    if missing:
        raise NoSuchEvent(f"{stream} has no event {min(missing)}")
    erased = session.exec(
        delete(JournalPersonal)
        .where(col(JournalPersonal.event_id).in_([event_id for _, event_id in events]))
        .returning(col(JournalPersonal.event_id))
        .execution_options(synchronize_session="fetch")
    ).all()
    gone = {event_id for (event_id,) in erased}
    return write(
        session,
        stream,
        ERASED,
        actor,
        now=now,
        data={"events": sorted(n for n, i in events if i in gone), "ground": ground},
    )


def hash_of(stream: str, event: JournalEvent) -> str:
    """The hash ``event`` ought to have."""
    return event_hash(
        stream=stream,
        n=event.n,
        kind=event.kind,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        actor_roles=event.actor_roles,
        effective_on=event.effective_on,
        effective_precision=event.effective_precision,
        recorded_at=event.recorded_at,
        software=event.software,
        data=event.data,
        digest=event.digest,
        prev_hash=event.prev_hash,
    )


def _locked(session: Session, stream: str) -> JournalStream:
    """The stream's row under lock, made where it is new."""
    query = (
        select(JournalStream)
        .where(col(JournalStream.key) == stream)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = session.exec(query).one_or_none()
    if row is None:
        _one_beginner(session, stream)
        row = session.exec(query).one_or_none()
    if row is None:
        row = JournalStream(key=stream)
        session.add(row)
        session.flush()
    return row


def _one_beginner(session: Session, stream: str) -> None:
    """A row that is not there cannot be locked; its name can, to the end of the unit. SQLite
    has one writer at a time. (``ON CONFLICT`` would not do: the table's guard comes first and
    refuses a key that exists.)"""
    if session.get_bind().dialect.name == "postgresql":
        session.exec(select(func.pg_advisory_xact_lock(_BEGINNING, func.hashtext(stream))))


def _stored(row_id: int | None) -> int:
    if row_id is None:
        raise ValueError("not stored yet")
    return row_id
