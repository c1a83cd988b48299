"""What a year passes on: to the municipality what came back after it was closed, to the next year
the grants that were carried over. Amounts are øre."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.models.case import Case
from pool.models.ledger import Account, Transfer
from pool.models.years import CarryOver


@dataclass(frozen=True, slots=True)
class Owed:
    """What came back after the year was closed: it is the municipality's."""

    amount: int
    lines: tuple[ledger.FigureLine, ...]


def owed(session: Session, year_id: int) -> Owed:
    """The transfers of what came back to where the year's money came from, in their order; one
    that was taken back again counts against itself."""
    source = select(col(Account.id)).where(
        col(Account.year_id) == year_id, col(Account.kind) == "source"
    )
    returns = (
        select(col(Transfer.id))
        .where(
            col(Transfer.year_id) == year_id,
            col(Transfer.kind) == "return",
            col(Transfer.to_id).in_(source),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(Transfer)
        .where(
            col(Transfer.year_id) == year_id,
            col(Transfer.id).in_(returns)
            | ((col(Transfer.kind) == "reverse") & col(Transfer.cites_id).in_(returns)),
        )
        .order_by(col(Transfer.n))
    ).scalars()
    lines = tuple(
        ledger.FigureLine(row, -row.amount, "reversed-return")
        if row.kind == "reverse"
        else ledger.FigureLine(row, row.amount, "return")
        for row in rows
    )
    return Owed(sum(line.amount for line in lines), lines)


def carried(session: Session, pool: str, year: int) -> tuple[int, int]:
    """What grants brought into the year from earlier ones, and took from it into later ones: those
    that were carried over, and those whose payment came back after their year was closed."""
    into = case((col(CarryOver.to_year) == year, col(CarryOver.amount)), else_=0)
    out = case((col(CarryOver.from_year) == year, col(CarryOver.amount)), else_=0)
    brought, taken = session.execute(
        select(func.coalesce(func.sum(into), 0), func.coalesce(func.sum(out), 0))
        .join(Case, col(Case.id) == col(CarryOver.case_id))
        .where(col(Case.pool) == pool)
    ).one()
    return int(brought), int(taken)
