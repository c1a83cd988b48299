"""Books, their years, and opening accounts in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from pool.ledger import errors
from pool.ledger.posting import Line, find, lock_years, post
from pool.models.ledger import Account, Book, BookYear

PLAN_BOOK = "plan"
"""The key of the plan's own book: a year's activities, each an earmark. No pool is called that."""


def open_book(session: Session, key: str) -> Book:
    """The book of that pool (or of the plan), made if it is not there yet."""
    book = session.exec(select(Book).where(Book.key == key)).one_or_none()
    if book is not None:
        return book
    book = Book(key=key)
    try:
        with session.begin_nested():
            session.add(book)
    except IntegrityError:  # somebody else was first
        return session.exec(select(Book).where(Book.key == key)).one()
    return book


def find_year(session: Session, book_key: str, year: int) -> BookYear | None:
    """The year of that book, as it stands now; None if it was never opened."""
    return session.exec(
        select(BookYear)
        .join(Book, col(Book.id) == col(BookYear.book_id))
        .where(Book.key == book_key, BookYear.year == year)
        .execution_options(populate_existing=True)
    ).one_or_none()


def get_year(session: Session, book_key: str, year: int) -> BookYear:
    """As :func:`find_year`; raises :class:`~pool.ledger.errors.UnknownYear`."""
    found = find_year(session, book_key, year)
    if found is None:
        raise errors.UnknownYear(book_key, year)
    return found


def open_year(
    session: Session,
    book_key: str,
    year: int,
    *,
    budget: int = 0,
    command_id: str = "",
    actor: str = "system",
    now: datetime | None = None,
) -> BookYear:
    """Open a year, and give it its budget (øre) when one is told; both need ``command_id`` and
    ``now`` then. Its ``source`` and ``free`` accounts come with it.

    A year that is open already is returned if no budget is told, or if this very command opened
    it. Else raises :class:`~pool.ledger.errors.YearExists`: nobody gets a second budget by
    opening a year twice.
    """
    if budget and (not command_id or now is None):
        raise ValueError("a budget is a transfer: it needs a command id and the time")
    session.flush()
    book = open_book(session, book_key)
    session.exec(select(Book.id).where(Book.id == book.id).with_for_update(key_share=True)).one()
    found = find_year(session, book_key, year)
    if found is not None:
        if not budget:
            return found
        if find(session, command_id, 1) is None:
            raise errors.YearExists("year-exists", book=book_key, year=year)
    else:
        found = BookYear(book_id=known(book.id), year=year)
        session.add(found)
        session.flush()
    if budget and now is not None:
        source, free = account(session, known(found.id), "source"), free_account(session, found)
        line = Line(kind="appropriate", from_id=source, to_id=free, amount=budget)
        post(session, command_id, [line], actor=actor, now=now)
    return found


def account(session: Session, year_id: int, kind: str) -> int:
    """The id of the year's one ``source`` or ``free`` account. Raises ``UnknownAccount``."""
    found = session.exec(
        select(Account.id).where(Account.year_id == year_id, Account.kind == kind)
    ).one_or_none()
    if found is None:
        raise errors.UnknownAccount(0)
    return found


def free_account(session: Session, year: BookYear) -> int:
    """The id of the account of what is left."""
    return account(session, known(year.id), "free")


def open_account(session: Session, year_id: int, kind: str, label: str, **of: Any) -> int:
    """A new account at zero (``earmark``, ``held``, ``paid``); ``of`` are its parent, case and
    decision. Returns its id. The refusals of the guards are raised by name."""
    values: Mapping[str, Any] = {
        "year_id": year_id,
        "kind": kind,
        "label": label,
        "balance": 0,
        "last_n": 0,
        **of,
    }
    try:
        with session.begin_nested():
            made = session.execute(insert(Account).values(values).returning(col(Account.id)))
            return known(made.scalar_one())
    except IntegrityError as error:
        refused = errors.named(error)
        if refused is None:
            raise
        if refused.code == "year":
            raise errors.YearClosed("closed") from error
        raise refused from error


def set_year_state(session: Session, book_key: str, year: int, state: str) -> BookYear:
    """Move a year: open ↔ closing → closed, nothing from closed. A year is closed only when its
    free, earmarked and held accounts are at 0.

    Raises :class:`~pool.ledger.errors.WrongYearState` (``year-state``, ``year-not-empty``).
    """
    found = get_year(session, book_key, year)
    lock_years(session, [known(found.id)])
    try:
        with session.begin_nested():
            session.execute(
                update(BookYear)
                .where(col(BookYear.id) == found.id)
                .values(state=state)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as error:
        raise errors.named(error) or error from error
    return get_year(session, book_key, year)


def known(row_id: int | None) -> int:
    """The id of a stored row."""
    if row_id is None:
        raise ValueError("not stored yet")
    return row_id
