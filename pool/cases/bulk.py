"""One act on many cases, tried out before it is done: what each case says to it, and what it takes
from the pool, one after the other in the order of the list.

Trying out writes nothing. It asks the same ``explain`` as the act itself, with the pool's free
amount as the cases before would leave it; doing it is ``pool.cases.bulk_firing``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pool.cases import access, facts
from pool.cases.bulk_firing import MOST, Order, TooMany
from pool.cases.fire import who
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.case import Applicant, Case
from workflows.definition import Definition, Transition
from workflows.explain import Explanation, explain
from workflows.facts import Facts
from workflows.inputs import check_inputs, days_in_order
from workflows.planning import plan
from workflows.questions import AnswerFault

FEATURE = "bulk"

COMMON = frozenset(
    {
        *("reasons", "criterion", "reason", "note", "record", "questions", "due_on", "until"),
        *("advice", "conditions", "paid_on"),
    }
)
"""Inputs that can be the same for many cases: an amount is each case's own."""

NOT_IN_BULK = frozenset(
    {
        *("answer", "report", "withdraw", "hear", "hearing-answer", "hearing-stop", "forward"),
        *("undo", "reopen", "revoke", "complain", "reply", "take-up", "return", "settle"),
        "return-undone",
        *("claim-advance", "claim-unspent", "write-off", "return-report"),
    }
)
"""Effects that answer one case's own story."""


def in_force(definition: Definition) -> bool:
    """Whether the pool handles cases many at once."""
    return definition.has(FEATURE)


def actions(definition: Definition, roles: frozenset[str]) -> tuple[Transition, ...]:
    """The moves that may be made of many cases by somebody with ``roles``, in the file's order:
    whatever they require can be the same for all."""
    if not in_force(definition):
        return ()
    return tuple(
        transition
        for transition in definition.transitions
        if roles & frozenset(transition.who)
        and not NOT_IN_BULK & frozenset(transition.effects)
        and all(wanted.name in COMMON for wanted in transition.inputs if wanted.required)
    )


def wanted(transition: Transition) -> tuple[str, ...]:
    """The inputs that are asked for once, for all."""
    return tuple(entry.name for entry in transition.inputs if entry.name in COMMON)


@dataclass(frozen=True, slots=True)
class Tried:
    """What one case says to the act. ``effect`` is what it does to the pool's free amount (øre,
    below zero where it takes), ``left`` what the pool has after it. Where it is refused
    ``explanation`` or ``faults`` say why; where both are empty the case is not of such a pool."""

    case_id: int
    number: str
    title: str
    applicant: str
    year: int
    state_version: int
    effect: int
    left: int
    explanation: Explanation | None = None
    faults: tuple[AnswerFault, ...] = ()
    definition: Definition | None = None

    @property
    def allowed(self) -> bool:
        return self.definition is not None and not self.faults and self.explanation is None


@dataclass(frozen=True, slots=True)
class DryRun:
    """``faults`` are of what was typed, the same for every case: then nothing was tried.
    ``before`` and ``after`` are the free amount by budget year, øre."""

    action: str
    rows: tuple[Tried, ...] = ()
    before: Mapping[int, int] = field(default_factory=dict)
    after: Mapping[int, int] = field(default_factory=dict)
    faults: tuple[AnswerFault, ...] = ()

    def orders(self, inputs: Mapping[str, Any]) -> tuple[Order, ...]:
        """What to do: the cases that say yes, with the version they were seen in."""
        return tuple(
            Order(row.case_id, self.action, row.state_version, inputs)
            for row in self.rows
            if row.allowed
        )


def chosen(
    session: Session, house: House, ids: Sequence[int], actor: Actor
) -> tuple[tuple[Case, Applicant], ...]:
    """The cases ``actor`` may see, in the order of ``ids``; the others are passed over."""
    found = []
    for case_id in dict.fromkeys(ids):
        case = session.get(Case, case_id)
        if case is not None and access.may_see(session, house, case, actor):
            found.append((case, session.get_one(Applicant, case.applicant_id)))
    return tuple(found)


def dry_run(
    session: Session,
    house: House,
    ids: Sequence[int],
    action: str,
    inputs: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> DryRun:
    """Try ``action`` on the cases of one pool, in their order. ``inputs`` as typed.

    Raises :class:`~pool.cases.bulk_firing.TooMany`. Nothing is written; ``session`` may be a
    reading one.
    """
    if len(ids) > MOST:
        raise TooMany(len(ids))
    rows: list[Tried] = []
    before: dict[int, int] = {}
    free: dict[int, int] = {}
    for case, applicant in chosen(session, house, ids, actor):
        definition = house.definitions.version(session, case.pool, case.definition_version)
        gathered = facts.gather(session, definition, case, now)
        before.setdefault(case.year, gathered.free)
        left = free.setdefault(case.year, gathered.free)
        tried = Tried(
            case_id=case.id or 0,
            number=case.number,
            title=case.title,
            applicant=applicant.shown,
            year=case.year,
            state_version=case.state_version,
            effect=0,
            left=left,
        )
        if action in {one.key for one in actions(definition, actor.roles)}:
            asking = replace(gathered, free=left)
            tried = _try(replace(tried, definition=definition), asking, action, inputs, actor, now)
            free[case.year] = tried.left
        rows.append(tried)
    common = _common_faults(rows)
    if common:
        return DryRun(action, faults=common)
    return DryRun(action, tuple(rows), before, free)


def _try(
    tried: Tried,
    asking: Facts,
    action: str,
    inputs: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Tried:
    definition = tried.definition
    assert definition is not None
    first = explain(definition, asking, action, who(actor))
    if not first.allowed:
        return replace(tried, explanation=first)
    checked = check_inputs(
        definition, action, inputs, today=local_day(now), posts=asking.report_posts
    )
    if faults := checked.faults or days_in_order(asking, checked.values):
        return replace(tried, faults=tuple(faults))
    with_inputs = explain(definition, asking, action, who(actor), checked.values)
    if not with_inputs.allowed:
        return replace(tried, explanation=with_inputs)
    planned = plan(definition, asking, action, checked.values, now)
    effect = 0
    if "hold" in planned.effects:
        effect = -(planned.amount or 0)
    elif "void" in planned.effects:
        effect = asking.held
    return replace(tried, effect=effect, left=tried.left + effect)


def _common_faults(rows: Sequence[Tried]) -> tuple[AnswerFault, ...]:
    """Faults of what was typed: they are the same wherever the inputs were looked at."""
    looked_at = [row for row in rows if row.definition is not None and row.explanation is None]
    if looked_at and all(row.faults == looked_at[0].faults for row in looked_at):
        return looked_at[0].faults
    return ()
