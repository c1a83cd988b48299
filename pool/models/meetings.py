"""Meetings of the working group with agenda, attendance and minutes, and ballots between them.

Days are Copenhagen's, moments UTC, amounts øre.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from pool.models.base import Row, Utc


class Meeting(Row, table=True):
    """One meeting of a pool's working group. ``version`` moves with every change of the agenda, so
    that of two people who order it one is told that the other was first."""

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'called', 'open', 'closed', 'off')", name="state"),
        CheckConstraint("deadline_on IS NULL OR deadline_on <= held_on", name="deadline"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("quorum >= 0", name="quorum"),
        Index("ix_meeting_pool_held_on", "pool", "held_on"),
        Index(
            "uq_meeting_day",
            "pool",
            "held_on",
            unique=True,
            sqlite_where=text("state <> 'off'"),
            postgresql_where=text("state <> 'off'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    pool: str = Field(max_length=40)
    held_on: date
    begins_at: str = Field(max_length=5)
    """Copenhagen's clock, ``17:00``."""
    ends_at: str = Field(default="", max_length=5)
    place: str = Field(default="", max_length=200)
    deadline_on: date | None = None
    """Applications received up to this day are taken at the meeting."""
    state: str = Field(default="planned", max_length=10)
    """``planned``; ``called`` when the agenda was sent; ``open`` while it is held; ``closed`` when
    the minutes are made; ``off`` where it was called off."""
    quorum: int = 0
    """How many entitled members must be there, as the definition had it when it was opened."""
    entitled: int = 0
    """Of how many."""
    version: int = 1
    agenda_version: int = 0
    """How often the agenda was sent."""
    remarks: str = Field(default="", sa_type=Text)
    """What the minutes say besides the cases."""
    created_at: datetime = Field(sa_type=Utc)
    called_at: datetime | None = Field(default=None, sa_type=Utc)
    opened_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)


class AgendaItem(Row, table=True):
    """A point of the agenda: a case, or a heading of its own. ``position`` counts from 1."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint("kind IN ('case', 'told', 'other')", name="kind"),
        CheckConstraint("(kind = 'other') = (case_id IS NULL)", name="has_case"),
        UniqueConstraint("meeting_id", "case_id", "kind"),
        Index("ix_agenda_item_meeting_id_position", "meeting_id", "position"),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    position: int
    kind: str = Field(default="case", max_length=10)
    """``case``: to be decided; ``told``: was decided between the meetings, the group is told;
    ``other``: a heading."""
    case_id: int | None = Field(default=None, foreign_key="grant_case.id", index=True)
    title: str = Field(default="", max_length=200)
    note: str = Field(default="", sa_type=Text)
    """What the minutes say of this point."""
    outcome: str | None = Field(default=None, max_length=60)
    """How it went: key of the action taken, ``held-over`` to a later meeting, or None so far."""
    decision_id: int | None = Field(default=None, foreign_key="decision.id")


class Attendance(Row, table=True):
    """Who was entitled to take part in a meeting, and whether they came."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    person_id: int = Field(foreign_key="person.id")
    name: str = Field(max_length=200)
    organisation: str = Field(default="", max_length=200)
    present: bool = False


class MeetingPaper(Row, table=True):
    """The agenda or the minutes as they were sent: bytes in ``document``, a row a version."""

    __tablename__ = "meeting_paper"
    __table_args__ = (
        CheckConstraint("kind IN ('agenda', 'minutes')", name="kind"),
        UniqueConstraint("meeting_id", "kind", "version", "reader_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id")
    kind: str = Field(max_length=10)
    version: int
    reader_id: int = 0
    """0: whole. A person's id: made for that recused reader, without the cases they stay out of."""
    document_id: int = Field(foreign_key="document.id")


class Ballot(Row, table=True):
    """A proposal that the members vote on in writing, between two meetings."""

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint(
            "state IN ('open', 'carried', 'lost', 'not-quorate', 'stopped')", name="state"
        ),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        CheckConstraint("quorum >= 0 AND entitled >= 0", name="quorum"),
        Index(
            "uq_ballot_open",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    number: int
    action: str = Field(max_length=60)
    """Key of the deciding transition that is proposed."""
    amount: int | None = Field(default=None, sa_type=BigInteger)
    inputs: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """What the transition will be given, as typed values."""
    state: str = Field(default="open", max_length=12)
    quorum: int
    """How many must have voted, by the definition when it was opened."""
    entitled: int
    majority: str = Field(default="simple", max_length=20)
    closes_at: datetime = Field(sa_type=Utc)
    opened_at: datetime = Field(sa_type=Utc)
    opened_by: str = Field(max_length=200)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    decision_id: int | None = Field(default=None)
    """The decision it led to, when the chair had confirmed it. No foreign key: the decision's own
    ``ballot_id`` is the one that binds."""


class Vote(Row, table=True):
    """One member's vote. May be changed while the ballot is open, never afterwards (a guard of the
    database)."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("ballot_id", "person_id"),
        CheckConstraint("choice IN ('yes', 'no', 'abstain')", name="choice"),
        CheckConstraint("via IN ('page', 'mail')", name="via"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ballot_id: int = Field(foreign_key="ballot.id")
    person_id: int = Field(foreign_key="person.id")
    name: str = Field(max_length=200)
    choice: str = Field(max_length=10)
    comment: str = Field(default="", sa_type=Text)
    via: str = Field(max_length=10)
    cast_at: datetime = Field(sa_type=Utc)
