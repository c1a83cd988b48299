"""Who may take part, who is there, and whether they are enough.

Entitled are the pool's active members and its chair. How many must be there is the definition's
to say, of those entitled when the meeting was opened; in a case those who stay out of it count
neither as there nor as entitled (forvaltningsloven §§3-6).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access
from pool.cases.house import House
from pool.clock import local_day
from pool.identity import people_with
from pool.identity.actor import Actor
from pool.meetings.calendar import rules
from pool.meetings.errors import NotNow
from pool.meetings.once import begin, remember, stream
from pool.models.case import Recusal
from pool.models.identity import Person
from pool.models.meetings import Attendance, Meeting
from workflows.group_work import MeetingRules

MEMBERS = ("member", "chair")


@dataclass(frozen=True, slots=True)
class Present:
    """Who is there, by the ids of their persons. The first time this opens the meeting."""

    id: str
    meeting_id: int
    persons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many are there of those entitled, and how many are needed."""

    present: int
    entitled: int
    needed: int

    @property
    def enough(self) -> bool:
        return self.present >= self.needed


def entitled(session: Session, pool: str) -> list[Person]:
    """The active members and the chair of a pool, by name."""
    found = {one.id: one for role in MEMBERS for one in people_with(session, role, pool)}
    return sorted(found.values(), key=lambda one: (one.name.casefold(), one.id or 0))


def mark(house: House, command: Present, actor: Actor, now: datetime) -> None:
    """Write who is there, and open the meeting where it was not open yet: from its day on.

    Raises :class:`NotNow` (``too-early``, ``state``), and what ``begin`` raises. Somebody who is
    not entitled is passed over.
    """

    def work(session: Session) -> None:
        meeting = begin(session, command, actor, states=("planned", "called", "open"))
        if meeting is None:
            return
        if meeting.state != "open":
            _open(session, house, meeting, actor, now)
        there = set(command.persons)
        changed = []
        for row in listed(session, meeting):
            if row.present != (row.person_id in there):
                row.present = not row.present
                changed.append(row.person_id)
                session.add(row)
        session.flush()
        if changed:
            journal.write(
                session,
                stream(meeting),
                "meeting.attendance",
                actor,
                now=now,
                data={
                    "meeting": meeting.id,
                    "present": [one.person_id for one in listed(session, meeting) if one.present],
                    "changed": changed,
                },
            )
        remember(session, command, actor, now)

    house.database.write(work)


def _open(session: Session, house: House, meeting: Meeting, actor: Actor, now: datetime) -> None:
    if local_day(now) < meeting.held_on:
        raise NotNow("too-early", day=meeting.held_on)
    how = rules(house.definitions.current(meeting.pool))
    if how is None:
        raise NotNow("state", meeting.state)
    people = entitled(session, meeting.pool)
    for person in people:
        session.add(
            Attendance(
                meeting_id=meeting.id or 0,
                person_id=person.id or 0,
                name=person.name,
                organisation=person.organisation,
            )
        )
    meeting.state = "open"
    meeting.opened_at = now
    meeting.entitled = len(people)
    meeting.quorum = how.needed(len(people))
    meeting.version += 1
    session.add(meeting)
    session.flush()
    journal.write(
        session,
        stream(meeting),
        "meeting.opened",
        actor,
        now=now,
        data={"meeting": meeting.id, "entitled": meeting.entitled, "quorum": meeting.quorum},
    )


def listed(session: Session, meeting: Meeting) -> Sequence[Attendance]:
    """Who was entitled when it was opened, by name."""
    return (
        session.execute(
            select(Attendance)
            .where(col(Attendance.meeting_id) == meeting.id)
            .order_by(col(Attendance.name), col(Attendance.id))
        )
        .scalars()
        .all()
    )


def recused(session: Session, case_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """Who stays out, by case. One query."""
    found: dict[int, set[int]] = {}
    for case_id, person_id in session.execute(
        select(col(Recusal.case_id), col(Recusal.person_id)).where(
            col(Recusal.case_id).in_(sorted(set(case_ids))), access.standing()
        )
    ):
        found.setdefault(case_id, set()).add(person_id)
    return {case_id: frozenset(persons) for case_id, persons in found.items()}


def whole(meeting: Meeting, rows: Sequence[Attendance]) -> Count:
    """The meeting's count, as it was frozen when it was opened."""
    return Count(sum(one.present for one in rows), meeting.entitled, meeting.quorum)


def in_case(
    meeting: Meeting, rows: Sequence[Attendance], how: MeetingRules, out: Collection[int]
) -> Count:
    """Counted anew without those who stay out of the case."""
    if not any(one.person_id in out for one in rows):
        return whole(meeting, rows)
    may = [one for one in rows if one.person_id not in out]
    return Count(sum(one.present for one in may), len(may), how.needed(len(may)))


def names(
    rows: Sequence[Attendance], out: Collection[int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who took part in a case, and who of those there stayed out of it, by name."""
    there = [one for one in rows if one.present]
    return (
        tuple(one.name for one in there if one.person_id not in out),
        tuple(one.name for one in there if one.person_id in out),
    )
