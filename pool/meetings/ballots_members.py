"""What an open vote makes of somebody who stays out of the case from now on, or takes part in it
again (forvaltningsloven §§3-6). How many must vote is counted anew, in the same unit."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

import pool.journal as journal
from pool.cases import activity, facts
from pool.cases.house import House
from pool.cases.open_ballots import FEATURE, PURPOSE, open_of, proposed, stored, subject, voters
from pool.clock import local_day
from pool.identity import tokens
from pool.identity.actor import Actor
from pool.journal import EventView
from pool.meetings import ballots_mails as mails
from pool.meetings.ballots import close_if_all_voted, entitled, is_open
from pool.models.base import known
from pool.models.case import Case
from pool.models.meetings import Ballot
from workflows.definition import Definition
from workflows.inputs import check_inputs


def recused(
    session: Session, house: House, case: Case, person_id: int, actor: Actor, now: datetime
) -> None:
    """``person_id`` stays out of the (locked) case: in an open vote their vote does not count and
    their link works no more. Where all the others have voted it closes."""
    found = _open(session, house, case)
    if found is None or person_id not in voters(found[1]):
        return
    definition, ballot = found
    left = tuple(one for one in voters(ballot) if one != person_id)
    tokens.revoke_all(session, PURPOSE, subject(known(ballot.id), person_id), now)
    _recount(session, definition, case, ballot, left, ("recount", person_id), actor, now)
    close_if_all_voted(session, house, case, ballot, now)


def returned(
    session: Session, house: House, case: Case, person_id: int, actor: Actor, now: datetime
) -> None:
    """``person_id`` takes part in the (locked) case again: in an open vote they are entitled, a
    vote they had cast counts again and can be changed, and they are sent a new link."""
    found = _open(session, house, case)
    if found is None or person_id in voters(found[1]) or not is_open(found[1], now):
        return
    person = next((one for one in entitled(session, case) if one.id == person_id), None)
    if person is None:
        return
    definition, ballot = found
    people = (*voters(ballot), person_id)
    event = _recount(session, definition, case, ballot, people, ("back", person_id), actor, now)
    checked = check_inputs(
        definition, ballot.action, proposed(ballot), today=local_day(now), voted=True
    )
    free = facts.gather(session, definition, case, now).free
    mails.wanted(
        session, definition, case, ballot, [person], checked.values, free, now, again=event.n
    )


def _open(session: Session, house: House, case: Case) -> tuple[Definition, Ballot] | None:
    definition = house.definitions.version(session, case.pool, case.definition_version)
    if not definition.has(FEATURE) or definition.votes is None:
        return None
    ballot = open_of(session, known(case.id))
    return (definition, ballot) if ballot is not None else None


def _recount(
    session: Session,
    definition: Definition,
    case: Case,
    ballot: Ballot,
    people: tuple[int, ...],
    what: tuple[str, int],
    actor: Actor,
    now: datetime,
) -> EventView:
    assert definition.votes is not None, "a ballot was opened"
    ballot.inputs = stored(proposed(ballot), people)
    ballot.entitled, ballot.quorum = len(people), definition.votes.needed(len(people))
    session.add(ballot)
    event = journal.write(
        session,
        f"case:{case.id}",
        f"case.ballot-{what[0]}",
        actor,
        now=now,
        data={
            "case": case.id,
            "ballot": ballot.id,
            "person": what[1],
            "entitled": ballot.entitled,
            "quorum": ballot.quorum,
        },
    )
    activity.touch(case, actor, now)
    session.add(case)
    session.flush()
    return event
