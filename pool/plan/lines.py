"""The safety plan's lines in the database: taken in once, shown year by year.

What the plan gives a pool and what the pool's books were opened with are two statements; they
are shown beside each other and neither is made from the other.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlmodel import Session, col, select

import pool.journal as journal
from pool import money
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.plan import PlanLine
from pool.plan.reading import Line, PlanRefused, read, same_name


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the years of a plan's files."""

    new: tuple[int, ...]
    unchanged: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of a year beside the year before. ``line`` is None for one that has ended."""

    line: PlanLine | None
    before: PlanLine | None

    @property
    def either(self) -> PlanLine:
        found = self.line or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class PlanYear:
    """A year of the plan. Sums are øre; ``sum_before`` is None where that year is not known.

    ``source`` is where most of the figures stand; a line whose note is another says so itself.
    """

    year: int
    lines: tuple[Shown, ...]
    sum: int
    sum_before: int | None
    source: str


def load(house: House, table: bytes, beside: bytes, *, actor: Actor, now: datetime) -> Loaded:
    """Take in a plan's files (see :mod:`pool.plan.reading`), all of it or nothing.

    A year that is there and says the same is left alone. Raises :class:`PlanRefused` where the
    files are wrong, name a pool that is not there, or say something else than what was taken in
    before: how an adjusted plan replaces its lines is not part of this version.
    """
    lines = read(table, beside)
    unknown = sorted({line.pool for line in lines if line.pool} - set(house.definitions.keys))
    if unknown:
        known = ", ".join(house.definitions.keys)
        raise PlanRefused([f"There is no pool {one!r}: choose among {known}." for one in unknown])
    digest = hashlib.sha256(table + b"\0" + beside).hexdigest()

    def work(session: Session) -> Loaded:
        new, unchanged, faults = [], [], []
        for year, group in groupby(lines, key=lambda line: line.year):
            wanted = tuple(group)
            there = _stored(session, year)
            if not there:
                _add(session, wanted, now)
                new.append(year)
                journal.write(
                    session,
                    "system",
                    "plan.loaded",
                    actor,
                    now=now,
                    effective_on=date(year, 1, 1),
                    precision="year",
                    data={
                        "year": year,
                        "lines": len(wanted),
                        "amount": sum(line.amount for line in wanted),
                        "balancing": sum(line.amount for line in wanted if line.balancing),
                        "sha256": digest,
                    },
                )
            elif (found := _differences(there, wanted)) is not None:
                faults.append(found)
            else:
                unchanged.append(year)
        if faults:
            raise PlanRefused(faults)
        return Loaded(tuple(new), tuple(unchanged))

    return house.database.write(work)


def _add(session: Session, lines: tuple[Line, ...], now: datetime) -> None:
    for line in lines:
        session.add(
            PlanLine(
                year=line.year,
                number=line.number,
                name=line.name,
                focus_areas=list(line.focus_areas),
                amount=line.amount,
                note=line.note,
                pool=line.pool,
                balancing=line.balancing,
                recorded_at=now,
            )
        )


def _differences(there: list[PlanLine], wanted: tuple[Line, ...]) -> str | None:
    """The sentence that says where a year's files and what is there part; None: nowhere."""
    old = {line.number: _said(line) for line in there}
    new = {line.number: _said(line) for line in wanted}
    if old == new:
        return None
    places = []
    for number in sorted(old.keys() | new.keys()):
        before, after = old.get(number), new.get(number)
        if before is None or after is None:
            places.append(f"line {number} is {'new' if before is None else 'gone'}")
        elif before[1] != after[1]:
            places.append(
                f"line {number} has {money.show(after[1])} instead of {money.show(before[1])}"
            )
        elif before != after:
            places.append(f"line {number} has another text")
    year = wanted[0].year
    return (
        f"The plan of {year} is there already and says something else: {', '.join(places)}. "
        "Nothing was changed; an adjusted plan cannot be taken in yet."
    )


def _said(line: PlanLine | Line) -> tuple[str, int, list[str], str, str | None, bool]:
    areas = list(line.focus_areas)
    return line.name, line.amount, areas, line.note, line.pool, line.balancing


def _stored(session: Session, year: int) -> list[PlanLine]:
    query = select(PlanLine).where(col(PlanLine.year) == year).order_by(col(PlanLine.number))
    return list(session.exec(query))


def plan_years(session: Session) -> dict[int, list[PlanLine]]:
    """Every year of the plan, the newest first, with its lines in the plan's order."""
    query = select(PlanLine).order_by(col(PlanLine.year).desc(), col(PlanLine.number))
    return {year: list(lines) for year, lines in groupby(session.exec(query), lambda one: one.year)}


def plan_year(session: Session, year: int) -> PlanYear | None:
    """A year's lines beside those of the year before; None where the plan has no such year.

    Lines that have ended come last: so both columns add up to their published sum.
    """
    lines = _stored(session, year)
    if not lines:
        return None
    before = _stored(session, year - 1)
    left: dict[tuple[str, str], list[PlanLine]] = {}
    for line in before:
        left.setdefault(_same(line), []).append(line)
    shown = []
    for line in lines:
        alike = left.get(_same(line))
        shown.append(Shown(line, alike.pop(0) if alike else None))
    shown += [Shown(None, line) for alike in left.values() for line in alike]
    return PlanYear(
        year=year,
        lines=tuple(shown),
        sum=sum(line.amount for line in lines),
        sum_before=sum(line.amount for line in before) if before else None,
        source=Counter(line.note for line in lines).most_common(1)[0][0],
    )


def _same(line: PlanLine) -> tuple[str, str]:
    """What makes it the same line another year: plans are numbered anew, names stay."""
    if line.balancing:
        return "balancing", ""
    return ("pool", line.pool) if line.pool else ("name", same_name(line.name))
