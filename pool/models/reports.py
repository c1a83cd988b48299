"""What is looked into after the activity."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field

from pool.models.base import Row, Utc


class SpotCheck(Row, table=True):
    """Whether a case's accounts were drawn to be looked into, and what came of it.

    The draw can be made again by anybody: see ``workflows.drawing``.
    """

    __tablename__ = "spot_check"
    __table_args__ = (
        UniqueConstraint("case_id"),
        CheckConstraint("one_in >= 1", name="one_in"),
        CheckConstraint("result IN ('good', 'remarks')", name="result"),
        CheckConstraint("(result IS NULL) = (checked_at IS NULL)", name="checked"),
        CheckConstraint("drawn OR result IS NULL", name="only_drawn"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    seed: str = Field(max_length=64)
    one_in: int
    drawn: bool
    drawn_at: datetime = Field(sa_type=Utc)
    result: str | None = Field(default=None, max_length=10)
    findings: str = Field(default="", sa_type=Text)
    checked_at: datetime | None = Field(default=None, sa_type=Utc)
    checked_by: str | None = Field(default=None, max_length=200)
