"""Work that is due at a time, and work that comes back.

Due times live here and nowhere else: the broker may lose everything, and a second beat, a sleep
or a restart does no harm.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from pool.models.base import Row, Utc

_OPEN = text("done_at IS NULL AND failed_at IS NULL")


class Job(Row, table=True):
    """One thing to do at or after ``due_at``. Whoever claims it holds a lease; a worker that dies
    loses it, and the job is claimed again."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(lease IS NULL) = (lease_until IS NULL)", name="lease"),
        CheckConstraint("done_at IS NULL OR failed_at IS NULL", name="end"),
        CheckConstraint(
            "lease IS NULL OR (done_at IS NULL AND failed_at IS NULL)", name="open_lease"
        ),
        Index("ix_job_open", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120)
    kind: str = Field(max_length=60)
    due_at: datetime = Field(sa_type=Utc)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Ids and codes only; never personal text."""
    lease: str | None = Field(default=None, max_length=40)
    lease_until: datetime | None = Field(default=None, sa_type=Utc)
    attempts: int = 0
    """How often it was claimed."""
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    failed_at: datetime | None = Field(default=None, sa_type=Utc)
    """When it was given up: a person must look."""
    last_error: str | None = Field(default=None, sa_type=Text)


class Recurring(Row, table=True):
    """What is done again and again, and when it last went well."""

    __tablename__ = "recurring"

    kind: str = Field(primary_key=True, max_length=60)
    next_due: datetime = Field(sa_type=Utc)
    last_started: datetime | None = Field(default=None, sa_type=Utc)
    last_good: datetime | None = Field(default=None, sa_type=Utc)
    last_result: int | None = None
    """How much there was to do the last time it went well."""
    last_error: str | None = Field(default=None, sa_type=Text)
