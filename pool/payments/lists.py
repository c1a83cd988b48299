"""Preparing a list, and releasing it.

Who prepared a list cannot release it: the page says so, this module refuses it, and a CHECK of
the database holds it. At release every line is asked for once more under its case's lock, and the
file is made of what is true then; it is kept sealed, since it may name a person by CPR number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

import pool.ledger as ledger
from pool import keys
from pool.cases import access
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.models.payments import Payee, PaymentItem, PaymentList
from pool.payments import due, file, once, record, telling
from pool.payments.errors import (
    CannotBePaid,
    GavePayee,
    NoSuchList,
    NothingChosen,
    SamePerson,
    StaysOut,
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A payment as the page showed it: what is paid to whom must be what was seen. Øre."""

    case_id: int
    amount: int
    payee_id: int


def name(found: PaymentList) -> str:
    """``bydelspulje-3``: how people and the file call it."""
    return f"{found.pool}-{found.number}"


def prepare(
    house: House,
    command_id: str,
    pool: str,
    chosen: Sequence[Chosen],
    actor: Actor,
    now: datetime,
) -> int:
    """Make a list of what was chosen; returns its number in the pool. Nothing else can be done
    with that money until a line is paid or dropped.

    Raises :class:`NoSuchList` for who makes no lists of the pool, :class:`NothingChosen`,
    :class:`PaymentsHeld`, :class:`CannotBePaid` (all that cannot, or not as it was seen),
    CommandReused.
    """
    if actor.pool != pool or not actor.roles & once.MAKERS or actor.person_id is None:
        raise NoSuchList(pool)
    contents = ["prepare", pool, sorted((one.case_id, one.amount, one.payee_id) for one in chosen)]

    def work(session: Session) -> int:
        once.lock_cases(session, [one.case_id for one in chosen])
        if first := once.result_of(session, command_id, actor, contents):
            return int(first["number"])
        once.not_held(session)
        if not chosen or len(chosen) > due.MOST:
            raise NothingChosen
        found = _still(session, house, chosen, actor, now)
        return _prepared(session, house, command_id, pool, found, actor, now, contents)

    try:
        return house.database.write(work)
    except IntegrityError:  # another list of the pool took the number: look again
        return house.database.write(work)


def _prepared(
    session: Session,
    house: House,
    command_id: str,
    pool: str,
    payments: Sequence[due.Due],
    actor: Actor,
    now: datetime,
    contents: object,
) -> int:
    last = session.execute(
        select(func.max(col(PaymentList.number))).where(col(PaymentList.pool) == pool)
    ).scalar_one()
    row = PaymentList(
        pool=pool,
        number=(last or 0) + 1,
        prepared_by_id=actor.person_id or 0,
        prepared_by=actor.name,
        prepared_at=now,
    )
    session.add(row)
    session.flush()
    for one in payments:
        item = PaymentItem(
            list_id=row.id or 0,
            case_id=one.case.id or 0,
            decision_id=one.case.decision_id or 0,
            payee_id=one.payee.id or 0,
            action=one.transition.key,
            amount=one.amount,
        )
        session.add(item)
        session.flush()
        record.note(session, one.case, "listed", row, item, actor, now)
    total = sum(one.amount for one in payments)
    telling.waits(session, house, row, name(row), len(payments), total, now)
    record.tell(session, row, "prepared", actor, now, lines=len(payments), amount=total)
    once.remember(session, command_id, actor, contents, now, number=row.number)
    return row.number


def _still(
    session: Session, house: House, chosen: Sequence[Chosen], actor: Actor, now: datetime
) -> list[due.Due]:
    """What was chosen, in that order, where it is all as it was seen."""
    found, wrong = [], []
    for one in chosen:
        case = session.get(Case, one.case_id)
        if case is None or case.pool != actor.pool:
            raise NoSuchList(str(one.case_id))
        payment = due.of_case(session, house, case, actor, now)
        if payment is None or (payment.amount, payment.payee.id) != (one.amount, one.payee_id):
            wrong.append(case.number)
        else:
            found.append(payment)
    if wrong:
        raise CannotBePaid(wrong)
    return found


def release(
    house: House, command_id: str, list_id: int, version: int, actor: Actor, now: datetime
) -> str:
    """Release a prepared list, as it was seen at ``version``, and make its file; returns the
    file's sha256.

    Raises :class:`NoSuchList`, :class:`SamePerson`, :class:`ListMoved`, :class:`NotNow`,
    :class:`PaymentsHeld`, :class:`StaysOut`, :class:`GavePayee`, :class:`CannotBePaid` (lines to
    be dropped first), CommandReused.
    """
    contents = ["release", list_id]

    def work(session: Session) -> str:
        once.lock_cases(session, once.cases_on(session, list_id))
        found = once.locked(session, list_id, actor)
        if first := once.result_of(session, command_id, actor, contents):
            return str(first["sha256"])
        once.standing(found, version, "prepared")
        once.not_held(session)
        if found.prepared_by_id == actor.person_id:
            raise SamePerson
        items = listed(session, list_id)
        lines = _lines(session, house, items, actor, now)
        made = file.make(name(found), lines, ledger.heads(session))
        found.state, found.version = "released", found.version + 1
        found.released_by_id, found.released_by = actor.person_id, actor.name
        found.released_at = now
        found.sha256, found.sealed = made.sha256, keys.ring().seal(made.body)
        session.add(found)
        session.flush()
        for item in items:
            record.note(
                session, session.get_one(Case, item.case_id), "released", found, item, actor, now
            )
        total = sum(item.amount for item in items)
        record.tell(
            session, found, "released", actor, now,
            lines=len(items), amount=total, sha256=made.sha256,
        )  # fmt: skip
        once.remember(session, command_id, actor, contents, now, sha256=made.sha256)
        return made.sha256

    return house.database.write(work)


def _lines(
    session: Session, house: House, items: Sequence[PaymentItem], actor: Actor, now: datetime
) -> list[file.Line]:
    """The lines of the file, each as true now as when it was put on the list."""
    lines, wrong, given, out = [], [], [], 0
    for item in items:
        case = session.get_one(Case, item.case_id)
        if not access.may_see(session, house, case, actor):
            out += 1
            continue
        payment = due.of_case(session, house, case, actor, now, releasing=True)
        if payment is None or (payment.amount, payment.payee.id, payment.transition.key) != (
            item.amount,
            item.payee_id,
            item.action,
        ):
            wrong.append(case.number)
            continue
        payee = payment.payee
        if payee.given_by_id is not None and payee.given_by_id == actor.person_id:
            given.append(case.number)
            continue
        lines.append(
            file.Line(
                case_number=case.number,
                way=payee.way,
                kind=payee.number_kind,
                number=number_of(payee),
                name=payee.name,
                amount=item.amount,
                reference=payee.reference,
                due_on=payment.due_on,
            )
        )
    if out:
        raise StaysOut(out)
    if wrong:
        raise CannotBePaid(wrong)
    if given:
        raise GavePayee(given)
    return lines


def number_of(payee: Payee) -> str:
    """The receiver's number in clear. Raises :class:`pool.keys.CannotOpen`."""
    if payee.secret is not None:
        return keys.ring().open(payee.secret).decode()
    return payee.number or ""


def listed(session: Session, list_id: int) -> list[PaymentItem]:
    """The lines that are neither paid nor dropped, in their order."""
    return list(
        session.execute(
            select(PaymentItem)
            .where(col(PaymentItem.list_id) == list_id, col(PaymentItem.state) == "listed")
            .order_by(col(PaymentItem.id))
            .execution_options(populate_existing=True)
        ).scalars()
    )


def line(
    session: Session, house: House, item_id: int, actor: Actor
) -> tuple[PaymentList, PaymentItem, Case]:
    """A line with its list and case, all locked in their order. Raises :class:`NoSuchList`, also
    where the actor takes no part in the case."""
    item = session.get(PaymentItem, item_id)
    if item is None:
        raise NoSuchList(str(item_id))
    once.lock_cases(session, [item.case_id])
    found = once.locked(session, item.list_id, actor)
    session.refresh(item)
    case = session.get_one(Case, item.case_id)
    if not access.may_see(session, house, case, actor):
        raise NoSuchList(str(item_id))
    return found, item, case


def moved(session: Session, found: PaymentList, now: datetime) -> None:
    """A line of the list has ended: the list is another, and settled when that was the last."""
    found.version += 1
    if found.state == "released" and not listed(session, found.id or 0):
        found.state, found.settled_at = "settled", now
    session.add(found)
    session.flush()
