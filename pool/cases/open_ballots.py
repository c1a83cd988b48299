"""What the casework must know of a written procedure (feature ``votes``): whether one is open on a
case, and that it ends when the case moves away.

Opening, voting and closing are ``pool.meetings.ballots``; how a vote went, ``pool.cases.tallies``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, select

import pool.journal as journal
from pool.cases import letters
from pool.cases.tallies import voters as voters
from pool.identity import get, tokens
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.case import Case
from pool.models.meetings import Ballot
from pool.models.outbox import Message
from pool.outbox.taking_back import take_back
from workflows.definition import Definition
from workflows.planning import Plan

FEATURE = "votes"
PURPOSE: Final = "vote"
"""Of the personal links to vote by."""
NEWS = frozenset({"hear", "hearing-answer"})
"""Effects that bring new facts to a case: a vote given before them was about something else."""


def subject(ballot_id: int, person_id: int) -> str:
    """What one member's link opens."""
    return f"ballot:{ballot_id}:person:{person_id}"


def proposed(ballot: Ballot) -> dict[str, Any]:
    """What the action is proposed with: the transition's inputs, as they were typed."""
    return dict(ballot.inputs.get("given") or {})


def stored(given: Mapping[str, Any], people: tuple[int, ...]) -> dict[str, Any]:
    """What stands in the ballot's row."""
    return {"given": dict(given), "voters": list(people)}


def open_of(session: Session, case_id: int) -> Ballot | None:
    """The open ballot of the case."""
    return session.exec(
        select(Ballot).where(col(Ballot.case_id) == case_id, col(Ballot.state) == "open")
    ).one_or_none()


def after_move(
    session: Session,
    definition: Definition,
    case: Case,
    planned: Plan,
    actor: Actor,
    now: datetime,
) -> None:
    """The (locked) case has moved as ``planned``: a vote on it that is open stops where the case
    is elsewhere now, or there are new facts. Asks nothing in a pool without the feature."""
    if not definition.has(FEATURE):
        return
    if planned.to_state == planned.from_state and not NEWS & set(planned.effects):
        return
    ballot = open_of(session, known(case.id))
    if ballot is not None:
        stop(session, definition, case, ballot, planned.action, actor, now)


def stop(
    session: Session,
    definition: Definition,
    case: Case,
    ballot: Ballot,
    because: str,
    actor: Actor,
    now: datetime,
) -> None:
    """End a vote without a result and tell those who were to vote. ``because``: the move's key."""
    ballot.state, ballot.closed_at = "stopped", now
    session.add(ballot)
    session.flush()
    event = journal.write(
        session,
        f"case:{case.id}",
        "case.ballot-stopped",
        actor,
        now=now,
        data={"case": case.id, "ballot": ballot.id, "because": because},
    )
    take_back(
        session,
        case_id=known(case.id),
        events=_asking(session, case, ballot),
        reason=because,
        by=actor.name,
    )
    for person_id in voters(ballot):
        tokens.revoke_all(session, PURPOSE, subject(known(ballot.id), person_id), now)
        person = get(session, person_id)
        if person is None or not person.active or person_id == actor.person_id:
            continue
        if not definition.sends("vote-stopped"):
            continue
        letters.put(
            session,
            case,
            event=f"case:{case.id}:{event.n}",
            template="vote-stopped",
            to=letters.person_recipient(person),
            data=letters.staff_data(definition, case) | {"link": letters.staff_link(case)},
            now=now,
        )


def _asking(session: Session, case: Case, ballot: Ballot) -> list[str]:
    """Events of the messages that ask for a vote, also of who was asked later than the others."""
    return list(
        session.exec(
            select(Message.event)
            .where(
                col(Message.case_id) == case.id,
                col(Message.template).in_(("vote-wanted", "vote-reminder")),
                col(Message.event).startswith(f"ballot:{ballot.id}:"),
            )
            .distinct()
        )
    )
