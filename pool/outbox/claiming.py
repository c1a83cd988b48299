"""The steps of a message through its states, each one guarded update.

queued → leased → sending → sent | failed | unknown, and back to queued where nothing can have
left. Who holds a message is its ``lease_token``: an update that does not find its own token
changes nothing and says so, and its worker lets go.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Update, case, exists, or_
from sqlmodel import Session, col, select, update

from pool.models.outbox import Message, MessageAttempt

LEASE = timedelta(minutes=6)
"""How long a message is held before it is asked for again (:func:`keep`): longer than the longest
wait before the final dot."""

ANSWER_LEASE = timedelta(minutes=12)
"""How long the relay's answer to the final dot is waited for, and some minutes more."""

OnEnd = Callable[[Session, Message, str], None]
"""Told of a message's final state (``sent``, ``failed``, ``unknown``) in its own unit of work."""

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


def claim(
    session: Session,
    now: datetime,
    lease: timedelta = LEASE,
    *,
    kinds: Sequence[str] | None = None,
    since: datetime | None = None,
) -> Message | None:
    """Take the message that has been due for longest, or None. One statement: of several
    workers each gets another.

    ``kinds``: of these only; of all, links come first and digests last. ``since``: only links
    asked for since then (the rest is held).
    """
    due = (col(Message.next_try_at), col(Message.id))
    urgent = case((col(Message.kind) == "link", 0), (col(Message.kind) == "digest", 2), else_=1)
    oldest = (
        select(col(Message.id))
        .where(*_due(now, kinds, since))
        .order_by(*due if kinds is not None else (urgent, *due))
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


def due(
    session: Session,
    now: datetime,
    *,
    kinds: Sequence[str] | None = None,
    since: datetime | None = None,
    fresher_than: timedelta | None = None,
) -> bool:
    """Whether :func:`claim` would find something; ``fresher_than``: that became due so recently."""
    wanted = _due(now, kinds, since)
    if fresher_than is not None:
        wanted = (*wanted, col(Message.next_try_at) > now - fresher_than)
    return bool(session.exec(select(exists().where(*wanted))).one())


def _due(now: datetime, kinds: Sequence[str] | None, since: datetime | None) -> tuple[Any, ...]:
    wanted: tuple[Any, ...] = (
        col(Message.state) == "queued",
        col(Message.next_try_at) <= now,
    )
    if kinds is not None:
        wanted = (*wanted, col(Message.kind).in_(kinds))
    if since is not None:
        wanted = (*wanted, col(Message.kind) == "link", col(Message.date) >= since)
    return wanted


def begin_sending(
    session: Session,
    held: Lease,
    now: datetime,
    *,
    mail_id: int | None,
    lease: timedelta = ANSWER_LEASE,
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
    """Not sent, and no fault of the message: no attempt counted."""
    return _requeue(session, held, until, reply, attempts=col(Message.attempts) - 1)


def note_attempt(
    session: Session, message_id: int, outcome: str, reply: str, began: datetime, ended: datetime
) -> None:
    """Keep what came of one try, for good."""
    session.add(
        MessageAttempt(
            message_id=message_id,
            began_at=began,
            ended_at=max(began, ended),
            outcome=outcome,
            reply=reply,
        )
    )


def left_behind(session: Session, now: datetime) -> bool:
    """Whether :func:`sweep` would find something."""
    return bool(session.exec(select(exists().where(*_over(now)))).one())


def sweep(session: Session, now: datetime, on_end: OnEnd | None = None) -> tuple[int, int]:
    """What dead workers left behind: leased → queued, sending → unknown, once their leases have
    run out. Returns how many of each.

    When they died nobody knows: the try is said to have begun when its lease was last taken.
    """
    left = session.exec(
        select(Message)
        .where(*_over(now))
        .order_by(col(Message.id))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    back = lost = 0
    for message in left:
        until = message.lease_until or now
        if message.state == "leased":
            back += 1
            outcome, reply, lease = "stopped", "the worker stopped before anything left", LEASE
            message.state, message.next_try_at = "queued", now
            message.lease_token = message.lease_until = None
        else:
            lost += 1
            outcome, reply = "unknown", "the worker stopped before the relay's answer"
            lease = ANSWER_LEASE
            message.state, message.last_reply = "unknown", reply
        note_attempt(session, message.id or 0, outcome, reply, until - lease, now)
        session.flush()
        if outcome == "unknown" and on_end is not None:
            on_end(session, message, outcome)
    return back, lost


def _over(now: datetime) -> tuple[Any, ...]:
    return (
        or_(col(Message.state) == "leased", col(Message.state) == "sending"),
        col(Message.lease_until) <= now,
    )


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
