"""Where one case's money is, read from the ledger's accounts. Amounts are øre."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from pool.models.case import Case
from pool.models.ledger import Account, Book, BookYear, Transfer


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


def year_id(session: Session, case: Case) -> int:
    """The book year that pays the case. The guard ``year-open`` has been passed."""
    found = year(session, case.pool, case.year)
    assert found is not None, "the guard `year-open` was passed"
    return found.id


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
    """Held, paid and returned of one case. A reversed transfer counts for nothing."""
    held = session.execute(
        select(func.coalesce(func.sum(col(Account.balance)), 0)).where(
            col(Account.case_id) == case_id, col(Account.kind) == "held"
        )
    ).scalar_one()
    sums = dict.fromkeys(("post", "return"), 0)
    reversed_ids = select(col(Transfer.cites_id)).where(
        col(Transfer.case_id) == case_id, col(Transfer.kind) == "reverse"
    )
    for kind, amount in session.execute(
        select(col(Transfer.kind), func.sum(col(Transfer.amount)))
        .where(
            col(Transfer.case_id) == case_id,
            col(Transfer.kind).in_(tuple(sums)),
            col(Transfer.id).not_in(reversed_ids),
        )
        .group_by(col(Transfer.kind))
    ):
        sums[kind] = int(amount)
    return CaseMoney(held=int(held), paid=sums["post"], returned=sums["return"])


def outstanding(session: Session, case_id: int) -> list[Outstanding]:
    """The case's payments with what has not come back of each, oldest first."""
    rows = session.execute(
        select(col(Transfer.id), col(Account.balance))
        .join(Account, col(Account.id) == col(Transfer.to_id))
        .where(
            col(Transfer.case_id) == case_id,
            col(Transfer.kind) == "post",
            col(Account.balance) > 0,
        )
        .order_by(col(Transfer.id))
    )
    return [Outstanding(transfer_id=row[0], amount=row[1]) for row in rows]
