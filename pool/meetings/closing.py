"""Sending the agenda and closing the meeting: both make papers, which the worker sets and sends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import activity, changed
from pool.cases.fire import lock
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.meetings import agenda, papers, typed
from pool.meetings.deciding import BEFORE, HELD_OVER
from pool.meetings.errors import NotNow
from pool.meetings.once import begin, remember, stream
from pool.models.case import Case, Decision
from pool.models.meetings import AgendaItem, Meeting

CALLED = "meeting.called"


@dataclass(frozen=True, slots=True)
class SendAgenda:
    """``version`` is the one of the page that showed what is sent."""

    id: str
    meeting_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Close:
    id: str
    meeting_id: int
    remarks: str


def send_agenda(house: House, command: SendAgenda, actor: Actor, now: datetime) -> None:
    """Send the agenda to every member; again, it is a new version. Raises :class:`NotNow`
    (``empty``, ``state``), :class:`AgendaMoved`, and what ``begin`` raises."""

    def work(session: Session) -> None:
        meeting = begin(
            session, command, actor, states=("planned", "called"), version=command.version
        )
        if meeting is None:
            return
        items = on_it(session, meeting)
        if not items:
            raise NotNow("empty")
        meeting.state = "called"
        meeting.called_at = now
        meeting.agenda_version += 1
        meeting.version += 1
        session.add(meeting)
        session.flush()
        journal.write(
            session,
            stream(meeting),
            CALLED,
            actor,
            now=now,
            data={
                "meeting": meeting.id,
                "agenda_version": meeting.agenda_version,
                "version": meeting.version,
                "items": items,
            },
        )
        papers.start(session, meeting, "agenda", meeting.agenda_version, now)
        remember(session, command, actor, now)

    house.database.write(work)


def changed_since_sent(session: Session, meeting: Meeting) -> bool:
    """Whether the members have another agenda, day, hour or place than stands here now."""
    if meeting.state != "called":
        return False
    sent = journal.read(session, stream(meeting), kinds=[CALLED])
    if not sent:
        return True
    last = sent[-1].data
    return bool(last["version"] != meeting.version or last["items"] != on_it(session, meeting))


def close(house: House, command: Close, actor: Actor, now: datetime) -> None:
    """The meeting is over: what was not reached is held over, and the minutes are made and sent.
    Raises :class:`NotNow` (``state``), :class:`CannotBe`, and what ``begin`` raises."""
    remarks = typed.note(command.remarks, "remarks")

    def work(session: Session) -> None:
        meeting = begin(session, command, actor, states=("open",))
        if meeting is None:
            return
        items = session.execute(
            select(AgendaItem)
            .where(col(AgendaItem.meeting_id) == meeting.id)
            .order_by(col(AgendaItem.case_id), col(AgendaItem.id))
            .execution_options(populate_existing=True)
        ).scalars()
        left = []
        for item in items.all():
            if item.kind == "told":
                item.outcome = "told"
            elif item.kind == "case" and not _settled(session, house, meeting, item, actor, now):
                left.append(item.case_id)
            session.add(item)
        meeting.state = "closed"
        meeting.closed_at = now
        meeting.remarks = remarks
        meeting.version += 1
        session.add(meeting)
        session.flush()
        journal.write(
            session,
            stream(meeting),
            "meeting.closed",
            actor,
            now=now,
            effective_on=meeting.held_on,
            data={"meeting": meeting.id, "not_reached": left},
            personal={"remarks": remarks} if remarks else None,
        )
        papers.start(session, meeting, "minutes", 1, now)
        remember(session, command, actor, now)

    house.database.write(work)


def _settled(
    session: Session,
    house: House,
    meeting: Meeting,
    item: AgendaItem,
    actor: Actor,
    now: datetime,
) -> bool:
    """Whether the case was dealt with: by what was entered, and by the decision in force where
    that is another one; on its own page while the meeting was held, or before it; or it has been
    postponed, withdrawn or sent on. If not, it was not reached, and is held over."""
    case = lock(session, item.case_id or 0)
    if item.outcome is not None and not _overtaken(session, case, item):
        return True
    item.outcome = item.decision_id = None
    made = session.get(Decision, case.decision_id) if case.decision_id is not None else None
    if made is not None:  # by which it was decided, however the grant was changed since
        made = changed.chain(session, made)[0]
    definition = house.definitions.version(session, case.pool, case.definition_version)
    left = agenda.left_by(definition, case)
    if left is not None:
        item.outcome = left.key
        return True
    if made is not None:
        way = next((t for t in agenda.deciding(definition) if t.outcome == made.outcome), None)
        here = meeting.opened_at is not None and made.recorded_at >= meeting.opened_at
        item.outcome = (way.key if way is not None else made.outcome) if here else BEFORE
        item.decision_id = made.id
        return True
    item.outcome = HELD_OVER
    journal.write(
        session,
        f"case:{case.id}",
        "case.held-over",
        actor,
        now=now,
        data={"case": case.id, "meeting": meeting.id, "to": None},
    )
    activity.touch(case, actor, now)
    session.add(case)
    return False


def _overtaken(session: Session, case: Case, item: AgendaItem) -> bool:
    """Whether the decision that was made here was undone, or another is in force."""
    if item.decision_id is None:
        return False
    now = case.decision_id
    if now is not None and not changed.same_grant(session, item.decision_id, now):
        return True
    return agenda.is_undone(session, item.decision_id)


def on_it(session: Session, meeting: Meeting) -> list[int]:
    """Ids of the agenda's points, in order."""
    return [
        row[0]
        for row in session.execute(
            select(col(AgendaItem.id))
            .where(col(AgendaItem.meeting_id) == meeting.id)
            .order_by(col(AgendaItem.position), col(AgendaItem.id))
        )
    ]
