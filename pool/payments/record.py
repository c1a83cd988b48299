"""What is written down of payment lists: in each case's own record, and in that of the house."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

import pool.journal as journal
from pool.cases import activity
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.models.payments import PaymentItem, PaymentList


def note(
    session: Session,
    case: Case,
    what: str,
    found: PaymentList,
    item: PaymentItem,
    actor: Actor,
    now: datetime,
    personal: dict[str, str] | None = None,
) -> None:
    """In the case's own record: its payment is on a list, released, or off it."""
    journal.write(
        session,
        f"case:{case.id}",
        f"case.payment-{what}",
        actor,
        now=now,
        data={
            "case": case.id,
            "list": found.id,
            "number": found.number,
            "item": item.id,
            "payee": item.payee_id,
            "amount": item.amount,
        },
        personal=personal,
    )
    activity.touch(case, actor, now)
    session.add(case)


def tell(
    session: Session,
    found: PaymentList,
    what: str,
    actor: Actor,
    now: datetime,
    personal: dict[str, str] | None = None,
    **data: int | str | bool | None,
) -> None:
    """In the record of the house: what became of the list. Written last (the lock's order)."""
    journal.write(
        session,
        "system",
        f"payment-list.{what}",
        actor,
        now=now,
        data={"list": found.id, "pool": found.pool, "number": found.number, **data},
        personal=personal,
    )
