"""The talk between an applicant and the secretariat: questions, hearings and what either side
wrote besides. Internal notes are not part of it: they stand in the journal (``pool.cases.notes``).

It moves no state. What the applicant wrote waits for the secretariat until somebody there has
marked it as read or answered it; the applicant may write for as long as the case is kept, closed
cases too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select, update
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access, activity, letters_hearing
from pool.cases.commands import Command, Result
from pool.cases.effects_hearing import CALLED_OFF
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.cases.view import Attached, CaseView
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.case import Case
from pool.models.casework import Correspondence, Hearing
from workflows import values
from workflows.questions import AnswerFault

MAY_WRITE = frozenset({"secretariat", "chair"})
"""Colleagues who write to an applicant."""
ANSWERS = frozenset({"secretariat"})
"""Whom the applicant's contributions wait for."""
LONGEST = 8000
"""Most characters of one contribution."""

Side = Literal["applicant", "staff"]
Kind = Literal["question", "answer", "hearing", "hearing-answer", "hearing-end", "message"]


def write(
    house: House, command_id: str, case_id: int, text: str, actor: Actor, now: datetime
) -> Result:
    """Add ``text`` to the conversation and tell the other side of it.

    An answer of a colleague also marks what the applicant had written as read. Raises
    :class:`Invalid` (field ``text``), :class:`NotFound`.
    """
    try:
        text = values.lines(text, LONGEST)
    except values.Bad as bad:
        raise Invalid((AnswerFault("text", bad.code, bad.params),)) from bad
    if not text:
        raise Invalid((AnswerFault("text", "required", {}),))
    side: Side = "applicant" if actor.kind == "applicant" else "staff"
    command = Command(command_id, case_id, "write", None, {"text": text})

    def work(session: Session) -> Result:
        case = _locked(session, house, case_id, actor, MAY_WRITE)
        key = actor_key(actor, case_id)
        if first := seen_before(session, command_id, key, command.digest()):
            return first
        said = Correspondence(
            case_id=case_id,
            side=side,
            text=text,
            author=actor.name,
            person_id=actor.person_id,
            written_at=now,
        )
        session.add(said)
        session.flush()
        event = journal.write(
            session,
            f"case:{case_id}",
            "case.message",
            actor,
            now=now,
            data={"case": case_id, "message": said.id, "side": side},
            personal={"text": text},
        )
        _read(session, case_id, "staff" if side == "applicant" else "applicant", now)
        letters_hearing.wrote(
            session,
            house.definitions.version(session, case.pool, case.definition_version),
            case,
            said,
            event=f"case:{case_id}:{event.n}",
            now=now,
        )
        activity.touch(case, actor, now)
        session.add(case)
        return done(session, case, command, actor, now)

    return house.database.write(work)


def mark_read(house: House, case_id: int, last: int, actor: Actor, now: datetime) -> int:
    """The secretariat has read what the applicant wrote, up to the contribution with id ``last``
    (the newest on their page: what came later still waits). Returns how many were new; a repeat
    changes nothing. Raises :class:`NotFound`."""

    def work(session: Session) -> int:
        _locked(session, house, case_id, actor, ANSWERS)
        return _read(session, case_id, "applicant", now, last=last)

    return house.database.write(work)


def _locked(
    session: Session, house: House, case_id: int, actor: Actor, roles: frozenset[str]
) -> Case:
    case = lock(session, case_id)
    mine = actor.kind == "applicant" or bool(actor.roles & roles)
    if not mine or not access.may_see(session, house, case, actor):
        raise NotFound(str(case_id))
    return case


def _read(
    session: Session, case_id: int, side: Side, now: datetime, *, last: int | None = None
) -> int:
    """Note that the other side has read what ``side`` wrote."""
    wanted = [
        col(Correspondence.case_id) == case_id,
        col(Correspondence.side) == side,
        col(Correspondence.read_at).is_(None),
    ]
    if last is not None:
        wanted.append(col(Correspondence.id) <= last)
    found = session.execute(
        update(Correspondence)
        .where(*wanted)
        .values(read_at=now)
        .returning(col(Correspondence.id))
        .execution_options(synchronize_session=False)
    ).all()
    return len(found)


# -- reading it


@dataclass(frozen=True, slots=True)
class Entry:
    """One contribution. ``text`` is what was said; ``by`` who said it, where that is known.

    ``source`` and ``due_on`` belong to a hearing, ``due_on`` to a question as well. ``open``: it
    waits for the applicant's answer. ``unread``: a message the other side has not read yet.
    ``ran_out``: of a hearing's end, whether its day passed or it was called off.
    """

    kind: Kind
    side: Side
    at: datetime
    text: str | None
    by: str = ""
    id: int = 0
    source: str | None = None
    due_on: date | None = None
    open: bool = False
    unread: bool = False
    ran_out: bool = False
    files: tuple[Attached, ...] = ()


def thread(session: Session, view: CaseView) -> tuple[Entry, ...]:
    """The whole conversation of a case, the oldest first.

    What may be shown to whom is the page's to ask (``access.reads``); all of it is the
    applicant's own. Two queries at most, and none where nobody was heard and nobody wrote.
    """
    found = [*_questions(view), *_hearings(session, view), *_messages(session, view)]
    return tuple(sorted(found, key=lambda entry: entry.at))


def _questions(view: CaseView) -> list[Entry]:
    found = []
    for one in view.enquiries:
        waits = one.answered_at is None and not view.state.final
        found.append(
            Entry(
                "question",
                "staff",
                one.asked_at,
                one.question,
                by=one.asked_by,
                due_on=one.due_on,
                open=waits,
            )
        )
        if one.answered_at is not None:
            files = tuple(file for file in view.files if file.enquiry_id == one.id)
            found.append(Entry("answer", "applicant", one.answered_at, one.answer, files=files))
    return found


def may_have(view: CaseView, kind: str) -> bool:
    """Whether there is anything to ask the database for: the journal, which is there already,
    has an event of the ``kind``, or the case came from another pool with what was said there."""
    return view.case.origin_kind == "forwarded" or any(e.kind == kind for e in view.journal)


def _hearings(session: Session, view: CaseView) -> list[Entry]:
    if not may_have(view, "case.hear"):
        return []
    found = []
    for one in session.execute(
        select(Hearing).where(col(Hearing.case_id) == view.case.id).order_by(col(Hearing.id))
    ).scalars():
        over = one.answered_at is not None or one.stopped_at is not None
        found.append(
            Entry(
                "hearing",
                "staff",
                one.sent_at,
                one.facts,
                by=one.sent_by,
                id=known(one.id),
                source=one.source,
                due_on=one.due_on,
                open=not over and not view.state.final,
            )
        )
        if one.answered_at is not None:
            files = tuple(
                file
                for file in view.files
                if file.purpose == "hearing" and file.file.created_at == one.answered_at
            )
            found.append(
                Entry("hearing-answer", "applicant", one.answered_at, one.answer, files=files)
            )
        elif one.stopped_at is not None:
            ran_out = one.stopped_because != CALLED_OFF
            found.append(Entry("hearing-end", "staff", one.stopped_at, None, ran_out=ran_out))
    return found


def _messages(session: Session, view: CaseView) -> list[Entry]:
    if not may_have(view, "case.message"):
        return []
    return [
        Entry(
            "message",
            "applicant" if one.side == "applicant" else "staff",
            one.written_at,
            one.text,
            by=one.author,
            id=known(one.id),
            unread=one.read_at is None,
        )
        for one in session.execute(
            select(Correspondence)
            .where(col(Correspondence.case_id) == view.case.id)
            .order_by(col(Correspondence.id))
        ).scalars()
    ]
