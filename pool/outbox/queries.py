"""Looking into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import case as when
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from pool.models.outbox import Document, Message, MessageAttempt, Relay
from pool.outbox.queue import QUEUES


def for_case(session: Session, case_id: int) -> Sequence[Message]:
    """A case's messages, oldest first."""
    return session.exec(
        select(Message).where(Message.case_id == case_id).order_by(col(Message.id))
    ).all()


def waiting_print(session: Session, pool: str | None = None) -> Sequence[Message]:
    """What somebody must ring about or print and post, oldest first."""
    return _in_state(session, ("waiting",), pool)


def troubled(session: Session, pool: str | None = None) -> Sequence[Message]:
    """What a person must look at: failed, and letters and notices whose outcome is unknown,
    where nobody has sent them again yet. Links are left to expire."""
    again = select(col(Message.resend_of), func.max(col(Message.resend_number)))
    latest = dict(
        session.exec(
            again.where(col(Message.resend_of).is_not(None)).group_by(col(Message.resend_of))
        ).all()
    )
    return [
        message
        for message in _in_state(session, ("failed", "unknown"), pool)
        if message.resend_number == latest.get(message.resend_of or message.id, 0)
        and not (message.state == "unknown" and message.kind == "link")
    ]


def is_troubled() -> ColumnElement[bool]:
    """The SQL predicate of :func:`troubled`."""
    again = aliased(Message)
    newer = (
        select(again.id)
        .where(
            again.resend_of == func.coalesce(col(Message.resend_of), col(Message.id)),
            again.resend_number > col(Message.resend_number),
        )
        .exists()
    )
    ended = or_(
        col(Message.state) == "failed",
        and_(col(Message.state) == "unknown", col(Message.kind) != "link"),
    )
    return and_(ended, ~newer)


def attempts(session: Session, message: Message) -> Sequence[MessageAttempt]:
    """Every try to hand it over, in order."""
    return session.exec(
        select(MessageAttempt)
        .where(MessageAttempt.message_id == message.id)
        .order_by(col(MessageAttempt.id))
    ).all()


def family(session: Session, message: Message) -> list[int]:
    """Ids of the first message of its row of resends and of all that followed, itself too."""
    first = message.resend_of or message.id
    found = session.exec(
        select(Message.id)
        .where(or_(col(Message.id) == first, col(Message.resend_of) == first))
        .order_by(col(Message.id))
    )
    return [one for one in found if one is not None]


def collected_in(session: Session, digest: Message) -> list[int]:
    """Ids of the messages a digest tells of."""
    found = session.exec(select(Message.id).where(Message.digest_id == digest.id))
    return [one for one in found if one is not None]


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """How one queue stands. Moments UTC."""

    queue: str
    queued: int
    due: int
    """Of the queued: those whose time has come."""
    oldest_due: datetime | None
    """Since when the oldest of these has waited."""
    in_hand: int
    """Being made ready, or being handed over."""
    last_sent: datetime | None
    sent_lately: int
    """Within the last hour."""


def health(session: Session, now: datetime) -> tuple[QueueHealth, ...]:
    """Every queue. One query."""
    queued = col(Message.state) == "queued"
    due = and_(queued, col(Message.next_try_at) <= now)
    of_mail = col(Message.channel) == "smtp"
    lately = and_(of_mail, col(Message.sent_at) > now - timedelta(hours=1))
    columns = (
        func.sum(when((queued, 1), else_=0)),
        func.sum(when((due, 1), else_=0)),
        func.min(when((due, col(Message.next_try_at)))),
        func.sum(when((col(Message.state).in_(("leased", "sending")), 1), else_=0)),
        func.max(when((col(Message.state) == "sent", col(Message.sent_at)))),
        func.sum(when((lately, 1), else_=0)),
    )
    asked = select(col(Message.kind), *columns).group_by(col(Message.kind))  # type: ignore[call-overload]
    found = {row[0]: row[1:] for row in session.execute(asked)}
    return tuple(
        _health(queue, [found[kind] for kind in kinds if kind in found])
        for queue, kinds in QUEUES.items()
    )


def _health(queue: str, rows: Sequence[Sequence[object]]) -> QueueHealth:
    def total(place: int) -> int:
        return sum(int(str(row[place] or 0)) for row in rows)

    def moments(place: int) -> list[datetime]:
        return [found for row in rows if isinstance(found := row[place], datetime)]

    return QueueHealth(
        queue=queue,
        queued=total(0),
        due=total(1),
        oldest_due=min(moments(2), default=None),
        in_hand=total(3),
        last_sent=max(moments(4), default=None),
        sent_lately=total(5),
    )


def counts(session: Session) -> dict[str, int]:
    """How many messages are in each state; states without any are left out."""
    return dict(
        session.exec(select(col(Message.state), func.count()).group_by(col(Message.state))).all()
    )


def latest(
    session: Session,
    *,
    limit: int = 50,
    before_id: int | None = None,
    state: str | None = None,
    pool: str | None = None,
) -> Sequence[Message]:
    """The newest messages first, for a list; ``before_id`` pages on."""
    statement = select(Message).order_by(col(Message.id).desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(col(Message.id) < before_id)
    if state is not None:
        statement = statement.where(Message.state == state)
    if pool is not None:
        statement = statement.where(Message.pool == pool)
    return session.exec(statement).all()


def document(session: Session, message: Message) -> Document | None:
    """The letter that went with the message, as made."""
    return session.get(Document, message.document_id) if message.document_id else None


def relay_row(session: Session) -> Relay:
    """How the relay has been behaving; a fresh row where nothing happened yet."""
    return session.get(Relay, 1) or Relay()


def paused(session: Session, now: datetime) -> datetime | None:
    """Until when nothing is sent, if so."""
    until = relay_row(session).paused_until
    return until if until is not None and until > now else None


def _in_state(session: Session, states: tuple[str, ...], pool: str | None) -> Sequence[Message]:
    statement = select(Message).where(col(Message.state).in_(states)).order_by(col(Message.id))
    if pool is not None:
        statement = statement.where(Message.pool == pool)
    return session.exec(statement).all()
