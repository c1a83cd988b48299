"""Looking into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from pool.models.outbox import Document, Message, Relay


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
