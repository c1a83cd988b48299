"""The record: streams of events, each chained to the one before, and the personal text beside
them.

``journal_event`` is append-only by the database (triggers in ``pool.migrations``): no update, no
delete. ``journal_personal`` may be deleted, never changed: the chain holds only a salted digest
of it, so forgetting a person breaks nothing.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field

from pool.models.base import Row, Utc

GENESIS = "0" * 64
"""What the first event of a stream cites as the hash before it."""

ACTOR_KINDS = ("person", "applicant", "system")
PRECISIONS = ("day", "month", "year")


class JournalStream(Row, table=True):
    """A numbered chain: ``case:12``, ``book-year:3``, ``system``. Its row is the chain's lock."""

    __tablename__ = "journal_stream"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("head_n >= 0", name="head_n"),
        CheckConstraint("length(head_hash) = 64", name="head_hash"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=80)
    head_n: int = 0
    """Number of the newest event, 0 while there is none."""
    head_hash: str = Field(default=GENESIS, max_length=64)


class JournalEvent(Row, table=True):
    """One thing that happened. ``n`` runs from 1 without gap within its stream.

    The event keeps the actor's id, never a name, and no foreign key to ``person``: the record
    outlives the people list.
    """

    __tablename__ = "journal_event"
    __table_args__ = (
        UniqueConstraint("stream_id", "n"),
        CheckConstraint("n >= 1", name="n"),
        CheckConstraint("actor_kind IN ('person', 'applicant', 'system')", name="actor_kind"),
        CheckConstraint("(actor_kind = 'person') = (actor_id IS NOT NULL)", name="actor_id"),
        CheckConstraint("effective_precision IN ('day', 'month', 'year')", name="precision"),
        CheckConstraint("length(hash) = 64 AND length(prev_hash) = 64", name="hash"),
        CheckConstraint("digest IS NULL OR length(digest) = 64", name="digest"),
    )

    id: int | None = Field(default=None, primary_key=True)
    stream_id: int = Field(foreign_key="journal_stream.id")
    n: int
    kind: str = Field(max_length=80)
    actor_kind: str = Field(max_length=20)
    actor_id: int | None = None
    actor_roles: str = Field(default="", max_length=400)
    """Role codes at the time, sorted, separated by one space."""
    effective_on: date
    """The day it is about (Copenhagen), as exactly as ``effective_precision`` says."""
    effective_precision: str = Field(default="day", max_length=10)
    recorded_at: datetime = Field(sa_type=Utc)
    """The moment it was written, UTC."""
    software: str = Field(max_length=40)
    """Version of the program that wrote it."""
    data: str = Field(sa_type=Text)
    """Canonical JSON of ids, codes and amounts in øre; no personal text."""
    digest: str | None = Field(default=None, max_length=64)
    """Salted SHA-256 of the personal text; null when there never was any."""
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class JournalPersonal(Row, table=True):
    """The personal text of one event: the actor's name and what was written. May be erased."""

    __tablename__ = "journal_personal"

    event_id: int = Field(foreign_key="journal_event.id", primary_key=True)
    salt: str = Field(max_length=64)
    name: str | None = None
    """The actor's name at the time."""
    text: str = Field(sa_type=Text)
    """Canonical JSON object."""
