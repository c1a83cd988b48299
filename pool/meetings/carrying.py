"""What the group must be told at its next meeting: decisions made between meetings, or by the
chair where a meeting was not quorate."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

import pool.journal as journal
from pool.clock import local_day
from pool.identity.actor import SYSTEM
from pool.models.case import Case
from pool.models.definition import Marker
from pool.models.meetings import AgendaItem, Meeting

KIND = "case.carried"
_WAITING = "told:"


def carry(session: Session, case_id: int, note: str, now: datetime) -> int | None:
    """Put the case on the next meeting's agenda as something the group is told, with ``note`` (why
    it could not wait); the meeting's id. None: no meeting is planned, and it waits for one.

    For use inside a unit of work that has the case's lock. The meeting is not locked: what is
    added at the end disturbs nobody who orders the rest, and locks keep their order. Nothing is
    put twice on one agenda: the later note holds.
    """
    case = session.get_one(Case, case_id)
    meeting = next_meeting(session, case.pool, now)
    journal.write(
        session,
        f"case:{case_id}",
        KIND,
        SYSTEM,
        now=now,
        data={"case": case_id, "meeting": meeting.id if meeting else None},
        personal={"note": note},
    )
    if meeting is None:
        key = f"{_WAITING}{case_id}"
        if session.get(Marker, key) is None:
            session.add(Marker(key=key, value=case.pool))
            session.flush()
        return None
    assert meeting.id is not None
    add_told(session, meeting.id, case_id, note)
    return meeting.id


def next_meeting(session: Session, pool: str, now: datetime) -> Meeting | None:
    """The next meeting of ``pool`` that has not been opened, from today on."""
    found: Meeting | None = (
        session.execute(
            select(Meeting)
            .where(
                col(Meeting.pool) == pool,
                col(Meeting.state).in_(("planned", "called")),
                col(Meeting.held_on) >= local_day(now),
            )
            .order_by(col(Meeting.held_on), col(Meeting.begins_at), col(Meeting.id))
            .limit(1)
        )
        .scalars()
        .first()
    )
    return found


def add_told(session: Session, meeting_id: int, case_id: int, note: str) -> AgendaItem:
    """The point at the end of the agenda; the one that is there already gets the note."""
    item = session.execute(
        select(AgendaItem).where(
            col(AgendaItem.meeting_id) == meeting_id,
            col(AgendaItem.case_id) == case_id,
            col(AgendaItem.kind) == "told",
        )
    ).scalar_one_or_none()
    if item is None:
        item = AgendaItem(
            meeting_id=meeting_id, position=last(session, meeting_id) + 1, kind="told",
            case_id=case_id,
        )  # fmt: skip
    item.note = note
    session.add(item)
    session.flush()
    return item


def last(session: Session, meeting_id: int) -> int:
    """The last position on the agenda; 0 for an empty one."""
    found = session.execute(
        select(func.max(col(AgendaItem.position))).where(col(AgendaItem.meeting_id) == meeting_id)
    ).scalar_one()
    return int(found or 0)


def pick_up(session: Session, pool: str, now: datetime) -> int:
    """Put what waits for a meeting of ``pool`` on the next one's agenda; how many. Called where
    meetings are planned, in the same unit."""
    meeting = next_meeting(session, pool, now)
    if meeting is None:
        return 0
    assert meeting.id is not None
    waiting = (
        session.execute(
            select(Marker).where(
                col(Marker.key).startswith(_WAITING, autoescape=True), col(Marker.value) == pool
            )
        )
        .scalars()
        .all()
    )
    for mark in sorted(waiting, key=lambda one: int(one.key.removeprefix(_WAITING))):
        case_id = int(mark.key.removeprefix(_WAITING))
        told = journal.read(session, f"case:{case_id}", kinds=[KIND])
        personal = told[-1].personal if told else None
        add_told(session, meeting.id, case_id, str((personal or {}).get("note", "")))
        session.delete(mark)
    session.flush()
    return len(waiting)
