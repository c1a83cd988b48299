"""Signing in by e-mail and password, in three steps, since the middle one is slow on purpose and
belongs outside any unit of work::

    candidate = database.write(lambda s: signin.begin(s, email, address, now))
    verdict = signin.check(candidate, raw)
    person = database.write(lambda s: signin.finish(s, candidate, verdict, now))

An attempt is counted before the password is looked at and uncounted when it was right, so that
many at once get no more tries than one after the other. Counters stand per account and address
together, per account, and per address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, literal, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from pool import schedule
from pool.identity import passwords
from pool.identity.people import IdentityError, normalise_email
from pool.models.base import Utc
from pool.models.identity import Person, SigninAttempt
from pool.outbox import security


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` attempts within ``window`` of the first of them."""

    count: int
    window: timedelta


TOGETHER = Limit(6, timedelta(minutes=15))
"""One account from one address: somebody who has forgotten, or guesses."""
ACCOUNT = Limit(60, timedelta(hours=1))
"""One account from anywhere. High, so that a stranger cannot easily lock a colleague out."""
ADDRESS = Limit(60, timedelta(minutes=15))
"""One address, any account: an office shares one."""


LOCKED = "signin-locked"
"""The job that tells somebody their sign-in was locked."""


class TooManyAttempts(Exception):
    """Wait until ``until`` (UTC)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whose password is about to be checked. Nobody's, maybe: it must not show."""

    person_id: int | None
    hashed: str | None
    keys: tuple[str, ...]
    last: bool = False
    """It is the last try before the account is locked, from this address or from anywhere."""


def _key(kind: str, *parts: str) -> str:
    return f"{kind}:{hashlib.sha256('|'.join(parts).encode('utf-8', 'replace')).hexdigest()}"


def begin(session: Session, email: str, address: str, now: datetime) -> Candidate:
    """Count an attempt on ``email`` from the network address ``address``.

    Raises :class:`TooManyAttempts`; the attempt is not counted then. Says nothing about whether
    there is such a person.
    """
    try:
        account = normalise_email(email)
    except IdentityError:
        account = email.strip().lower()
    keys = (_key("both", account, address), _key("account", account), _key("address", address))
    last = False
    for key, limit in zip(keys, (TOGETHER, ACCOUNT, ADDRESS), strict=True):
        count, since = _count(session, key, limit, now)
        if count > limit.count:
            raise TooManyAttempts(since + limit.window)
        last = last or (count == limit.count and key != keys[2])
    person = session.exec(
        select(Person).where(col(Person.email) == account, col(Person.active))
    ).one_or_none()
    if person is None:
        return Candidate(None, None, keys, last)
    return Candidate(person.id, person.password_hash, keys, last)


def _count(session: Session, key: str, limit: Limit, now: datetime) -> tuple[int, datetime]:
    """One more; a window that is over begins anew. One statement, so none gets in between."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = insert(SigninAttempt).values(key=key, count=1, window_at=now)
    over = col(SigninAttempt.window_at) <= now - limit.window
    counted = row.on_conflict_do_update(
        index_elements=[col(SigninAttempt.key)],
        set_={
            "count": case((over, 1), else_=col(SigninAttempt.count) + 1),
            "window_at": case((over, literal(now, Utc)), else_=col(SigninAttempt.window_at)),
        },
    ).returning(col(SigninAttempt.count), col(SigninAttempt.window_at))
    count, since = session.exec(counted).one()
    return int(count), since


def note_locked(session: Session, candidate: Candidate, now: datetime) -> None:
    """The last try was wrong: a job is to tell whoever it is, if anybody. The same work for
    nobody's address, and none of it before the answer; once for an account within the hour of its
    first wrong try, since who is locked again and again needs one mail."""
    account = candidate.keys[1]
    since = session.exec(
        select(SigninAttempt.window_at).where(col(SigninAttempt.key) == account)
    ).one_or_none()
    if since is None:  # forgiven meanwhile: a new password was chosen by a link
        return
    schedule.ensure(
        session,
        f"{LOCKED}:{account}:{since.isoformat()}",
        now,
        LOCKED,
        {"account": account, "since": since.isoformat()},
    )


def tell_locked(session: Session, payload: Mapping[str, Any], now: datetime) -> bool:
    """The job of :func:`note_locked`; whether there was anybody to tell."""
    active = session.exec(select(Person).where(col(Person.active)))
    for person in active:
        if _key("account", person.email) == payload["account"]:
            since = datetime.fromisoformat(str(payload["since"]))
            security.locked(session, person, since=since, now=now)
            return True
    return False


def check(candidate: Candidate, raw: str) -> passwords.Verdict:
    """Whether the password is right. Slow; outside any unit of work. Takes as long for nobody."""
    return passwords.verify_password(candidate.hashed, raw)


def finish(
    session: Session, candidate: Candidate, verdict: passwords.Verdict, now: datetime
) -> Person | None:
    """Let the candidate in: the person, or None (wrong, locked, or the password was changed
    meanwhile; the last wrong try is noted). Stores a renewed hash, which ends no session."""
    if not verdict.right or candidate.person_id is None:
        if candidate.last:
            note_locked(session, candidate, now)
        return None
    person = session.scalars(
        update(Person)
        .where(
            col(Person.id) == candidate.person_id,
            col(Person.active),
            col(Person.password_hash) == candidate.hashed,
        )
        .values(signed_in_at=now, password_hash=verdict.rehashed or candidate.hashed)
        .returning(Person)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if person is not None:
        _uncount(session, candidate)
    return person


def _uncount(session: Session, candidate: Candidate) -> None:
    """The pair starts afresh; the shared counters lose this attempt only, or somebody with one
    good account could keep guessing at others."""
    both, *shared = candidate.keys
    session.exec(
        delete(SigninAttempt)
        .where(col(SigninAttempt.key) == both)
        .execution_options(synchronize_session=False)
    )
    for key in shared:
        session.exec(
            update(SigninAttempt)
            .where(col(SigninAttempt.key) == key, col(SigninAttempt.count) > 1)
            .values(count=col(SigninAttempt.count) - 1)
            .execution_options(synchronize_session=False)
        )


def forgive(session: Session, email: str) -> None:
    """Forget the attempts counted against an account as a whole: after its password was reset
    by a link in its mail."""
    session.exec(
        delete(SigninAttempt)
        .where(col(SigninAttempt.key) == _key("account", normalise_email(email)))
        .execution_options(synchronize_session=False)
    )


def forget_old(session: Session, now: datetime) -> int:
    """Delete counters whose window is long over."""
    done = session.exec(
        delete(SigninAttempt)
        .where(col(SigninAttempt.window_at) <= now - timedelta(days=1))
        .execution_options(synchronize_session=False)
    )
    return done.rowcount
