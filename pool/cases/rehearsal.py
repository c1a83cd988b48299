"""What a move would send, before it is made: the very unit of work is carried out and rolled back.

Nothing is composed a second time for the preview, so it cannot differ from what goes. Works for
every use case that takes a :class:`House`: hand it one whose database rolls back
(:func:`rehearsing`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import event, select
from sqlmodel import Session, col

from pool.cases.house import House
from pool.db import ATTEMPTS, Database
from pool.models.case import Case
from pool.models.outbox import Message
from pool.outbox.taking_back import NEVER_LEFT, RESTING

T = TypeVar("T")

SENT = ("queued", "waiting", "collected")
"""States of a message that goes without anybody doing more: as a mail, on paper or by telephone,
in a digest."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """``messages``: those that would be put or let go, in the order they are put, the applicant's
    first; those in state ``draft`` wait for a person. ``taken_back``: what lies there now and would
    not be sent after all. None of the rows is in the database as shown here."""

    messages: tuple[Message, ...] = ()
    taken_back: tuple[Message, ...] = ()


def rehearsing(house: House) -> tuple[House, Callable[[], Rehearsal]]:
    """A house whose units of work are carried out and rolled back, each by itself, and what they
    would have sent so far.

    A move carried out there raises whatever it would elsewhere and changes nothing: neither the
    case nor the command's id is used up. A command that was carried out before sends nothing.
    """
    database = _RollingBack(house.database)
    return replace(house, database=database), database.found


@dataclass(slots=True)
class _Seen:
    """What one unit did to the outbox: the messages it put, and the resting ones of the cases it
    touched as they stood at its end."""

    put: list[Message] = field(default_factory=list)
    cases: set[int | None] = field(default_factory=set)
    others: list[Message] = field(default_factory=list)


class _Enough(Exception):
    """Ends a rehearsed unit: all of it is undone."""


class _RollingBack(Database):
    """The same database, in which no unit of work is kept and nobody is woken."""

    def __init__(self, real: Database) -> None:
        super().__init__(real.engine)
        self.put: list[Message] = []
        self.taken_back: list[Message] = []

    def found(self) -> Rehearsal:
        to_applicant_first = sorted(self.put, key=lambda one: one.person_id is not None)
        return Rehearsal(tuple(to_applicant_first), tuple(self.taken_back))

    def write(self, work: Callable[[Session], T], *, attempts: int = ATTEMPTS) -> T:
        done: list[tuple[T, _Seen]] = []

        def unit(session: Session) -> None:
            done.append(_watched(session, work))
            raise _Enough  # carried out whole: now all of it is undone

        with suppress(_Enough):
            super().write(unit, attempts=attempts)
        result, seen = done[-1]
        self._note(seen)
        return result

    def _note(self, seen: _Seen) -> None:
        """What was undone again stands in the database as it was before."""
        self.put += [one for one in seen.put if one.state in (*SENT, "draft")]
        if not seen.others:
            return
        with self.read() as session:
            rows = session.execute(
                select(col(Message.id), col(Message.state)).where(
                    col(Message.id).in_([one.id for one in seen.others])
                )
            )
            was = {row[0]: row[1] for row in rows}
        for one in seen.others:
            before = was.get(one.id)
            if before == "draft" and one.state in SENT:
                self.put.append(one)
            elif before in RESTING and one.state in NEVER_LEFT:
                self.taken_back.append(one)


def _watched(session: Session, work: Callable[[Session], T]) -> tuple[T, _Seen]:
    """``work`` carried out in ``session``, and what it did to the outbox; all that was loaded is
    taken out of the session, so that it stays readable."""
    seen = _Seen()

    def flushed(current: Session, _context: Any) -> None:
        seen.put += [one for one in current.new if isinstance(one, Message)]
        seen.cases |= {one.id for one in (*current.new, *current.dirty) if isinstance(one, Case)}

    event.listen(session, "after_flush", flushed)
    result = work(session)
    session.flush()
    event.remove(session, "after_flush", flushed)
    for one in seen.put:
        session.refresh(one)  # past what a guarded update did to it
    cases = {one for one in seen.cases | {one.case_id for one in seen.put} if one is not None}
    if cases:
        seen.others = list(
            session.execute(
                select(Message)
                .where(
                    col(Message.case_id).in_(cases),
                    col(Message.state).in_((*SENT, *NEVER_LEFT)),
                    col(Message.id).not_in([one.id for one in seen.put]),
                )
                .order_by(col(Message.id))
                .execution_options(populate_existing=True)
            ).scalars()
        )
    session.expunge_all()
    return result, seen
