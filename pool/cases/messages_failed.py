"""Word to the secretariat of a message that did not reach its applicant, or has no address.

Only of messages to applicants: a notice about a notice could go round for ever.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from sqlalchemy import String, and_, cast, literal, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool import clock
from pool.cases import letters
from pool.cases.house import Definitions, House
from pool.cases.letters_staff import handlers
from pool.models.case import Case
from pool.models.outbox import Message
from pool.render import mail
from workflows.definition import Definition

log = logging.getLogger(__name__)

FAILED, RING = "message-failed", "ring-or-print"


def on_end(session: Session, message: Message, state: str, now: datetime | None = None) -> None:
    """In the unit of work that writes a message's final ``state``: of one that failed, and of a
    letter whose outcome nobody knows. Once per message, however often it is called.

    What goes wrong here is logged and undone; how the message ended is written all the same."""
    unclear = state == "unknown" and message.kind == "letter"
    if (state != "failed" and not unclear) or not _of_applicant(message):
        return
    number = message.id
    try:
        with session.begin_nested():
            case = session.get_one(Case, message.case_id)
            definition = Definitions({}).version(session, case.pool, case.definition_version)
            more = {"reply": message.last_reply or "", "unknown": unclear}
            _tell(session, definition, case, message, FAILED, more, now or clock.now())
    except DBAPIError:
        raise  # the whole unit is tried again, or written without this
    except Exception:
        log.exception("nobody could be told how message %s ended", number)


def ring_or_print(house: House, now: datetime, *, limit: int = 200) -> int:
    """Tell of every message that waits to be told by telephone or on paper and was not told of
    yet; of how many. Each in its own unit, and once; ``limit`` is read at a time."""
    told, after = 0, 0
    while ids := _untold(house, after, limit):
        for one in ids:
            try:
                told += house.database.write(partial(_waits, house=house, id_=one, now=now))
            except Exception:
                log.exception("nobody could be told that message %s waits", one)
        after = ids[-1]
    return told


def _untold(house: House, after: int, limit: int) -> list[int]:
    """The next of them, of the cases whose rules want it told."""
    notice = aliased(Message)
    told = (
        select(col(notice.id))
        .where(col(notice.event) == literal("message:") + cast(col(Message.id), String) + ":waits")
        .exists()
    )
    with house.database.read() as session:
        wanted = [
            and_(col(Case.pool) == one.key, col(Case.definition_version) == one.version)
            for one in house.definitions.in_use(session)
            if one.sends(RING)
        ]
        if not wanted:
            return []
        found = session.execute(
            select(col(Message.id))
            .join(Case, col(Case.id) == col(Message.case_id))
            .where(
                col(Message.id) > after,
                col(Message.state) == "waiting",
                col(Message.person_id).is_(None),
                or_(*wanted),
                ~told,
            )
            .order_by(col(Message.id))
            .limit(limit)
        ).scalars()
        return [one for one in found if one is not None]


def _waits(session: Session, house: House, id_: int, now: datetime) -> int:
    message = session.get_one(Message, id_)
    if message.state != "waiting":
        return 0
    case = session.get_one(Case, message.case_id)
    definition = house.definitions.version(session, case.pool, case.definition_version)
    return _tell(session, definition, case, message, RING, {}, now)


def _of_applicant(message: Message) -> bool:
    return (
        message.person_id is None
        and message.case_id is not None
        and message.kind in ("letter", "notice")
    )


def _tell(
    session: Session,
    definition: Definition,
    case: Case,
    message: Message,
    template: str,
    more: dict[str, object],
    now: datetime,
) -> int:
    if not definition.sends(template):
        return 0
    what = "failed" if template == FAILED else "waits"  # one is told of both, where both happen
    recipients = handlers(session, case)
    for recipient in recipients:
        data = letters.staff_data(definition, case) | {
            "applicant": letters.applicant_of(session, case).shown,
            "subject": mail.subject(message.template, recipient.lang, message.data),
            "link": letters.staff_link(case),
            **more,
        }
        event = f"message:{message.id}:{what}"
        letters.put(session, case, event=event, template=template, to=recipient, data=data, now=now)
    return min(1, len(recipients))
