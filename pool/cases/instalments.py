"""The parts in which a grant is paid: each has a held account of its own, and is unpaid while there
is money on it. Amounts are øre."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlmodel import Session, col

from pool.models.ledger import Account, Transfer
from pool.models.payments import Instalment

FEATURE = "instalments"


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment as it stands. ``amount`` is what was agreed, ``left`` what waits to be paid,
    ``paid`` what was sent of it. Where nothing waits and nothing was sent it fell away: the grant
    was lowered. ``number`` counts those that did not."""

    number: int
    of: int
    amount: int
    due_on: date
    left: int
    paid: int
    account_id: int
    decision_id: int

    @property
    def dropped(self) -> bool:
        return not self.left and not self.paid


def parts(session: Session, case_id: int) -> tuple[Part, ...]:
    """The instalments of the grants that were not undone, in their order; empty where the grant is
    paid at once. Two queries at most."""
    return parts_of(session, (case_id,)).get(case_id, ())


def parts_of(session: Session, case_ids: Collection[int]) -> dict[int, tuple[Part, ...]]:
    """As :func:`parts`, by case, of those that are paid in parts. Two queries at most."""
    rows: dict[int, list[tuple[Instalment, int]]] = defaultdict(list)
    for one, left in session.execute(
        select(Instalment, col(Account.balance))
        .join(Account, col(Account.id) == col(Instalment.account_id))
        .where(col(Instalment.case_id).in_(case_ids))
        .order_by(col(Instalment.decision_id), col(Instalment.number))
        .execution_options(populate_existing=True)
    ):
        rows[one.case_id].append((one, left))
    if not rows:
        return {}
    sent = _sent(session, rows)
    return {case_id: found for case_id, each in rows.items() if (found := _stand(each, sent))}


def _stand(rows: list[tuple[Instalment, int]], sent: Mapping[int, int]) -> tuple[Part, ...]:
    newest = rows[-1][0].decision_id
    rows = [row for row in rows if row[0].decision_id == newest]
    stands = [bool(left or sent.get(one.account_id)) for one, left in rows]
    if not any(stands):
        return ()  # taken up again, and granted otherwise
    number, found = 0, []
    for (one, left), counts in zip(rows, stands, strict=True):
        number += counts
        found.append(
            Part(
                number=number,
                of=sum(stands),
                amount=one.amount,
                due_on=one.due_on,
                left=left,
                paid=sent.get(one.account_id, 0),
                account_id=one.account_id,
                decision_id=one.decision_id,
            )
        )
    return tuple(found)


def next_of(session: Session, case_ids: Collection[int]) -> dict[int, Part]:
    """The instalment each of these cases is to be paid next, where one waits. Two queries at
    most for all of them."""
    found = {case_id: unpaid(each) for case_id, each in parts_of(session, case_ids).items()}
    return {case_id: some[0] for case_id, some in found.items() if some}


def _sent(session: Session, case_ids: Iterable[int]) -> dict[int, int]:
    """What was paid out of each held account of the cases, payments that failed left out."""
    ids = list(case_ids)
    reversed_ids = select(col(Transfer.cites_id)).where(
        col(Transfer.case_id).in_(ids), col(Transfer.kind) == "reverse"
    )
    sums: dict[int, int] = {}
    for held_id, amount in session.execute(
        select(col(Transfer.from_id), col(Transfer.amount)).where(
            col(Transfer.case_id).in_(ids),
            col(Transfer.kind) == "post",
            col(Transfer.id).not_in(reversed_ids),
        )
    ):
        sums[held_id] = sums.get(held_id, 0) + amount
    return sums


def unpaid(found: Sequence[Part]) -> tuple[Part, ...]:
    """Those that wait to be paid, the next one first."""
    return tuple(one for one in found if one.left)


def moved(session: Session, old_account_id: int, new_account_id: int) -> None:
    """What waited on one account waits on another now, as when a grant is carried over."""
    session.execute(
        update(Instalment)
        .where(col(Instalment.account_id) == old_account_id)
        .values(account_id=new_account_id)
        .execution_options(synchronize_session=False)
    )
