"""How far the next payment of a case that waits is: whether it is known whom to pay, and whether
it goes by a payment list. Part of the inbox."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlmodel import Session, col

from pool.models.case import Case, Decision, Report
from pool.models.ledger import Account
from pool.models.payments import Payee, PaymentItem, PaymentList
from workflows import deficit
from workflows.definition import Definition, State, Transition

Way = Literal["payee", "list", "listed", "released", "accounts"]
"""What is wanted before the money can leave: somebody must say who is to be paid; it is to be put
on a list; its list is to be released; its list is to be marked as paid; or a guarantee without an
advance waits for the applicant's accounts."""
_HANG_ON = frozenset({"payee-known", "by-list", "fixed-grant", "deficit-grant"})
"""Guards that decide which payment is next, and how it leaves."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What the payment of a case lacks; ``number`` is that of its list in the pool."""

    way: Way
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """A case's grant and payment. ``due`` is what a guarantee whose accounts are in still pays,
    øre; what is not held of a grant was paid."""

    deficit: bool
    advance: bool
    due: int
    payee: bool
    number: int | None
    released: bool

    def fails(self) -> frozenset[str]:
        """The guards that cannot be passed by this kind of grant."""
        if not self.deficit:
            return frozenset({"deficit-grant"})
        return frozenset({"fixed-grant"} if self.advance else {"fixed-grant", "advance-agreed"})


def asked_of(definition: Definition, state: State) -> bool:
    """Whether the next step of cases in ``state`` hangs on their payment."""
    return any(not _HANG_ON.isdisjoint(move.guards) for move in definition.leaving(state.key))


def stands(session: Session, case_ids: Collection[int]) -> dict[int, Stand]:
    """By case, of those with a decision. One query; none where nothing is asked of."""
    if not case_ids:
        return {}
    held = (
        select(func.sum(col(Account.balance)))
        .where(col(Account.case_id) == col(Case.id), col(Account.kind) == "held")
        .scalar_subquery()
    )
    known = (
        select(col(Payee.id))
        .where(col(Payee.case_id) == col(Case.id), col(Payee.superseded_at).is_(None))
        .exists()
    )
    rows = session.execute(
        select(
            col(Case.id),
            col(Case.granted),
            col(Decision.grant_type),
            col(Decision.advance),
            col(Report.spent),
            col(Report.income),
            held,
            known,
            col(PaymentList.number),
            col(PaymentList.state),
        )
        .join(Decision, col(Decision.id) == col(Case.decision_id))
        .outerjoin(Report, col(Report.case_id) == col(Case.id))
        .outerjoin(
            PaymentItem,
            (col(PaymentItem.case_id) == col(Case.id)) & (col(PaymentItem.state) == "listed"),
        )
        .outerjoin(PaymentList, col(PaymentList.id) == col(PaymentItem.list_id))
        .where(col(Case.id).in_(case_ids))
    )
    return {
        case_id: Stand(
            deficit=kind == "deficit",
            advance=bool(advance),
            due=_due(granted or 0, int(left or 0), spent, income),
            payee=bool(payee),
            number=number,
            released=state == "released",
        )
        for case_id, granted, kind, advance, spent, income, left, payee, number, state in rows
    }


def _due(granted: int, held: int, spent: int | None, income: int | None) -> int:
    if spent is None:
        return 0
    return max(deficit.covered(granted, spent, income or 0) - (granted - held), 0)


def wanted(stand: Stand, step: Transition | None) -> Payment | None:
    """What is wanted before ``step`` can be taken; None where the step itself is."""
    if stand.deficit and (step is None or "accounts" in step.effects):
        return Payment("accounts")
    if step is None or ("settle" in step.effects and not stand.due):
        return None
    if "by-list" in step.guards and stand.number is not None:
        return Payment("released" if stand.released else "listed", stand.number)
    if "payee-known" in step.guards and not stand.payee:
        return Payment("payee")
    return Payment("list") if "by-list" in step.guards else None
