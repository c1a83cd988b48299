"""Written procedure (feature ``votes``): a decision is proposed between two meetings, the members
vote on it, and when enough of them are for it the chair confirms (``ballots_ending``).

Who may vote is settled when a ballot is opened: the members and the chair who take part in the
case. How somebody votes is shown to nobody while it is open, so that it is not closed when it
suits; that they have voted is. Every write takes the case's lock; a vote that comes after the
close is refused by the database too (``record:ballot-closed``). Amounts are øre, moments UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

import pool.journal as journal
from pool.cases import access, activity, open_ballots
from pool.cases.commands import Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, remember, seen_before
from pool.cases.house import House
from pool.identity.actor import SYSTEM, Actor
from pool.meetings import ballots_mails as mails
from pool.meetings.ballots_opening import (
    CLOSE,
    OPENERS,
    REMIND,
    Propose,
    entitled,
    last_day,
    propose,
)
from pool.meetings.ballots_parts import (
    CHAIR,
    CHOICES,
    FEATURE,
    VOTERS,
    Count,
    NotNow,
    count,
    counted,
    digest,
    is_open,
    locked,
    may_vote,
    outcome,
    votes,
)
from pool.migrations.guards import refusal
from pool.models.base import known
from pool.models.case import Case
from pool.models.meetings import Ballot, Vote
from workflows import values
from workflows.questions import AnswerFault

__all__ = [
    "CHAIR",
    "CHOICES",
    "CLOSE",
    "FEATURE",
    "OPENERS",
    "REMIND",
    "VOTERS",
    "Cast",
    "Count",
    "NotNow",
    "Propose",
    "cast",
    "close",
    "close_due",
    "close_if_all_voted",
    "count",
    "counted",
    "entitled",
    "is_open",
    "last_day",
    "locked",
    "may_vote",
    "outcome",
    "propose",
    "remind_due",
    "votes",
]

LONGEST = 2000
"""Characters of a vote's comment."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One member's vote, or their changed one. ``via``: ``page`` or ``mail``."""

    id: str
    ballot_id: int
    choice: str
    comment: str = ""
    via: str = "page"


def cast(house: House, command: Cast, actor: Actor, now: datetime) -> Result:
    """Vote, or change one's vote. When the last one entitled has voted the ballot closes.

    Raises :class:`NotFound` for who is not entitled (any more), :class:`NotNow` (``closed``),
    :class:`Invalid` (fields ``choice``, ``comment``).
    """

    def work(session: Session) -> Result:
        case, ballot = locked(session, command.ballot_id)
        case_id = known(case.id)
        key = actor_key(actor, case_id)
        if not may_vote(session, house, case, ballot, actor):
            raise NotFound(str(command.ballot_id))
        if first := seen_before(session, command.id, key, digest(command)):
            return first
        if not is_open(ballot, now):
            raise NotNow("closed")
        comment = _comment(command)
        vote = session.exec(
            select(Vote).where(
                col(Vote.ballot_id) == ballot.id, col(Vote.person_id) == actor.person_id
            )
        ).one_or_none()
        changed = vote is not None
        if vote is None:
            vote = Vote(ballot_id=known(ballot.id), person_id=actor.person_id or 0, name=actor.name,
                        choice="abstain", via="page", cast_at=now)  # fmt: skip
        vote.name, vote.choice, vote.comment = actor.name, command.choice, comment
        vote.via, vote.cast_at = command.via, now
        session.add(vote)
        try:
            session.flush()
        except DBAPIError as error:
            if refusal(error) == "record:ballot-closed":
                raise NotNow("closed") from error
            raise
        journal.write(
            session,
            f"case:{case_id}",
            "case.vote",
            actor,
            now=now,
            data={
                "case": case_id,
                "ballot": ballot.id,
                "choice": command.choice,
                "via": command.via,
                "again": changed,
            },
            personal={"vote": comment},
        )
        activity.touch(case, actor, now)
        session.add(case)
        result = Result(case_id, case.number, case.state, case.state_version, "vote")
        remember(session, command.id, key, digest(command), result, now)
        close_if_all_voted(session, house, case, ballot, now)
        return result

    return house.database.write(work)


def _comment(command: Cast) -> str:
    faults = []
    if command.choice not in CHOICES:
        faults.append(AnswerFault("choice", "required-choice", {}))
    try:
        comment = values.lines(command.comment, LONGEST)
    except values.Bad as bad:
        faults.append(AnswerFault("comment", bad.code, bad.params))
    if faults:
        raise Invalid(tuple(faults))
    return comment


def close(house: House, ballot_id: int, actor: Actor, now: datetime) -> str:
    """Close an open ballot: the chair at any time, the program when its time is up or all have
    voted. Returns the state it has then; one that is closed already is left as it is. Raises
    :class:`NotFound`, and :class:`NotNow` (``open``) where it is too early for the program."""

    def work(session: Session) -> str:
        case, ballot = locked(session, ballot_id)
        if actor.kind != "system" and (
            not access.may_see(session, house, case, actor) or CHAIR not in actor.roles
        ):
            raise NotFound(str(ballot_id))
        if ballot.state != "open":
            return ballot.state
        waits = now < ballot.closes_at and count(session, ballot).voted < ballot.entitled
        if actor.kind == "system" and waits:
            raise NotNow("open")
        _close(session, house, case, ballot, actor, now)
        return ballot.state

    return house.database.write(work)


def close_if_all_voted(
    session: Session, house: House, case: Case, ballot: Ballot, now: datetime
) -> None:
    """Close the (locked, open) ballot where nobody is left to wait for."""
    if count(session, ballot).voted == ballot.entitled:
        _close(session, house, case, ballot, SYSTEM, now)


def _close(
    session: Session, house: House, case: Case, ballot: Ballot, actor: Actor, now: datetime
) -> None:
    definition = house.definitions.version(session, case.pool, case.definition_version)
    found = count(session, ballot)
    ballot.state = outcome(definition, ballot.quorum, found)
    ballot.closed_at = now
    session.add(ballot)
    session.flush()
    event = journal.write(
        session,
        f"case:{case.id}",
        f"case.ballot-{ballot.state}",
        actor,
        now=now,
        data={
            "case": case.id,
            "ballot": ballot.id,
            "yes": found.yes,
            "no": found.no,
            "abstain": found.abstain,
            "entitled": ballot.entitled,
            "quorum": ballot.quorum,
        },
    )
    activity.touch(case, actor, now)
    session.add(case)
    tally = (found.yes, found.no, found.abstain)
    mails.result(session, definition, case, ballot, tally, event.n, now)


def remind_due(house: House, payload: Mapping[str, Any], now: datetime) -> bool:
    """The job of the day before: a mail to those who have not voted. Always done."""

    def work(session: Session) -> bool:
        case, ballot = locked(session, int(payload["ballot"]))
        if is_open(ballot, now):
            definition = house.definitions.version(session, case.pool, case.definition_version)
            cast_by = {vote.person_id for vote in votes(session, ballot)}
            left = [one for one in open_ballots.voters(ballot) if one not in cast_by]
            mails.reminder(session, definition, case, ballot, left, len(cast_by), now)
        return True

    return house.database.write(work)


def close_due(house: House, payload: Mapping[str, Any], now: datetime) -> bool:
    """The job at the deadline. Always done."""
    close(house, int(payload["ballot"]), SYSTEM, now)
    return True
