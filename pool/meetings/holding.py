"""A meeting while it is held: case by case on one screen, as one reader may see it.

Everything is gathered in a fixed number of queries, however long the agenda is. Amounts are øre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, not_, select
from sqlmodel import Session, col

from pool.cases import assessments, changed
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.meetings import agenda, attendance
from pool.meetings.agenda import Point
from pool.meetings.attendance import Count
from pool.meetings.calendar import rules
from pool.models.case import Case, Decision, Recommendation
from pool.models.ledger import Account, Book, BookYear
from pool.models.meetings import AgendaItem, Attendance, Meeting


@dataclass(frozen=True, slots=True)
class Stand:
    """One point with all that is said of it. ``count`` is of those who may take part in the case,
    ``took_part`` and ``stayed_out`` are the names of those there; None and empty for a heading."""

    point: Point
    count: Count | None = None
    took_part: tuple[str, ...] = ()
    stayed_out: tuple[str, ...] = ()
    recommended: Recommendation | None = None
    assessed: assessments.Summary | None = None
    decision: Decision | None = None
    decidable: bool = False
    """Whether the case is where it can be decided: not postponed, withdrawn or asked about since
    it was put on the agenda."""
    gone: bool = False
    """It left the agenda without a decision: postponed, withdrawn, sent on."""

    @property
    def case(self) -> Case | None:
        return self.point.case

    @property
    def waits(self) -> bool:
        """A case that is still to be decided at this meeting."""
        return self.point.item.kind == "case" and self.point.outcome is None and self.decidable

    @property
    def advised(self) -> int | None:
        """What it would cost as recommended; what is asked for, where nothing is."""
        asked = self.case.asked if self.case is not None else None
        if self.recommended is None:
            return asked
        if self.recommended.advice == "full":
            return self.recommended.amount or asked
        return self.recommended.amount


@dataclass(frozen=True, slots=True)
class Balance:
    """A year of the pool while the meeting goes on. ``free`` is what is left now, all decisions
    counted that this reader may know of: what was granted since the meeting was opened in a case
    they do not see is added again, so that no amount of it can be read off the difference.
    ``asked`` and ``advised`` what the cases still to be decided come to in full and as
    recommended, of those this reader sees."""

    year: int
    free: int
    cases: int
    asked: int
    advised: int

    @property
    def left_in_full(self) -> int:
        return self.free - self.asked

    @property
    def left_as_advised(self) -> int:
        return self.free - self.advised


@dataclass(frozen=True, slots=True)
class Room:
    """The meeting as one reader sees it."""

    meeting: Meeting
    people: tuple[Attendance, ...]
    count: Count
    stands: tuple[Stand, ...]
    balances: tuple[Balance, ...]
    left_out: bool = False
    """The agenda has cases this reader does not see, and the balances are without them."""

    def at(self, position: int | None) -> Stand | None:
        """The point of this number; without one the first case that waits, else the first point."""
        if position is not None:
            return next((s for s in self.stands if s.point.item.position == position), None)
        waiting = (s for s in self.stands if s.waits)
        return next(waiting, self.stands[0] if self.stands else None)


def room(session: Session, house: House, meeting: Meeting, actor: Actor) -> Room:
    """Gather it. ``actor`` has the roles held in the meeting's pool."""
    visible = agenda.seen(session, house, actor, meeting.pool)
    points = agenda.points(session, meeting, visible)
    cases = {one.case.id or 0: one.case for one in points if one.case is not None}
    people = tuple(attendance.listed(session, meeting))
    out = attendance.recused(session, cases)
    advice = _advice(session, cases)
    decisions = _decisions(session, cases)
    firsts = changed.firsts(session, list(decisions.values()))
    assessed = _assessed(session, house, cases, actor)
    how = rules(house.definitions.current(meeting.pool))
    stands = []
    hidden = _hidden(session, meeting, points)
    for point in points:
        if point.case is None:
            stands.append(Stand(point))
            continue
        case_id = point.case.id or 0
        definition = house.definitions.version(
            session, point.case.pool, point.case.definition_version
        )
        stay = out.get(case_id, frozenset())
        made = decisions.get(case_id)
        if made is not None and point.item.kind == "case":
            made = firsts[made.id or 0]  # what was decided here, however it was changed since
        took_part, stayed_out = attendance.names(people, stay)
        stands.append(
            Stand(
                point,
                count=attendance.in_case(meeting, people, how, stay) if how else None,
                took_part=took_part,
                stayed_out=stayed_out,
                recommended=advice.get(case_id),
                assessed=assessed.get(case_id),
                decision=made,
                decidable=agenda.can_be_decided(definition, point.case),
                gone=agenda.left_by(definition, point.case) is not None,
            )
        )
    return Room(
        meeting=meeting,
        people=people,
        count=attendance.whole(meeting, people),
        stands=tuple(stands),
        balances=_balances(session, meeting, stands, visible),
        left_out=hidden,
    )


def _hidden(session: Session, meeting: Meeting, points: Sequence[Point]) -> bool:
    """Whether the agenda has points the reader does not see."""
    every = session.execute(
        select(func.count()).where(col(AgendaItem.meeting_id) == meeting.id)
    ).scalar_one()
    return bool(every > len(points))


def _advice(session: Session, cases: Mapping[int, Case]) -> dict[int, Recommendation]:
    """The last recommendation of each."""
    rows = session.execute(
        select(Recommendation)
        .where(col(Recommendation.case_id).in_(sorted(cases)))
        .order_by(col(Recommendation.number))
    ).scalars()
    return {one.case_id: one for one in rows}


def _decisions(session: Session, cases: Mapping[int, Case]) -> dict[int, Decision]:
    """The decisions in force."""
    in_force = sorted(one.decision_id for one in cases.values() if one.decision_id is not None)
    rows = session.execute(select(Decision).where(col(Decision.id).in_(in_force))).scalars()
    return {one.case_id: one for one in rows}


def _assessed(
    session: Session, house: House, cases: Mapping[int, Case], actor: Actor
) -> dict[int, assessments.Summary]:
    """What the assessments this reader may see come to: queries by version of the definition,
    not by case."""
    by_version: dict[int, list[int]] = {}
    for case_id, case in cases.items():
        by_version.setdefault(case.definition_version, []).append(case_id)
    found = {}
    for version, case_ids in by_version.items():
        pool = cases[case_ids[0]].pool
        definition = house.definitions.version(session, pool, version)
        given = assessments.visible_many(session, definition, case_ids, actor)
        for case_id, some in given.items():
            if some:
                found[case_id] = assessments.summary(definition, some)
    return found


def _unseen(session: Session, meeting: Meeting, visible: ColumnElement[bool]) -> Mapping[int, int]:
    """What was granted since the meeting was opened in cases of its pool that the reader does not
    see, by year: on the agenda or not."""
    if meeting.opened_at is None:
        return {}
    rows = session.execute(
        select(col(Case.year), Decision)
        .join(Decision, col(Decision.id) == col(Case.decision_id))
        .where(
            col(Case.pool) == meeting.pool,
            col(Decision.recorded_at) >= meeting.opened_at,
            not_(visible),
        )
    )
    found: dict[int, int] = {}
    for year, made in rows:
        before = [
            one for one in changed.chain(session, made) if one.recorded_at < meeting.opened_at
        ]
        more = made.amount - (before[-1].amount if before else 0)
        found[year] = found.get(year, 0) + more
    return found


def _balances(
    session: Session,
    meeting: Meeting,
    stands: Sequence[Stand],
    visible: ColumnElement[bool],
) -> tuple[Balance, ...]:
    """The meeting's year, and the years of the cases still to be decided."""
    waiting = [one for one in stands if one.waits]
    years = {meeting.held_on.year} | {one.case.year for one in waiting if one.case is not None}
    rows = session.execute(
        select(col(BookYear.year), col(Account.balance))
        .join(Book, col(Book.id) == col(BookYear.book_id))
        .join(Account, (col(Account.year_id) == col(BookYear.id)) & (col(Account.kind) == "free"))
        .where(col(Book.key) == meeting.pool, col(BookYear.year).in_(sorted(years)))
        .order_by(col(BookYear.year))
    )
    found = []
    unseen = _unseen(session, meeting, visible)
    for year, free in rows:
        of_year = [one for one in waiting if one.case is not None and one.case.year == year]
        found.append(
            Balance(
                year=year,
                free=free + unseen.get(year, 0),
                cases=len(of_year),
                asked=sum((one.case.asked or 0) for one in of_year if one.case is not None),
                advised=sum((one.advised or 0) for one in of_year),
            )
        )
    return tuple(found)
