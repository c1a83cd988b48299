"""The safety plan's lines in the database, shown year by year: the edition in force, beside the
year before, with what has been moved since.

What the plan gives a pool and what the pool's books were opened with are two statements; they
are shown beside each other and neither is made from the other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import func
from sqlmodel import Session, col, select

from pool.models.plan import PlanEdition, PlanLine, PlanMove
from pool.plan.reading import same_name


@dataclass(frozen=True, slots=True)
class Moved:
    """A move as one of its lines sees it. ``amount`` (øre) is what came in, below zero what went
    out; ``other`` is the line at the other end."""

    move: PlanMove
    amount: int
    other: PlanLine


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of a year beside the year before. ``line`` is None for one that has ended. ``moved``
    are the moves since the edition in force, the oldest first."""

    line: PlanLine | None
    before: PlanLine | None
    moved: tuple[Moved, ...] = ()

    @property
    def either(self) -> PlanLine:
        found = self.line or self.before
        assert found is not None
        return found

    @property
    def now(self) -> int:
        """What the line has: the edition's amount and what was moved since (øre)."""
        return (self.line.amount if self.line else 0) + sum(one.amount for one in self.moved)


@dataclass(frozen=True, slots=True)
class PlanYear:
    """A year of the plan. Sums are øre; ``sum_before`` is None where that year is not known.

    ``source`` is where most of the figures stand; a line whose note is another says so itself.
    ``edition`` is the number of the one in force; ``editions`` are all of them, the newest first,
    without those that were taken in before editions were kept.
    """

    year: int
    lines: tuple[Shown, ...]
    sum: int
    sum_before: int | None
    source: str
    edition: int = 1
    editions: tuple[PlanEdition, ...] = ()

    def line(self, number: int) -> Shown | None:
        """The line of that number in the edition in force."""
        found = (one for one in self.lines if one.line and one.line.number == number)
        return next(found, None)


def in_force(session: Session, year: int) -> int:
    """The number of the year's newest edition; 0 where the plan has no such year."""
    found = session.exec(select(func.max(PlanLine.edition)).where(col(PlanLine.year) == year)).one()
    return int(found or 0)


def stored(session: Session, year: int, edition: int | None = None) -> list[PlanLine]:
    """The lines of an edition of a year, that in force unless told, in the plan's order."""
    number = in_force(session, year) if edition is None else edition
    query = select(PlanLine).where(col(PlanLine.year) == year, col(PlanLine.edition) == number)
    return list(session.exec(query.order_by(col(PlanLine.number))))


def editions(session: Session, year: int) -> tuple[PlanEdition, ...]:
    """The year's editions, the newest first."""
    query = select(PlanEdition).where(col(PlanEdition.year) == year)
    return tuple(session.exec(query.order_by(col(PlanEdition.number).desc())))


def moves(session: Session, year: int, edition: int) -> list[PlanMove]:
    """What was moved between the lines of an edition, the oldest first."""
    query = select(PlanMove).where(col(PlanMove.year) == year, col(PlanMove.edition) == edition)
    return list(session.exec(query.order_by(col(PlanMove.id))))


def plan_years(session: Session) -> dict[int, list[PlanLine]]:
    """Every year of the plan, the newest first, with the lines in force in the plan's order."""
    query = select(PlanLine).order_by(
        col(PlanLine.year).desc(), col(PlanLine.edition).desc(), col(PlanLine.number)
    )
    found: dict[int, list[PlanLine]] = {}
    for (year, _), lines in groupby(session.exec(query), lambda one: (one.year, one.edition)):
        found.setdefault(year, list(lines))
    return found


def plan_year(session: Session, year: int) -> PlanYear | None:
    """A year's lines beside those of the year before; None where the plan has no such year.

    Lines that have ended come last: so both columns add up to their published sum.
    """
    number = in_force(session, year)
    lines = stored(session, year, number)
    if not lines:
        return None
    before = stored(session, year - 1)
    left: dict[tuple[str, str], list[PlanLine]] = {}
    for line in before:
        left.setdefault(known_by(line), []).append(line)
    moved = moved_by_line(lines, moves(session, year, number))
    shown = []
    for line in lines:
        alike = left.get(known_by(line))
        earlier = alike.pop(0) if alike else None
        shown.append(Shown(line, earlier, moved.get(line.number, ())))
    shown += [Shown(None, line) for alike in left.values() for line in alike]
    return PlanYear(
        year=year,
        lines=tuple(shown),
        sum=sum(line.amount for line in lines),
        sum_before=sum(line.amount for line in before) if before else None,
        source=Counter(line.note for line in lines).most_common(1)[0][0],
        edition=number,
        editions=editions(session, year),
    )


def moved_by_line(lines: list[PlanLine], moves: list[PlanMove]) -> dict[int, tuple[Moved, ...]]:
    """The moves of an edition by the number of each line they are about."""
    named = {line.number: line for line in lines}
    found: dict[int, list[Moved]] = {}
    for move in moves:
        here, there = named[move.from_line], named[move.to_line]
        found.setdefault(here.number, []).append(Moved(move, -move.amount, there))
        found.setdefault(there.number, []).append(Moved(move, move.amount, here))
    return {number: tuple(each) for number, each in found.items()}


def follow(line: PlanLine, lines: list[PlanLine]) -> PlanLine | None:
    """``line`` of an earlier edition as it is in ``lines`` of a later one: by its name (a pool by
    its key), since plans are numbered anew; None where it has ended."""
    alike = [one for one in lines if known_by(one) == known_by(line)]
    same = [one for one in alike if one.number == line.number]
    return next(iter(same or alike), None)


def known_by(line: PlanLine) -> tuple[str, str]:
    """What makes it the same line another year: plans are numbered anew, names stay."""
    if line.balancing:
        return "balancing", ""
    return ("pool", line.pool) if line.pool else ("name", same_name(line.name))
