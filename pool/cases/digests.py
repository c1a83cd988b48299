"""Digests: what a colleague chose to have together, daily or weekly, with what waits for them.

A notice that can wait is a row in state ``collected`` until a digest tells it. Nothing is lost by
a change of mind: what is collected goes into the next digest whatever was chosen since.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

import pool.journal as journal
import pool.outbox as outbox
from pool.cases import inbox, wants
from pool.cases.house import House
from pool.cases.wants_words import WANTS, of_move
from pool.clock import local_day
from pool.identity import roles_for
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.models.identity import Person
from pool.models.outbox import Message
from pool.render import mail
from pool.render.words import Words, words
from workflows.calendar import is_working_day

log = logging.getLogger(__name__)

CHOICES = ("each", "daily", "weekly")
LEFT = "The colleague has left."
NOT_THEIRS = "The recipient may not see the case any more."


def choose(house: House, person_id: int, notices: str, actor: Actor, now: datetime) -> bool:
    """Take down how somebody is told; False where it was so already. The first digest comes on the
    next working day (or in the next week), and with it what was collected for one who wants each
    by itself from now on. Raises ValueError for what is no choice."""
    if notices not in CHOICES:
        raise ValueError(notices)

    def work(session: Session) -> bool:
        changed = session.execute(
            update(Person)
            .where(col(Person.id) == person_id, col(Person.notices) != notices)
            .values(notices=notices, digested_on=local_day(now))
        )
        if changed.rowcount != 1:  # type: ignore[attr-defined]
            return False
        data = {"person": person_id, "notices": notices}
        journal.write(session, "system", "person-notices", actor, now=now, data=data)
        return True

    return house.database.write(work)


def due_since(notices: str, today: date) -> date:
    """A digest is due to who had none on this day or later: today, or this week's Monday."""
    return today - timedelta(days=today.weekday()) if notices == "weekly" else today


def tell_due(house: House, now: datetime) -> int:
    """Make the digests that are due at ``now``, each in its own unit; how many. None on days off.
    Safe to run twice and to stop anywhere; one that was missed is made on the next working day."""
    today = local_day(now)
    if not is_working_day(today):
        return 0
    open_ = select(col(Message.person_id)).where(
        col(Message.state) == "collected", col(Message.digest_id).is_(None)
    )
    with house.database.read() as session:
        ids = list(
            session.execute(
                select(col(Person.id))
                .where(or_(col(Person.notices) != "each", col(Person.id).in_(open_)))
                .order_by(col(Person.id))
            ).scalars()
        )
    made = 0
    for one in ids:
        try:
            made += house.database.write(partial(_one, house=house, id_=one or 0, now=now))
        except Exception:
            log.exception("no digest could be made for person %s", one)
    return made


def _one(session: Session, house: House, id_: int, now: datetime) -> int:
    """The digest of one person. Their row is locked: of two runs at once, and of a run and
    somebody who stays out of a case, one comes after the other."""
    today = local_day(now)
    person = session.execute(
        select(Person)
        .where(col(Person.id) == id_)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    if not person.active:
        _drop(session, _collected(session, id_), LEFT)
        return 0
    if person.digested_on is not None and person.digested_on >= due_since(person.notices, today):
        return 0
    reader = wants.Reader(
        id_,
        {one.key: roles_for(session, id_, one.key) for one in house.definitions.all()},
        house.definitions.in_use(session),
        now,
    )
    told = _theirs(session, reader)
    chosen = person.notices != "each"
    if not chosen and not told:
        return 0
    person.digested_on = today
    waiting = inbox.items(session, house, reader, inbox.known(session, id_))
    if not told and not waiting.total:
        return 0
    spoken = words(person.language)
    digest = outbox.put(
        session,
        event=f"digest:{id_}:{_period(person.notices, today)}",
        template="digest",
        to=outbox.Recipient(person.name, person.email, person.language, id_),
        case_id=None,
        pool=None,
        data={
            "day": today,
            "waiting": [_line(house, row, spoken) for row in waiting.rows],
            "more": waiting.total - len(waiting.rows),
            "notices": [mail.subject(one.template, person.language, one.data) for one in told],
            "link": {"path": "/indbakke"},
        },
        now=now,
    )
    if digest.date != now:  # of an earlier run, by a clock that went back: the next one tells it
        return 0
    session.execute(
        update(Message)
        .where(
            col(Message.id).in_([one.id for one in told]),
            col(Message.state) == "collected",
            col(Message.digest_id).is_(None),
        )
        .values(digest_id=digest.id)
    )
    return 1


def _period(notices: str, today: date) -> str:
    """``2026-W10`` of a weekly one, else the Copenhagen day."""
    year, week, _ = today.isocalendar()
    return f"{year}-W{week:02}" if notices == "weekly" else today.isoformat()


def _line(house: House, row: inbox.Item, spoken: Words) -> dict[str, Any]:
    """A case that waits: what is wanted is said as their inbox says it."""
    said = []
    for want in row.wants:
        text = of_move(row.step) if want == wants.MOVE and row.step else WANTS[want]
        said.append(spoken.t(text) if isinstance(text, str) else spoken.text(dict(text)))
    return {
        "case": f"{row.number}: {row.title}",
        "wants": "; ".join(said),
        "due_on": row.due_on,
        "overdue": row.overdue,
        "href": f"{house.base_url}/sager/{row.number}",
    }


def _theirs(session: Session, reader: wants.Reader) -> list[Message]:
    """What was collected for the reader and may be told; what is of cases they may not see any
    more is discarded."""
    collected = _collected(session, reader.person_id)
    of_cases = {one.case_id for one in collected if one.case_id is not None}
    seen = set(
        session.execute(
            select(col(Case.id)).where(col(Case.id).in_(of_cases), reader.sees())
        ).scalars()
    )
    lost = [one for one in collected if one.case_id is not None and one.case_id not in seen]
    _drop(session, lost, NOT_THEIRS)
    return [one for one in collected if one not in lost]


def _collected(session: Session, person_id: int) -> list[Message]:
    return list(
        session.execute(
            select(Message)
            .where(
                col(Message.person_id) == person_id,
                col(Message.state) == "collected",
                col(Message.digest_id).is_(None),
            )
            .order_by(col(Message.id))
        ).scalars()
    )


def _drop(session: Session, messages: list[Message], why: str) -> None:
    session.execute(
        update(Message)
        .where(col(Message.id).in_([one.id for one in messages]), col(Message.digest_id).is_(None))
        .values(state="discarded", reason=why, decided_by="system")
        .execution_options(synchronize_session=False)
    )
