"""Where one case's money is, read from the ledger's accounts. Amounts are øre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool.cases import changed
from pool.models.case import Case, Decision, Payment
from pool.models.ledger import Account, Book, BookYear, Transfer
from pool.models.years import CarryOver


@dataclass(frozen=True, slots=True)
class CaseMoney:
    """``paid`` is what was sent, ``returned`` what came back of it, ``held`` what waits."""

    held: int
    paid: int
    returned: int


@dataclass(frozen=True, slots=True)
class Outstanding:
    """A payment and what of it has not come back."""

    transfer_id: int
    amount: int
    held_id: int | None
    """The held account it was paid out of."""


@dataclass(frozen=True, slots=True)
class Year:
    """A pool's year in the books: its id, state, and what is free."""

    id: int
    state: str
    free: int


def year(session: Session, pool: str, year: int) -> Year | None:
    """None where the year was never opened."""
    row = session.execute(
        select(col(BookYear.id), col(BookYear.state), col(Account.balance))
        .join(Book, col(Book.id) == col(BookYear.book_id))
        .join(Account, (col(Account.year_id) == col(BookYear.id)) & (col(Account.kind) == "free"))
        .where(col(Book.key) == pool, col(BookYear.year) == year)
    ).one_or_none()
    return Year(id=row[0], state=row[1], free=row[2]) if row else None


def paying_year(session: Session, case: Case) -> int:
    """The year whose money pays the case: the one it was granted of, or the one its grant was
    carried over into last."""
    carried = session.execute(
        select(func.max(col(CarryOver.to_year))).where(col(CarryOver.case_id) == case.id)
    ).scalar_one()
    return int(carried or case.year)


def year_id(session: Session, case: Case) -> int:
    """The book year that pays the case. The guard ``year-open`` has been passed."""
    found = year(session, case.pool, paying_year(session, case))
    assert found is not None, "the guard `year-open` was passed"
    return found.id


def own_earmark(session: Session, decision: Decision, year_id: int) -> tuple[int | None, int]:
    """The earmark of the year ``year_id`` that the grant ``decision`` is part of came from, and
    what is left of it; ``(None, 0)`` where it came out of what was free. A grant that was undone or
    taken up again is another one."""
    grant = [one.id for one in changed.chain(session, decision)]
    mark: Any = aliased(Account)
    row = session.execute(
        select(mark.id, mark.balance)
        .join(Account, col(Account.parent_id) == mark.id)
        .where(
            col(Account.case_id) == decision.case_id,
            col(Account.decision_id).in_(grant),
            col(Account.kind) == "held",
            mark.kind == "earmark",
            mark.year_id == year_id,
        )
        .order_by(col(Account.id).desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row else (None, 0)


def held_accounts(session: Session, case_id: int) -> list[Account]:
    """The case's held accounts that have money, oldest first, as they stand in this unit."""
    return list(
        session.execute(
            select(Account)
            .where(
                col(Account.case_id) == case_id,
                col(Account.kind) == "held",
                col(Account.balance) > 0,
            )
            .order_by(col(Account.id))
            .execution_options(populate_existing=True)
        ).scalars()
    )


def of_case(session: Session, case_id: int) -> CaseMoney:
    """Held, paid and returned of one case. A reversed transfer counts for nothing, and neither
    does a payment that the bank sent back after its year was closed, with its return."""
    held = session.execute(
        select(func.coalesce(func.sum(col(Account.balance)), 0)).where(
            col(Account.case_id) == case_id, col(Account.kind) == "held"
        )
    ).scalar_one()
    sums = dict.fromkeys(("post", "return"), 0)
    reversed_ids = select(col(Transfer.cites_id)).where(
        col(Transfer.case_id) == case_id, col(Transfer.kind) == "reverse"
    )
    failed_ids = select(col(Payment.transfer_id)).where(
        col(Payment.case_id) == case_id, col(Payment.failed_on).is_not(None)
    )
    for kind, amount in session.execute(
        select(col(Transfer.kind), func.sum(col(Transfer.amount)))
        .where(
            col(Transfer.case_id) == case_id,
            col(Transfer.kind).in_(tuple(sums)),
            col(Transfer.id).not_in(reversed_ids),
            func.coalesce(col(Transfer.cites_id), col(Transfer.id)).not_in(failed_ids),
        )
        .group_by(col(Transfer.kind))
    ):
        sums[kind] = int(amount)
    return CaseMoney(held=int(held), paid=sums["post"], returned=sums["return"])


def newest_return(session: Session, case_id: int) -> list[Transfer]:
    """The transfers of the command that last entered money as come back and was not undone; empty
    where there is none. (What the bank sent back after its year was closed is a payment that
    failed, and no return.)"""
    return [row[0] for row in _newest_return(session, case_id)]


def _newest_return(session: Session, case_id: int) -> list[Any]:
    """:func:`newest_return`, each with the kind and balance of the account it went to, the year's
    state, and whether the command gave money up besides."""
    failed: Any = aliased(Payment)
    undone: Any = aliased(Transfer)
    beside: Any = aliased(Transfer)
    rows = session.execute(
        select(
            Transfer,
            col(Account.kind),
            col(Account.balance),
            col(BookYear.state),
            exists().where(
                beside.command_id == col(Transfer.command_id), beside.kind == "relinquish"
            ),
        )
        .join(Account, col(Account.id) == col(Transfer.to_id))
        .join(BookYear, col(BookYear.id) == col(Transfer.year_id))
        .where(
            col(Transfer.case_id) == case_id,
            col(Transfer.kind) == "return",
            ~exists().where(undone.kind == "reverse", undone.cites_id == col(Transfer.id)),
            ~exists().where(
                failed.transfer_id == col(Transfer.cites_id), failed.failed_on.is_not(None)
            ),
        )
        .order_by(col(Transfer.id).desc())
    ).all()
    return [row for row in rows if row[0].command_id == rows[0][0].command_id][::-1]


def newest_return_stands(session: Session, case_id: int) -> bool:
    """Whether :func:`newest_return` can be reversed: of a closed year only what left it at once,
    else only while what is free there is enough. Advice: the ledger is what refuses."""
    rows = _newest_return(session, case_id)
    wanted: dict[int, int] = {}
    for transfer, *_ in rows:
        wanted[transfer.to_id] = wanted.get(transfer.to_id, 0) + transfer.amount
    gave_up = rows and rows[0][4]
    for left in of_command(session, rows[0][0].command_id) if gave_up else ():
        if left.kind == "relinquish":  # of a carried grant: it comes back first
            wanted[left.from_id] -= left.amount
    return bool(rows) and all(
        kind == "source" or (state != "closed" and balance >= wanted[transfer.to_id])
        for transfer, kind, balance, state, _ in rows
    )


def carried_accounts(session: Session, case_id: int) -> frozenset[int]:
    """The case's held accounts whose money came from an earlier year (a grant that was carried
    over), by id."""
    return frozenset(
        session.execute(
            select(col(Transfer.to_id)).where(
                col(Transfer.case_id) == case_id,
                col(Transfer.kind) == "hold",
                col(Transfer.command_id).in_(
                    select(col(CarryOver.command_id)).where(col(CarryOver.case_id) == case_id)
                ),
            )
        ).scalars()
    )


def outstanding(session: Session, case_id: int) -> list[Outstanding]:
    """The case's payments with what has not come back of each, oldest first."""
    rows = session.execute(
        select(col(Transfer.id), col(Account.balance), col(Account.parent_id))
        .join(Account, col(Account.id) == col(Transfer.to_id))
        .where(
            col(Transfer.case_id) == case_id,
            col(Transfer.kind) == "post",
            col(Account.balance) > 0,
        )
        .order_by(col(Transfer.id))
    )
    return [Outstanding(transfer_id=row[0], amount=row[1], held_id=row[2]) for row in rows]


def of_command(session: Session, command_id: str) -> list[Transfer]:
    """The transfers a command made, in the order of its lines."""
    return list(
        session.execute(
            select(Transfer)
            .where(col(Transfer.command_id) == command_id)
            .order_by(col(Transfer.line))
        ).scalars()
    )
