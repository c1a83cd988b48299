"""Grants that were carried over into a year, or out of it, as of a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlmodel import Session, col

from pool.models.case import Case
from pool.models.years import CarryOver
from pool.summary.cuts import Cut


@dataclass(frozen=True, slots=True)
class Carried:
    """What of a year's grants came from another year, and what went into one, by case."""

    origin: Mapping[int, int] = field(default_factory=dict)
    """The year a grant was carried over from."""
    onward: Mapping[int, int] = field(default_factory=dict)
    """The year it was carried over into."""


def carried(session: Session, pool: str, year: int, cut: Cut) -> Carried:
    """As it was known then. One query."""
    rows = session.execute(
        select(col(CarryOver.case_id), col(CarryOver.from_year), col(CarryOver.to_year))
        .join(Case, col(Case.id) == col(CarryOver.case_id))
        .where(
            col(Case.pool) == pool,
            or_(col(CarryOver.from_year) == year, col(CarryOver.to_year) == year),
            cut.moment(col(CarryOver.carried_at)),
        )
    ).all()
    return Carried(
        {row[0]: row[1] for row in rows if row[2] == year},
        {row[0]: row[2] for row in rows if row[1] == year},
    )
