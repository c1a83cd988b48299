"""The safety plan's lines: what each activity of the plan may cost in a year, and where the
figure stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field

from pool.models.base import Row, Utc


class PlanLine(Row, table=True):
    """One activity's budget in one year of the plan. Amounts are øre.

    A pool is a line like any other, told by ``pool``. ``balancing`` is the one line a year that
    carries what the printed plan does not show line by line.
    """

    __tablename__ = "plan_line"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("length(trim(name)) > 0", name="name"),
    )

    id: int | None = Field(default=None, primary_key=True)
    year: int
    number: int
    """As the plan numbers it; a balancing line comes last."""
    name: str = Field(max_length=200)
    focus_areas: list[str] = Field(default_factory=list, sa_type=JSON)
    amount: int = Field(sa_type=BigInteger)
    note: str = Field(default="", sa_type=Text)
    """Where the figure stands, and what else must be known to check it."""
    pool: str | None = Field(default=None, max_length=40)
    balancing: bool = False
    recorded_at: datetime = Field(sa_type=Utc)
