"""What is done again and again: every so often, or daily at a time on Copenhagen's clock.

The only thing the beat fires is a tick; a tick asks what has come due. Whatever was slept
through is caught up once. Each firing puts one job in line (:mod:`pool.schedule.jobs`), so that
a run that crashes is tried again, and a run that still goes on is not begun a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from pool.clock import COPENHAGEN, local_day
from pool.db import wake
from pool.models.schedule import Job, Recurring
from pool.schedule.jobs import RECURRING

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Every:
    """Every so often, on a fixed grid."""

    interval: timedelta

    def __post_init__(self) -> None:
        if self.interval < timedelta(seconds=1):
            raise ValueError("an interval is a second or more")

    def next(self, after: datetime) -> datetime:
        """The first moment of the grid later than ``after``, UTC."""
        return after + self.interval - (after - _EPOCH) % self.interval

    def first(self, now: datetime) -> datetime:
        return now


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a calendar day, when Copenhagen's clock shows ``at``.

    Not between 23 and 2 o'clock: that is 22 to 24 UTC in summer or winter, when the two
    calendars disagree on what day it is, and a run could be for a day that is not over or be
    skipped with the change of the clocks. Raises ValueError for such a time.
    """

    at: time

    def __post_init__(self) -> None:
        if self.at.tzinfo is not None:
            raise ValueError("the time is Copenhagen's; it carries no zone")
        if self.at >= time(23) or self.at < time(2):
            raise ValueError("nothing runs only between 22 and 24 UTC: choose 02:00 to 22:59")

    def next(self, after: datetime) -> datetime:
        """The first such moment later than ``after``, UTC. In the night that has no 02:30 it is
        03:30; of two 02:30 it is the first."""
        day = local_day(after)
        today = self._on(day)
        return today if today > after else self._on(day + timedelta(days=1))

    def first(self, now: datetime) -> datetime:
        return self.next(now)

    def _on(self, day: date) -> datetime:
        return datetime.combine(day, self.at, COPENHAGEN).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Spec:
    """A kind of recurring work and when it comes due."""

    kind: str
    when: Every | Daily


def due_recurring(session: Session, now: datetime, specs: Sequence[Spec]) -> list[str]:
    """Put a job in line for every kind that has come due: which those were.

    Two ticks at once fire a kind once. A kind new to the database starts now (``Every``) or at
    its next time (``Daily``). A next time further away than the spec allows (the clock was
    wrong, or the spec was changed) is pulled near.
    """
    known = {row.kind: row.next_due for row in session.exec(select(Recurring))}
    fired = []
    for spec in specs:
        following = spec.when.next(now)
        if spec.kind not in known:
            known[spec.kind] = _begin(session, spec, now)
        if known[spec.kind] > following:
            _pull_near(session, spec.kind, following)
        elif known[spec.kind] <= now and _advance(session, spec.kind, now, following):
            _put_in_line(session, spec.kind, now)
            fired.append(spec.kind)
    if fired:
        wake(session, "default")
    return fired


def _begin(session: Session, spec: Spec, now: datetime) -> datetime:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(Recurring).values(kind=spec.kind, next_due=spec.when.first(now))
    session.exec(row.on_conflict_do_nothing(index_elements=[col(Recurring.kind)]))
    return session.exec(select(Recurring.next_due).where(col(Recurring.kind) == spec.kind)).one()


def _advance(session: Session, kind: str, now: datetime, following: datetime) -> bool:
    """The guard: whoever moves the next time fires."""
    moved = session.exec(
        update(Recurring)
        .where(col(Recurring.kind) == kind, col(Recurring.next_due) <= now)
        .values(next_due=following, last_started=now)
        .execution_options(synchronize_session=False)
    )
    return moved.rowcount == 1


def _pull_near(session: Session, kind: str, following: datetime) -> None:
    session.exec(
        update(Recurring)
        .where(col(Recurring.kind) == kind, col(Recurring.next_due) > following)
        .values(next_due=following)
        .execution_options(synchronize_session=False)
    )


def _put_in_line(session: Session, kind: str, now: datetime) -> None:
    """One job per kind. A run that was given up starts afresh; one that waits for its next try
    is tried now; one that is being done is left to it."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    fresh = {"due_at": now, "attempts": 0, "failed_at": None}
    job = insert(Job).values(key=RECURRING + kind, kind=kind, payload={}, **fresh)
    session.exec(
        job.on_conflict_do_update(
            index_elements=[col(Job.key)],
            set_=fresh,
            where=or_(col(Job.lease).is_(None), col(Job.failed_at).is_not(None)),
        )
    )


def state_of_recurring(session: Session) -> list[Recurring]:
    """How each kind has fared, by name: for the status page and its banner."""
    return list(session.exec(select(Recurring).order_by(col(Recurring.kind))))
