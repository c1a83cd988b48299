"""A meeting's agenda as a reader may see it, and what may be put on it.

A member who stays out of a case sees neither the case nor that it is decided on: the numbers of
the other points are the same for everybody, so that all may speak of point 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import Session, col

from pool.cases import access
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.meetings.readiness import can_be_decided, deciding, is_ready, those_ready
from pool.models.case import Applicant, Case, Decision
from pool.models.casework import DecisionEnd
from pool.models.meetings import AgendaItem, Meeting
from workflows.definition import Definition, Transition

__all__ = [
    "MOST", "Point", "Ready", "between", "can_be_decided", "deciding", "is_ready", "is_undone",
    "left_by", "points", "ready", "seen", "settled", "waiting_on_one",
]  # fmt: skip

TOLD_BACK = timedelta(days=120)
"""So far back decisions are offered where no meeting was held before."""
MOST = 100
"""So many ready cases are shown at a time."""
SLICE = 200

UNDONE = "undone"
"""How a point went whose decision was undone after the meeting, before anybody was told."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point as its reader sees it: of a heading only ``item`` is known."""

    item: AgendaItem
    case: Case | None = None
    applicant: str = ""
    undone: bool = False
    """The decision that was made here was undone before anybody was told."""
    closed: bool = False

    @property
    def id(self) -> int:
        assert self.item.id is not None
        return self.item.id

    @property
    def outcome(self) -> str | None:
        """How it went. A decision that was undone was never made: while the meeting is held the
        point is open again."""
        if self.undone:
            return UNDONE if self.closed else None
        return self.item.outcome

    @property
    def title(self) -> str:
        return self.case.title if self.case is not None else self.item.title


@dataclass(frozen=True, slots=True)
class Ready:
    """A case that can be decided. ``late``: received after the meeting's deadline."""

    case: Case
    applicant: str
    received_on: date
    late: bool


def seen(session: Session, house: House, actor: Actor, pool: str) -> ColumnElement[bool]:
    """The predicate of the cases of ``pool`` that ``actor`` (with the roles held there) may see.
    One query. The system sees all."""
    if actor.kind == "system":
        return col(Case.pool) == pool
    definitions = [one for one in house.definitions.in_use(session) if one.key == pool]
    return access.visible(definitions, actor.person_id, {pool: actor.roles})


def points(session: Session, meeting: Meeting, visible: ColumnElement[bool]) -> tuple[Point, ...]:
    """The agenda in order, without the cases the reader may not see. One query."""
    rows = session.execute(
        select(AgendaItem, Case, Applicant, col(DecisionEnd.id))
        .outerjoin(Case, col(Case.id) == col(AgendaItem.case_id))
        .outerjoin(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .outerjoin(
            DecisionEnd,
            (col(DecisionEnd.decision_id) == col(AgendaItem.decision_id))
            & (col(DecisionEnd.how) == "undone"),
        )
        .where(
            col(AgendaItem.meeting_id) == meeting.id,
            or_(col(AgendaItem.case_id).is_(None), visible),
        )
        .order_by(col(AgendaItem.position), col(AgendaItem.id))
    )
    return tuple(
        Point(
            item,
            case,
            applicant.shown if applicant is not None else "",
            undone=ended is not None,
            closed=meeting.state == "closed",
        )
        for item, case, applicant, ended in rows
    )


def left_by(definition: Definition, case: Case) -> Transition | None:
    """The way a case without a decision has left the agenda by: postponed, withdrawn, sent on.
    None while its turn may still come."""
    if case.decision_id is not None or can_be_decided(definition, case):
        return None
    final = definition.state(case.state).final
    return next(
        (
            one
            for one in definition.transitions
            if one.to == case.state and (final or "postpone" in one.effects)
        ),
        None,
    )


def waiting_on_one(case_ids: Iterable[int] | None = None) -> Select[Any]:
    """Ids of the cases (of ``case_ids``) that wait to be decided at a meeting: on an agenda that
    is still ahead or gone through now."""
    ahead = (
        select(col(AgendaItem.case_id))
        .join(Meeting, col(Meeting.id) == col(AgendaItem.meeting_id))
        .where(
            col(AgendaItem.kind) == "case",
            or_(col(AgendaItem.outcome).is_(None), col(AgendaItem.decision_id).in_(_undone())),
            col(Meeting.state).in_(("planned", "called", "open")),
        )
    )
    if case_ids is None:
        return ahead
    return ahead.where(col(AgendaItem.case_id).in_(sorted(case_ids)))


def _undone() -> Select[Any]:
    return select(col(DecisionEnd.decision_id)).where(col(DecisionEnd.how) == "undone")


def is_undone(session: Session, decision_id: int | None) -> bool:
    """Whether the decision was undone before anybody was told: it was never made."""
    if decision_id is None:
        return False
    return (
        session.execute(_undone().where(col(DecisionEnd.decision_id) == decision_id)).first()
        is not None
    )


def ready(
    session: Session,
    house: House,
    meeting: Meeting,
    visible: ColumnElement[bool],
    now: datetime,
) -> tuple[Ready, ...]:
    """The cases that can be decided and are on no agenda that is still ahead, as they came; one
    more than :data:`MOST` where there are more. Queries by the slice, not by the case."""
    states = {
        state
        for definition in house.definitions.in_use(session)
        if definition.key == meeting.pool
        for transition in deciding(definition)
        for state in transition.from_states
    }
    here = select(col(AgendaItem.case_id)).where(
        col(AgendaItem.meeting_id) == meeting.id, col(AgendaItem.kind) == "case"
    )
    waiting = (
        select(Case, Applicant)
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .where(
            col(Case.pool) == meeting.pool,
            col(Case.state).in_(sorted(states)),
            col(Case.decision_id).is_(None),
            col(Case.closed_at).is_(None),
            col(Case.id).not_in(waiting_on_one()),
            col(Case.id).not_in(here),
            visible,
        )
        .order_by(col(Case.received_at), col(Case.id))
        .limit(SLICE)
    )
    found: list[Ready] = []
    for start in count(0, SLICE):
        rows = session.execute(waiting.offset(start)).all()
        can = those_ready(session, house, [case for case, _ in rows], now)
        for case, applicant in rows:
            if case.id in can and not case.imported:
                received = local_day(case.received_at)
                late = meeting.deadline_on is not None and received > meeting.deadline_on
                found.append(Ready(case, applicant.shown, received, late))
        if len(rows) < SLICE or len(found) > MOST:
            break
    return tuple(found[: MOST + 1])


def between(
    session: Session, meeting: Meeting, visible: ColumnElement[bool]
) -> tuple[tuple[Case, str], ...]:
    """Cases decided otherwise than at a meeting since the last one, and not on this agenda: what
    the group may be told. With the applicant's name, the latest decision first."""
    last = session.execute(
        select(col(Meeting.held_on))
        .where(
            col(Meeting.pool) == meeting.pool,
            col(Meeting.state) == "closed",
            col(Meeting.held_on) < meeting.held_on,
        )
        .order_by(col(Meeting.held_on).desc())
        .limit(1)
    ).scalar_one_or_none()
    here = select(col(AgendaItem.case_id)).where(
        col(AgendaItem.meeting_id) == meeting.id, col(AgendaItem.case_id).is_not(None)
    )
    rows = session.execute(
        select(Case, Applicant)
        .join(Decision, col(Decision.id) == col(Case.decision_id))
        .join(Applicant, col(Applicant.id) == col(Case.applicant_id))
        .where(
            col(Case.pool) == meeting.pool,
            col(Decision.meeting_id).is_(None),
            col(Decision.imported).is_(False),
            col(Decision.made_on) >= (last or meeting.held_on - TOLD_BACK),
            col(Case.id).not_in(here),
            visible,
        )
        .order_by(col(Decision.made_on).desc(), col(Case.id).desc())
        .limit(100)
    )
    return tuple((case, applicant.shown) for case, applicant in rows)


def settled(points: Iterable[Point]) -> tuple[Point, ...]:
    """The cases among them that were decided or held over."""
    return tuple(one for one in points if one.item.kind == "case" and one.outcome is not None)
