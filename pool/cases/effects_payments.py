"""Where a case's money is to go, and a payment that failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool import keys
from pool.cases import again_from
from pool.cases.effects import Firing, attach
from pool.cases.errors import Invalid
from pool.models.case import CaseFile, Payment
from pool.models.ledger import Transfer
from pool.models.payments import Payee
from workflows.definition import Definition
from workflows.questions import AnswerFault

FILES_OF = {"invoice": "invoice", "receipts": "voucher"}
"""What the files that come with a payee are, by the way of paying."""


def payee(firing: Firing) -> None:
    """Who is to be paid, in the place of who was told before. A CPR number is sealed here; the
    journal, and everything made from it, knows that there is one and nothing of it."""
    told = firing.inputs["payee"]
    before = current(firing.session, firing.case_id)
    if before is not None:
        before.superseded_at = firing.now
        firing.session.add(before)
        firing.session.flush()
    is_cpr = told["number_kind"] == "cpr"
    row = Payee(
        case_id=firing.case_id,
        way=told["way"],
        number_kind=told["number_kind"],
        number=None if is_cpr else told["number"],
        secret=keys.ring().seal(told["number"].encode()) if is_cpr else None,
        name=told["name"],
        reference=told.get("reference") or "",
        doubtful=bool(told.get("doubtful")),
        given_at=firing.now,
        given_by=firing.actor.name,
        given_by_id=firing.actor.person_id,
    )
    firing.session.add(row)
    firing.session.flush()
    attach(firing, FILES_OF.get(row.way, "invoice"))
    if row.way in FILES_OF:
        _papers_are_there(firing, row)
    firing.data |= {"payee": row.id, "way": row.way, "number_kind": row.number_kind}
    if row.doubtful:
        firing.data["doubtful"] = True
    if before is not None:
        firing.data["superseded"] = before.id
    firing.personal["name"] = row.name
    if row.number is not None:
        firing.personal["number"] = row.number


def _papers_are_there(firing: Firing, row: Payee) -> None:
    """An invoice and receipts are paid by what they say. Whoever asks for the money sends them; a
    colleague may tell instead, in the reference, where they are on paper. Raises Invalid."""
    firing.session.flush()
    sent = select(col(CaseFile.id)).where(
        col(CaseFile.case_id) == firing.case_id, col(CaseFile.purpose) == FILES_OF[row.way]
    )
    if firing.session.execute(sent).first() is not None:
        return
    if firing.actor.kind == "applicant":
        raise Invalid((AnswerFault("files", "papers"),))
    if not row.reference:
        raise Invalid((AnswerFault("payee.reference", "papers-where"),))


def asks(definition: Definition) -> bool:
    """Whether the applicant is asked where the money is to go, once it is granted."""
    return any(
        "payee" in move.effects and "applicant" in move.who for move in definition.transitions
    )


def current(session: Session, case_id: int) -> Payee | None:
    """Who is to be paid now; None while nobody has told."""
    return session.execute(
        select(Payee).where(col(Payee.case_id) == case_id, col(Payee.superseded_at).is_(None))
    ).scalar_one_or_none()


def sent_with(session: Session, case_id: int, payment_id: int) -> list[Payment]:
    """The payments that one command made together with ``payment_id``: of a raised grant one
    transfer from the bank is several out of what is held."""
    command = (
        select(col(Transfer.command_id))
        .join(Payment, col(Payment.transfer_id) == col(Transfer.id))
        .where(col(Payment.id) == payment_id, col(Payment.case_id) == case_id)
        .scalar_subquery()
    )
    return list(
        session.execute(
            select(Payment)
            .join(Transfer, col(Transfer.id) == col(Payment.transfer_id))
            .where(col(Payment.case_id) == case_id, col(Transfer.command_id) == command)
            .order_by(col(Payment.id))
        ).scalars()
    )


def payment_failed(firing: Firing) -> None:
    """The bank sent it back: each transfer of the payment is reversed, and the money held anew,
    to be paid again once it is known where to. What was paid of a year that is closed by now is
    paid again of the present one (:mod:`pool.cases.again_from`)."""
    failed_on: date = firing.inputs["failed_on"]
    chosen = firing.inputs.get("payment") or next(iter(firing.facts.payments))
    payments = sent_with(firing.session, firing.case_id, chosen)
    assert payments, "the guard `payment-standing` was passed"
    stranded = again_from.of_closed_years(firing.session, payments)
    for line, payment in enumerate((one for one in payments if one not in stranded), start=1):
        ledger.reverse(
            firing.session,
            transfer_id=payment.transfer_id,
            command_id=firing.command.id,
            line=line,
            actor=firing.ledger_actor,
            effective_on=failed_on,
            now=firing.now,
        )
    if stranded:
        lines = len(payments) - len(stranded)
        again_from.present_year(firing, stranded, failed_on, lines=lines)
    for payment in payments:
        payment.failed_on, payment.failed_at = failed_on, firing.now
        firing.session.add(payment)
    firing.session.flush()
    firing.effective_on = failed_on
    firing.data |= {
        "amount": sum(payment.amount for payment in payments),
        "payments": [payment.id for payment in payments],
        "failed_on": failed_on.isoformat(),
    }


EFFECTS: Mapping[str, Callable[[Firing], None]] = {
    "payee": payee,
    "payment-failed": payment_failed,
}
