"""Marking the payments of a released list as paid: each fires its case's own transition, with the
accounting system's reference and the day.

A line is a unit of work. The whole list is its lines one after the other, each under a command id
that follows from the act's own, so that the same act done again does what is left.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import access
from pool.cases.commands import Command
from pool.cases.errors import CaseError
from pool.cases.fire import fire_in
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Case, Payment
from pool.models.command import Command as CommandRow
from pool.models.ledger import Transfer
from pool.models.payments import PaymentItem, PaymentList
from pool.payments import lists, once, record
from pool.payments.errors import CannotBePaid, ListMoved, NoSuchList, NotNow, PaymentsError

_NAMESPACE = uuid.UUID("5b1f0b0a-3a53-4a52-8f0d-8b9d1f6a2c71")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one line went: ``error`` None where it is paid."""

    item_id: int
    error: Exception | None = None


def mark_line(
    house: House,
    command_id: str,
    item_id: int,
    version: int | None,
    reference: str,
    paid_on: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Mark one line as paid; ``reference`` and ``paid_on`` as typed. ``version``: of the list as
    it was seen, None to skip the comparison.

    Raises the errors of this room, and what firing raises (Refused, Invalid, NotFound, the
    ledger's).
    """
    contents = ["mark", item_id, reference, paid_on]

    def work(session: Session) -> None:
        found, item, case = lists.line(session, house, item_id, actor)
        if once.result_of(session, command_id, actor, contents) is not None:
            return
        once.standing(found, version, "released")
        if item.state != "listed":
            raise NotNow(item.state)
        once.not_held(session)
        firing = str(uuid.uuid5(_NAMESPACE, f"{command_id}:{item_id}:fire"))
        fire_in(
            session,
            house,
            Command(
                id=firing,
                case_id=item.case_id,
                action=item.action,
                state_version=None,
                inputs={"reference": reference, "paid_on": paid_on},
                payment_item_id=item.id,
            ),
            actor,
            now,
        )
        paid = _paid(session, firing)
        if sum(payment.amount for payment in paid) != item.amount:
            raise CannotBePaid([case.number])  # the file says another amount
        item.state, item.ended_at, item.ended_by = "paid", now, actor.name
        item.reference = paid[0].reference
        session.add(item)
        session.flush()
        lists.moved(session, found, now)
        record.tell(
            session, found, "line-paid", actor, now,
            item=item.id, case=case.id, amount=item.amount, state=found.state,
        )  # fmt: skip
        once.remember(session, command_id, actor, contents, now)

    house.database.write(work)


def _paid(session: Session, command_id: str) -> list[Payment]:
    """The payments that a command made."""
    return list(
        session.execute(
            select(Payment)
            .join(Transfer, col(Transfer.id) == col(Payment.transfer_id))
            .where(col(Transfer.command_id) == command_id)
            .order_by(col(Payment.id))
        ).scalars()
    )


def mark_all(
    house: House,
    command_id: str,
    list_id: int,
    version: int,
    reference: str,
    paid_on: str,
    actor: Actor,
    now: datetime,
) -> tuple[Outcome, ...]:
    """Mark every line that is still listed (and that this person sees) as paid. What one line
    refuses stops no other; what the same act has paid already is passed over.

    Raises :class:`NoSuchList`, :class:`ListMoved`, :class:`NotNow`, :class:`PaymentsHeld`.
    """
    with house.database.read() as session:
        found = session.get(PaymentList, list_id)
        if found is None or found.pool != actor.pool or not actor.roles & once.MAKERS:
            raise NoSuchList(str(list_id))
        rows = session.execute(
            select(col(PaymentItem.id), col(PaymentItem.state), Case)
            .join(Case, col(Case.id) == col(PaymentItem.case_id))
            .where(col(PaymentItem.list_id) == list_id)
            .order_by(col(PaymentItem.id))
        ).all()
        ids = {int(row[0]): str(uuid.uuid5(_NAMESPACE, f"{command_id}:{row[0]}")) for row in rows}
        begun = set(
            session.execute(
                select(col(CommandRow.id)).where(
                    col(CommandRow.id).in_(ids.values()), col(CommandRow.actor) == actor.key
                )
            ).scalars()
        )
        if not begun:
            if found.version != version:
                raise ListMoved(version, found.version)
            if found.state != "released":
                raise NotNow(found.state)
            once.not_held(session)
        wanted = [
            row[0]
            for row in rows
            if row[1] == "listed" and access.may_see(session, house, row[2], actor)
        ]
    outcomes = []
    for item_id in wanted:
        try:
            mark_line(house, ids[item_id], item_id, None, reference, paid_on, actor, now)
        except (CaseError, PaymentsError, ledger.LedgerError) as error:
            outcomes.append(Outcome(item_id, error))
        else:
            outcomes.append(Outcome(item_id))
    return tuple(outcomes)
