"""What is held back until a person has looked: messages, or payments.

An old backup does not know what left after it was made. Sending and paying go on only when
somebody has compared, and says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from pool.models.holds import Hold

What = Literal["messages", "payments"]


def standing(session: Session, what: What) -> Hold | None:
    """The hold that stands now, if one does."""
    return session.exec(
        select(Hold).where(Hold.what == what, col(Hold.lifted_at).is_(None))
    ).one_or_none()


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
