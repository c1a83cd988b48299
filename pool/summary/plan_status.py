"""How the safety plan stands: each activity's budget with what was moved, and of those that are
pools what the pool's books say. Amounts are øre.

The activities outside the pools have a budget here and nothing more: what they cost is in the
municipality's own books.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.models.plan import PlanEdition, PlanLine, PlanMove


@dataclass(frozen=True, slots=True)
class LineStatus:
    """``first`` is what the edition gives, ``moved`` what came in since (below zero: went out).
    ``books`` is the pool's year, None for an activity that is none, one the reader does not read,
    and a year that is not in the books."""

    line: PlanLine
    moved: int
    books: ledger.Status | None

    @property
    def first(self) -> int:
        return self.line.amount

    @property
    def budget(self) -> int:
        return self.first + self.moved


@dataclass(frozen=True, slots=True)
class PlanStatus:
    """A year of the plan. ``moved`` is what was moved between lines, each move counted once."""

    year: int
    edition: int
    decided_on: date | None
    lines: tuple[LineStatus, ...]
    moved: int

    @property
    def sum(self) -> int:
        return sum(one.budget for one in self.lines)

    @property
    def outside(self) -> int:
        """The budget of the activities that are no pools."""
        return sum(one.budget for one in self.lines if one.line.pool is None)

    @property
    def in_pools(self) -> int:
        """The pools' lines of the plan."""
        return self.sum - self.outside

    def of_pools(self, figure: str) -> int:
        """A figure of :data:`pool.ledger.FIGURES`, added up over the pools the reader reads."""
        return sum(one.books.figures()[figure] for one in self.lines if one.books)


def plan_status(
    session: Session, year: int, pools: Collection[str], as_of: ledger.AsOf | None = None
) -> PlanStatus | None:
    """None where the plan has no such year, or had none then. ``pools``: whose books are read."""
    lines, edition, decided_on = _lines(session, year, as_of)
    if not lines:
        return None
    moves = _moves(session, year, edition, as_of)
    moved = dict.fromkeys((line.number for line in lines), 0)
    for move in moves:
        moved[move.from_line] -= move.amount
        moved[move.to_line] += move.amount
    return PlanStatus(
        year=year,
        edition=edition,
        decided_on=decided_on,
        lines=tuple(
            LineStatus(line, moved[line.number], _books(session, line, pools, as_of))
            for line in lines
        ),
        moved=sum(move.amount for move in moves),
    )


def _lines(
    session: Session, year: int, as_of: ledger.AsOf | None
) -> tuple[list[PlanLine], int, date | None]:
    """The lines of the edition that was in force then, in their order."""
    own = (col(PlanEdition.year) == col(PlanLine.year)) & (
        col(PlanEdition.number) == col(PlanLine.edition)
    )
    statement = (
        select(PlanLine, col(PlanEdition.decided_on))
        .outerjoin(PlanEdition, own)
        .where(col(PlanLine.year) == year)
        .order_by(col(PlanLine.edition).desc(), col(PlanLine.number))
    )
    if as_of and as_of.written_by:
        statement = statement.where(col(PlanLine.recorded_at) <= as_of.written_by)
    if as_of and as_of.last_day:
        decided = col(PlanEdition.decided_on)
        statement = statement.where(or_(decided.is_(None), decided <= as_of.last_day))
    rows = session.execute(statement).all()
    if not rows:
        return [], 0, None
    edition = rows[0][0].edition
    return [line for line, _ in rows if line.edition == edition], edition, rows[0][1]


def _moves(session: Session, year: int, edition: int, as_of: ledger.AsOf | None) -> list[PlanMove]:
    statement = select(PlanMove).where(col(PlanMove.year) == year, col(PlanMove.edition) == edition)
    if as_of and as_of.written_by:
        statement = statement.where(col(PlanMove.recorded_at) <= as_of.written_by)
    if as_of and as_of.last_day:
        statement = statement.where(col(PlanMove.decided_on) <= as_of.last_day)
    return list(session.execute(statement).scalars())


def _books(
    session: Session, line: PlanLine, pools: Collection[str], as_of: ledger.AsOf | None
) -> ledger.Status | None:
    if line.pool is None or line.pool not in pools:
        return None
    try:
        return figures(session, line.pool, line.year, as_of)
    except ledger.UnknownYear:
        return None


def figures(
    session: Session, pool: str, year: int, as_of: ledger.AsOf | None = None
) -> ledger.Status:
    """A year's figures, announced decisions only: now, or as they stood. Raises
    :class:`~pool.ledger.UnknownYear`."""
    if as_of is None:
        return ledger.status(session, pool, year)
    return ledger.status_at(
        session, pool, year, axis=as_of.axis, at=as_of.at, known_at=as_of.known_at
    )
