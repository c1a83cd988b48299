"""The mails of a written procedure. The personal link is made when the mail is, and works to the
deadline; nobody who stays out of the case is written to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pool.cases import letters, open_ballots
from pool.clock import local_day
from pool.identity import get
from pool.meetings import ballots_case as essentials
from pool.models.base import known
from pool.models.case import Case
from pool.models.identity import Person
from pool.models.meetings import Ballot
from pool.outbox import Recipient
from pool.render.words import words
from workflows.definition import Definition

TOLD = ("chair", "secretariat")
"""Who is told how a vote went: they go on with the case."""


def page(case: Case) -> dict[str, str]:
    """The page of the case's vote, for colleagues."""
    return {"path": f"/sager/{case.number}/afstemning"}


def wanted(
    session: Session,
    definition: Definition,
    case: Case,
    ballot: Ballot,
    people: Iterable[Person],
    given: Mapping[str, Any],
    free: int,
    now: datetime,
    *,
    again: int | None = None,
) -> None:
    """To everybody entitled: what the case is, what is proposed with ``given`` (values), what it
    does to the balance, and a link to vote by. ``free`` is what the pool has now. ``again``: who
    takes part once more, by the number of the event that let them."""
    applicant = letters.applicant_of(session, case)
    for person in people:
        spoken = words(person.language)
        data = _proposal(definition, case, ballot) | {
            "applicant": applicant.shown,
            "asked": case.asked,
            "essentials": essentials.lines(session, definition, case, spoken),
            "recommended": essentials.recommended(session, definition, case, spoken),
            "reasons": given.get("reasons") or None,
            "terms": [
                f"{label}: {' '.join(value.split())}"
                for label, value in essentials.terms(
                    definition,
                    ballot.action,
                    open_ballots.proposed(ballot),
                    local_day(now),
                    spoken,
                )
            ],
            "free": free,
            "left": free - (ballot.amount or 0),
            "by": ballot.opened_by,
            "until": local_day(ballot.closes_at).isoformat(),
            "needed": ballot.quorum,
            "link": _link(ballot, known(person.id)),
        }
        what = "wanted" if again is None else f"wanted:{again}"
        _put(session, definition, case, ballot, what, letters.person_recipient(person), data, now)


def reminder(
    session: Session,
    definition: Definition,
    case: Case,
    ballot: Ballot,
    people: Iterable[int],
    voted: int,
    now: datetime,
) -> None:
    """To those who have not voted, once."""
    for person_id in people:
        person = get(session, person_id)
        if person is None or not person.active:
            continue
        data = _proposal(definition, case, ballot) | {
            "until": local_day(ballot.closes_at).isoformat(),
            "voted": voted,
            "needed": ballot.quorum,
            "link": _link(ballot, person_id),
        }
        _put(
            session,
            definition,
            case,
            ballot,
            "reminder",
            letters.person_recipient(person),
            data,
            now,
        )


def result(
    session: Session,
    definition: Definition,
    case: Case,
    ballot: Ballot,
    tally: tuple[int, int, int],
    event_n: int,
    now: datetime,
) -> None:
    """To the chair, who confirms or goes on, and the secretariat. ``tally``: yes, no, abstain."""
    yes, no, abstain = tally
    data = _proposal(definition, case, ballot) | {
        "quorate": ballot.state != "not-quorate",
        "carried": ballot.state == "carried",
        "yes": yes,
        "no": no,
        "abstain": abstain,
        "needed": ballot.quorum,
        "link": page(case),
    }
    for to in _everybody(session, case, TOLD):
        _put(session, definition, case, ballot, f"result:{event_n}", to, data, now)


def alone(
    session: Session,
    definition: Definition,
    case: Case,
    ballot: Ballot,
    by: Person | None,
    reason: str,
    now: datetime,
) -> None:
    """To the members, where no agenda will tell them: the chair has decided alone, and why."""
    told = _proposal(definition, case, ballot)
    told.pop("entitled")
    data = told | {
        "by": by.name if by is not None else "",
        "reason": reason,
        "link": letters.staff_link(case),
    }
    for to in _everybody(session, case, ("member", "chair")):
        if by is None or to.person_id != by.id:
            _put(session, definition, case, ballot, "alone", to, data, now)


def _everybody(session: Session, case: Case, roles: Sequence[str]) -> list[Recipient]:
    found = {to.key: to for role in roles for to in letters.staff(session, case, role)}
    return list(found.values())


def _proposal(definition: Definition, case: Case, ballot: Ballot) -> dict[str, Any]:
    transition = definition.transition(ballot.action)
    assert transition is not None, "it was proposed under this definition"
    return letters.staff_data(definition, case) | {
        "proposal": dict(transition.label),
        "granted": ballot.amount,
        "entitled": ballot.entitled,
    }


def _link(ballot: Ballot, person_id: int) -> dict[str, str]:
    return {
        "purpose": open_ballots.PURPOSE,
        "subject": open_ballots.subject(known(ballot.id), person_id),
        "until": ballot.closes_at.isoformat(),
    }


def _put(
    session: Session,
    definition: Definition,
    case: Case,
    ballot: Ballot,
    what: str,
    to: Recipient,
    data: Mapping[str, Any],
    now: datetime,
) -> None:
    template = f"vote-{what.partition(':')[0]}"
    if not definition.sends(template):
        return
    letters.put(
        session,
        case,
        event=f"ballot:{ballot.id}:{what}",
        template=template,
        to=to,
        data=data,
        now=now,
    )
