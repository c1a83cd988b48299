"""A deficit guarantee (*underskudsgaranti*): paid after the accounts, never more than the deficit
and never more than the grant, with an advance beforehand where one was agreed.

Amounts are øre. The whole grant is held until it is settled; what the deficit does not need goes
back to the pool, and an advance above the deficit is owed back like anything unspent. What the
accounts come to is told by ``workflows.deficit``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pool.cases import effects_money
from pool.cases.effects import Firing
from pool.models.case import Decision
from workflows import deficit


def pay_advance(firing: Firing) -> None:
    """The advance that the decision names."""
    decision = firing.session.get_one(Decision, firing.case.decision_id)
    advance = decision.advance
    assert advance, "the guard `advance-agreed` was passed"
    paid_on = firing.inputs.get("paid_on") or firing.today
    effects_money.pay_out(firing, advance, paid_on)
    firing.data |= {"amount": advance, "paid_on": paid_on.isoformat()}


def settle(firing: Firing) -> None:
    """Pay what the deficit calls for, less the advance, and give the rest back to the pool."""
    facts = firing.facts
    covered, to_pay = deficit.used(facts) or 0, deficit.due(facts)
    paid_on = firing.inputs.get("paid_on") or firing.today
    lines = effects_money.pay_out(firing, to_pay, paid_on) if to_pay else 0
    effects_money.void(firing, lines=lines)
    owed = max(0, facts.paid - facts.returned - covered)
    firing.data |= {"amount": to_pay, "covered": covered, "owed": owed}
    if to_pay:
        firing.data["paid_on"] = paid_on.isoformat()


EFFECTS: Mapping[str, Callable[[Firing], None]] = {
    "pay-advance": pay_advance,
    "settle": settle,
}
