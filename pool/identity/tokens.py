"""Links people come by. What the link carries is known to its bearer alone: the database has
the SHA-256 of it, and no log has either.

Looking at a link changes nothing (mail programs open links by themselves); claiming it is one
guarded UPDATE, so that a link that works once works once, however many press at a time.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import ColumnElement, delete, func, literal, or_, update
from sqlmodel import Session, col, select

from pool.models.base import Utc
from pool.models.identity import Token

Purpose = Literal["signin", "reset", "case", "draft", "steering", "vote"]
PURPOSES: tuple[str, ...] = get_args(Purpose)

TokenState = Literal["good", "claimed", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A link that exists, good or not: an expired one still tells whom to mail a new one."""

    token: Token
    state: TokenState


def digest(raw: str) -> str:
    """What is stored of a link."""
    return hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()


def mint(
    session: Session,
    purpose: Purpose,
    subject: str,
    *,
    now: datetime,
    minutes: int = 0,
    days: int = 0,
    once: bool,
) -> str:
    """A new link's secret, 43 letters safe in an address: shown now and never again.

    ``subject`` is ids only (``person:3``, ``case:12``, ``draft:7``). Raises ValueError for an
    unknown purpose or no time to live.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"unknown purpose {purpose!r}")
    life = timedelta(minutes=minutes, days=days)
    if life <= timedelta(0):
        raise ValueError("a link needs time to live")
    raw = secrets.token_urlsafe(32)
    session.add(
        Token(
            digest=digest(raw),
            purpose=purpose,
            subject=subject,
            once=once,
            created_at=now,
            expires_at=now + life,
        )
    )
    session.flush()
    return raw


def look(session: Session, raw: str, purpose: Purpose, now: datetime) -> Seen | None:
    """The link and what became of it; None where no such link was ever given out (or it was
    forgotten since). Changes nothing."""
    token = session.exec(
        select(Token).where(col(Token.digest) == digest(raw), col(Token.purpose) == purpose)
    ).one_or_none()
    if token is None:
        return None
    if token.revoked_at is not None:
        return Seen(token, "revoked")
    if token.once and token.claimed_at is not None:
        return Seen(token, "claimed")
    if token.expires_at <= now:
        return Seen(token, "expired")
    return Seen(token, "good")


def peek(session: Session, raw: str, purpose: Purpose, now: datetime) -> Token | None:
    """The link if it would work now. Changes nothing."""
    seen = look(session, raw, purpose, now)
    return seen.token if seen is not None and seen.state == "good" else None


def claim(session: Session, raw: str, purpose: Purpose, now: datetime) -> Token | None:
    """Use the link: the token, or None where it does not work (any more). A link that works
    once is claimed by exactly one of those who try at the same time."""
    return session.scalars(
        update(Token)
        .where(
            col(Token.digest) == digest(raw),
            col(Token.purpose) == purpose,
            col(Token.revoked_at).is_(None),
            col(Token.expires_at) > now,
            or_(~col(Token.once), col(Token.claimed_at).is_(None)),
        )
        .values(claimed_at=func.coalesce(col(Token.claimed_at), literal(now, Utc)))
        .returning(Token)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()


def revoke(session: Session, token_id: int, now: datetime) -> bool:
    """End one link. False where it was revoked before."""
    return _revoke(session, now, col(Token.id) == token_id) > 0


def revoke_all(session: Session, purpose: Purpose, subject: str, now: datetime) -> int:
    """End every link of ``purpose`` to ``subject``: how many that were."""
    return _revoke(session, now, col(Token.purpose) == purpose, col(Token.subject) == subject)


def _revoke(session: Session, now: datetime, *which: ColumnElement[bool]) -> int:
    done = session.exec(
        update(Token)
        .where(col(Token.revoked_at).is_(None), *which)
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount


def forget_old(session: Session, now: datetime, *, days: int = 90) -> int:
    """Delete links that ended more than ``days`` ago. Until then an expired one can still offer
    to mail a new one."""
    done = session.exec(
        delete(Token)
        .where(col(Token.expires_at) <= now - timedelta(days=days))
        .execution_options(synchronize_session=False)
    )
    return done.rowcount
