"""Who is told that a list waits for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.outbox as outbox
from pool.cases import access
from pool.cases.house import House
from pool.cases.letters import person_recipient
from pool.identity import people_with
from pool.models.case import Recusal
from pool.models.payments import Payee, PaymentItem, PaymentList
from pool.payments.once import MAKERS


def waits(
    session: Session,
    house: House,
    found: PaymentList,
    name: str,
    payments: int,
    amount: int,
    now: datetime,
) -> None:
    """One mail to each who could release the list that was prepared now. How many payments it has
    and what they come to (øre): no names and no numbers, least of all a CPR number."""
    if not house.definitions.current(found.pool).sends("list-waits"):
        return
    barred = {found.prepared_by_id} | _gave_payee(session, found) | _stay_out(session, found)
    people = {
        one.id: one
        for role in sorted(MAKERS)
        for one in people_with(session, role, found.pool)
        if one.id is not None and one.id not in barred
    }
    for person_id in sorted(people):
        outbox.put(
            session,
            event=f"payment-list:{found.id}:waits",
            template="list-waits",
            to=person_recipient(people[person_id]),
            case_id=None,
            pool=found.pool,
            data={
                "pool_name": dict(house.definitions.current(found.pool).name),
                "list_name": name,
                "payments": payments,
                "amount": amount,
                "link": {"path": f"/betalinger/{found.pool}/{found.number}"},
            },
            now=now,
        )


def _gave_payee(session: Session, found: PaymentList) -> set[int]:
    rows = session.execute(
        select(col(Payee.given_by_id))
        .join(PaymentItem, col(PaymentItem.payee_id) == col(Payee.id))
        .where(col(PaymentItem.list_id) == found.id, col(Payee.given_by_id).is_not(None))
    )
    return set(rows.scalars())


def _stay_out(session: Session, found: PaymentList) -> set[int]:
    cases = select(col(PaymentItem.case_id)).where(col(PaymentItem.list_id) == found.id)
    rows = session.execute(
        select(col(Recusal.person_id)).where(col(Recusal.case_id).in_(cases), access.standing())
    )
    return set(rows.scalars())
