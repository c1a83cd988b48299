"""Jobs: rows with a due time, claimed by one guarded UPDATE.

A worker's round::

    job = database.write(lambda s: jobs.claim_due(s, now))
    ...                                  # what is slow, outside any unit of work
    database.write(lambda s: (do(s, job), jobs.finish(s, job, now)))

``finish`` belongs in the unit that does the work and raises :class:`LeaseLost` where another
worker has the job by now: so it is done once, although it may be begun twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from pool.models.schedule import Job, Recurring

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 8
"""About a day and a half of trying; then a person must look."""

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=12)
RECURRING = "recurring:"
"""What the key of a recurring kind's job begins with."""


class LeaseLost(RuntimeError):
    """The job is another worker's by now, or was cancelled. Roll back."""


def ensure(
    session: Session,
    key: str,
    due_at: datetime,
    kind: str,
    payload: Mapping[str, Any] | None = None,
) -> Job:
    """See that there is a job of this key: made where it is new; given the new time and payload
    where it still waits; left alone where it is being done, is done or was given up.

    ``payload`` is ids and codes. Two callers at once make one job.
    """
    values = {"due_at": due_at, "kind": kind, "payload": dict(payload or {})}
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Job).values(key=key, attempts=0, **values)
    session.exec(
        statement.on_conflict_do_update(
            index_elements=[col(Job.key)],
            set_=values,
            where=and_(_is_open(), col(Job.lease).is_(None)),
        )
    )
    return session.exec(
        select(Job).where(col(Job.key) == key).execution_options(populate_existing=True)
    ).one()


def cancel(session: Session, key: str) -> bool:
    """Forget a job that is not done. False where there is none. A worker that is doing it now
    finds out at its ``finish``."""
    done = session.exec(
        delete(Job)
        .where(col(Job.key) == key, col(Job.done_at).is_(None))
        .execution_options(synchronize_session="fetch")
    )
    return done.rowcount > 0


def claim_due(
    session: Session,
    now: datetime,
    kinds: Collection[str] | None = None,
    *,
    lease: timedelta = LEASE,
) -> Job | None:
    """Take the job that has been due longest (of ``kinds``), with a lease; None when none is.

    A job whose lease ran out is due again, until it was begun ``MAX_ATTEMPTS`` times.
    """
    due = and_(
        _is_open(),
        col(Job.due_at) <= now,
        or_(col(Job.lease).is_(None), col(Job.lease_until) <= now),
    )
    if kinds is not None:
        due = and_(due, col(Job.kind).in_(list(kinds)))
    oldest = (
        select(Job.id)
        .where(due, col(Job.attempts) < MAX_ATTEMPTS)
        .order_by(col(Job.due_at), col(Job.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.exec(
        update(Job)
        .where(col(Job.id) == oldest.scalar_subquery(), due)
        .values(
            lease=secrets.token_hex(16),
            lease_until=now + lease,
            attempts=col(Job.attempts) + 1,
        )
        .returning(Job)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).scalar_one_or_none()
    if job is None:
        _give_up_the_deadly(session, now)
    return job


def _give_up_the_deadly(session: Session, now: datetime) -> None:
    """A job that was begun so often and never came back kills its workers: leave it."""
    session.exec(
        update(Job)
        .where(_is_open(), col(Job.attempts) >= MAX_ATTEMPTS, col(Job.lease_until) <= now)
        .values(
            failed_at=now,
            lease=None,
            lease_until=None,
            last_error=func.coalesce(col(Job.last_error), "never came back"),
        )
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, job: Job, now: datetime, *, result: int | None = None) -> None:
    """The job is done. Raises :class:`LeaseLost`. A recurring kind's job leaves its good run in
    ``recurring``, with its ``result`` (how much there was to do), and no row."""
    if job.key.startswith(RECURRING):
        _guarded(session, delete(Job).where(_mine(job)))
        session.exec(
            update(Recurring)
            .where(col(Recurring.kind) == job.kind)
            .values(last_good=now, last_result=result, last_error=None)
            .execution_options(synchronize_session=False)
        )
        return
    _guarded(
        session, update(Job).where(_mine(job)).values(done_at=now, lease=None, lease_until=None)
    )


def go_on(session: Session, job: Job, now: datetime) -> None:
    """A slice of the job is done and more is left: due again now, its tries counted anew.
    Raises :class:`LeaseLost`."""
    values = {"due_at": now, "lease": None, "lease_until": None, "attempts": 0}
    _guarded(session, update(Job).where(_mine(job)).values(**values, last_error=None))


def fail(session: Session, job: Job, error: str, now: datetime) -> bool:
    """It went wrong: wait, longer each time, and try again. False where it was tried often
    enough and is given up now. ``error`` is for staff, without what people wrote. Raises
    :class:`LeaseLost`."""
    again = job.attempts < MAX_ATTEMPTS
    short = error[:500]
    values: dict[str, Any] = {"lease": None, "lease_until": None, "last_error": short}
    if again:
        values["due_at"] = now + min(_FIRST_WAIT * 4 ** (job.attempts - 1), _LONGEST_WAIT)
    else:
        values["failed_at"] = now
    _guarded(session, update(Job).where(_mine(job)).values(values))
    if job.key.startswith(RECURRING):
        session.exec(
            update(Recurring)
            .where(col(Recurring.kind) == job.kind)
            .values(last_error=short)
            .execution_options(synchronize_session=False)
        )
    return again


def _guarded(session: Session, statement: Any) -> None:
    done = session.exec(statement.execution_options(synchronize_session=False))
    if done.rowcount != 1:
        raise LeaseLost("the job has another owner, or was cancelled")


def _mine(job: Job) -> ColumnElement[bool]:
    if job.lease is None:
        raise LeaseLost("the job was never claimed")
    return and_(col(Job.id) == job.id, col(Job.lease) == job.lease)


def _is_open() -> ColumnElement[bool]:
    return and_(col(Job.done_at).is_(None), col(Job.failed_at).is_(None))


def revive(session: Session, key: str, now: datetime) -> bool:
    """Try a given-up job again, from now on. False where there is none."""
    done = session.exec(
        update(Job)
        .where(col(Job.key) == key, col(Job.failed_at).is_not(None))
        .values(failed_at=None, attempts=0, due_at=now)
        .execution_options(synchronize_session=False)
    )
    return done.rowcount > 0


def pending(session: Session, prefix: str = "") -> list[Job]:
    """The jobs still to be done whose key begins with ``prefix``, the soonest first."""
    query = select(Job).where(_is_open()).order_by(col(Job.due_at), col(Job.id))
    if prefix:
        query = query.where(col(Job.key).startswith(prefix, autoescape=True))
    return list(session.exec(query))


def given_up(session: Session) -> list[Job]:
    """The jobs a person must look at, the oldest first."""
    query = select(Job).where(col(Job.failed_at).is_not(None))
    return list(session.exec(query.order_by(col(Job.failed_at), col(Job.id))))


def forget_done(session: Session, now: datetime, *, days: int = 90) -> int:
    """Delete jobs done more than ``days`` ago. A key may then be used again."""
    done = session.exec(
        delete(Job)
        .where(col(Job.done_at) <= now - timedelta(days=days))
        .execution_options(synchronize_session=False)
    )
    return done.rowcount
