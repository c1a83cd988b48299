"""How a case's money moves: paid out of what is held, let go of, and come back. The ledger refuses
what must not be. Amounts are øre.

Money of an earlier year, of a grant that was carried over, is not granted anew in this one: what is
let go of, or comes back, leaves the pool by the same command, whose budget and what was returned
show it, and what is free does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pool.ledger as ledger
from pool.cases import instalments, money
from pool.cases.effects import Firing
from pool.models.case import Payment
from pool.models.ledger import Account, Transfer


def _how(firing: Firing, on: date) -> dict[str, Any]:
    return {
        "command_id": firing.command.id,
        "actor": firing.ledger_actor,
        "effective_on": on,
        "now": firing.now,
    }


def void(firing: Firing, *, on: date | None = None, lines: int = 0) -> None:
    """Give back what is held for the case, ``on`` a day (today unless told). ``lines`` of the
    command are taken already."""
    shares = [
        (account, account.balance)
        for account in money.held_accounts(firing.session, firing.case_id)
    ]
    if shares:
        let_go(firing, shares, on=on or firing.today, lines=lines)
        firing.data["released"] = sum(share for _, share in shares)


def let_go(
    firing: Firing, shares: Sequence[tuple[Account, int]], *, on: date, lines: int = 0
) -> None:
    """Give these shares of held accounts back to where they were held from."""
    carried = money.carried_accounts(firing.session, firing.case_id)
    line, left = lines, 0
    how = _how(firing, on)
    for account, share in shares:
        line += 1
        account_id, year_id = account.id or 0, account.year_id
        ledger.void(firing.session, held_id=account_id, amount=share, line=line, **how)
        if account_id in carried:
            line += 1
            ledger.relinquish(firing.session, year_id=year_id, amount=share, line=line, **how)
            left += share
    if left:
        firing.data["relinquished"] = left


def pay_out(firing: Firing, amount: int, paid_on: date, *, account_id: int | None = None) -> int:
    """Pay ``amount`` out of what is held for the case, the oldest hold first, or of the one account
    told. Returns how many lines of the command that took."""
    left, line = amount, 0
    for account in money.held_accounts(firing.session, firing.case_id):
        if account_id is not None and account.id != account_id:
            continue
        share = min(left, account.balance)
        if share <= 0:
            break
        line += 1
        transfer = ledger.pay(
            firing.session,
            held_id=account.id or 0,
            amount=share,
            line=line,
            **_how(firing, paid_on),
        )
        assert transfer.id is not None, "stored"
        assert account.decision_id is not None, "a CHECK"
        firing.session.add(
            Payment(
                case_id=firing.case_id,
                decision_id=account.decision_id,
                transfer_id=transfer.id,
                amount=share,
                paid_on=paid_on,
                reference=firing.inputs["reference"],
                recorded_at=firing.now,
            )
        )
        left -= share
    assert left == 0, "no more is paid than is held: asked before"
    firing.effective_on = paid_on
    return line


def post(firing: Firing) -> None:
    """Everything held for the case is paid, with the accounting system's reference: where it is
    paid in parts, the last one and whatever a raise added."""
    paid_on = firing.inputs.get("paid_on") or firing.today
    if firing.definition.has(instalments.FEATURE):
        last = instalments.unpaid(instalments.parts(firing.session, firing.case_id))
        if last:
            firing.data |= {"instalment": last[-1].number, "of": last[-1].of}
    held = money.held_accounts(firing.session, firing.case_id)
    total = sum(account.balance for account in held)
    pay_out(firing, total, paid_on)
    firing.data |= {"amount": total, "paid_on": paid_on.isoformat()}


def give_back(firing: Firing) -> None:
    """Money that came back: each payment takes back at most what it sent."""
    returned_on = firing.inputs.get("returned_on") or firing.today
    firing.effective_on = returned_on
    how = _how(firing, returned_on)
    carried = money.carried_accounts(firing.session, firing.case_id)
    wanted = left = int(firing.inputs["returned"])
    line, gone = 0, 0
    for out in money.outstanding(firing.session, firing.case_id):
        amount = min(left, out.amount)
        if amount <= 0:
            break
        line += 1
        back = ledger.give_back(
            firing.session, post_id=out.transfer_id, amount=amount, line=line, **how
        )
        free = ledger.get_account(firing.session, back.to_id).kind == "free"
        if free and out.held_id in carried:  # of a closed year it has left already
            line += 1
            ledger.relinquish(firing.session, year_id=back.year_id, amount=amount, line=line, **how)
            gone += amount
        left -= amount
    firing.data |= {"amount": wanted, "returned_on": returned_on.isoformat()}
    if gone:
        firing.data["relinquished"] = gone


def take_returns_back(firing: Firing) -> Transfer:
    """The newest entry of money that came back is reversed, line by line and the last first: what
    had left the pool with it is there again to be taken. Returns the first of its transfers."""
    returns = money.newest_return(firing.session, firing.case_id)
    assert returns, "the guard `return-standing` was passed"
    lines = money.of_command(firing.session, returns[0].command_id)
    for line, transfer in enumerate(reversed(lines), start=1):
        ledger.reverse(
            firing.session, transfer_id=transfer.id or 0, line=line, **_how(firing, firing.today)
        )
    firing.data |= {
        "amount": sum(transfer.amount for transfer in returns),
        "undone": returns[0].command_id,
    }
    return returns[0]


EFFECTS: Mapping[str, Callable[[Firing], None]] = {"void": void, "post": post}
