"""Looking at a case's ballots: who has voted, and, once one is over, how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from pool.cases import access, open_ballots, tallies
from pool.cases.tallies import stands
from pool.identity.actor import Actor
from pool.meetings.ballots_ending import may_confirm
from pool.meetings.ballots_parts import CHAIR, FEATURE, VOTERS, Count, counted, is_open, votes
from pool.models.base import known
from pool.models.case import Case
from pool.models.identity import Person
from pool.models.meetings import Ballot, Vote
from workflows.definition import Definition, Text


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody entitled. ``vote`` is None for who has not voted, and while the ballot is open for
    all but the reader's own; ``voted`` is told always. ``out``: stays out of the case since the
    vote closed, and counts for nothing."""

    person_id: int
    name: str
    voted: bool
    vote: Vote | None
    out: bool = False


@dataclass(frozen=True, slots=True)
class BallotView:
    """One ballot for one reader. ``count`` is None while it is open; of a carried one that waits
    for the chair it is of those who take part in the case now, as ``entitled`` and ``needed``, and
    ``fallen`` where it is not carried any more without the others. What the reader can do now:
    ``can_vote``, ``can_close``, ``can_confirm``, ``can_decide_alone``; ``moved``: it was carried
    or too few voted, and the case has moved since."""

    ballot: Ballot
    label: Text
    voters: tuple[Voter, ...]
    own: Vote | None
    is_open: bool
    count: Count | None
    can_vote: bool
    can_close: bool
    can_confirm: bool
    can_decide_alone: bool
    moved: bool
    entitled: int
    needed: int
    fallen: bool

    @property
    def voted(self) -> int:
        return sum(one.voted for one in self.voters)


def of_case(
    session: Session, definition: Definition, case: Case, reader: Actor, now: datetime
) -> tuple[BallotView, ...]:
    """The ballots of a case the reader may see, the newest first; none for who is not of the
    working group or its secretariat (or the auditor), and no query without the feature."""
    if not definition.has(FEATURE) or not access.reads(reader.roles):
        return ()
    found = session.exec(
        select(Ballot).where(col(Ballot.case_id) == case.id).order_by(col(Ballot.number).desc())
    ).all()
    return tuple(
        _view(session, definition, case, ballot, reader, now, newest=n == 0)
        for n, ballot in enumerate(found)
    )


def _view(
    session: Session,
    definition: Definition,
    case: Case,
    ballot: Ballot,
    reader: Actor,
    now: datetime,
    *,
    newest: bool,
) -> BallotView:
    transition = definition.transition(ballot.action)
    assert transition is not None, "it was proposed under this definition"
    goes_on = newest and stands(case, ballot)
    tally = None
    if goes_on and ballot.state == "carried":
        tally = tallies.anew(session, definition, ballot)
    fallen = tally is not None and tally.state != "carried"
    out = tally.out if tally is not None else frozenset()
    cast = {vote.person_id: vote for vote in votes(session, ballot, out)}
    own = cast.get(reader.person_id or 0)
    over = ballot.state != "open"
    names = {
        known(person_id): name
        for person_id, name in session.exec(
            select(Person.id, Person.name).where(col(Person.id).in_(open_ballots.voters(ballot)))
        )
    }
    taken = is_open(ballot, now)
    return BallotView(
        ballot=ballot,
        label=transition.label,
        voters=tuple(
            Voter(
                person_id=one,
                name=names[one],
                voted=one in cast,
                vote=cast.get(one) if over or one == reader.person_id else None,
                out=one in out,
            )
            for one in sorted(names, key=lambda one: (names[one], one))
        ),
        own=own,
        is_open=taken,
        count=counted(vote.choice for vote in cast.values()) if over else None,
        can_vote=taken
        and reader.person_id in open_ballots.voters(ballot)
        and not reader.roles.isdisjoint(VOTERS),
        can_close=not over and CHAIR in reader.roles,
        can_confirm=tally is not None and not fallen and may_confirm(session, case, reader),
        can_decide_alone=goes_on and ballot.state == "not-quorate" and CHAIR in reader.roles,
        moved=newest
        and not goes_on
        and ballot.decision_id is None
        and ballot.state in ("carried", "not-quorate"),
        entitled=tally.entitled if tally is not None else ballot.entitled,
        needed=tally.quorum if tally is not None else ballot.quorum,
        fallen=fallen,
    )
