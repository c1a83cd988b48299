"""Taking a list, or a line of it, back."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from pool.cases.errors import Invalid
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.models.payments import PaymentItem, PaymentList
from pool.payments import once, record
from pool.payments.errors import NotNow
from pool.payments.lists import line, listed, moved
from workflows import values
from workflows.questions import AnswerFault

LONGEST_REASON = 2000


def drop(
    house: House,
    command_id: str,
    list_id: int,
    version: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Drop a prepared list whole: its money can be handled again.

    Raises Invalid (field ``reason``), :class:`NoSuchList`, :class:`ListMoved`, :class:`NotNow`.
    """
    reason = _reason(reason)
    contents = ["drop", list_id, reason]

    def work(session: Session) -> None:
        once.lock_cases(session, once.cases_on(session, list_id))
        found = once.locked(session, list_id, actor)
        if once.result_of(session, command_id, actor, contents) is not None:
            return
        once.standing(found, version, "prepared")
        for item in listed(session, list_id):
            _ended(session, found, item, actor, now, reason)
        _dropped(session, found, actor, now, reason)
        once.remember(session, command_id, actor, contents, now)

    house.database.write(work)


def drop_line(
    house: House,
    command_id: str,
    item_id: int,
    version: int,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    stopped: bool = False,
) -> None:
    """Take one line off a list, which may be released already: then the accounting system must be
    told as well, for the file stays as it was, and ``stopped`` says that it was. Whoever makes or
    releases the next list with that money is shown it. A prepared list whose last line goes is
    dropped; a released one is settled.

    Raises as :func:`drop`, and Invalid (field ``stopped``).
    """
    reason = _reason(reason)
    contents = ["drop-line", item_id, reason, stopped]

    def work(session: Session) -> None:
        found, item, case = line(session, house, item_id, actor)
        if once.result_of(session, command_id, actor, contents) is not None:
            return
        once.standing(found, version, "prepared", "released")
        if item.state != "listed":
            raise NotNow(item.state)
        released = found.state == "released"
        if released and not stopped:
            raise Invalid((AnswerFault("stopped", "not-stopped"),))
        _ended(session, found, item, actor, now, reason, stopped=released)
        if found.state == "prepared" and not listed(session, item.list_id):
            _dropped(session, found, actor, now, reason)
        else:
            moved(session, found, now)
            record.tell(
                session, found, "line-dropped", actor, now,
                item=item.id, case=case.id, amount=item.amount, stopped=item.stopped,
                personal={"reason": reason},
            )  # fmt: skip
        once.remember(session, command_id, actor, contents, now)

    house.database.write(work)


def _ended(
    session: Session,
    found: PaymentList,
    item: PaymentItem,
    actor: Actor,
    now: datetime,
    reason: str,
    *,
    stopped: bool = False,
) -> None:
    item.state, item.ended_at, item.ended_by = "dropped", now, actor.name
    item.reason, item.stopped = reason, stopped
    session.add(item)
    session.flush()
    case = session.get_one(Case, item.case_id)
    record.note(session, case, "unlisted", found, item, actor, now, personal={"reason": reason})


def _dropped(
    session: Session, found: PaymentList, actor: Actor, now: datetime, reason: str
) -> None:
    found.state, found.version = "dropped", found.version + 1
    found.dropped_at, found.reason = now, reason
    session.add(found)
    session.flush()
    record.tell(session, found, "dropped", actor, now, personal={"reason": reason})


def _reason(typed: str) -> str:
    try:
        text = values.lines(typed, LONGEST_REASON)
    except values.Bad as bad:
        raise Invalid((AnswerFault("reason", bad.code, bad.params),)) from bad
    if not text:
        raise Invalid((AnswerFault("reason", "required"),))
    return text
