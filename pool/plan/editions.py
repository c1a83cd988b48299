"""Taking a plan in, and adjusting it: a year's lines are an edition, and a changed plan is a new
one. The earlier ones stay as they were.

``adjusted at least once a year, by Økonomiforvaltningen`` (the plan). The differences are shown
first; then lines and money change in one unit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Literal

from sqlmodel import Session

import pool.journal as journal
from pool import money
from pool.cases import once
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.plan import PlanEdition, PlanLine
from pool.plan import book
from pool.plan.errors import PlanError
from pool.plan.faults import Fault
from pool.plan.lines import in_force, moved_by_line, moves, stored
from pool.plan.reading import Line, PlanRefused, read
from pool.plan.told import refuse_closed


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the years of a plan's files."""

    new: tuple[int, ...]
    unchanged: tuple[int, ...]
    adjusted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A line that an adjusted plan says something else of, or whose amount it changes since money
    was moved. ``before`` None: it is new; ``after`` None: it is gone. ``now`` (øre) is what it has,
    with what was moved since ``before``."""

    number: int
    before: PlanLine | None
    after: PlanLine | None
    now: int

    @property
    def difference(self) -> int:
        """What the line gets, below zero what it gives up (øre)."""
        return (self.after.amount if self.after else 0) - self.now


@dataclass(frozen=True, slots=True)
class YearChanges:
    """A year of a plan's files against the edition in force (``edition``, 0: none yet) and what was
    moved in it up to ``newest_move`` (its id, 0: nothing).

    A year is *changed* where the files say something else than the edition. One they say the same
    of is left alone, and its moves stand.
    """

    year: int
    edition: int
    state: Literal["new", "same", "changed"]
    changes: tuple[Change, ...]
    sum_before: int
    sum_after: int
    newest_move: int = 0

    @property
    def stand(self) -> Stand:
        return self.edition, self.newest_move


Stand = tuple[int, int]
"""How far a year is: the edition in force, and the id of the newest move in it."""


def parse(house: House, table: bytes, beside: bytes) -> tuple[Line, ...]:
    """A plan's files (see :mod:`pool.plan.reading`) as lines. Raises :class:`PlanRefused` where
    they are wrong, or name a pool that is not there."""
    lines = read(table, beside)
    unknown = sorted({line.pool for line in lines if line.pool} - set(house.definitions.keys))
    if unknown:
        known = ", ".join(house.definitions.keys)
        raise PlanRefused([Fault("no-pool", name=repr(one), known=known) for one in unknown])
    return lines


def load(house: House, table: bytes, beside: bytes, *, actor: Actor, now: datetime) -> Loaded:
    """Take in a plan's files, all of it or nothing.

    A year that is there and says the same is left alone. Raises :class:`PlanRefused` where the
    files are wrong, or say something else than the edition in force: that is :func:`adjust`.
    """
    lines = parse(house, table, beside)
    digest = _sha256(table, beside)

    def work(session: Session) -> Loaded:
        book.lock(session)
        years = differences(session, lines)
        if faults := [_sentence(one) for one in years if one.state == "changed"]:
            raise PlanRefused(faults)
        return _take_in(session, lines, years, digest, actor=actor, now=now)

    return house.database.write(work)


def adjust(
    house: House,
    table: bytes,
    beside: bytes,
    *,
    source: str,
    decided_on: date,
    command_id: str,
    actor: Actor,
    now: datetime,
    seen: Mapping[int, Stand] | None = None,
) -> Loaded:
    """As :func:`load`, but a year that says something else becomes a new edition, and the plan's
    book is brought to its amounts; a pool's books are not touched. What was moved between the lines
    of that year before counts no longer: the new amounts do.

    ``source``: who adjusted it and where that stands. ``seen``: how far each year was when the
    differences were looked at. Raises :class:`PlanRefused`, ``PlanError`` (``changed-meanwhile``,
    ``plan-closed``, ``too-large``) and ``CommandReused``.
    """
    if not source.strip():
        raise ValueError("an adjusted plan has a source")
    lines = parse(house, table, beside)
    digest = _sha256(table, beside)
    said = once.digest("plan.adjust", {"sha256": digest, "source": source, "on": decided_on})

    def work(session: Session) -> Loaded:
        book.lock(session)
        if first := once.before(session, command_id, actor, said):
            return Loaded(*(tuple(years) for years in first))
        years = differences(session, lines)
        changed = [one for one in years if one.state != "same"]
        if seen is not None and any(seen.get(one.year) != one.stand for one in changed):
            raise PlanError("changed-meanwhile")
        refuse_closed_years(session, years)
        done = _take_in(
            session,
            lines,
            years,
            digest,
            actor=actor,
            now=now,
            source=source.strip(),
            decided_on=decided_on,
            command_id=command_id,
        )
        told = [list(done.new), list(done.unchanged), list(done.adjusted)]
        once.remember(session, command_id, actor, said, told, now)
        return done

    return house.database.write(work)


def differences(session: Session, lines: tuple[Line, ...]) -> tuple[YearChanges, ...]:
    """What the files say against what is in force, year by year."""
    found = []
    for year, group in groupby(lines, key=lambda line: line.year):
        wanted = {line.number: _row(line, 0, None) for line in group}
        number = in_force(session, year)
        there = stored(session, year, number)
        made = moves(session, year, number)
        moved = moved_by_line(there, made)
        old = {line.number: line for line in there}
        other = old.keys() != wanted.keys() or any(
            said(line) != said(wanted[at]) for at, line in old.items()
        )
        changes = []
        for at in sorted(old.keys() | wanted.keys()) if other else ():
            before, after = old.get(at), wanted.get(at)
            has = (before.amount if before else 0) + sum(one.amount for one in moved.get(at, ()))
            same = before is not None and after is not None and said(before) == said(after)
            if not same or (after is not None and after.amount != has):
                changes.append(Change(at, before, after, has))
        found.append(
            YearChanges(
                year=year,
                edition=number,
                state="new" if not there else "changed" if changes else "same",
                changes=tuple(changes),
                sum_before=sum(line.amount for line in there),
                sum_after=sum(line.amount for line in wanted.values()),
                newest_move=known(made[-1].id) if made else 0,
            )
        )
    return tuple(found)


def refuse_closed_years(session: Session, years: Iterable[YearChanges]) -> None:
    """Raises ``PlanError`` ``plan-closed`` for a year that would be changed and is closed."""
    for one in years:
        if one.state == "changed":
            refuse_closed(session, one.year)


def ensure_book(session: Session, year: int, actor: Actor, now: datetime) -> int:
    """The plan's book year, opened with the edition in force where the year was taken in before
    the plan had a book. Raises ``PlanError`` ``no-year``."""
    found = book.year_id(session, year)
    if found is not None:
        return found
    lines = stored(session, year)
    if not lines:
        raise PlanError("no-year", year=year)
    book.lock(session)
    return book.open_year(
        session, year, lines, source=lines[0].note, actor=actor, now=now
    )  # of one edition: an adjusted one has its book


def _take_in(
    session: Session,
    lines: tuple[Line, ...],
    years: tuple[YearChanges, ...],
    digest: str,
    *,
    actor: Actor,
    now: datetime,
    source: str = "",
    decided_on: date | None = None,
    command_id: str = "",
) -> Loaded:
    told = []
    for one in years:
        if one.state == "same":
            ensure_book(session, one.year, actor, now)
            continue
        number = one.edition + 1
        if one.edition:
            ensure_book(session, one.year, actor, now)
        rows = [_row(line, number, now) for line in lines if line.year == one.year]
        session.add_all(rows)
        session.add(
            PlanEdition(
                year=one.year,
                number=number,
                source=source if one.edition else "",
                sha256=digest,
                decided_on=decided_on if one.edition else None,
                recorded_at=now,
                recorded_by=actor.name,
            )
        )
        session.flush()
        if one.edition:
            _move_to(session, one.year, rows, decided_on, command_id, actor, now)
        else:
            book.open_year(session, one.year, rows, source=rows[0].note, actor=actor, now=now)
        told.append((one, number, rows))
    for one, number, rows in told:  # the stream of the system comes last
        journal.write(
            session,
            "system",
            "plan.adjusted" if one.edition else "plan.loaded",
            actor,
            now=now,
            effective_on=decided_on if one.edition else date(one.year, 1, 1),
            precision="day" if one.edition else "year",
            data={
                "year": one.year,
                "edition": number,
                "lines": len(rows),
                "amount": one.sum_after,
                "balancing": sum(line.amount for line in rows if line.balancing),
                "sha256": digest,
            }
            | ({"before": one.sum_before} if one.edition else {}),
            personal={"source": source} if one.edition else None,
        )
    return Loaded(
        new=tuple(one.year for one in years if one.state == "new"),
        unchanged=tuple(one.year for one in years if one.state == "same"),
        adjusted=tuple(one.year for one in years if one.state == "changed"),
    )


def _move_to(
    session: Session,
    year: int,
    rows: list[PlanLine],
    decided_on: date | None,
    command_id: str,
    actor: Actor,
    now: datetime,
) -> None:
    """The plan's book to the amounts of a new edition."""
    year_id = book.year_id(session, year)
    assert year_id is not None, "ensured"
    amounts = {book.label_of(line): line.amount for line in rows if line.pool is None}
    book.bring_to(
        session,
        year_id,
        amounts,
        command_id=f"{command_id}:{year}",
        actor=actor,
        now=now,
        effective_on=decided_on or date(year, 1, 1),
    )
    journal.write(
        session,
        f"book-year:{year_id}",
        "plan.adjusted",
        actor,
        now=now,
        effective_on=decided_on,
        data={"year": year, "edition": rows[0].edition, "amount": sum(amounts.values())},
    )


def _row(line: Line, edition: int, now: datetime | None) -> PlanLine:
    told: dict[str, Any] = {} if now is None else {"recorded_at": now}
    return PlanLine(
        year=line.year,
        edition=edition,
        number=line.number,
        name=line.name,
        focus_areas=list(line.focus_areas),
        amount=line.amount,
        note=line.note,
        pool=line.pool,
        balancing=line.balancing,
        **told,
    )


def _sha256(table: bytes, beside: bytes) -> str:
    return hashlib.sha256(table + b"\0" + beside).hexdigest()


def said(line: PlanLine) -> tuple[str, int, list[str], str, str | None, bool]:
    """What a line says; what it is compared by."""
    areas = list(line.focus_areas)
    return line.name, line.amount, areas, line.note, line.pool, line.balancing


def _sentence(one: YearChanges) -> str:
    """Where a year's files and what is there part."""
    places = ", ".join(map(describe, one.changes))
    return Fault("is-there", year=one.year, places=places)


def describe(change: Change) -> str:
    """``line 10 has 41.000 kr. instead of 40.000 kr.``, for a log or a terminal."""
    number, before, after = change.number, change.before, change.after
    if before is None or after is None:
        return f"line {number} is {'new' if before is None else 'gone'}"
    was, becomes = money.show(change.now), money.show(after.amount)
    if after.amount != change.now:
        return f"line {number} has {becomes} instead of {was}"
    if after.amount != before.amount:
        return f"line {number} has {becomes}, as it has with what was moved"
    return f"line {number} has another text"
