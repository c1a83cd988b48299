"""The record as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from pool.models.journal import JournalEvent, JournalPersonal, JournalStream


@dataclass(frozen=True, slots=True)
class EventView:
    """One event. ``actor_name`` and ``personal`` are None and empty once ``erased``; for the
    system ``actor_name`` is None always."""

    id: int
    stream: str
    n: int
    kind: str
    actor_kind: str
    actor_id: int | None
    actor_name: str | None
    actor_roles: tuple[str, ...]
    effective_on: date
    effective_precision: str
    recorded_at: datetime
    software: str
    data: dict[str, Any]
    personal: dict[str, Any]
    erased: bool
    hash: str


def view(stream: str, event: JournalEvent, beside: JournalPersonal | None) -> EventView:
    if event.id is None:
        raise ValueError("not stored yet")
    return EventView(
        id=event.id,
        stream=stream,
        n=event.n,
        kind=event.kind,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        actor_name=None if beside is None else beside.name,
        actor_roles=tuple(event.actor_roles.split()),
        effective_on=event.effective_on,
        effective_precision=event.effective_precision,
        recorded_at=event.recorded_at,
        software=event.software,
        data=json.loads(event.data),
        personal={} if beside is None else json.loads(beside.text),
        erased=event.digest is not None and beside is None,
        hash=event.hash,
    )


def read(
    session: Session,
    stream: str,
    *,
    kinds: Iterable[str] | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[EventView]:
    """The events of ``stream`` in their order, those with n > ``after``, at most ``limit``; one
    query. Empty for a stream that nothing was written to."""
    query = (
        select(JournalEvent, JournalPersonal)
        .join(JournalStream, col(JournalStream.id) == col(JournalEvent.stream_id))
        .join(JournalPersonal, col(JournalPersonal.event_id) == col(JournalEvent.id), isouter=True)
        .where(col(JournalStream.key) == stream, col(JournalEvent.n) > after)
        .order_by(col(JournalEvent.n))
    )
    if kinds is not None:
        query = query.where(col(JournalEvent.kind).in_(list(kinds)))
    if limit is not None:
        query = query.limit(limit)
    return [view(stream, event, beside) for event, beside in session.exec(query)]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of a stream: printed on paper, it anchors all before it."""

    stream: str
    n: int
    hash: str


def heads(session: Session) -> list[Head]:
    """The head of every stream that has an event, by the stream's name."""
    rows = session.exec(
        select(JournalStream).where(col(JournalStream.head_n) > 0).order_by(col(JournalStream.key))
    )
    return [Head(row.key, row.head_n, row.head_hash) for row in rows]
