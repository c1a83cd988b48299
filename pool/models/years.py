"""What a year leaves behind: grants moved into the next, and how things stood each day.
Amounts are øre."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from pool.models.base import Row, Utc


class CarryOver(Row, table=True):
    """A grant moved into the next year's money, by one command of the ledger; again where a payment
    of the old year failed after that."""

    __tablename__ = "carry_over"
    __table_args__ = (
        UniqueConstraint("case_id", "from_year", "command_id"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("to_year > from_year", name="years"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    decision_id: int = Field(foreign_key="decision.id")
    from_year: int
    to_year: int
    amount: int = Field(sa_type=BigInteger)
    command_id: str = Field(max_length=64)
    """Of its transfers, in both years."""
    carried_at: datetime = Field(sa_type=Utc)
    carried_by: str = Field(max_length=200)


class Snapshot(Row, table=True):
    """How a pool's year stood at the end of a day: announced decisions only, as the public's
    figures (``pool.ledger.figures``)."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("year_id", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    year_id: int = Field(foreign_key="book_year.id")
    day: date
    budget: int = Field(sa_type=BigInteger)
    earmarked: int = Field(sa_type=BigInteger)
    granted: int = Field(sa_type=BigInteger)
    disposed: int = Field(sa_type=BigInteger)
    paid: int = Field(sa_type=BigInteger)
    returned: int = Field(sa_type=BigInteger)
    free: int = Field(sa_type=BigInteger)
    n: int
    """Number of the book's newest transfer then; 0 before any."""
    hash: str = Field(max_length=64)
    """Of that transfer: the head of the chain."""
    taken_at: datetime = Field(sa_type=Utc)
