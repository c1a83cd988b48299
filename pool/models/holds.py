"""What is held back until a person has looked: after an old backup was restored, messages and
payments that may have left already."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field

from pool.models.base import Row, Utc

HELD = ("messages", "payments")
_STANDS = text("lifted_at IS NULL")


class Hold(Row, table=True):
    """Messages or payments are held from ``since`` until somebody lifts it, with a reason. At most
    one of each stands; nobody deletes one."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("what IN ('messages', 'payments')", name="what"),
        CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)"
            " AND (lifted_at IS NULL) = (lifted_why IS NULL)",
            name="lifted",
        ),
        Index(
            "uq_hold_stands", "what", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    what: str = Field(max_length=10)
    since: datetime = Field(sa_type=Utc)
    why: str = Field(sa_type=Text)
    data_until: datetime | None = Field(default=None, sa_type=Utc)
    """When the backup was made, as far as it is known: what happened after is not in it."""
    lifted_at: datetime | None = Field(default=None, sa_type=Utc)
    lifted_by: str | None = Field(default=None, max_length=200)
    lifted_why: str | None = Field(default=None, sa_type=Text)


class StartMark(Row, table=True):
    """The last start of the installation. The same mark stands in a file beside the database: where
    the two differ, this is not the database that was started last. One row, number 1."""

    __tablename__ = "start_mark"
    __table_args__ = (
        CheckConstraint("id = 1", name="one"),
        CheckConstraint("length(mark) = 32", name="mark"),
    )

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    mark: str = Field(max_length=32)
    starts: int
    started_at: datetime = Field(sa_type=Utc)


__all__ = ["HELD", "Hold", "StartMark"]
