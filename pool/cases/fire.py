"""The only writer of a case's state.

One unit of work: lock the case → command seen before? its first result → compare the version the
page was made from → explain → effects (money, children) → state → journal → letters and notices →
deadlines. All or nothing; nothing here touches a file, a PDF, a password hash or the network.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import (
    access,
    activity,
    deadlines,
    effects_hearing,
    facts,
    facts_money,
    notices,
    open_ballots,
)
from pool.cases.all_effects import EFFECTS
from pool.cases.commands import Command, Result
from pool.cases.effects import Firing
from pool.cases.errors import CommandReused, Invalid, NotFound, Refused, Stale
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.models.command import Command as CommandRow
from workflows.explain import explain
from workflows.facts import Facts, Who
from workflows.inputs import check_inputs, days_in_order
from workflows.planning import plan


def who(actor: Actor) -> Who:
    """The rules' view of an actor."""
    return Who(person_id=actor.person_id, roles=actor.roles)


def by_the_group(gathered: Facts) -> Facts:
    """As the group itself sees it: what it does at its meeting, or by its vote, is not kept back
    because it is sitting, or because an earlier vote failed."""
    return replace(gathered, vote_failed=False, at_meeting=False)


def actor_key(actor: Actor, case_id: int | None = None) -> str:
    """Who a command id is bound to."""
    if actor.kind == "applicant":
        return f"applicant:{case_id}"
    return f"{actor.kind}:{actor.person_id or ''}"


def lock(session: Session, case_id: int) -> Case:
    """The case's row, locked for this unit. Every write to a case's children takes it first.

    ``FOR NO KEY UPDATE``: a ledger row's foreign key may still look at the case.
    """
    case: Case | None = session.execute(
        select(Case)
        .where(col(Case.id) == case_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if case is None:
        raise NotFound(str(case_id))
    return case


def seen_before(session: Session, command_id: str, actor: str, digest: str) -> Result | None:
    """The first result of a repeated command, None for a new one. Raises
    :class:`CommandReused` when the id comes back with other contents or from somebody else."""
    row = session.get(CommandRow, command_id)
    if row is None:
        return None
    if row.actor != actor or row.digest != digest:
        raise CommandReused(command_id)
    return Result(**row.result, repeated=True)


def remember(
    session: Session, command_id: str, actor: str, digest: str, result: Result, now: datetime
) -> None:
    session.add(
        CommandRow(
            id=command_id,
            actor=actor,
            digest=digest,
            case_id=result.case_id,
            result=result.stored(),
            at=now,
        )
    )
    session.flush()


def done(session: Session, case: Case, command: Command, actor: Actor, now: datetime) -> Result:
    """What came of a command that was carried out, remembered for when it comes again."""
    result = Result(
        case_id=command.case_id,
        number=case.number,
        state=case.state,
        state_version=case.state_version,
        action=command.action,
    )
    key = actor_key(actor, command.case_id)
    remember(session, command.id, key, command.digest(), result, now)
    return result


def fire(house: House, command: Command, actor: Actor, now: datetime) -> Result:
    """Carry out ``command`` for ``actor`` (whose roles are those of the case's pool).

    Raises :class:`NotFound`, :class:`Refused` (every reason why not), :class:`Invalid` (faults of
    what was typed), :class:`Stale`, :class:`CommandReused`, and the ledger's ``NotEnough`` when
    the pool cannot hold the money after all.
    """
    return house.database.write(lambda session: fire_in(session, house, command, actor, now))


def fire_in(
    session: Session, house: House, command: Command, actor: Actor, now: datetime
) -> Result:
    """As :func:`fire`, inside a unit that has begun."""
    case = lock(session, command.case_id)
    key, digest = actor_key(actor, command.case_id), command.digest()
    if first := seen_before(session, command.id, key, digest):
        return first
    if not access.may_see(session, house, case, actor):
        raise NotFound(str(command.case_id))
    if command.state_version is not None and command.state_version != case.state_version:
        raise Stale(command.case_id, command.state_version, case.state_version)

    definition = house.definitions.version(session, case.pool, case.definition_version)
    transition = definition.transition(command.action)
    gathered = facts.gather(session, definition, case, now)
    if command.meeting_id is not None or command.ballot_id is not None:
        gathered = by_the_group(gathered)
    if command.payment_item_id is not None:
        gathered = replace(gathered, by_list=facts_money.on_released_list(session, command))
    allowed = explain(definition, gathered, command.action, who(actor))
    if transition is None or not allowed.allowed:
        raise Refused(allowed)
    checked = check_inputs(
        definition,
        command.action,
        command.inputs,
        today=local_day(now),
        posts=gathered.report_posts,
        voted=command.ballot_id is not None,
    )
    if faults := checked.faults or days_in_order(gathered, checked.values):
        raise Invalid(faults)
    allowed = explain(definition, gathered, command.action, who(actor), checked.values)
    if not allowed.allowed:
        raise Refused(allowed)
    planned = plan(definition, gathered, command.action, checked.values, now)

    firing = Firing(
        session=session,
        house=house,
        definition=definition,
        case=case,
        transition=transition,
        facts=gathered,
        inputs=dict(checked.values),
        actor=actor,
        now=now,
        command=command,
    )
    from_state = case.state
    for effect in planned.effects:
        EFFECTS[effect](firing)
    if definition.state(planned.to_state).final:
        effects_hearing.leave_off(firing)

    for name in ("reason", "note", "reference"):
        if checked.values.get(name):
            firing.personal.setdefault(name, checked.values[name])

    case.state = planned.to_state
    case.state_version += 1
    case.changed_at = now
    activity.touch(case, actor, now)
    if definition.state(planned.to_state).final:
        case.closed_at = case.closed_at or now
    else:
        case.closed_at = None  # taken up again
    session.add(case)
    session.flush()

    event = journal.write(
        session,
        f"case:{case.id}",
        f"case.{command.action}",
        actor,
        now=now,
        effective_on=firing.effective_on,
        precision="month" if firing.precision == "month" else "day",
        data={
            "case": case.id,
            "from": from_state,
            "to": planned.to_state,
            "state_version": case.state_version,
            **firing.data,
        },
        personal=firing.personal or None,
    )
    deadlines.apply(session, definition, case, planned, now)
    notices.announce(firing, planned, event_n=event.n)
    open_ballots.after_move(session, definition, case, planned, actor, now)
    return done(session, case, command, actor, now)


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What happened to a case since a page was opened, for whoever lost the race."""

    kind: str
    actor_name: str
    recorded_at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    effective_on: date | None = None


def since(session: Session, case_id: int, seen: int) -> tuple[Meanwhile, ...]:
    """The moves after version ``seen``, oldest first."""
    return tuple(
        Meanwhile(
            kind=event.kind,
            actor_name=event.actor_name or "",
            recorded_at=event.recorded_at,
            data=dict(event.data),
            effective_on=event.effective_on,
        )
        for event in journal.read(session, f"case:{case_id}")
        if int(event.data.get("state_version", 0)) > seen
    )
