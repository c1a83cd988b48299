"""What is done with the points while a meeting is held: a case decided or held over, and what the
minutes say of a point.

A decision is the casework's own move (``pool.cases.fire``) with the record of the meeting: its
day, who took part, who stayed out. Where too few of those who may take part are there nothing is
decided, but for what cannot wait: that the chair decides, says why, and the next meeting is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access, activity
from pool.cases.commands import Command, Result
from pool.cases.fire import fire_in, lock
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.meetings import agenda, attendance, carrying, typed
from pool.meetings.calendar import rules
from pool.meetings.errors import CannotBe, NoSuchMeeting, NotNow, NotQuorate
from pool.meetings.once import begin, locked, remember, result_of, stream
from pool.models.case import Case
from pool.models.meetings import AgendaItem, Meeting
from workflows.vocabulary import DECIDING_ROLES

HELD_OVER = "held-over"
BEFORE = "decided-before"
"""How a point went whose case was decided before the meeting was opened."""
MEETING = "meeting"
"""How a decision of the group at a meeting is recorded (``vocabulary.MADE_WHERE``)."""


@dataclass(frozen=True, slots=True)
class HoldOver:
    """To a later meeting; ``to`` None: to one that is chosen later."""

    id: str
    meeting_id: int
    item_id: int
    to: int | None
    note: str


@dataclass(frozen=True, slots=True)
class TakeUp:
    """A case that was held over is decided at this meeting after all."""

    id: str
    meeting_id: int
    item_id: int


@dataclass(frozen=True, slots=True)
class Note:
    """What the minutes say of a point."""

    id: str
    meeting_id: int
    item_id: int
    note: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """The press of the decision's button: what was typed, without the record the meeting adds,
    which may be another one by the time the same press comes again."""

    id: str
    meeting_id: int
    item_id: int
    action: str
    inputs: Mapping[str, Any]
    why: str


def decide(
    house: House,
    meeting_id: int,
    item_id: int,
    command: Command,
    actor: Actor,
    now: datetime,
    *,
    cannot_wait: str = "",
) -> Result:
    """Decide the point's case. ``command`` is the casework's, without a record: the meeting has
    it. ``cannot_wait``: why the chair decides although too few are there.

    Raises :class:`NotQuorate`, :class:`NotNow` (``state``, ``settled``), :class:`NoSuchMeeting`,
    and whatever ``pool.cases.fire`` raises. A repeated command gives its first result.
    """
    why = typed.note(cannot_wait, "cannot_wait")

    pressed = Pressed(
        f"{command.id}:meeting", meeting_id, item_id, command.action, command.inputs, why
    )

    def work(session: Session) -> Result:
        meeting = locked(session, meeting_id, actor)
        if first := result_of(session, pressed, actor):
            return Result(**first, repeated=True)
        item = session.get(AgendaItem, item_id, populate_existing=True)
        if item is None or item.meeting_id != meeting.id or item.case_id != command.case_id:
            raise NoSuchMeeting(str(item_id))
        if item.kind != "case":
            raise NoSuchMeeting(str(item_id))
        _still_open(session, meeting, item)
        case = lock(session, command.case_id)
        if not access.may_see(session, house, case, actor):
            raise NoSuchMeeting(str(item_id))
        alone = not _quorate(session, house, meeting, command.case_id)
        if alone and not (why and actor.roles & frozenset(DECIDING_ROLES)):
            raise _too_few(session, house, meeting, command.case_id)
        whole = _alone(command, why) if alone else _recorded(session, meeting, command)
        result = fire_in(session, house, whole, actor, now)
        session.refresh(case)
        item.outcome, item.decision_id = command.action, case.decision_id
        if alone:
            item.note = why
            carrying.carry(session, command.case_id, why, now)
        session.add(item)
        session.flush()
        _journal(
            session, meeting, "meeting.decided", actor, now,
            item=item.id, case=case.id, decision=case.decision_id, alone=alone,
        )  # fmt: skip
        remember(session, pressed, actor, now, **result.stored())
        return result

    return house.database.write(work)


def hold_over(house: House, command: HoldOver, actor: Actor, now: datetime) -> None:
    """Raises :class:`CannotBe` (``meeting``) for a meeting that is not ahead, :class:`NotNow`
    (``over``) for a case that was decided, withdrawn, sent on or postponed: it waits for none."""
    note = typed.note(command.note, "note")

    def work(session: Session) -> None:
        meeting = begin(session, command, actor)
        if meeting is None:
            return
        item, case = _case_of(session, house, meeting, command.item_id, actor)
        _still_open(session, meeting, item)
        definition = house.definitions.version(session, case.pool, case.definition_version)
        if case.decision_id is not None or agenda.left_by(definition, case) is not None:
            raise NotNow("over")
        target: Meeting | None = None
        if command.to is not None:
            target = session.get(Meeting, command.to)
            if target is None or not _ahead(meeting, target):
                raise CannotBe("to", "meeting")
            put_at_end(session, target, case.id or 0)
        item.outcome, item.decision_id, item.note = HELD_OVER, None, note
        session.add(item)
        journal.write(
            session,
            f"case:{case.id}",
            "case.held-over",
            actor,
            now=now,
            data={"case": case.id, "meeting": meeting.id, "to": target.id if target else None},
            personal={"note": note} if note else None,
        )
        activity.touch(case, actor, now)
        session.add(case)
        remember(session, command, actor, now)

    house.database.write(work)


def take_up(house: House, command: TakeUp, actor: Actor, now: datetime) -> None:
    """Undo a hold-over; the case leaves the later agenda again."""

    def work(session: Session) -> None:
        meeting = begin(session, command, actor)
        if meeting is None:
            return
        item, case = _case_of(session, house, meeting, command.item_id, actor)
        if meeting.state != "open":
            raise NotNow("state", meeting.state)
        if item.outcome != HELD_OVER or case.decision_id is not None:
            raise NotNow("settled")
        later = session.execute(
            select(AgendaItem)
            .join(Meeting, col(Meeting.id) == col(AgendaItem.meeting_id))
            .where(
                col(AgendaItem.case_id) == case.id,
                col(AgendaItem.kind) == "case",
                col(AgendaItem.outcome).is_(None),
                col(Meeting.state).in_(("planned", "called")),
            )
        ).scalars()
        for one in later.all():
            session.delete(one)
        item.outcome = None
        session.add(item)
        journal.write(
            session,
            f"case:{case.id}",
            "case.on-agenda",
            actor,
            now=now,
            data={"case": case.id, "meeting": meeting.id, "held_on": meeting.held_on},
        )
        activity.touch(case, actor, now)
        session.add(case)
        remember(session, command, actor, now)

    house.database.write(work)


def note(house: House, command: Note, actor: Actor, now: datetime) -> None:
    """Write what the minutes say of a point, while the meeting is open."""
    text = typed.note(command.note, "note")

    def work(session: Session) -> None:
        meeting = begin(session, command, actor, states=("open",))
        if meeting is None:
            return
        item = session.get(AgendaItem, command.item_id, populate_existing=True)
        if item is None or item.meeting_id != meeting.id:
            raise NoSuchMeeting(str(command.item_id))
        if item.case_id is not None:
            case = session.get_one(Case, item.case_id)
            if not access.may_see(session, house, case, actor):
                raise NoSuchMeeting(str(command.item_id))
        item.note = text
        session.add(item)
        _journal(
            session, meeting, "meeting.noted", actor, now,
            personal={"note": text}, item=item.id, case=item.case_id,
        )  # fmt: skip
        remember(session, command, actor, now)

    house.database.write(work)


def put_at_end(session: Session, target: Meeting, case_id: int) -> None:
    """The case on a later agenda, once; not locked, like ``carrying.carry``."""
    there = session.execute(
        select(col(AgendaItem.id)).where(
            col(AgendaItem.meeting_id) == target.id,
            col(AgendaItem.case_id) == case_id,
            col(AgendaItem.kind) == "case",
        )
    ).first()
    if there is None:
        at = carrying.last(session, target.id or 0) + 1
        session.add(
            AgendaItem(meeting_id=target.id or 0, position=at, kind="case", case_id=case_id)
        )
        session.flush()


def _case_of(
    session: Session, house: House, meeting: Meeting, item_id: int, actor: Actor
) -> tuple[AgendaItem, Case]:
    item = session.get(AgendaItem, item_id, populate_existing=True)
    if item is None or item.meeting_id != meeting.id or item.kind != "case":
        raise NoSuchMeeting(str(item_id))
    case = lock(session, item.case_id or 0)
    if not access.may_see(session, house, case, actor):
        raise NoSuchMeeting(str(item_id))
    return item, case


def _ahead(meeting: Meeting, target: Meeting) -> bool:
    return (
        target.pool == meeting.pool
        and target.id != meeting.id
        and target.state in ("planned", "called")
        and target.held_on >= meeting.held_on
    )


def _still_open(session: Session, meeting: Meeting, item: AgendaItem) -> None:
    """It was not dealt with, or what was decided was undone before anybody was told."""
    if meeting.state != "open":
        raise NotNow("state", meeting.state)
    if item.outcome is not None and not agenda.is_undone(session, item.decision_id):
        raise NotNow("settled")


def _count(session: Session, house: House, meeting: Meeting, case_id: int) -> attendance.Count:
    how = rules(house.definitions.current(meeting.pool))
    if how is None:
        raise NotNow("state", meeting.state)
    out = attendance.recused(session, [case_id]).get(case_id, frozenset())
    return attendance.in_case(meeting, attendance.listed(session, meeting), how, out)


def _quorate(session: Session, house: House, meeting: Meeting, case_id: int) -> bool:
    return _count(session, house, meeting, case_id).enough


def _too_few(session: Session, house: House, meeting: Meeting, case_id: int) -> NotQuorate:
    count = _count(session, house, meeting, case_id)
    return NotQuorate(count.present, count.needed, count.entitled)


def _recorded(session: Session, meeting: Meeting, command: Command) -> Command:
    """With the record of the meeting as it stands at this moment."""
    rows = attendance.listed(session, meeting)
    out = attendance.recused(session, [command.case_id]).get(command.case_id, frozenset())
    took_part, stayed_out = attendance.names(rows, out)
    record = {
        "made_on": meeting.held_on.isoformat(),
        "made_where": MEETING,
        "took_part": ", ".join(took_part),
        "stayed_out": ", ".join(stayed_out),
    }
    return replace(command, inputs={**command.inputs, "record": record}, meeting_id=meeting.id)


def _alone(command: Command, why: str) -> Command:
    """The chair's own decision: no record of a group that was not enough; why stands with it."""
    return replace(command, inputs={**command.inputs, "note": why}, meeting_id=None)


def _journal(
    session: Session,
    meeting: Meeting,
    kind: str,
    actor: Actor,
    now: datetime,
    *,
    personal: dict[str, Any] | None = None,
    **data: Any,
) -> None:
    journal.write(
        session,
        stream(meeting),
        kind,
        actor,
        now=now,
        data={"meeting": meeting.id, **data},
        personal=personal,
    )
