"""The steps of a message through its states, each one guarded update.

queued → leased → sending → sent | failed | unknown, and back to queued where nothing can have
left. Who holds a message is its ``lease_token``: an update that does not find its own token
changes nothing and says so, and its worker lets go.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Update
from sqlmodel import Session, col, select, update

from pool.models.outbox import Message

LEASE = timedelta(minutes=5)
"""How long one step may take before others may take the message over."""

RETRIES = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 24 * 60)
)
"""Waiting times after each refusal for now. After the last one the message has failed."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A right to move one message until it runs out."""

    message_id: int
    token: str

    @classmethod
    def of(cls, message: Message) -> Self:
        """Of a message just claimed."""
        if message.id is None or message.lease_token is None:
            raise ValueError("the message has not been claimed")
        return cls(message.id, message.lease_token)


def claim(session: Session, now: datetime, lease: timedelta = LEASE) -> Message | None:
    """Take the message that has been due for longest, or None. One statement: of several
    workers each gets another."""
    oldest = (
        select(col(Message.id))
        .where(Message.state == "queued", col(Message.next_try_at) <= now)
        .order_by(col(Message.next_try_at), col(Message.id))
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return session.scalars(
        update(Message)
        .where(col(Message.id) == oldest, col(Message.state) == "queued")
        .values(
            state="leased",
            lease_token=secrets.token_hex(16),
            lease_until=now + lease,
            attempts=col(Message.attempts) + 1,
        )
        .returning(Message),
        execution_options={"synchronize_session": False, "populate_existing": True},
    ).one_or_none()


def keep(
    session: Session, held: Lease, now: datetime, *, lease: timedelta = LEASE, **values: Any
) -> bool:
    """Note something on a leased message and go on holding it. False: it is no longer ours."""
    return _moved(session, _held(held, now, "leased").values(lease_until=now + lease, **values))


def begin_sending(
    session: Session, held: Lease, now: datetime, *, mail_id: int | None, lease: timedelta = LEASE
) -> bool:
    """From here on nobody can say whether the mail has left until the relay answers. To be
    committed just before the final dot; False: it is no longer ours, so send no dot."""
    return _moved(
        session,
        _held(held, now, "leased").values(
            state="sending", lease_until=now + lease, mail_id=mail_id
        ),
    )


def finish(
    session: Session, held: Lease, state: str, *, reply: str, sent_at: datetime | None = None
) -> bool:
    """Write how it ended: ``sent``, ``failed`` or ``unknown``. An answer that comes after the
    lease ran out, and the message was called unknown, is still heard."""
    return _moved(
        session,
        _held(held, None, "leased", "sending", "unknown").values(
            state=state, last_reply=reply, sent_at=sent_at
        ),
    )


def put_back(
    session: Session, held: Lease, now: datetime, *, attempts: int, reply: str
) -> str | None:
    """Try again later, or give up after the last of :data:`RETRIES`. The new state, or None if it
    is no longer ours."""
    if attempts > len(RETRIES):
        return "failed" if finish(session, held, "failed", reply=reply) else None
    wait = RETRIES[attempts - 1] * random.uniform(0.9, 1.25)  # noqa: S311 - jitter
    return _requeue(session, held, now + wait, reply)


def hand_back(session: Session, held: Lease, until: datetime, *, reply: str) -> str | None:
    """The relay could not be reached: no fault of the message, and no attempt counted."""
    return _requeue(session, held, until, reply, attempts=col(Message.attempts) - 1)


def sweep(session: Session, now: datetime) -> tuple[int, int]:
    """What dead workers left behind: leased → queued, sending → unknown, once their leases have
    run out. Returns how many of each."""
    back = session.exec(
        update(Message)
        .where(col(Message.state) == "leased", col(Message.lease_until) <= now)
        .values(state="queued", lease_token=None, lease_until=None, next_try_at=now)
    )
    lost = session.exec(
        update(Message)
        .where(col(Message.state) == "sending", col(Message.lease_until) <= now)
        .values(state="unknown", last_reply="the worker stopped before the relay's answer")
    )
    return int(back.rowcount), int(lost.rowcount)


def _requeue(
    session: Session, held: Lease, next_try_at: datetime, reply: str, **values: Any
) -> str | None:
    statement = _held(held, None, "leased", "sending").values(
        state="queued",
        lease_token=None,
        lease_until=None,
        next_try_at=next_try_at,
        last_reply=reply,
        **values,
    )
    return "queued" if _moved(session, statement) else None


def _held(held: Lease, now: datetime | None, *states: str) -> Update:
    statement = update(Message).where(
        col(Message.id) == held.message_id,
        col(Message.lease_token) == held.token,
        col(Message.state).in_(states),
    )
    if now is not None:
        statement = statement.where(col(Message.lease_until) > now)
    return statement


def _moved(session: Session, statement: Update) -> bool:
    return int(session.exec(statement).rowcount) == 1
