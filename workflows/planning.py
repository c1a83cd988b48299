"""What will be done when an action is taken: pure, before anything is.

Whether it *may* be done is ``explain``'s business; the caller asks that first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pool.clock import local_day
from workflows.calendar import add_working_days, end_of_day_utc, working_days_between
from workflows.deficit import due, unspent
from workflows.definition import SUGGESTION, Clock, Definition, Transition
from workflows.facts import Facts
from workflows.vocabulary import (
    CLOCK_DEADLINE,
    DEADLINES,
    PAYEE_DEADLINE,
    RECEIPT,
    RULE_DEADLINES,
)


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """Something is due (UTC, the end of a day in Copenhagen), or (``due_at`` None) no more."""

    kind: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole of a move. ``amount`` is the money it is about, øre: granted, released, paid,
    claimed or come back; None where it moves none, or where only the books know how much.
    ``clock`` is that of the state it leads to."""

    action: str
    from_state: str
    to_state: str
    effects: tuple[str, ...]
    letter: str | None
    notices: tuple[str, ...]
    deadlines: tuple[DeadlineChange, ...]
    clock: Clock
    amount: int | None = None


TAKEN_BACK = frozenset({"undo", "reopen", "revoke"})
"""Effects after which the decision is in force no longer."""


def plan(
    definition: Definition,
    facts: Facts,
    action: str,
    inputs: Mapping[str, Any],
    now: datetime,
) -> Plan:
    """What ``action`` will do to the case. ``inputs`` are values (``inputs.check_inputs``).

    Raises KeyError for an unknown action, ValueError for one that is not for the case's state.
    """
    transition = definition.transition(action)
    if transition is None:
        raise KeyError(action)
    if facts.state not in transition.from_states:
        raise ValueError(f"{action} is not for a case that is {facts.state}")
    to_state = definition.state(transition.target(facts.state))
    today = local_day(now)
    found = _deadlines(definition, transition, facts, inputs, today)
    changes = {change.kind: change for change in found}
    if TAKEN_BACK & set(transition.effects):  # no grant, no report of it
        changes.setdefault("report", DeadlineChange("report", None))
    if "reopen" in transition.effects and facts.open_questions:
        day = today + timedelta(days=definition.answer_days)
        changes["answer"] = DeadlineChange("answer", end_of_day_utc(day))
    if to_state.final:
        for kind in (kind for kind in DEADLINES if kind not in RULE_DEADLINES):
            changes.setdefault(kind, DeadlineChange(kind, None))
    return Plan(
        action=action,
        from_state=facts.state,
        to_state=to_state.key,
        effects=transition.effects,
        letter=transition.letter,
        notices=transition.notices,
        deadlines=tuple(changes.values()),
        clock=to_state.clock,
        amount=_amount(transition, facts, inputs),
    )


def opening_plan(definition: Definition, facts: Facts, now: datetime) -> Plan:
    """What a new case begins with: its state (of a suggestion its own), and the promised day of
    the answer."""
    start = definition.start
    if facts.kind == SUGGESTION and definition.suggestion_start is not None:
        start = definition.suggestion_start
    promised = promise_day(definition, facts.received_on or local_day(now))
    return Plan(
        action="submit",
        from_state=start.key,
        to_state=start.key,
        effects=(),
        letter=RECEIPT,
        notices=(),
        deadlines=(DeadlineChange(CLOCK_DEADLINE, end_of_day_utc(promised)),),
        clock=start.clock,
    )


def promise_day(definition: Definition, received_on: date) -> date:
    """The day an answer can be expected of what was received on a day, if nothing pauses."""
    return add_working_days(received_on, definition.promise_days)


def report_day(
    definition: Definition,
    *,
    starts_on: date | None,
    ends_on: date | None,
    today: date,
) -> date:
    """The day the report is due: ``report_days`` after the activity's end, or from today where
    it is over already."""
    end = max(ends_on or starts_on or today, today)
    return end + timedelta(days=definition.report_days)


def _amount(transition: Transition, facts: Facts, inputs: Mapping[str, Any]) -> int | None:
    for effect in transition.effects:
        if effect == "hold":
            return _whole(inputs.get("amount")) or facts.asked
        if effect in ("post", "void", "undo", "stop-rest", "carry-over"):
            return facts.held
        if effect in ("raise", "lower"):
            return abs((_whole(inputs.get("amount")) or 0) - facts.granted)
        if effect == "claim":
            return facts.paid - facts.returned
        if effect == "claim-unspent":
            return _whole(inputs.get("amount")) or unspent(facts)
        if effect == "write-off":
            return max(unspent(facts), facts.claim)
        if effect == "pay-advance":
            return facts.advance
        if effect == "settle":
            return due(facts)
        if effect == "return":
            return _whole(inputs.get("returned"))
    return None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _deadlines(
    definition: Definition,
    transition: Transition,
    facts: Facts,
    inputs: Mapping[str, Any],
    today: date,
) -> Iterator[DeadlineChange]:
    yield from _clock(definition, transition, facts, today)
    yield from _payee(definition, transition, facts, today)
    if "delay" in transition.effects:
        promised = add_working_days(inputs["promised_on"], 0)
        yield DeadlineChange(CLOCK_DEADLINE, end_of_day_utc(promised))
    for rule in sorted(transition.deadlines, key=lambda rule: not rule.cancel):  # set wins
        kind = RULE_DEADLINES.get(rule.kind, rule.kind)
        if rule.cancel:
            yield DeadlineChange(kind, None)
        elif rule.kind != "accounts" or _guarantee(facts, inputs):
            day = _due(definition, kind, facts, inputs, today)
            yield DeadlineChange(kind, end_of_day_utc(day))


_PAYEE_OVER = TAKEN_BACK | {
    "payee", "void", "stop-rest", "post", "post-instalment", "pay-advance", "settle",
}  # fmt: skip
"""Effects after which nobody waits for who is to be paid: it was told, or there is no need."""


def _payee(
    definition: Definition, transition: Transition, facts: Facts, today: date
) -> Iterator[DeadlineChange]:
    """The day somebody who was granted money should have said whom to pay: from the move that makes
    the grant known, or by which a payment came back. Only where the pool writes of it, and while
    it has not been told."""
    effects = set(transition.effects)
    if _PAYEE_OVER & effects:
        yield DeadlineChange(PAYEE_DEADLINE, None)
        return
    if facts.imported or not asks_payee(definition, transition.target(facts.state)):
        return
    granted = "hold" in effects or ("announce" in effects and facts.held)
    if (granted and not facts.payee_known) or "payment-failed" in effects:
        day = today + timedelta(days=definition.reminders.payee_after)
        yield DeadlineChange(PAYEE_DEADLINE, end_of_day_utc(day))


def asks_payee(definition: Definition, state: str) -> bool:
    """Whether an applicant whose case is in ``state`` is asked, and reminded, whom to pay."""
    if not any(definition.sends(name) for name in ("payee-wanted", "payee-reminder")):
        return False
    return not definition.state(state).undisclosed and any(
        "payee" in move.effects and "applicant" in move.who for move in definition.leaving(state)
    )


def _guarantee(facts: Facts, inputs: Mapping[str, Any]) -> bool:
    """Whether the grant is, or now becomes, a deficit guarantee."""
    return "deficit" in (facts.grant_type, inputs.get("grant_type"))


def _due(
    definition: Definition,
    kind: str,
    facts: Facts,
    inputs: Mapping[str, Any],
    today: date,
) -> date:
    match kind:
        case "answer":
            typed = inputs.get("due_on")
            if isinstance(typed, date):
                return typed
            return today + timedelta(days=definition.answer_days)
        case "hearing":
            typed = inputs["due_on"]
            assert isinstance(typed, date), "an effect's required input"
            return typed
        case "resume":
            until = inputs["until"]
            assert isinstance(until, date), "an effect's required input"
            return until
        case "report":
            return report_day(
                definition, starts_on=facts.starts_on, ends_on=facts.ends_on, today=today
            )
        case other:
            raise KeyError(other)


def _clock(
    definition: Definition, transition: Transition, facts: Facts, today: date
) -> Iterator[DeadlineChange]:
    """The promise stands still while the applicant is being waited for: as many working days as
    were left are left when the clock runs again, and one at least: a day that has passed cannot be
    promised. Where it stops, the promise is kept; what is reopened is promised anew."""
    before = definition.state(facts.state).clock
    after = definition.state(transition.target(facts.state)).clock
    if before == after:
        return
    if after != "running":
        yield DeadlineChange(CLOCK_DEADLINE, None)
        return
    if facts.promised_on is None or "reopen" in transition.effects:
        promised = promise_day(definition, today)
    else:
        paused = working_days_between(facts.paused_on or today, today)
        promised = add_working_days(facts.promised_on, paused)
    promised = max(promised, add_working_days(today, 1))
    yield DeadlineChange(CLOCK_DEADLINE, end_of_day_utc(promised))
