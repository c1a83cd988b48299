"""How a written vote went, and whether it still holds: what the rules and the pages ask.

Who stays out of a case takes part in nothing of it (forvaltningsloven §§3-6): until a carried
vote is confirmed it is counted anew without those who have been locked out since it closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from pool.cases import access
from pool.models.case import Case
from pool.models.meetings import Ballot, Vote
from workflows.definition import Definition

CHOICES = ("yes", "no", "abstain")


@dataclass(frozen=True, slots=True)
class Count:
    """The votes that count: of those who are entitled now."""

    yes: int = 0
    no: int = 0
    abstain: int = 0

    @property
    def voted(self) -> int:
        return self.yes + self.no + self.abstain


@dataclass(frozen=True, slots=True)
class Tally:
    """A vote counted: of how many entitled, how many had to vote, and the outcome of that.
    ``out``: who voted or could have, and stays out of the case now."""

    count: Count
    entitled: int
    quorum: int
    state: str
    out: frozenset[int] = frozenset()


def voters(ballot: Ballot) -> tuple[int, ...]:
    """Person ids of those entitled: as they were when it was opened, without who stayed out of
    the case while it was open."""
    return tuple(int(one) for one in ballot.inputs.get("voters") or ())


def votes(session: Session, ballot: Ballot, without: Collection[int] = ()) -> list[Vote]:
    """The votes that count, in the order they were first cast."""
    return list(
        session.exec(
            select(Vote)
            .where(
                col(Vote.ballot_id) == ballot.id,
                col(Vote.person_id).in_([one for one in voters(ballot) if one not in without]),
            )
            .order_by(col(Vote.id))
        )
    )


def count(session: Session, ballot: Ballot, without: Collection[int] = ()) -> Count:
    """The votes that count, by choice."""
    return counted(vote.choice for vote in votes(session, ballot, without))


def counted(choices: Iterable[str]) -> Count:
    """So many of each."""
    found = list(choices)
    return Count(*(sum(one == choice for one in found) for choice in CHOICES))


def outcome(definition: Definition, quorum: int, found: Count) -> str:
    """``carried``, ``lost`` or ``not-quorate``, by the pool's rules. Abstentions count for the
    quorum and for neither side."""
    assert definition.votes is not None, "a ballot was opened"
    if found.voted < quorum:
        return "not-quorate"
    return "carried" if definition.votes.carried(found.yes, found.no) else "lost"


def anew(session: Session, definition: Definition, ballot: Ballot) -> Tally:
    """Counted now, without those who stay out of the case now."""
    assert definition.votes is not None, "a ballot was opened"
    out = access.locked_out(session, ballot.case_id) & set(voters(ballot))
    found = count(session, ballot, out)
    entitled, quorum = ballot.entitled, ballot.quorum
    if out:
        entitled = len(voters(ballot)) - len(out)
        quorum = definition.votes.needed(entitled)
    return Tally(found, entitled, quorum, outcome(definition, quorum, found), out)


def stands(case: Case, ballot: Ballot) -> bool:
    """Whether the case is as it was when the vote ended, and nothing came of it yet: else it was
    about something else."""
    return (
        ballot.decision_id is None
        and ballot.closed_at is not None
        and case.changed_at <= ballot.closed_at
    )


def newest(session: Session, case_id: int) -> Ballot | None:
    """The case's last ballot, in whatever state."""
    return session.exec(
        select(Ballot)
        .where(col(Ballot.case_id) == case_id)
        .order_by(col(Ballot.number).desc())
        .limit(1)
    ).first()


def failed(session: Session, definition: Definition, case: Case) -> bool:
    """The group was asked about the case as it is now, and did not carry it: the newest ballot was
    lost or too few voted, or so it is without those who stay out now."""
    ballot = newest(session, case.id or 0)
    if ballot is None or not stands(case, ballot):
        return False
    if ballot.state == "carried":
        return anew(session, definition, ballot).state != "carried"
    return ballot.state in ("lost", "not-quorate")
