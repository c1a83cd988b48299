"""Written votes as tests hold them: a case ready to be voted on, and what people do with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from pool import journal
from pool.cases.commands import Result
from pool.identity.actor import SYSTEM
from pool.meetings import ballots, ballots_ending
from pool.models.meetings import Ballot, Vote
from pool.models.outbox import Message
from tests.support.district import POOL, apply, to_recommended
from tests.support.house import World

MEMBERS = ("karim", "jens", "amina")
"""Those who can vote."""


def ready(world: World, **changed: Any) -> int:
    """A case that could be decided; its id."""
    case_id = apply(world, **changed)
    to_recommended(world, case_id)
    return case_id


def propose(
    world: World, case_id: int, action: str = "grant", *, who: str = "sofie", closes: str = "",
    **given: Any,
) -> int:  # fmt: skip
    """A ballot on the case; its id."""
    wish = ballots.Propose(
        id=world.new_id(),
        case_id=case_id,
        action=action,
        state_version=world.case(case_id).state_version,
        given=given,
        closes_on=closes,
    )
    return ballots.propose(world.house, wish, world.actor(who, POOL), world.now)


def vote(
    world: World, ballot_id: int, who: str, choice: str, *, comment: str = "", via: str = "page"
) -> Result:
    wish = ballots.Cast(world.new_id(), ballot_id, choice, comment, via)
    return ballots.cast(world.house, wish, world.actor(who, POOL), world.now)


def close(world: World, ballot_id: int, who: str | None = None) -> str:
    """By the chair, or (None) by the program."""
    actor = SYSTEM if who is None else world.actor(who, POOL)
    return ballots.close(world.house, ballot_id, actor, world.now)


def confirm(world: World, ballot_id: int, who: str = "karim", version: int | None = None) -> Result:
    seen = ballot(world, ballot_id)
    stands = world.case(seen.case_id).state_version if version is None else version
    wish = ballots_ending.Confirm(world.new_id(), ballot_id, stands)
    return ballots_ending.confirm(world.house, wish, world.actor(who, POOL), world.now)


def alone(world: World, ballot_id: int, why: str, who: str = "karim") -> Result:
    stands = world.case(ballot(world, ballot_id).case_id).state_version
    wish = ballots_ending.Alone(world.new_id(), ballot_id, stands, why)
    return ballots_ending.decide_alone(world.house, wish, world.actor(who, POOL), world.now)


def ballot(world: World, ballot_id: int) -> Ballot:
    with world.database.read() as session:
        return session.get_one(Ballot, ballot_id)


def votes(world: World, ballot_id: int) -> dict[str, str]:
    with world.database.read() as session:
        rows = session.exec(select(Vote).where(col(Vote.ballot_id) == ballot_id)).all()
        return {one.name: one.choice for one in rows}


def events(world: World, case_id: int) -> list[str]:
    """The kinds of the case's events that are about the vote."""
    with world.database.read() as session:
        return [
            event.kind.removeprefix("case.")
            for event in journal.read(session, f"case:{case_id}")
            if event.kind.startswith(("case.ballot", "case.vote"))
        ]


def mails(world: World, template: str) -> list[Message]:
    with world.database.read() as session:
        return list(
            session.exec(
                select(Message).where(col(Message.template) == template).order_by(col(Message.id))
            )
        )


def at(world: World, moment: datetime, **later: float) -> None:
    """It is ``moment`` now, and ``later``."""
    world.now = moment + timedelta(**later)
