"""What every command of a meeting needs: the meeting's lock, and being carried out once.

Lock order: the meeting, then cases by id, then books.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from pool.cases import once
from pool.db import Database
from pool.identity.actor import Actor
from pool.meetings.errors import AgendaMoved, NoSuchMeeting, NotForYou, NotNow
from pool.models.meetings import Meeting

T = TypeVar("T")

RUNS = frozenset({"secretariat", "chair"})
"""Who plans meetings, makes the agenda, leads through it and closes it."""


def begin(
    session: Session,
    command: Any,
    actor: Actor,
    *,
    states: tuple[str, ...] = (),
    version: int | None = None,
) -> Meeting | None:
    """The command's meeting, locked to the end of the unit, for somebody who runs meetings of its
    pool (the actor's roles are those there). None where the command was carried out already: that
    is looked for under the lock and before all else, so that the second press of a double click,
    which waited for the first, is no refusal.

    Raises :class:`NoSuchMeeting`, :class:`NotForYou`, :class:`NotNow` (``state``) where it is in
    none of ``states``, :class:`AgendaMoved` where it is not ``version``, :class:`CommandReused`.
    """
    found = locked(session, command.meeting_id, actor)
    if result_of(session, command, actor) is not None:
        return None
    if states and found.state not in states:
        raise NotNow("state", found.state)
    if version is not None and version != found.version:
        raise AgendaMoved(version, found.version)
    return found


def locked(session: Session, meeting_id: int, actor: Actor) -> Meeting:
    """The meeting, locked. Raises :class:`NoSuchMeeting`, :class:`NotForYou`."""
    found: Meeting | None = session.execute(
        select(Meeting)
        .where(col(Meeting.id) == meeting_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NoSuchMeeting(str(meeting_id))
    if not actor.roles & RUNS:
        raise NotForYou(str(meeting_id))
    return found


def written(database: Database, work: Callable[[Session], T]) -> T:
    """``work`` as one unit; where a unique index says that somebody else was first, once more:
    then it finds what they wrote. For what has no row to lock."""
    try:
        return database.write(work)
    except IntegrityError:
        return database.write(work)


def stream(meeting: Meeting) -> str:
    """The journal's stream of a meeting."""
    return f"meeting:{meeting.id}"


def result_of(session: Session, command: Any, actor: Actor) -> dict[str, Any] | None:
    """What came of the command (a frozen dataclass with an ``id``) where it was carried out
    already. Raises :class:`CommandReused` when its id comes with other contents or from somebody
    else."""
    found = once.before(session, command.id, actor, _digest(command))
    return None if found is None else dict(found)


def remember(session: Session, command: Any, actor: Actor, now: datetime, **result: Any) -> None:
    """Note the command as carried out, in the same unit of work."""
    once.remember(session, command.id, actor, _digest(command), result, now)


def _digest(command: Any) -> str:
    """Of the contents; the version seen is left out: the same wish from a page opened anew."""
    contents = asdict(command) | {"id": None, "version": None}
    return once.digest(type(command).__name__, contents)
