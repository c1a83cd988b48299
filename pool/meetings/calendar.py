"""The year's meetings with their deadlines: planned several at once, changed, called off.

Days are Copenhagen's. An application received up to a meeting's deadline is taken there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases.fire import lock
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.meetings import carrying, mails, typed
from pool.meetings.errors import CannotBe, NotForYou
from pool.meetings.once import RUNS, begin, remember, result_of, stream, written
from pool.models.meetings import AgendaItem, Meeting
from workflows.definition import Definition
from workflows.group_work import MeetingRules


def rules(definition: Definition) -> MeetingRules | None:
    """How the pool's meetings are held; None where it has none (the feature is off)."""
    return definition.meetings if definition.has("meetings") else None


@dataclass(frozen=True, slots=True)
class Plan:
    """Several meetings of one pool at once, as typed. ``deadline_days``: so long before each."""

    id: str
    pool: str
    days: str
    begins_at: str
    ends_at: str
    place: str
    deadline_days: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a planned meeting is to be, as typed. ``version`` is the one the page was made from."""

    id: str
    meeting_id: int
    version: int
    held_on: str
    begins_at: str
    ends_at: str
    place: str
    deadline_on: str


@dataclass(frozen=True, slots=True)
class CallOff:
    id: str
    meeting_id: int


def plan(house: House, command: Plan, actor: Actor, now: datetime) -> tuple[int, ...]:
    """Enter the meetings; their ids. What waited to be told goes on the first one's agenda.

    Raises :class:`CannotBe`, :class:`NotForYou`, KeyError for a pool without meetings.
    """
    how = rules(house.definitions.current(command.pool))
    if how is None:
        raise KeyError(command.pool)
    if not actor.roles & RUNS:
        raise NotForYou(command.pool)
    days = typed.days(command.days, "days")
    begins, ends = _clocks(command.begins_at, command.ends_at)
    place = typed.line(command.place, "place")
    before = typed.whole(command.deadline_days, "deadline_days", 0, 200)
    if days[0] < local_day(now):
        raise CannotBe("days", "past", f"{days[0]:%d.%m.%Y}")

    def work(session: Session) -> tuple[int, ...]:
        if first := result_of(session, command, actor):
            return tuple(first["meetings"])
        there = {one.held_on for one in of_days(session, command.pool, days[0], days[-1])}
        if taken := sorted(there & set(days)):
            raise CannotBe("days", "twice", f"{taken[0]:%d.%m.%Y}")
        made = []
        for day in days:
            meeting = Meeting(
                pool=command.pool,
                held_on=day,
                begins_at=begins,
                ends_at=ends,
                place=place,
                deadline_on=day - timedelta(days=before),
                created_at=now,
            )
            session.add(meeting)
            session.flush()
            assert meeting.id is not None
            made.append(meeting.id)
            _journal(session, meeting, "meeting.planned", actor, now)
        carrying.pick_up(session, command.pool, now)
        remember(session, command, actor, now, meetings=made)
        return tuple(made)

    return written(house.database, work)


def change(house: House, command: Change, actor: Actor, now: datetime) -> None:
    """Another day, hour, place or deadline, until the meeting is opened. The agenda must be sent
    again for the members to hear of it. Raises :class:`CannotBe`, and what ``begin`` raises."""
    held_on = typed.day(command.held_on, "held_on", required=True)
    assert held_on is not None
    begins, ends = _clocks(command.begins_at, command.ends_at)
    place = typed.line(command.place, "place")
    deadline = typed.day(command.deadline_on, "deadline_on", required=False)
    if deadline is not None and deadline > held_on:
        raise CannotBe("deadline_on", "deadline-after")

    def work(session: Session) -> None:
        meeting = begin(
            session, command, actor, states=("planned", "called"), version=command.version
        )
        if meeting is None:
            return
        if held_on != meeting.held_on and held_on < local_day(now):
            raise CannotBe("held_on", "past", f"{held_on:%d.%m.%Y}")
        others = of_days(session, meeting.pool, held_on, held_on)
        if any(one.id != meeting.id for one in others):
            raise CannotBe("held_on", "twice", f"{held_on:%d.%m.%Y}")
        meeting.held_on, meeting.deadline_on = held_on, deadline
        meeting.begins_at, meeting.ends_at, meeting.place = begins, ends, place
        meeting.version += 1
        session.add(meeting)
        _journal(session, meeting, "meeting.changed", actor, now)
        remember(session, command, actor, now)

    written(house.database, work)


def call_off(house: House, command: CallOff, actor: Actor, now: datetime) -> None:
    """The meeting is not held. Members who had its agenda are told, with a calendar file that
    takes it out of their calendars; what they were to be told is carried on to the next."""

    def work(session: Session) -> None:
        meeting = begin(session, command, actor, states=("planned", "called"))
        if meeting is None:
            return
        was_called = meeting.state == "called"
        meeting.state = "off"
        meeting.version += 1
        if was_called:
            meeting.agenda_version += 1  # the sequence of the calendar file that takes it out
        session.add(meeting)
        session.flush()
        _journal(session, meeting, "meeting.called-off", actor, now)
        told = session.execute(
            select(AgendaItem)
            .where(col(AgendaItem.meeting_id) == meeting.id, col(AgendaItem.kind) == "told")
            .order_by(col(AgendaItem.case_id))
        ).scalars()
        for item in told.all():
            assert item.case_id is not None
            lock(session, item.case_id)
            carrying.carry(session, item.case_id, item.note, now)
        if was_called:
            mails.called_off(session, house, meeting, now)
        remember(session, command, actor, now)

    house.database.write(work)


def of_days(session: Session, pool: str, first: date, last: date) -> Sequence[Meeting]:
    """The pool's meetings between two days that were not called off, in order."""
    return [one for one in _between(session, pool, first, last) if one.state != "off"]


def of_year(session: Session, pool: str, year: int) -> Sequence[Meeting]:
    """All meetings of a calendar year, those called off too, in order."""
    return _between(session, pool, date(year, 1, 1), date(year, 12, 31))


def find(session: Session, meeting_id: int) -> Meeting | None:
    return session.get(Meeting, meeting_id)


@dataclass(frozen=True, slots=True)
class Published:
    """What the public sees: the next deadline that can still be met with its meeting, the next
    meeting, and the year's meetings. ``year`` is the one shown."""

    year: int
    next_deadline: Meeting | None
    next_meeting: Meeting | None
    meetings: tuple[Meeting, ...]


def published(session: Session, definition: Definition, now: datetime) -> Published | None:
    """The calendar of a pool; None where it has no meetings at all. One query, and none where the
    feature is off. From the year's last meeting on, the next year's where it is planned."""
    if rules(definition) is None:
        return None
    today = local_day(now)
    found = _between(session, definition.key, date(today.year, 1, 1), date(today.year + 1, 12, 31))
    if not found:
        return None
    ahead = [one for one in found if one.held_on >= today and one.state not in ("off", "closed")]
    by_deadline = [one for one in ahead if one.deadline_on is not None and one.deadline_on >= today]
    year = ahead[0].held_on.year if ahead else today.year
    return Published(
        year=year,
        next_deadline=min(by_deadline, key=lambda one: one.deadline_on or today, default=None),
        next_meeting=ahead[0] if ahead else None,
        meetings=tuple(one for one in found if one.held_on.year == year),
    )


def _between(session: Session, pool: str, first: date, last: date) -> list[Meeting]:
    return list(
        session.execute(
            select(Meeting)
            .where(
                col(Meeting.pool) == pool,
                col(Meeting.held_on) >= first,
                col(Meeting.held_on) <= last,
            )
            .order_by(col(Meeting.held_on), col(Meeting.begins_at), col(Meeting.id))
        ).scalars()
    )


def _clocks(begins_at: str, ends_at: str) -> tuple[str, str]:
    begins = typed.clock(begins_at, "begins_at", required=True)
    ends = typed.clock(ends_at, "ends_at", required=False)
    if ends and ends <= begins:
        raise CannotBe("ends_at", "ends-before")
    return begins, ends


def _journal(session: Session, meeting: Meeting, kind: str, actor: Actor, now: datetime) -> None:
    journal.write(
        session,
        stream(meeting),
        kind,
        actor,
        now=now,
        data={
            "meeting": meeting.id,
            "pool": meeting.pool,
            "held_on": meeting.held_on,
            "begins_at": meeting.begins_at,
            "deadline_on": meeting.deadline_on,
            "version": meeting.version,
        },
        personal={"place": meeting.place} if meeting.place else None,
    )


def later(session: Session, meeting: Meeting) -> list[Meeting]:
    """The pool's meetings that are still ahead of this one, in order."""
    return list(
        session.execute(
            select(Meeting)
            .where(
                col(Meeting.pool) == meeting.pool,
                col(Meeting.id) != meeting.id,
                col(Meeting.state).in_(("planned", "called")),
                col(Meeting.held_on) >= meeting.held_on,
            )
            .order_by(col(Meeting.held_on), col(Meeting.begins_at))
        ).scalars()
    )
