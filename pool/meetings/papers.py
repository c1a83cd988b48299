"""The agenda and the minutes on paper: made by the worker in an errand, kept as documents, mailed
to every member. Whoever stays out of a case has a paper of their own without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import not_, select
from sqlmodel import Session, col

import pool.journal as journal
import pool.outbox as outbox
from pool import schedule
from pool.cases import access, meeting_papers
from pool.cases.house import House
from pool.db import wake
from pool.identity.actor import SYSTEM, Actor
from pool.identity.people import actor as acting
from pool.meetings import agenda, carrying, holding, mails, telling
from pool.meetings.once import stream
from pool.models.case import Case
from pool.models.identity import Person
from pool.models.meetings import Meeting, MeetingPaper
from pool.models.outbox import Document, Message
from pool.models.schedule import Job
from pool.outbox.letters import PDF
from pool.render.words import AUTHORITATIVE, words

ERRAND = meeting_papers.ERRAND
KINDS = ("agenda", "minutes")
MADE = "meeting.paper"
WHOLE = 0
"""The reader of the paper with everything in it."""
SLICE = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Made:
    """A paper: its document, and the cases that stand on it."""

    document_id: int
    cases: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody the paper goes to. ``hidden`` are the cases on it they may not see."""

    person: Person
    actor: Actor
    hidden: frozenset[int]


def start(session: Session, meeting: Meeting, kind: str, version: int, now: datetime) -> None:
    """Have the papers made and sent, in the caller's unit of work."""
    payload = {"meeting": meeting.id, "kind": kind, "version": version}
    schedule.ensure(session, _job(meeting.id or 0, kind, version), now, ERRAND, payload)
    wake(session, "default")


def work(house: House, payload: Mapping[str, Any], now: datetime) -> bool:
    """A slice of the errand: whether all papers are made and all mails put. A paper is set outside
    any unit of work and kept in one; a stop at any point does no harm.

    With ``reader`` it is for that one person, who stays out of a case since they were made: a
    paper of their own, and a mail of it where the first was kept back.
    """
    meeting_id, kind, version = payload["meeting"], payload["kind"], payload["version"]
    only: int | None = payload.get("reader")
    recusal = int(payload.get("recusal") or 0)
    until = monotonic() + SLICE.total_seconds()
    while True:
        with house.database.read() as session:
            meeting = session.get_one(Meeting, meeting_id)
            if _over(meeting, kind, version):
                return True
            readers = _readers(session, house, meeting, only)
            made = newest(session, meeting, kind, version)
        lacking: list[Reader | None] = [one for one in readers if _lacks(one, made)]
        if WHOLE not in made:
            lacking.insert(0, None)
        if not lacking:
            break
        if monotonic() >= until:
            return False
        _make(house, meeting_id, kind, version, lacking[0], now)
    if only is not None:
        return house.database.write(
            lambda session: _send_one(session, house, meeting_id, kind, version, only, recusal, now)
        )
    return house.database.write(
        lambda session: _send(session, house, meeting_id, kind, version, now)
    )


def newest(session: Session, meeting: Meeting, kind: str, version: int) -> dict[int, Made]:
    """The papers by reader, each as it was made last, by the journal: whoever stays out of one
    more case has another made, and the first stands as it was sent."""
    return {
        int(event.data["reader"]): Made(event.data["document"], frozenset(event.data["cases"]))
        for event in journal.read(session, stream(meeting), kinds=[MADE])
        if (event.data["kind"], event.data["version"]) == (kind, version)
    }


def _lacks(reader: Reader, made: Mapping[int, Made]) -> bool:
    """Whether a paper of their own must be made: there is none, or it tells too much."""
    if not reader.hidden:
        return False
    own = made.get(reader.person.id or 0)
    return own is None or bool(own.cases & reader.hidden)


def sent(session: Session, meeting_id: int) -> list[tuple[str, int]]:
    """Kind and version of the papers there are, agendas first, the newest of each first."""
    rows = session.execute(
        select(col(MeetingPaper.kind), col(MeetingPaper.version))
        .where(col(MeetingPaper.meeting_id) == meeting_id, col(MeetingPaper.reader_id) == WHOLE)
        .order_by(col(MeetingPaper.kind), col(MeetingPaper.version).desc())
    )
    return [(row[0], row[1]) for row in rows]


def readable(
    session: Session, house: House, meeting: Meeting, actor: Actor
) -> list[tuple[str, int]]:
    """Those of them that this person may read."""
    return [
        (kind, version)
        for kind, version in sent(session, meeting.id or 0)
        if for_reader(session, house, meeting, kind, version, actor) is not None
    ]


def for_reader(
    session: Session, house: House, meeting: Meeting, kind: str, version: int, actor: Actor
) -> Document | None:
    """The paper this person may read: their own, else the whole one; None where it has a case on
    it that they stay out of by now, or a decision they may not know of yet."""
    found = newest(session, meeting, kind, version)
    paper = found.get(actor.person_id or WHOLE) or found.get(WHOLE)
    if paper is None or _kept_from(session, house, meeting, paper.cases, actor):
        return None
    return session.get(Document, paper.document_id)


def _kept_from(
    session: Session, house: House, meeting: Meeting, cases: frozenset[int], actor: Actor
) -> bool:
    out = set(session.execute(access.stays_out_of(actor.person_id or 0)).scalars())
    if out & cases:
        return True
    visible = agenda.seen(session, house, actor, meeting.pool)
    unseen = session.execute(
        select(Case).where(col(Case.id).in_(sorted(cases)), not_(visible))
    ).scalars()
    return any(
        house.definitions.version(session, one.pool, one.definition_version)
        .state(one.state)
        .undisclosed
        for one in unseen
    )


def in_trouble(session: Session, meeting: Meeting) -> bool:
    """Whether making papers has gone wrong and was not made good yet."""
    keys = [_job(meeting.id or 0, "minutes", 1)]
    keys += [_job(meeting.id or 0, "agenda", meeting.agenda_version)]
    rows = session.execute(select(Job).where(col(Job.key).in_(keys))).scalars()
    return any(one.done_at is None and one.last_error is not None for one in rows)


def _over(meeting: Meeting, kind: str, version: int) -> bool:
    """Whether a later sending, or calling the meeting off, has taken the place of this one."""
    return kind == "agenda" and (meeting.agenda_version != version or meeting.state == "off")


def _readers(
    session: Session, house: House, meeting: Meeting, only: int | None = None
) -> list[Reader]:
    """The group and its secretariat. Hidden is what they stay out of, and what their roles do not
    see: a decision that is not announced is not told by its minutes."""
    all_of_it = _on(session, house, meeting, SYSTEM)
    found = []
    for person in mails.recipients(session, meeting.pool):
        if only not in (None, person.id):
            continue
        reader = acting(session, person, meeting.pool)
        seen = _on(session, house, meeting, reader)
        found.append(Reader(person, reader, all_of_it - seen))
    return found


def _on(session: Session, house: House, meeting: Meeting, reader: Actor) -> frozenset[int]:
    visible = agenda.seen(session, house, reader, meeting.pool)
    points = agenda.points(session, meeting, visible)
    return frozenset(one.case.id or 0 for one in points if one.case is not None)


def _make(
    house: House, meeting_id: int, kind: str, version: int, reader: Reader | None, now: datetime
) -> None:
    from pool.render.paper_pdf import pdf

    actor = reader.actor if reader is not None else SYSTEM
    with house.database.read() as session:
        meeting = session.get_one(Meeting, meeting_id)
        room = holding.room(session, house, meeting, actor)
        following = carrying.next_meeting(session, meeting.pool, now)
        told = telling.gather(session, house, room, following)
        cases = sorted(one.case.id or 0 for one in room.stands if one.case is not None)
    paper = telling.agenda(told) if kind == "agenda" else telling.minutes(told)
    body = pdf(paper, moment=now)
    w = words(AUTHORITATIVE)
    name = w.t("Agenda") if kind == "agenda" else w.t("Minutes")
    reader_id = (reader.person.id or 0) if reader is not None else WHOLE

    def keep(session: Session) -> None:
        row = session.get(Meeting, meeting_id, with_for_update={"key_share": True})
        assert row is not None
        before = newest(session, row, kind, version).get(reader_id)
        if before is not None and not (before.cases - set(cases)):
            return  # another worker was first
        document = outbox.store(
            session,
            name=f"{name} {meeting.held_on:%d.%m.%Y}.pdf",
            media_type=PDF,
            body=body,
            now=now,
            case_id=None,
        )
        if before is None:
            session.add(
                MeetingPaper(
                    meeting_id=meeting_id,
                    kind=kind,
                    version=version,
                    reader_id=reader_id,
                    document_id=document.id or 0,
                )
            )
        journal.write(
            session,
            stream(row),
            MADE,
            SYSTEM,
            now=now,
            data={
                "meeting": meeting_id,
                "kind": kind,
                "version": version,
                "reader": reader_id,
                "document": document.id,
                "sha256": document.sha256,
                "cases": cases,
            },
        )

    house.database.write(keep)


def _send(
    session: Session, house: House, meeting_id: int, kind: str, version: int, now: datetime
) -> bool:
    """Put the mails, each with the reader's own paper. False where somebody stays out of a case
    since the papers were made, and has none of their own yet."""
    meeting = session.get(Meeting, meeting_id, with_for_update={"key_share": True})
    assert meeting is not None
    if _over(meeting, kind, version) or _put_before(session, meeting, kind):
        return True
    made = newest(session, meeting, kind, version)
    readers = _readers(session, house, meeting)
    if any(_lacks(one, made) for one in readers):
        return False
    enclosed = _enclosed(session, house, meeting, kind, now)
    for reader in readers:
        _mail(session, house, meeting, kind, reader, made, enclosed, "", now)
    return True


def _send_one(
    session: Session,
    house: House,
    meeting_id: int,
    kind: str,
    version: int,
    person_id: int,
    recusal: int,
    now: datetime,
) -> bool:
    """Put one reader's mail anew, where theirs was kept back. Nothing where they had it before
    they stayed out: then their paper stands on the meeting's page."""
    meeting = session.get(Meeting, meeting_id, with_for_update={"key_share": True})
    assert meeting is not None
    readers = _readers(session, house, meeting, person_id)
    if _over(meeting, kind, version) or not readers:
        return True
    first = mails.event(meeting, kind)
    theirs = [
        message
        for message in session.execute(
            select(Message).where(
                col(Message.person_id) == person_id,
                col(Message.template) == kind,
                col(Message.event).startswith(first, autoescape=True),
            )
        ).scalars()
        if message.event == first or message.event.startswith(f"{first}:")
    ]
    if not theirs or any(one.state != "discarded" for one in theirs):
        return True  # they are not sent yet, by the errand for all, or have been
    made = newest(session, meeting, kind, version)
    [reader] = readers
    if _lacks(reader, made):
        return False
    enclosed = _enclosed(session, house, meeting, kind, now)
    anew = f":{person_id}:{recusal}"
    _mail(session, house, meeting, kind, reader, made, enclosed, anew, now)
    return True


def _enclosed(
    session: Session, house: House, meeting: Meeting, kind: str, now: datetime
) -> tuple[int, ...]:
    if kind != "agenda":
        return ()
    return (mails.calendar(session, house, meeting, "PUBLISH", now).id or 0,)


def _mail(
    session: Session,
    house: House,
    meeting: Meeting,
    kind: str,
    reader: Reader,
    made: Mapping[int, Made],
    enclosed: tuple[int, ...],
    anew: str,
    now: datetime,
) -> None:
    paper = made[reader.person.id or WHOLE if reader.hidden else WHOLE]
    more = {}
    if kind == "agenda":
        visible = agenda.seen(session, house, reader.actor, meeting.pool)
        points = agenda.points(session, meeting, visible)
        more = {"lines": telling.lines(points, reader.person.language)}
    mails.put(
        session, house, meeting, kind, reader.person, now,
        attachments=(paper.document_id, *enclosed), anew=anew, **more,
    )  # fmt: skip


def _put_before(session: Session, meeting: Meeting, kind: str) -> bool:
    event = mails.event(meeting, kind)
    found = session.execute(select(col(Message.id)).where(col(Message.event) == event).limit(1))
    return found.first() is not None


def _job(meeting_id: int, kind: str, version: int) -> str:
    return f"{ERRAND}:{meeting_id}:{kind}:{version}"
