"""What is wrong with the books, told by the transfers it is about.

``account 7`` says nothing to whoever has to look; ``urban-life/17`` is a transfer that can be found
on the page, in the export and in the municipality's own books.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from pool.ledger import Fault
from pool.models.ledger import Account, Book, BookYear, Transfer

NAMED = 5
"""So many of an account's transfers are named, the newest first; of the others how many."""
_ACCOUNT = re.compile(r"account (\d+)")
_TOTAL = re.compile(r"total (\d+) (\w+)")


def lines(session: Session, faults: Iterable[Fault]) -> tuple[str, ...]:
    """A line for each fault, which begins with what is wrong and names its transfers."""
    return tuple(_line(session, fault) for fault in faults)


def _line(session: Session, fault: Fault) -> str:
    told = f"{fault.where}: {fault.code} {fault.detail}".strip()
    if found := _ACCOUNT.fullmatch(fault.where):
        account = session.get(Account, int(found[1]))
        if account is not None:
            about = or_(col(Transfer.from_id) == account.id, col(Transfer.to_id) == account.id)
            place = f"{_year(session, account.year_id)}, {account.kind}"
            return f"{told} ({place}); {_named(session, about)}"
    if found := _TOTAL.fullmatch(fault.where):
        year_id, kind = int(found[1]), found[2]
        about = and_(col(Transfer.year_id) == year_id, col(Transfer.kind).in_((kind, "reverse")))
        return f"{told} ({_year(session, year_id)}); {_named(session, about)}"
    return told


def _year(session: Session, year_id: int) -> str:
    found = session.execute(
        select(col(Book.key), col(BookYear.year))
        .join(Book, col(Book.id) == col(BookYear.book_id))
        .where(col(BookYear.id) == year_id)
    ).one_or_none()
    return f"{found[0]} {found[1]}" if found else f"year {year_id}"


def _named(session: Session, about: ColumnElement[bool]) -> str:
    rows = session.execute(
        select(col(Book.key), col(Transfer.n))
        .join(Book, col(Book.id) == col(Transfer.book_id))
        .where(about)
        .order_by(col(Transfer.id).desc())
        .limit(NAMED)
    ).all()
    if not rows:
        return "no transfer moved it"
    names = ", ".join(f"{key}/{n}" for key, n in rows)
    every = session.execute(select(func.count()).select_from(Transfer).where(about)).scalar_one()
    more = int(every) - len(rows)
    return f"transfers {names}" + (f" and {more} before" if more > 0 else "")
