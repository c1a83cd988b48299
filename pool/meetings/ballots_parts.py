"""What every step of a written procedure needs: the ballot under its case's lock, who may vote,
and the votes that count."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from pool.cases import access, open_ballots
from pool.cases.errors import CaseError, NotFound
from pool.cases.fire import lock
from pool.cases.house import House
from pool.cases.tallies import CHOICES, Count, count, counted, outcome, votes
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.models.meetings import Ballot

__all__ = [
    "CHAIR",
    "CHOICES",
    "FEATURE",
    "VOTERS",
    "Count",
    "NotNow",
    "count",
    "counted",
    "digest",
    "is_open",
    "locked",
    "may_vote",
    "outcome",
    "votes",
]

FEATURE = open_ballots.FEATURE
VOTERS = ("member", "chair")
"""Roles of those who vote."""
CHAIR = "chair"


class NotNow(CaseError):
    """What was asked for cannot be done with the ballot as it is. ``code``: ``closed`` (or its
    time is up), ``open`` (another is open), ``nobody`` (no member may vote), ``not-carried``,
    ``recount`` (not carried any more, without who stays out now), ``not-short`` (it was quorate),
    ``moved`` (the case is not where it was voted on), ``done``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def digest(command: Any) -> str:
    """sha256 of a command's contents; the version seen is left out, as in the casework."""
    contents = asdict(command) | {"id": type(command).__name__, "state_version": None}
    body = json.dumps(contents, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(body.encode()).hexdigest()


def locked(session: Session, ballot_id: int) -> tuple[Case, Ballot]:
    """The ballot with its case, whose lock is taken first. Raises :class:`NotFound`."""
    case_id = session.exec(select(Ballot.case_id).where(col(Ballot.id) == ballot_id)).first()
    if case_id is None:
        raise NotFound(str(ballot_id))
    case = lock(session, case_id)
    return case, session.get_one(Ballot, ballot_id, populate_existing=True)


def is_open(ballot: Ballot, now: datetime) -> bool:
    """Whether votes are taken: it is open, and its time is not up."""
    return ballot.state == "open" and now < ballot.closes_at


def may_vote(session: Session, house: House, case: Case, ballot: Ballot, actor: Actor) -> bool:
    """Whether ``actor``, with the roles held now, is one of those the ballot is for."""
    return (
        actor.person_id in open_ballots.voters(ballot)
        and not actor.roles.isdisjoint(VOTERS)
        and access.may_see(session, house, case, actor)
    )
