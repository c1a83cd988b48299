"""A grant carried over into the next year's money, and an application that waits for money to come
back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pool.ledger as ledger
from pool.cases import instalments, money
from pool.cases.effects import Firing
from pool.models.base import known
from pool.models.ledger import Account, BookYear
from pool.models.years import CarryOver


def carry_over(firing: Firing) -> None:
    """What is held leaves the old year and is held in the next, by one command: void and relinquish
    there, appropriate and hold here. Each held account is followed by one of its own, so that an
    instalment keeps its number. ``case.year`` stays the year it was granted of.

    The new year's budget grows by what it is given for this; what was free in it stays free. An
    earmark of the old year is no purpose of the new one: what was held from it comes out of what
    the new year is given. Where a payment of an earlier year failed after the rest was carried
    over, two years hold money of the case: the oldest one's is carried, into the year after it.
    """
    session, case_id = firing.session, firing.case_id
    held = money.held_accounts(session, case_id)
    assert held, "the guard `held` was passed"
    from_year = min(
        (session.get_one(BookYear, one.year_id) for one in held), key=lambda one: one.year
    )
    held = [one for one in held if one.year_id == from_year.id]
    to = money.year(session, firing.case.pool, from_year.year + 1)
    assert to is not None, "the guard `next-year-open` was passed"
    how: dict[str, Any] = {
        "command_id": firing.command.id,
        "actor": firing.ledger_actor,
        "effective_on": firing.today,
        "now": firing.now,
    }
    shares = [(known(one.id), one.parent_id, one.decision_id or 0, one.balance) for one in held]
    year_id = held[0].year_id
    line = 0
    for held_id, parent_id, _, share in shares:
        line += 1
        ledger.void(session, held_id=held_id, amount=share, line=line, **how)
        parent = session.get_one(Account, parent_id)
        if parent.kind == "earmark":
            line += 1
            ledger.unearmark(session, earmark_id=known(parent.id), amount=share, line=line, **how)
    amount = sum(share for *_, share in shares)
    ledger.relinquish(session, year_id=year_id, amount=amount, line=line + 1, **how)
    ledger.appropriate(session, year_id=to.id, amount=amount, line=line + 2, **how)
    line += 2
    for held_id, _, decision_id, share in shares:
        line += 1
        follows = ledger.hold(
            session,
            year_id=to.id,
            case_id=case_id,
            decision_id=decision_id,
            amount=share,
            line=line,
            **how,
        )
        instalments.moved(session, held_id, known(follows.id))
    session.add(
        CarryOver(
            case_id=case_id,
            decision_id=firing.case.decision_id or 0,
            from_year=from_year.year,
            to_year=from_year.year + 1,
            amount=amount,
            command_id=firing.command.id,
            carried_at=firing.now,
            carried_by=firing.actor.name,
        )
    )
    session.flush()
    firing.data |= {
        "from_year": from_year.year,
        "to_year": from_year.year + 1,
        "amount": amount,
    }


def wait(firing: Firing) -> None:
    """There is no money for it now: it waits, in the order of receipt, for money to come back."""
    firing.data |= {"asked": firing.case.asked, "free": firing.facts.free}


def wait_over(firing: Firing) -> None:
    """Taken off the waiting list; by the program itself when there is money for it."""
    firing.data |= {"asked": firing.case.asked, "free": firing.facts.free}


EFFECTS: Mapping[str, Callable[[Firing], None]] = {
    "carry-over": carry_over,
    "wait": wait,
    "wait-over": wait_over,
}
