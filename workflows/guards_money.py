"""Conditions of the money after the grant: changed grants, who is paid, instalments, payment lists,
spot checks, waiting for money, the next year. A part of ``guards``."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.asking import Asking, Guard, Obstacle, once
from workflows.deficit import due, unspent
from workflows.facts import Facts

PAYERS = ("finance", "secretariat")
"""Who makes and releases payment lists."""


# -- a grant that is changed


def raise_is_more(asking: Asking) -> Obstacle | None:
    """The amount is what is granted in all from now on."""
    amount, granted = asking.amount, asking.facts.granted
    if not amount or amount > granted:
        return None
    params = {"amount": amount, "granted": granted}
    return Obstacle("not-more", params, asking.oneself, "amount")


def to_hold(facts: Facts, amount: int) -> int:
    """What is held (øre) so that a grant raised to ``amount`` is paid in full: what is neither with
    the applicant nor held yet."""
    return amount - (facts.paid - facts.returned) - facts.held


def within_free_more(asking: Asking) -> Obstacle | None:
    """Advice, as ``within-free``: the ledger's hold is what finds out. It comes out of the earmark
    the grant came from, where that has enough. What came back of a payment is held anew: the
    new amount is what the applicant has in the end."""
    amount, free = asking.amount, max(asking.facts.free, asking.facts.own_earmark)
    if amount is None:
        return None if free > 0 else Obstacle("pool-empty", {"free": free}, asking.roles("finance"))
    more = to_hold(asking.facts, amount)
    if more <= free:
        return None
    return Obstacle("not-enough", {"amount": more, "free": free}, asking.roles("finance"), "amount")


def lower_is_less(asking: Asking) -> Obstacle | None:
    """Less, and of a guarantee whose advance is not paid still more than the advance."""
    amount, facts = asking.amount, asking.facts
    if not amount:
        return None
    if amount >= facts.granted:
        params = {"amount": amount, "granted": facts.granted}
        return Obstacle("not-less", params, asking.oneself, "amount")
    if facts.advance and not facts.paid and amount <= facts.advance:
        return Obstacle("advance-too-large", {"amount": amount}, asking.oneself, "amount")
    return None


def lower_within_held(asking: Asking) -> Obstacle | None:
    """What was paid stays granted. Where nothing more is to be paid, the rest is stopped instead:
    a grant of which nothing is held would wait for a payment for ever."""
    amount, facts = asking.amount, asking.facts
    if facts.held == 0:
        return Obstacle("not-held", {}, asking.doers("hold"))
    if not amount or facts.granted - amount < facts.held:
        return None
    kept = facts.paid - facts.returned
    return Obstacle("less-than-paid", {"paid": kept}, asking.oneself, "amount")


# -- payments


def payment_standing(asking: Asking) -> Obstacle | None:
    """What was given back is returned already. What lies in a closed year is never touched: it is
    paid again of the present year's money, where there is such a year."""
    if not asking.facts.paid:
        return None  # another guard's business
    if asking.facts.payment_standing:
        return _named(asking)
    if asking.facts.payment_year_missing:
        return Obstacle("present-year-missing", {}, asking.roles("finance"))
    return Obstacle("payment-not-standing")


def _named(asking: Asking) -> Obstacle | None:
    """Which one it was need only be said where several stand."""
    standing, payment = asking.facts.payments, asking.given("payment")
    if asking.inputs is None or payment in standing:
        return None
    if payment is not None:
        return Obstacle("unknown-payment", {}, asking.oneself, "payment")
    if len(standing) > 1:
        return Obstacle("payment-unnamed", {}, asking.oneself, "payment")
    return None


def return_standing(asking: Asking) -> Obstacle | None:
    if not asking.facts.returned:
        return Obstacle("no-return")
    return None if asking.facts.return_standing else Obstacle("return-not-standing")


def was_reminded(asking: Asking) -> Obstacle | None:
    return None if asking.facts.reminders else Obstacle("not-reminded")


def _nothing_due(asking: Asking) -> bool:
    """It settles a guarantee of which nothing is to be paid any more."""
    return "settle" in asking.transition.effects and not due(asking.facts)


def payee_known(asking: Asking) -> Obstacle | None:
    if asking.facts.payee_known or _nothing_due(asking):
        return None
    return Obstacle("payee-missing", {}, asking.doers("payee"))


PAYING = frozenset({"post", "post-instalment", "pay-advance", "settle"})
"""Effects by which money leaves."""


def payments_held(asking: Asking) -> Obstacle | None:
    """No guard of a file's: it holds for every move by which money leaves, of every version."""
    if not asking.facts.payments_held or PAYING.isdisjoint(asking.transition.effects):
        return None
    if _nothing_due(asking):
        return None
    return Obstacle("payments-held", {}, asking.roles("finance", "chair"))


def by_list(asking: Asking) -> Obstacle | None:
    """Two people and a file stand between the decision and the bank."""
    if asking.facts.by_list or _nothing_due(asking):
        return None
    if asking.facts.listed:
        return Obstacle("on-list", {}, asking.roles(*PAYERS))
    return Obstacle("not-by-list", {}, asking.roles(*PAYERS))


def not_listed(asking: Asking) -> Obstacle | None:
    """The file may be with the bank: what it says must stay true until it is marked paid, or
    dropped."""
    if not asking.facts.listed:
        return None
    return Obstacle("on-list", {}, asking.roles(*PAYERS))


# -- money that is to come back


def none_returned(asking: Asking) -> Obstacle | None:
    """What came back was counted by the report: another one would leave it astray."""
    if not asking.facts.returned:
        return None
    return Obstacle("some-returned", {"returned": asking.facts.returned}, asking.doers("ask"))


def no_open_claim(asking: Asking) -> Obstacle | None:
    """As with what is unspent, little enough is let go of."""
    claim = asking.facts.claim
    if claim <= asking.definition.limits.waive_unspent:
        return None
    doers = once((*asking.doers("return"), *asking.doers("write-off")))
    return Obstacle("claim-open", {"owed": claim}, doers)


def claim_within_out(asking: Asking) -> Obstacle | None:
    """What is asked back where no amount is typed is what the report leaves."""
    facts = asking.facts
    out = facts.paid - facts.returned
    if out <= 0:
        return Obstacle("nothing-out")
    if asking.inputs is None:
        return None
    amount = asking.amount or unspent(facts)
    if not amount:
        return Obstacle("claim-of-nothing", {}, asking.oneself, "amount")
    if amount <= out:
        return None
    return Obstacle("claim-too-much", {"amount": amount, "out": out}, asking.oneself, "amount")


def something_owed(asking: Asking) -> Obstacle | None:
    owed = max(unspent(asking.facts), asking.facts.claim)
    return None if owed > asking.definition.limits.waive_unspent else Obstacle("nothing-owed")


# -- instalments


def instalments_add_up(asking: Asking) -> Obstacle | None:
    parts, amount = asking.given("instalments"), asking.amount
    if not parts:
        return None
    if asking.given("grant_type") == "deficit":
        return Obstacle("instalments-of-guarantee", {}, asking.oneself, "instalments")
    total = sum(part["amount"] for part in parts)
    if amount is None or total == amount:
        return None
    params = {"total": total, "amount": amount}
    return Obstacle("instalments-total", params, asking.oneself, "instalments")


def more_instalments(asking: Asking) -> Obstacle | None:
    match asking.facts.instalments_left:
        case 0:
            return Obstacle("no-instalments")
        case 1:
            return Obstacle("instalment-last")
    return None


def last_instalment(asking: Asking) -> Obstacle | None:
    if asking.facts.instalments_left <= 1:
        return None
    left = {"left": asking.facts.instalments_left}
    return Obstacle("instalments-left", left, asking.doers("post-instalment"))


# -- spot checks


def drawn_unchecked(asking: Asking) -> Obstacle | None:
    match asking.facts.spot_check:
        case "drawn":
            return None
        case "checked":
            return Obstacle("spot-checked")
    return Obstacle("not-drawn")


def findings_given(asking: Asking) -> Obstacle | None:
    if asking.given("result") != "remarks" or str(asking.given("findings") or "").strip():
        return None
    return Obstacle("no-findings", {}, asking.oneself, "findings")


def spot_check_done(asking: Asking) -> Obstacle | None:
    if asking.facts.spot_check != "drawn":
        return None
    return Obstacle("spot-check-open", {}, asking.doers("spot-check"))


# -- waiting, and the next year


def pool_short(asking: Asking) -> Obstacle | None:
    """What earlier applications wait for is not there for this one."""
    free, asked = asking.facts.free - asking.facts.spoken_for, asking.facts.asked
    if free <= 0 or (asked or 0) > free:
        return None
    return Obstacle("pool-has-enough", {"free": free})


def overtaking(asking: Asking) -> Obstacle | None:
    """Of ``within-free``: nobody is granted what earlier applications wait for, whoever decides.
    They are decided first, as the one that asks for too much can be, or withdrawn; what is free
    beyond what they ask for is open to all. A purpose's earmarked money is nobody's queue."""
    facts = asking.facts
    if not facts.spoken_for:
        return None
    amount, left = asking.amount, max(facts.free - facts.spoken_for, 0)
    if asking.inputs is None and asking.transition.input("earmark") is not None:
        left = max((left, *facts.earmarks.values()))
    if left > 0 if amount is None else amount <= left:
        return None
    params = {"spoken_for": facts.spoken_for, "left": left}
    return Obstacle("spoken-for", params, asking.doers("decide"))


def next_year_open(asking: Asking) -> Obstacle | None:
    if asking.facts.next_year_open:
        return None
    return Obstacle("next-year-missing", {}, asking.roles("finance"))


def earmarked(asking: Asking) -> Obstacle | None:
    """Of ``within-free`` where an earmark is chosen: its own money is what there is."""
    amount, left = asking.amount, asking.facts.earmarks.get(asking.given("earmark"))
    finance = asking.roles("finance")
    if left is None:
        return Obstacle("unknown-earmark", {}, once((*asking.oneself, *finance)), "earmark")
    if amount is None or amount <= left:
        return None
    return Obstacle("not-enough-earmarked", {"amount": amount, "free": left}, finance, "earmark")


CHECKS: Mapping[str, Guard] = {
    "raise-is-more": raise_is_more,
    "within-free-more": within_free_more,
    "lower-is-less": lower_is_less,
    "lower-within-held": lower_within_held,
    "payment-standing": payment_standing,
    "return-standing": return_standing,
    "was-reminded": was_reminded,
    "payee-known": payee_known,
    "none-returned": none_returned,
    "no-open-claim": no_open_claim,
    "claim-within-out": claim_within_out,
    "something-owed": something_owed,
    "instalments-add-up": instalments_add_up,
    "more-instalments": more_instalments,
    "last-instalment": last_instalment,
    "by-list": by_list,
    "not-listed": not_listed,
    "drawn-unchecked": drawn_unchecked,
    "findings-given": findings_given,
    "spot-check-done": spot_check_done,
    "pool-short": pool_short,
    "next-year-open": next_year_open,
}

NEEDS_INPUT: Mapping[str, str] = {
    "raise-is-more": "amount",
    "within-free-more": "amount",
    "lower-is-less": "amount",
    "lower-within-held": "amount",
    "payment-standing": "payment",
    "claim-within-out": "amount",
    "instalments-add-up": "instalments",
    "findings-given": "findings",
}
