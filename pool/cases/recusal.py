"""Staying out of a case (forvaltningsloven §§3-6): declared by the member, or settled by the body
(§6) and written down by its secretariat or chair; then locked (``pool.cases.access``).

A settlement can be lifted by the body, never by the one it is about: where it finds that there is
no such interest, or where too few would be left to decide (§4). Every step stands in the journal
with its ground; what was on its way to somebody who is locked out is kept back. A lifted recusal
keeps its row (``lifted_at``); who declares an interest anew gets a new one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
import pool.outbox as outbox
from pool.cases import access, activity, meeting_papers
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.identity import people, people_with
from pool.identity.actor import Actor
from pool.models.case import Case, Recusal
from pool.models.identity import Person
from pool.models.meetings import AgendaItem, MeetingPaper
from workflows.questions import AnswerFault

READING = frozenset({"secretariat", "member", "chair", "finance"})
"""Who takes part in a case by reading it or acting in it, and so may have to stay out."""

SETTLES = frozenset({"secretariat", "chair"})
"""Who writes down what the body has settled about a member."""

How = Literal["settled", "exception"]
LIFTED: tuple[How, ...] = ("settled", "exception")
"""``settled``: the body found no interest that matters; ``exception``: there is one, and too few
would be left without the member (forvaltningsloven §4)."""

Follows = Callable[[Session, House, Case, int, Actor, datetime], None]
"""(session, house, the locked case, person id, who did it, now): in the same unit of work."""
RECUSED: list[Follows] = []
RETURNED: list[Follows] = []
"""What else follows when somebody stays out, or takes part again. A room above that keeps count of
people (``pool.meetings``) puts its own in when it is loaded."""

STOOD_OUT = "The recipient stays out of the case."
"""Why a message was kept back, as it stands with it."""


def declare(house: House, case_id: int, ground: str, actor: Actor, now: datetime) -> None:
    """``actor`` has an interest in the case and takes no part in it from now on.

    A second declaration changes nothing. Raises :class:`NotFound`, and :class:`Invalid` (field
    ``ground``) where nothing was written.
    """
    ground = _text("ground", ground)
    if actor.person_id is None:
        raise NotFound(str(case_id))

    def work(session: Session) -> None:
        case = lock(session, case_id)
        if access.is_recused(session, case_id, actor.person_id):
            return
        definition = house.definitions.version(session, case.pool, case.definition_version)
        acting = {role for transition in definition.transitions for role in transition.who}
        if not access.may_see(session, house, case, actor) or not actor.roles & (acting | READING):
            raise NotFound(str(case_id))
        assert actor.person_id is not None
        _lock_out(session, case, actor.person_id, ground, actor, now)
        _recount(session, house, case, actor.person_id, actor, now)

    house.database.write(work)


def settle(
    house: House,
    command_id: str,
    case_id: int,
    person_id: int,
    ground: str,
    actor: Actor,
    now: datetime,
) -> Result:
    """The body has settled that a member stays out (§6); ``actor`` writes it down.

    Raises :class:`Invalid` (fields ``ground``, ``person``), :class:`NotFound`.
    """
    ground = _text("ground", ground)
    told = {"person": person_id, "ground": ground}
    command = Command(command_id, case_id, "recusal-settled", None, told)

    def work(session: Session) -> Result:
        case, first = _mine(session, house, command, actor)
        if first:
            return first
        if person_id == actor.person_id or person_id not in {
            person.id for person in could_stay_out(session, case)
        }:
            raise Invalid((AnswerFault("person", "required-choice", {}),))
        _lock_out(session, case, person_id, ground, actor, now, settled=True)
        _recount(session, house, case, person_id, actor, now)
        return _done(session, case, command, actor, now)

    return house.database.write(work)


def lift(
    house: House,
    command_id: str,
    case_id: int,
    person_id: int,
    how: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Result:
    """The body lets a member take part again, and why; ``how`` is one of :data:`LIFTED`.

    Raises :class:`Invalid` (fields ``how``, ``reason``), and :class:`NotFound` where the person is
    not locked out, or is ``actor``.
    """
    faults = [] if how in LIFTED else [AnswerFault("how", "required-choice", {})]
    if not reason.strip():
        faults.append(AnswerFault("reason", "required", {}))
    if faults:
        raise Invalid(tuple(faults))
    told = {"person": person_id, "how": how, "reason": reason.strip()}
    command = Command(command_id, case_id, "recusal-lifted", None, told)

    def work(session: Session) -> Result:
        case, first = _mine(session, house, command, actor)
        if first:
            return first
        recusal = session.execute(
            select(Recusal).where(
                col(Recusal.case_id) == case_id,
                col(Recusal.person_id) == person_id,
                access.standing(),
            )
        ).scalar_one_or_none()
        if recusal is None or person_id == actor.person_id:
            raise NotFound(f"recusal of {person_id} in case {case_id}")
        person = session.get_one(Person, person_id)
        journal.write(
            session,
            f"case:{case_id}",
            "case.recusal-lifted",
            actor,
            now=now,
            data={
                "case": case_id,
                "person": person_id,
                "how": how,
                "declared_at": recusal.declared_at.isoformat(),
            },
            personal={"whom": person.name, "ground": recusal.ground, "reason": reason.strip()},
        )
        recusal.lifted_at = now
        session.add(recusal)
        session.flush()
        _recount(session, house, case, person_id, actor, now, back=True)
        return _done(session, case, command, actor, now)

    return house.database.write(work)


def no_interest(house: House, command_id: str, case_id: int, actor: Actor, now: datetime) -> Result:
    """``actor`` was asked, because something matched, and has no interest in the case. It binds
    nobody: the body may settle it otherwise. Raises :class:`NotFound`."""
    command = Command(command_id, case_id, "no-interest", None)

    def work(session: Session) -> Result:
        case = lock(session, case_id)
        if not access.may_see(session, house, case, actor) or not actor.roles & READING:
            raise NotFound(str(case_id))
        key = actor_key(actor, case_id)
        if first := seen_before(session, command.id, key, command.digest()):
            return first
        journal.write(
            session,
            f"case:{case_id}",
            "case.no-interest",
            actor,
            now=now,
            data={"case": case_id, "person": actor.person_id},
        )
        return _done(session, case, command, actor, now)

    return house.database.write(work)


def could_stay_out(session: Session, case: Case) -> tuple[Person, ...]:
    """Those who take part in the case's pool and are not locked out of it, by name."""
    out = access.locked_out(session, case.id or 0)
    found: dict[int, Person] = {}
    for role in sorted(READING):
        for person in people_with(session, role, case.pool):
            if person.id is not None and person.id not in out:
                found[person.id] = person
    return tuple(sorted(found.values(), key=lambda person: (person.name, person.id)))


@dataclass(frozen=True, slots=True)
class Left:
    """How many of the working group can take part in a case."""

    can: int
    of: int


def left(session: Session, case: Case) -> Left:
    """Members and chair, with and without those who stay out."""
    group = {
        person.id
        for role in ("member", "chair")
        for person in people_with(session, role, case.pool)
    }
    return Left(len(group - access.locked_out(session, case.id or 0)), len(group))


def _lock_out(
    session: Session,
    case: Case,
    person_id: int,
    ground: str,
    actor: Actor,
    now: datetime,
    *,
    settled: bool = False,
) -> None:
    assert case.id is not None
    recusal = Recusal(case_id=case.id, person_id=person_id, ground=ground, declared_at=now)
    session.add(recusal)
    kept_back = outbox.discard_unsent(
        session,
        case_id=case.id,
        person_id=person_id,
        reason=STOOD_OUT,
        by=actor.name,
        documents=_papers(session, case.id),
    )
    whom = people.get(session, person_id)
    journal.write(
        session,
        f"case:{case.id}",
        "case.recusal-settled" if settled else "case.recusal",
        actor,
        now=now,
        data={"case": case.id, "person": person_id}
        | ({"kept_back": kept_back} if kept_back else {}),
        personal={"ground": ground} | ({"whom": whom.name} if settled and whom is not None else {}),
    )
    meeting_papers.anew(session, recusal, now)


def _recount(
    session: Session,
    house: House,
    case: Case,
    person_id: int,
    actor: Actor,
    now: datetime,
    *,
    back: bool = False,
) -> None:
    """What it means for an open vote on the case."""
    for step in RETURNED if back else RECUSED:
        step(session, house, case, person_id, actor, now)


def _papers(session: Session, case_id: int) -> list[int]:
    """Ids of the agendas and minutes of the meetings that have the case on them."""
    meetings = select(col(AgendaItem.meeting_id)).where(col(AgendaItem.case_id) == case_id)
    return list(
        session.execute(
            select(col(MeetingPaper.document_id)).where(col(MeetingPaper.meeting_id).in_(meetings))
        ).scalars()
    )


def _text(field: str, typed: str) -> str:
    text = typed.strip()
    if not text:
        raise Invalid((AnswerFault(field, "required", {}),))
    return text


def _mine(
    session: Session, house: House, command: Command, actor: Actor
) -> tuple[Case, Result | None]:
    """The locked case, for who may settle, and the first result of a repeat."""
    case = lock(session, command.case_id)
    if not access.may_see(session, house, case, actor) or not actor.roles & SETTLES:
        raise NotFound(str(command.case_id))
    key = actor_key(actor, command.case_id)
    return case, seen_before(session, command.id, key, command.digest())


def _done(session: Session, case: Case, command: Command, actor: Actor, now: datetime) -> Result:
    activity.touch(case, actor, now)
    session.add(case)
    return done(session, case, command, actor, now)
