"""The plan's own book in the ledger: what its activities may cost stands there as money does.

A year's lines that are no pools are appropriated to the plan's book and earmarked line by line, so
that no line gives more than it has; a pool's line is the pool's own book. The key of the book is
``ledger.PLAN_BOOK``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

import pool.journal as journal
import pool.ledger as ledger
from pool import money
from pool.identity.actor import Actor
from pool.models.base import known
from pool.models.ledger import Account, Book, BookYear
from pool.models.plan import PlanLine
from pool.plan.errors import PlanError

_LABEL = 120
"""Characters of an account's label (its column)."""


def label(number: int, name: str) -> str:
    """The label of a line's account: its number and its name. A line that is numbered or named
    anew is another place, and its money is moved there."""
    return f"{number}. {' '.join(name.split())}"[:_LABEL].rstrip()


def label_of(line: PlanLine) -> str:
    return label(line.number, line.name)


def lock(session: Session) -> None:
    """Lock the plan's book, made if it is not there: whoever changes lines or moves money in the
    plan is alone at it."""
    book = ledger.open_book(session, ledger.PLAN_BOOK)
    session.exec(select(Book.id).where(Book.id == book.id).with_for_update(key_share=True)).one()


def year_id(session: Session, year: int) -> int | None:
    """The plan's book year; None where it was never needed."""
    found = ledger.find_year(session, ledger.PLAN_BOOK, year)
    return known(found.id) if found else None


def pool_years(session: Session, pools: Iterable[str], year: int) -> dict[str, BookYear]:
    """The year in the books of each of ``pools`` that has it."""
    rows = session.exec(
        select(Book.key, BookYear)
        .join(BookYear, col(BookYear.book_id) == col(Book.id))
        .where(col(Book.key).in_(set(pools)), col(BookYear.year) == year)
        .execution_options(populate_existing=True)
    )
    return dict(rows.all())


def open_year(
    session: Session,
    year: int,
    lines: Iterable[PlanLine],
    *,
    source: str,
    actor: Actor,
    now: datetime,
) -> int:
    """The plan's book of ``year``, opened with ``lines`` where it is not open; the caller holds the
    lock. Returns the book year's id."""
    found = year_id(session, year)
    if found is not None:
        return found
    amounts = {label_of(line): line.amount for line in lines if line.pool is None}
    total = sum(amounts.values())
    opened = known(ledger.open_year(session, ledger.PLAN_BOOK, year).id)
    bring_to(
        session,
        opened,
        amounts,
        command_id=f"plan-book-{year}",
        actor=actor,
        now=now,
        effective_on=date(year, 1, 1),
        precision="year",
    )
    journal.write(
        session,
        f"book-year:{opened}",
        "year.opened",
        actor,
        now=now,
        effective_on=date(year, 1, 1),
        precision="year",
        data={"pool": ledger.PLAN_BOOK, "year": year, "amount": total},
        personal={"source": source},
    )
    return opened


def balances(session: Session, year_id: int) -> dict[str, Account]:
    """The lines' accounts of a year by label, as they stand in this unit."""
    rows = session.exec(
        select(Account)
        .where(col(Account.year_id) == year_id, col(Account.kind) == "earmark")
        .execution_options(populate_existing=True)
    )
    return {row.label: row for row in rows}


def account(session: Session, year_id: int, label: str) -> int:
    """The account of a line, opened where it has none yet; the caller holds the lock."""
    found = balances(session, year_id).get(label)
    if found is not None:
        return known(found.id)
    return ledger.open_account(session, year_id, "earmark", label)


def ends(session: Session, year_id: int) -> tuple[int, int]:
    """The year's ``source`` and ``free`` accounts."""
    rows = session.exec(
        select(Account.kind, Account.id).where(
            col(Account.year_id) == year_id, col(Account.kind).in_(("source", "free"))
        )
    )
    found = {kind: known(account_id) for kind, account_id in rows}
    return found["source"], found["free"]


def bring_to(
    session: Session,
    year_id: int,
    amounts: Mapping[str, int],
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    effective_on: date,
    precision: str = "day",
) -> int:
    """Move money so that each line's account holds what ``amounts`` (øre by label) says, and others
    nothing: first what lines give up, then what the plan as a whole gets or gives back, then what
    lines get. Returns how many transfers that took; ``PlanError`` ``too-large``."""
    stand = balances(session, year_id)
    most = max(amounts.values(), default=0)
    if max(most, sum(amounts.values())) > money.MAX_ORE:
        raise PlanError("too-large", most=money.MAX_ORE)
    source, free = ends(session, year_id)
    gives: list[ledger.Line] = []
    takes: list[ledger.Line] = []
    for name in sorted(stand.keys() | amounts.keys(), key=_in_order):
        has = stand[name].balance if name in stand else 0
        more = amounts.get(name, 0) - has
        if more == 0:
            continue
        place = known(stand[name].id) if name in stand else account(session, year_id, name)
        line = ledger.Line(
            kind="earmark" if more > 0 else "unearmark",
            from_id=free if more > 0 else place,
            to_id=place if more > 0 else free,
            amount=abs(more),
            effective_on=effective_on,
            precision=precision,
        )
        (takes if more > 0 else gives).append(line)
    net = sum(line.amount for line in takes) - sum(line.amount for line in gives)
    lines = [*gives]
    if net:
        lines.append(
            ledger.Line(
                kind="appropriate" if net > 0 else "relinquish",
                from_id=source if net > 0 else free,
                to_id=free if net > 0 else source,
                amount=abs(net),
                effective_on=effective_on,
                precision=precision,
            )
        )
    lines += takes
    if lines:
        ledger.post(session, command_id, lines, actor=actor.key, now=now)
    return len(lines)


def _in_order(label: str) -> tuple[int, str]:
    number, _, name = label.partition(". ")
    return (int(number) if number.isdecimal() else 0), name
