"""An application on its way: saved from the first field on, forgotten when its time is up."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from pool.models.base import Row, Utc


class Draft(Row, table=True):
    """What somebody has typed so far, as typed: it need not be valid yet."""

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("form IN ('short', 'full', 'suggestion')", name="form"),
        CheckConstraint("kind IN ('application', 'suggestion', 'initiative')", name="kind"),
        Index("ix_draft_expires_at", "expires_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    pool: str = Field(max_length=40)
    definition_version: int
    lang: str = Field(max_length=8)
    form: str = Field(max_length=10)
    kind: str = Field(default="application", max_length=20)
    channel: str = Field(default="online", max_length=20)
    """As on the case it becomes."""
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """The colleague who types it in; only they and their roles go on with it."""
    proposer: str | None = Field(default=None, max_length=200)
    received_on: date | None = None
    """Of a paper or telephone application: the day it came."""
    origin_id: int | None = Field(default=None, foreign_key="grant_case.id")
    """The suggestion it will answer when it is sent in."""
    raw: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    done: list[str] = Field(default_factory=list, sa_type=JSON)
    """Keys of the steps that have been filled in and left without a fault."""
    created_at: datetime = Field(sa_type=Utc)
    saved_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc)
    warned_at: datetime | None = Field(default=None, sa_type=Utc)
    case_id: int | None = Field(default=None, foreign_key="grant_case.id")
    """Set when it was submitted; the text is emptied then, for the case has it."""


class DraftFile(Row, table=True):
    __tablename__ = "draft_file"
    __table_args__ = (UniqueConstraint("draft_id", "file_id"),)

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id")
    file_id: int = Field(foreign_key="stored_file.id")
