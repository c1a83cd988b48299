"""What can be paid now: of each case the payment that its own rules would let out, were it on a
released list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from pool.cases import access, facts, instalments
from pool.cases.effects_payments import current
from pool.cases.fire import who
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.case import Case, Payment
from pool.models.ledger import Account
from pool.models.payments import Payee, PaymentItem
from workflows import deficit
from workflows.definition import Definition, Transition
from workflows.explain import explain
from workflows.facts import Facts

FEATURE = "payment-file"
MOST = 200
"""Payments on one list, and cases looked at for one page."""

_PAYING = ("post", "post-instalment", "pay-advance", "settle")


@dataclass(frozen=True, slots=True)
class Due:
    """A payment that can go out. ``amount`` is øre; ``due_on`` the day it is to be paid, at the
    earliest."""

    case: Case
    payee: Payee
    transition: Transition
    amount: int
    due_on: date
    early: bool
    """Its day has yet to come: an instalment that was agreed for later."""
    came_back: bool = False
    """The bank sent the last payment to this very receiver back, and nothing was told since."""


def with_lists(house: House) -> tuple[Definition, ...]:
    """The pools whose payments leave by lists now."""
    return tuple(one for one in house.definitions.all() if one.has(FEATURE))


def can_be_paid(
    session: Session, house: House, pool: str, actor: Actor, now: datetime
) -> tuple[Due, ...]:
    """What ``actor`` could put on a list of ``pool``, the first due first; at most
    :data:`MOST`."""
    ready = _ready(actor)  # asked before the limit, or cases that cannot be paid would use it up
    paying = {
        (one.key, one.version): {
            state for move in one.transitions if _pays(move) for state in move.from_states
        }
        for one in house.definitions.in_use(session)
        if one.key == pool and one.has(FEATURE)
    }
    found: list[Due] = []
    for (_, version), states in sorted(paying.items()):
        cases = session.execute(
            select(Case)
            .where(
                col(Case.pool) == pool,
                col(Case.definition_version) == version,
                col(Case.state).in_(sorted(states)),
                *ready,
            )
            .order_by(col(Case.id))
            .limit(MOST)
        ).scalars()
        found += [due for case in cases if (due := of_case(session, house, case, actor, now))]
    return tuple(sorted(found, key=lambda due: (due.due_on, due.case.id or 0)))[:MOST]


def _ready(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Cases that hold money, know whom to pay, are on no list, and are ``actor``'s to see."""
    held = select(col(Account.case_id)).where(col(Account.kind) == "held", col(Account.balance) > 0)
    payees = select(col(Payee.case_id)).where(col(Payee.superseded_at).is_(None))
    listed = select(col(PaymentItem.case_id)).where(col(PaymentItem.state) == "listed")
    ready = (
        col(Case.id).in_(held),
        col(Case.id).in_(payees),
        col(Case.id).not_in(listed),
    )
    if actor.person_id is None:
        return ready
    return (*ready, col(Case.id).not_in(access.stays_out_of(actor.person_id)))


def of_case(
    session: Session,
    house: House,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    releasing: bool = False,
) -> Due | None:
    """The payment of ``case`` that ``actor`` can put on a list; None where there is none, or it
    is on one already. Who made the decision may put it on a list, since another releases it.
    ``releasing``: that other, of whom all is asked, whether it is on a list or not."""
    if not access.may_see(session, house, case, actor):
        return None
    definition = house.definitions.version(session, case.pool, case.definition_version)
    payee = current(session, case.id or 0)
    if payee is None or not definition.has(FEATURE):
        return None
    gathered = facts.gather(session, definition, case, now)
    if gathered.listed and not releasing:
        return None
    gathered = replace(gathered, listed=False, by_list=True)
    for transition in definition.leaving(case.state):
        if not _pays(transition):
            continue
        obstacles = explain(definition, gathered, transition.key, who(actor)).obstacles
        if any(releasing or obstacle.code != "same-person" for obstacle in obstacles):
            continue
        amount = _amount(session, case, transition, gathered)
        if amount > 0:
            today = local_day(now)
            due_on = _due_on(session, case, today)
            return Due(
                case, payee, transition, amount, due_on,
                early=due_on > today, came_back=_came_back(session, payee),
            )  # fmt: skip
    return None


def _came_back(session: Session, payee: Payee) -> bool:
    last = session.execute(
        select(col(Payment.failed_at))
        .where(col(Payment.case_id) == payee.case_id)
        .order_by(col(Payment.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    if last is None:
        return False
    paid_to = session.execute(
        select(col(PaymentItem.payee_id))
        .where(col(PaymentItem.case_id) == payee.case_id, col(PaymentItem.state) == "paid")
        .order_by(col(PaymentItem.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    return paid_to == payee.id


def _pays(transition: Transition) -> bool:
    return "by-list" in transition.guards and not frozenset(_PAYING).isdisjoint(transition.effects)


def _amount(session: Session, case: Case, transition: Transition, gathered: Facts) -> int:
    """What the transition pays, øre: as its effect reckons."""
    effects = transition.effects
    if "pay-advance" in effects:
        return gathered.advance or 0
    if "settle" in effects:
        return deficit.due(gathered)
    if "post-instalment" in effects:
        part = _next(session, case)
        return part.left if part else 0
    return gathered.held


def _next(session: Session, case: Case) -> instalments.Part | None:
    """The instalment that is paid next; None where the grant is paid at once."""
    return next(iter(instalments.unpaid(instalments.parts(session, case.id or 0))), None)


def _due_on(session: Session, case: Case, today: date) -> date:
    part = _next(session, case)
    return max(part.due_on, today) if part else today
