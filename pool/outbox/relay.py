"""How the relay behaves, and when to leave it alone.

A relay that drops line after line once it has the mail would turn a whole queue into unknowns;
one that is down need not be asked for every message.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from pool.models.outbox import Relay

UNKNOWNS = 3
"""So many unknown outcomes in a row pause the relay."""
_UNKNOWN_PAUSE = timedelta(minutes=15)
_LONGEST_UNKNOWN_PAUSE = timedelta(hours=6)
_DOWN_PAUSE = timedelta(seconds=30)
_LONGEST_DOWN_PAUSE = timedelta(minutes=10)


def answered(session: Session, *, link: bool = False) -> None:
    """It has said yes or no: it works. A link's answer says only that it can be reached: it may
    still fall silent over letters, and those stay paused."""
    row = _row(session)
    if link and row.unknowns:
        row.failures = 0
        return
    if row.unknowns or row.failures or row.paused_until:
        row.unknowns = row.failures = 0
        row.paused_until = None


def left_unknown(session: Session, trouble: str, now: datetime) -> None:
    """It fell silent after the final dot. From the third time in a row on, wait: a quarter of an
    hour, then twice as long with each that follows."""
    row = _row(session)
    row.unknowns += 1
    row.last_trouble, row.last_trouble_at = trouble, now
    if row.unknowns >= UNKNOWNS:
        pause = _UNKNOWN_PAUSE * 2 ** min(row.unknowns - UNKNOWNS, 10)
        row.paused_until = now + min(pause, _LONGEST_UNKNOWN_PAUSE)


def unreachable(session: Session, trouble: str, now: datetime) -> datetime:
    """It cannot be reached or lets nobody in. Returns when to ask again."""
    row = _row(session)
    row.failures += 1
    row.last_trouble, row.last_trouble_at = trouble, now
    until: datetime = now + min(_DOWN_PAUSE * 2 ** min(row.failures - 1, 10), _LONGEST_DOWN_PAUSE)
    row.paused_until = until
    return until


def free_at(session: Session, now: datetime, per_minute: int) -> datetime:
    """From when on the rate limit lets the next mail go; ``now`` or earlier: at once."""
    row = session.get(Relay, 1, populate_existing=True) if per_minute else None
    return now if row is None or row.next_slot_at is None else row.next_slot_at


def take_slot(session: Session, now: datetime, per_minute: int) -> bool:
    """Use the rate limit's next mail, which all workers share; False: another had it first."""
    if not per_minute:
        return True
    row = _row(session)
    if row.next_slot_at is not None and row.next_slot_at > now:
        return False
    row.next_slot_at = now + timedelta(minutes=1) / per_minute
    return True


def resume(session: Session) -> None:
    """A person says that it works again."""
    answered(session)


def _row(session: Session) -> Relay:
    row = session.get(Relay, 1, with_for_update=True)
    if row is None:
        try:
            with session.begin_nested():
                session.add(Relay(id=1))
        except IntegrityError:  # another worker was first
            session.expire_all()
        row = session.get_one(Relay, 1, with_for_update=True)
    return row
