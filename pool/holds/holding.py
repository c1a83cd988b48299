"""What is held back until a person has looked: messages, or payments.

An old backup does not know what left after it was made. Sending and paying go on only when
somebody has compared, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select, update

import pool.journal as journal
from pool.db import wake
from pool.identity.actor import Actor
from pool.models.holds import Hold
from pool.outbox.queue import QUEUES

What = Literal["messages", "payments"]
How = Literal["page", "console", "backup", "restore", "start", "running"]
"""Where it came from: a person at the page or the console; a copy that was made or put back; a
database that is not the one started last, found at the start or while running."""

BOTH: tuple[What, ...] = ("messages", "payments")

REASONS = {
    "backup": "A backup was taken of it then. What left after that is not in it.",
    "restore": "A backup was put back. What left after it was made is not in it.",
    "start": "The database is older than the one that was started last, or another one.",
    "running": "The database was replaced by an older one, or another one, while it was in use.",
    "unknown": "The database was in use before, and nothing here tells how far it had come.",
}
"""Why, where it was no person: English texts of the catalogues."""


class NotHeld(Exception):
    """Nothing of the kind is held (any more)."""


def standing(session: Session, what: What) -> Hold | None:
    """The hold that stands now, if one does."""
    return session.exec(
        select(Hold).where(Hold.what == what, col(Hold.lifted_at).is_(None))
    ).one_or_none()


def all_standing(session: Session) -> Sequence[Hold]:
    """The holds that stand now: none, one of a kind, or both; messages first."""
    return session.exec(
        select(Hold).where(col(Hold.lifted_at).is_(None)).order_by(col(Hold.what))
    ).all()


def earlier(session: Session, limit: int = 20) -> Sequence[Hold]:
    """Those that were lifted, the newest first."""
    return session.exec(
        select(Hold)
        .where(col(Hold.lifted_at).is_not(None))
        .order_by(col(Hold.lifted_at).desc(), col(Hold.id).desc())
        .limit(limit)
    ).all()


def begin(
    session: Session, what: What, why: str, now: datetime, *, data_until: datetime | None = None
) -> Hold:
    """Hold ``what`` from now on; the hold that stands already where there is one."""
    found = standing(session, what)
    if found is None:
        found = Hold(what=what, since=now, why=why, data_until=data_until)
        session.add(found)
        session.flush()
    return found


def hold(
    session: Session,
    what: What,
    why: str,
    actor: Actor,
    now: datetime,
    *,
    how: How,
    data_until: datetime | None = None,
) -> bool:
    """As :func:`begin`, told in the journal of the house; False where it was held already.
    ``data_until``: what happened after is not in the database."""
    if standing(session, what) is not None:
        return False
    row = begin(session, what, why, now, data_until=data_until)
    journal.write(
        session,
        "system",
        "held-back.begun",
        actor,
        now=now,
        data={"hold": row.id, "what": what, "how": how},
        personal={"why": why},
    )
    return True


def hold_both(
    session: Session,
    why: str,
    actor: Actor,
    now: datetime,
    *,
    how: How,
    data_until: datetime | None = None,
) -> tuple[What, ...]:
    """Hold messages and payments; those that were not held already."""
    return tuple(
        what
        for what in BOTH
        if hold(session, what, why, actor, now, how=how, data_until=data_until)
    )


def lift(
    session: Session, what: What, why: str, actor: Actor, now: datetime, *, by: str | None = None
) -> Hold:
    """Let ``what`` go on, told in the journal; where it is messages the workers are woken. ``by``
    is the name where the actor has none. Raises :class:`NotHeld`."""
    found = standing(session, what)
    if found is None:
        raise NotHeld(what)
    done = session.exec(
        update(Hold)
        .where(col(Hold.id) == found.id, col(Hold.lifted_at).is_(None))
        .values(lifted_at=now, lifted_by=by or actor.name, lifted_why=why)
    )
    if done.rowcount != 1:  # somebody else was first
        raise NotHeld(what)
    journal.write(
        session,
        "system",
        "held-back.lifted",
        actor,
        now=now,
        data={"hold": found.id, "what": what},
        personal={"why": why},
    )
    session.refresh(found)
    if what == "messages":
        for queue in QUEUES:
            wake(session, queue)
    return found
