"""Messages and documents: what is to be sent, what was sent, byte for byte."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from pool.models.base import JSON_VALUE, Row, Utc

STATES = (
    "queued",  # to be sent, from `next_try_at` on
    "leased",  # a worker prepares it; a crash here is safe: back to queued
    "sending",  # all but the final dot is with the relay; a crash here is `unknown`
    "sent",  # the relay has taken it
    "failed",  # the relay refused it for good; `last_reply` says why
    "unknown",  # the line dropped after the final dot: taken or not, nobody can say
    "waiting",  # no e-mail address: somebody rings, or prints and posts it
    "posted",  # that was done
    "draft",  # waits for a person to release it
    "superseded",  # a draft whose decision changed
    "discarded",  # a person decided not to send it
    "kept",  # the letter of an imported case: made and stored, never sent
    "collected",  # its recipient chose digests: it is told in one, not by itself
)
KINDS = ("letter", "notice", "link", "digest")
CHANNELS = ("smtp", "print")

OUTCOMES = (
    "sent",  # the relay has taken it
    "failed",  # refused for good, or it cannot be made into a mail
    "later",  # refused for now, or the line dropped before anything was handed over
    "unknown",  # the line dropped after the final dot
    "unreachable",  # the relay could not be reached: no try of the message's own
    "stopped",  # the worker died before anything was handed over
)
"""How one try to hand a message over ended."""

_DATA: Any = JSON().with_variant(JSONB(), "postgresql")  # comparable, so that it can be guarded


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Document(Row, table=True):
    """Bytes as they were sent: a letter's PDF, a mail. Written once, never changed.

    A mail is kept with its personal link masked; everything else is as the relay got it.
    """

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    media_type: str
    sha256: str
    """Hex, of ``body``."""
    body: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Utc)
    case_id: int | None = Field(default=None, index=True)


class Message(Row, table=True):
    """One message to one recipient. The row comes first, the mail is made of it.

    ``data`` is frozen at insert, as are ``message_id`` and ``date``.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("event", "recipient", "template", "resend_number", name="uq_message_once"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint("(channel = 'smtp') = (to_email IS NOT NULL)", name="address"),
        CheckConstraint(
            "state NOT IN ('leased', 'sending')"
            " OR (lease_token IS NOT NULL AND lease_until IS NOT NULL)",
            name="lease",
        ),
        CheckConstraint("(resend_number = 0) = (resend_of IS NULL)", name="resend"),
        CheckConstraint("state <> 'collected' OR person_id IS NOT NULL", name="collected"),
        CheckConstraint("digest_id IS NULL OR state = 'collected'", name="digest"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved"),
        Index("ix_message_due", "state", "next_try_at"),
        Index(
            "ix_message_collected",
            "person_id",
            sqlite_where=text("state = 'collected' AND digest_id IS NULL"),
            postgresql_where=text("state = 'collected' AND digest_id IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    event: str
    """What it is about, named by the caller: ``case:12:granted:7``. Part of the unique key."""
    recipient: str
    """``person:4``, the address in small letters, or the name: who it is to, for uniqueness."""
    template: str
    template_version: str
    """The start of the sha256 of the template's files when queued."""
    kind: str
    channel: str
    lang: str
    to_name: str
    to_email: str | None
    person_id: int | None = None
    case_id: int | None = Field(default=None, index=True)
    pool: str | None = None
    data: dict[str, Any] = Field(sa_type=_DATA)
    letter: str | None = None
    """The letter template whose PDF goes with it."""
    attachments: list[int] | None = Field(default=None, sa_type=JSON_VALUE)
    """Ids of stored documents that go with it besides the letter, in their order."""
    message_id: str
    date: datetime = Field(sa_type=Utc)
    state: str
    reason: str | None = None
    """Why a person resent or discarded it."""
    decided_by: str | None = None
    """That person's name at the time."""
    lease_token: str | None = None
    """Who holds it. Stays on an ``unknown``, so that an answer that comes late is still heard."""
    lease_until: datetime | None = Field(default=None, sa_type=Utc)
    attempts: int = 0
    next_try_at: datetime = Field(sa_type=Utc)
    last_reply: str | None = None
    """The relay's last answer, or what went wrong with the line."""
    sent_at: datetime | None = Field(default=None, sa_type=Utc)
    resend_of: int | None = Field(default=None, foreign_key="message.id")
    """The first message of the row of resends."""
    resend_number: int = 0
    document_id: int | None = Field(default=None, foreign_key="document.id")
    """The letter's PDF, once made."""
    mail_id: int | None = Field(default=None, foreign_key="document.id")
    """The mail as sent."""
    digest_id: int | None = Field(default=None, foreign_key="message.id")
    """Of a collected one: the digest that tells it, once there is one."""
    written_by_id: int | None = None
    """Who last gave a draft its words; no foreign key, as ``person_id``."""
    approved_by: str | None = None
    """Who approved the draft as it stands, by the name at the time; an edit takes it away."""
    approved_by_id: int | None = None
    approved_at: datetime | None = Field(default=None, sa_type=Utc)


class MessageAttempt(Row, table=True):
    """One try to hand a message to the relay, and what came of it. Written when it has ended."""

    __tablename__ = "message_attempt"
    __table_args__ = (
        CheckConstraint(_one_of("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("ended_at >= began_at", name="ended_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    message_id: int = Field(foreign_key="message.id", index=True)
    began_at: datetime = Field(sa_type=Utc)
    ended_at: datetime = Field(sa_type=Utc)
    outcome: str = Field(max_length=12)
    reply: str = Field(sa_type=Text)
    """The relay's answer, or what went wrong with the line."""


class Relay(Row, table=True):
    """How the mail relay has been behaving. One row, number 1."""

    __tablename__ = "relay"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    unknowns: int = 0
    """Unknown outcomes in a row."""
    failures: int = 0
    """Failures in a row to reach it or be let in."""
    paused_until: datetime | None = Field(default=None, sa_type=Utc)
    last_trouble: str | None = None
    last_trouble_at: datetime | None = Field(default=None, sa_type=Utc)
    next_slot_at: datetime | None = Field(default=None, sa_type=Utc)
    """When the rate limit lets the next mail go; null: at once."""


__all__ = [
    "CHANNELS",
    "KINDS",
    "OUTCOMES",
    "STATES",
    "Document",
    "Message",
    "MessageAttempt",
    "Relay",
]
