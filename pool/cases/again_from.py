"""A payment that the bank sent back when the year it was paid of was closed already.

Nothing is set aside in a closed year any more. So what came back leaves it, as all that comes back
then does: it is owed to the municipality. The same amount is given to the present year, whose
budget grows by it, and is held there for the same decision, by one command. The row of the
carry-over links the two, so that both years and every summary show one grant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import instalments, money
from pool.cases.effects import Firing
from pool.models.base import known
from pool.models.case import Payment
from pool.models.ledger import BookYear, Transfer
from pool.models.years import CarryOver


def of_closed_years(session: Session, payments: Sequence[Payment]) -> list[Payment]:
    """Those of the payments that were made of a year that is closed, as it stands now: from here
    on nobody closes or reopens one before the unit of work is over."""
    years = _years(session, payments)
    ledger.lock_years(session, sorted({known(year.id) for _, year in years.values()}))
    closed = {
        known(year.id)
        for year in session.execute(
            select(BookYear)
            .where(col(BookYear.id).in_({known(year.id) for _, year in years.values()}))
            .where(col(BookYear.state) == "closed")
            .execution_options(populate_existing=True)
        ).scalars()
    }
    return [one for one in payments if known(years[one.transfer_id][1].id) in closed]


def present_year(
    firing: Firing, payments: Sequence[Payment], failed_on: date, *, lines: int
) -> None:
    """Take ``payments`` back out of their closed years, and hold them anew in the present one.
    ``lines`` of the command are taken already. Raises :class:`~pool.ledger.LedgerError` where the
    present year was closed meanwhile."""
    session, case_id = firing.session, firing.case_id
    to = money.year(session, firing.case.pool, firing.today.year)
    assert to is not None, "the guard `payment-standing` was passed"
    years = _years(session, payments)
    how: dict[str, Any] = {
        "command_id": firing.command.id,
        "actor": firing.ledger_actor,
        "now": firing.now,
    }
    sums: dict[int, int] = defaultdict(int)
    line = lines
    for payment in payments:
        line += 1
        ledger.give_back(
            session,
            post_id=payment.transfer_id,
            amount=payment.amount,
            line=line,
            effective_on=failed_on,
            **how,
        )
        sums[years[payment.transfer_id][1].year] += payment.amount
    how["effective_on"] = firing.today
    line += 1
    ledger.appropriate(session, year_id=to.id, amount=sum(sums.values()), line=line, **how)
    for payment in payments:
        line += 1
        follows = ledger.hold(
            session,
            year_id=to.id,
            case_id=case_id,
            decision_id=payment.decision_id,
            amount=payment.amount,
            line=line,
            **how,
        )
        held_before = years[payment.transfer_id][0].from_id
        instalments.moved(session, held_before, known(follows.id))
    for year, amount in sorted(sums.items()):
        session.add(
            CarryOver(
                case_id=case_id,
                decision_id=firing.case.decision_id or 0,
                from_year=year,
                to_year=firing.today.year,
                amount=amount,
                command_id=firing.command.id,
                carried_at=firing.now,
                carried_by=firing.actor.name,
            )
        )
    firing.data |= {"from_year": min(sums), "to_year": firing.today.year}


def _years(session: Session, payments: Sequence[Payment]) -> dict[int, tuple[Transfer, BookYear]]:
    """The transfer of each payment, by its id, and the year it was made in."""
    rows = session.execute(
        select(Transfer, BookYear)
        .join(BookYear, col(BookYear.id) == col(Transfer.year_id))
        .where(col(Transfer.id).in_([one.transfer_id for one in payments]))
    )
    return {known(row[0].id): (row[0], row[1]) for row in rows}
