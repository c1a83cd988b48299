"""What follows when a ballot is over: the chair confirms what was carried; or, where too few voted
and it cannot wait, decides alone, says why, and the next agenda tells the group.

Amounts are øre, moments UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

import pool.journal as journal
from pool.cases import access, open_ballots, tallies
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import fire_in
from pool.cases.house import House
from pool.cases.tallies import stands
from pool.clock import local_day
from pool.identity import get, people_with
from pool.identity.actor import Actor
from pool.meetings import ballots_mails as mails
from pool.meetings.ballots import CHAIR, NotNow, locked, votes
from pool.meetings.carrying import carry
from pool.models.base import known
from pool.models.case import Case, Recusal
from pool.models.identity import Person
from pool.models.meetings import Ballot
from workflows import values
from workflows.definition import Definition
from workflows.questions import AnswerFault

LONGEST = 2000
"""Characters of why the chair decides alone."""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Make the decision that was carried."""

    id: str
    ballot_id: int
    state_version: int


@dataclass(frozen=True, slots=True)
class Alone:
    """Decide what was proposed although too few voted. ``why`` it cannot wait."""

    id: str
    ballot_id: int
    state_version: int
    why: str


def may_confirm(session: Session, case: Case, actor: Actor) -> bool:
    """The chair confirms; the secretariat where every chair stays out of the case, or there is
    none: the group has decided, and somebody must write it down."""
    if CHAIR in actor.roles:
        return True
    if "secretariat" not in actor.roles:
        return False
    out = access.locked_out(session, known(case.id))
    return all(chair.id in out for chair in people_with(session, CHAIR, case.pool))


def confirm(house: House, command: Confirm, actor: Actor, now: datetime) -> Result:
    """Fire the decision that was carried, recorded as made in writing by those who voted, on the
    day the vote ended.

    Counted anew without who has been locked out since it closed: their vote counts for nothing
    (forvaltningsloven §§3-6). Raises :class:`NotFound`, :class:`NotNow` (``not-carried``,
    ``recount``, ``moved``, ``done``) and whatever ``pool.cases.fire`` does.
    """

    def work(session: Session) -> Result:
        case, ballot = locked(session, command.ballot_id)
        if not access.may_see(session, house, case, actor):
            raise NotFound(str(command.ballot_id))
        if not may_confirm(session, case, actor):
            raise NotFound(str(command.ballot_id))
        if ballot.state != "carried":
            raise NotNow("not-carried")
        given = open_ballots.proposed(ballot) | {"record": record(session, case, ballot)}
        if stands(case, ballot):
            definition = house.definitions.version(session, case.pool, case.definition_version)
            if tallies.anew(session, definition, ballot).state != "carried":
                raise NotNow("recount")
        return _decided(session, house, case, ballot, command, given, actor, now)

    return house.database.write(work)


def decide_alone(house: House, command: Alone, actor: Actor, now: datetime) -> Result:
    """The chair decides what too few voted on, and says why it cannot wait. The next meeting's
    agenda carries it; in a pool without meetings the members are told by mail.

    Raises :class:`Invalid` (field ``why``), :class:`NotFound`, :class:`NotNow` (``not-short``,
    ``moved``, ``done``) and whatever ``pool.cases.fire`` does.
    """
    try:
        why = values.lines(command.why, LONGEST)
    except values.Bad as bad:
        raise Invalid((AnswerFault("why", bad.code, bad.params),)) from bad
    if not why:
        raise Invalid((AnswerFault("why", "required", {}),))

    def work(session: Session) -> Result:
        case, ballot = locked(session, command.ballot_id)
        if not access.may_see(session, house, case, actor) or CHAIR not in actor.roles:
            raise NotFound(str(command.ballot_id))
        if ballot.state != "not-quorate":
            raise NotNow("not-short")
        given = open_ballots.proposed(ballot) | {"note": why}
        result = _decided(session, house, case, ballot, command, given, actor, now)
        if not result.repeated:
            definition = house.definitions.version(session, case.pool, case.definition_version)
            _told(session, definition, case, ballot, why, actor, now)
        return result

    return house.database.write(work)


def _decided(
    session: Session,
    house: House,
    case: Case,
    ballot: Ballot,
    command: Confirm | Alone,
    given: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Result:
    wish = Command(
        id=command.id,
        case_id=ballot.case_id,
        action=ballot.action,
        state_version=command.state_version,
        inputs=given,
        ballot_id=ballot.id,
    )
    stood, done = stands(case, ballot), ballot.decision_id is not None
    result = fire_in(session, house, wish, actor, now)
    if result.repeated:
        return result
    if not stood:
        raise NotNow("done" if done else "moved")
    session.refresh(case)
    ballot.decision_id = case.decision_id
    session.add(ballot)
    session.flush()
    return result


def _told(
    session: Session,
    definition: Definition,
    case: Case,
    ballot: Ballot,
    why: str,
    actor: Actor,
    now: datetime,
) -> None:
    journal.write(
        session,
        f"case:{case.id}",
        "case.ballot-alone",
        actor,
        now=now,
        data={"case": case.id, "ballot": ballot.id, "decision": ballot.decision_id},
        personal={"reason": why},
    )
    if definition.has("meetings"):
        carry(session, ballot.case_id, why, now)
    else:
        by = get(session, actor.person_id) if actor.person_id is not None else None
        mails.alone(session, definition, case, ballot, by, why, now)


def record(session: Session, case: Case, ballot: Ballot) -> dict[str, Any]:
    """How the group decided, as ``workflows.inputs`` takes it: in writing, on the day the vote
    ended, by who voted and without who stayed out. The ballot is its own evidence."""
    assert ballot.closed_at is not None, "a CHECK"
    out = session.exec(
        select(Person.name)
        .join(Recusal, col(Recusal.person_id) == col(Person.id))
        .where(col(Recusal.case_id) == case.id, access.standing())
        .order_by(col(Recusal.id))
    )
    locked_out = access.locked_out(session, ballot.case_id)
    return {
        "made_on": local_day(ballot.closed_at),
        "made_where": "written",
        "took_part": "\n".join(vote.name for vote in votes(session, ballot, locked_out)),
        "stayed_out": "\n".join(out),
        "evidence": [f"ballot:{ballot.id}"],
    }
