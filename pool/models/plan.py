"""The safety plan's lines: what each activity of the plan may cost in a year, and where the
figure stands."""

from __future__ import annotations

from datetime import date, datetime

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
        UniqueConstraint("year", "edition", "number"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("length(trim(name)) > 0", name="name"),
    )

    id: int | None = Field(default=None, primary_key=True)
    year: int
    edition: int = 1
    """Of the year: the plan is adjusted at least once a year [plan]."""
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


class PlanEdition(Row, table=True):
    """A year of the plan as it was taken in, or adjusted. The newest is in force; lines of the
    earlier ones stay."""

    __tablename__ = "plan_edition"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: int | None = Field(default=None, primary_key=True)
    year: int
    number: int
    source: str = Field(default="", sa_type=Text)
    """Who adjusted it and where that stands; empty for the first."""
    sha256: str = Field(default="", max_length=64)
    decided_on: date | None = None
    recorded_at: datetime = Field(sa_type=Utc)
    recorded_by: str = Field(default="", max_length=200)


class PlanMove(Row, table=True):
    """Money moved from one line of the plan to another (*omdisponering*): Økonomiforvaltningen
    decides, the steering group is involved [plan]. Its transfers carry ``command_id``."""

    __tablename__ = "plan_move"
    __table_args__ = (
        UniqueConstraint("command_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("from_line <> to_line", name="two_lines"),
        CheckConstraint("length(trim(decided_by)) > 0", name="decided_by"),
        CheckConstraint("length(trim(steering)) > 0", name="steering"),
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    year: int = Field(index=True)
    edition: int
    from_line: int
    """Number of the line in its edition."""
    to_line: int
    amount: int = Field(sa_type=BigInteger)
    decided_on: date
    decided_by: str = Field(max_length=200)
    steering: str = Field(sa_type=Text)
    """How the steering group was involved."""
    reason: str = Field(sa_type=Text)
    command_id: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=Utc)
    recorded_by: str = Field(max_length=200)
