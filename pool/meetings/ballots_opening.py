"""Opening a ballot: what is proposed, until when, and who may vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

import pool.journal as journal
from pool import schedule
from pool.cases import access, activity, facts, open_ballots
from pool.cases.commands import Result
from pool.cases.errors import Invalid, NotFound, Refused, Stale
from pool.cases.fire import actor_key, lock, remember, seen_before
from pool.cases.house import House
from pool.clock import COPENHAGEN, local_day
from pool.identity import people_with
from pool.identity.actor import Actor
from pool.meetings import ballots_mails as mails
from pool.meetings.ballots_parts import CHAIR, FEATURE, VOTERS, NotNow, digest
from pool.models.base import known
from pool.models.case import Case
from pool.models.identity import Person
from pool.models.meetings import Ballot
from workflows import values
from workflows.calendar import add_working_days, end_of_day_utc, is_working_day
from workflows.definition import Definition
from workflows.explain import explain
from workflows.facts import Who
from workflows.inputs import check_inputs
from workflows.planning import plan
from workflows.questions import AnswerFault

OPENERS = frozenset({"secretariat", "chair"})
"""Who proposes."""
CLOSE, REMIND = "ballot-close", "ballot-remind"
"""Kinds of the jobs that are due once."""
STEP = "ballot:"
"""Begins the remembered result of a proposal, before its ballot's number in the case."""
REMIND_AT = time(8, 0)
"""Copenhagen's clock, on the last working day before the one it closes on."""


@dataclass(frozen=True, slots=True)
class Propose:
    """Put a decision to the vote. ``given``: the transition's inputs as typed, without the record;
    ``closes_on``: the last day, as typed, empty for the pool's own number of working days."""

    id: str
    case_id: int
    action: str
    state_version: int | None
    given: Mapping[str, Any] = field(default_factory=dict)
    closes_on: str = ""


def entitled(session: Session, case: Case) -> list[Person]:
    """Active members and chairs of the case's pool who do not stay out of it, by name."""
    out = access.locked_out(session, known(case.id))
    found = {one.id: one for role in VOTERS for one in people_with(session, role, case.pool)}
    return sorted(
        (one for one in found.values() if one.id not in out), key=lambda p: (p.name, p.id)
    )


def last_day(definition: Definition, today: date) -> date:
    """The day a vote that is opened today closes on, where nothing else is said."""
    assert definition.votes is not None, "the caller asked for the feature"
    return add_working_days(today, max(1, definition.votes.days))


def propose(house: House, command: Propose, actor: Actor, now: datetime) -> int:
    """Open a ballot and send everybody entitled their link; its id.

    Raises :class:`NotFound`, :class:`Stale`, :class:`NotNow`, :class:`Invalid` (faults of what was
    typed; field ``closes_on`` besides the action's), :class:`Refused` where the chair could not
    decide so now.
    """

    def work(session: Session) -> int:
        case = lock(session, command.case_id)
        key = actor_key(actor, command.case_id)
        if not access.may_see(session, house, case, actor) or not actor.roles & OPENERS:
            raise NotFound(str(command.case_id))
        if first := seen_before(session, command.id, key, digest(command)):
            number = int(first.action.removeprefix(STEP))
            return known(
                session.exec(
                    select(Ballot.id).where(
                        col(Ballot.case_id) == case.id, col(Ballot.number) == number
                    )
                ).one()
            )
        if command.state_version is not None and command.state_version != case.state_version:
            raise Stale(command.case_id, command.state_version, case.state_version)
        definition = house.definitions.version(session, case.pool, case.definition_version)
        ballot = _opened(session, definition, case, command, actor, now)
        step = f"{STEP}{ballot.number}"
        result = Result(command.case_id, case.number, case.state, case.state_version, step)
        remember(session, command.id, key, digest(command), result, now)
        return known(ballot.id)

    return house.database.write(work)


def _opened(
    session: Session,
    definition: Definition,
    case: Case,
    command: Propose,
    actor: Actor,
    now: datetime,
) -> Ballot:
    transition = definition.transition(command.action)
    if not definition.has(FEATURE) or definition.votes is None:
        raise NotFound(str(case.id))
    if transition is None or transition.outcome is None:
        raise NotFound(command.action)
    gathered = facts.gather(session, definition, case, now)
    as_chair = Who(actor.person_id, frozenset({CHAIR}))
    allowed = explain(definition, gathered, command.action, as_chair)
    if not allowed.allowed:
        raise Refused(allowed)
    if open_ballots.open_of(session, known(case.id)) is not None:
        raise NotNow("open")
    given = {name: value for name, value in command.given.items() if name != "record"}
    checked = check_inputs(definition, command.action, given, today=local_day(now))
    closes_on, faults = _closing_day(definition, command.closes_on, local_day(now))
    if checked.faults or faults:
        raise Invalid((*checked.faults, *faults))
    allowed = explain(definition, gathered, command.action, as_chair, checked.values)
    if not allowed.allowed:
        raise Refused(allowed)
    people = entitled(session, case)
    if not people:
        raise NotNow("nobody")
    ballot = Ballot(
        case_id=known(case.id),
        number=1 + _how_many(session, known(case.id)),
        action=command.action,
        amount=plan(definition, gathered, command.action, checked.values, now).amount,
        inputs=open_ballots.stored(given, tuple(known(one.id) for one in people)),
        quorum=definition.votes.needed(len(people)),
        entitled=len(people),
        majority=definition.votes.majority,
        closes_at=end_of_day_utc(closes_on),
        opened_at=now,
        opened_by=actor.name,
    )
    session.add(ballot)
    session.flush()
    journal.write(
        session,
        f"case:{case.id}",
        "case.ballot",
        actor,
        now=now,
        data={
            "case": case.id,
            "ballot": ballot.id,
            "action": ballot.action,
            "amount": ballot.amount,
            "closes_on": closes_on,
            "voters": open_ballots.voters(ballot),
            "quorum": ballot.quorum,
        },
        personal={"reasons": str(checked.values.get("reasons") or "")},
    )
    activity.touch(case, actor, now)
    session.add(case)
    mails.wanted(session, definition, case, ballot, people, checked.values, gathered.free, now)
    _due(session, ballot, closes_on, now)
    return ballot


def _how_many(session: Session, case_id: int) -> int:
    return session.exec(
        select(func.count()).select_from(Ballot).where(col(Ballot.case_id) == case_id)
    ).one()


def _closing_day(
    definition: Definition, typed: str, today: date
) -> tuple[date, tuple[AnswerFault, ...]]:
    usual = last_day(definition, today)
    if not typed.strip():
        return usual, ()
    try:
        day = values.day(typed)
    except values.Bad as bad:
        return usual, (AnswerFault("closes_on", bad.code, bad.params),)
    if day <= today:
        first = {"day": today + timedelta(days=1)}
        return usual, (AnswerFault("closes_on", "date-before", first),)
    return day, ()


def _due(session: Session, ballot: Ballot, closes_on: date, now: datetime) -> None:
    payload = {"ballot": ballot.id}
    schedule.ensure(session, f"{CLOSE}:{ballot.id}", ballot.closes_at, CLOSE, payload)
    before = closes_on - timedelta(days=1)
    while not is_working_day(before):
        before -= timedelta(days=1)
    at = datetime.combine(before, REMIND_AT, COPENHAGEN)
    if at > now:
        schedule.ensure(session, f"{REMIND}:{ballot.id}", at, REMIND, payload)
