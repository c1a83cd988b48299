"""Writing transfers: one command, one or more lines, each a row of its book's chain.

The book's row is the lock: whoever holds it knows the last number and hash. Books are locked by
ascending id. The database checks every line (``pool.migrations.guards``); what it refuses is
raised by name, after the line was undone, so that the unit of work may go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from pool.clock import local_day
from pool.ledger import chain, errors
from pool.models.ledger import GENESIS, Account, Book, BookYear, Transfer


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One transfer to be made. ``amount`` in øre. ``effective_on`` is the day it is about,
    today unless given, as exactly as ``precision`` (``day``, ``month``, ``year``) says."""

    kind: str
    from_id: int
    to_id: int
    amount: int
    cites_id: int | None = None
    case_id: int | None = None
    decision_id: int | None = None
    effective_on: date | None = None
    precision: str = "day"


@dataclass(frozen=True, slots=True)
class _Place:
    book_id: int
    year_id: int


def lock_years(session: Session, year_ids: Sequence[int]) -> None:
    """Lock the books of these years, in the order every writer takes them."""
    books = select(BookYear.book_id).where(col(BookYear.id).in_(set(year_ids)))
    session.exec(
        select(Book.id)
        .where(col(Book.id).in_(books))
        .order_by(col(Book.id))
        .with_for_update(key_share=True)
    ).all()


def post(
    session: Session,
    command_id: str,
    lines: Sequence[Line],
    *,
    actor: str,
    now: datetime,
    first_line: int = 1,
) -> list[Transfer]:
    """Make the transfers of one command, numbered from ``first_line``, all or none of them.

    The same command id with the same lines is harmless: the transfers it made are returned.
    ``actor`` is an id without a name (``person:3``). ``recorded_at`` is ``now``, or the moment
    of the book's last transfer where another process' clock was ahead.

    Raises :class:`~pool.ledger.errors.CommandReused` for the same id with other contents,
    :class:`~pool.ledger.errors.NotEnough` and the other refusals of the guards.
    """
    session.flush()
    places = _places(session, lines)
    lock_years(session, [place.year_id for place in places])
    earlier = replayed(session, command_id, lines, actor=actor, now=now, first_line=first_line)
    if earlier is not None:
        return earlier
    with session.begin_nested():
        for number, (line, place) in enumerate(zip(lines, places, strict=True), start=first_line):
            _insert(session, command_id, number, line, place, actor=actor, now=now)
    _reload(session, lines)
    return _of_command(session, command_id, first_line, len(lines))


def replayed(
    session: Session,
    command_id: str,
    lines: Sequence[Line],
    *,
    actor: str,
    now: datetime,
    first_line: int = 1,
) -> list[Transfer] | None:
    """The transfers this command made when it came before; None when it has not."""
    earlier = _of_command(session, command_id, first_line, len(lines))
    if not earlier:
        return None
    wanted = [_contents(line) for line in lines]
    if [_contents_of(transfer) for transfer in earlier] != wanted or any(
        transfer.actor != actor
        or (line.effective_on is not None and line.effective_on != transfer.effective_on)
        for transfer, line in zip(earlier, lines, strict=False)
    ):
        raise errors.CommandReused("command", command=command_id)
    return earlier


def find(session: Session, command_id: str, line: int) -> Transfer | None:
    """The transfer of that line of the command, if it was made."""
    return next(iter(_of_command(session, command_id, line, 1)), None)


def _contents(line: Line) -> tuple[object, ...]:
    return (
        *(line.kind, line.from_id, line.to_id, line.amount, line.cites_id),
        *(line.case_id, line.decision_id, line.precision),
    )


def _contents_of(row: Transfer) -> tuple[object, ...]:
    return (
        *(row.kind, row.from_id, row.to_id, row.amount, row.cites_id),
        *(row.case_id, row.decision_id, row.precision),
    )


def _of_command(session: Session, command_id: str, first: int, count: int) -> list[Transfer]:
    return list(
        session.exec(
            select(Transfer)
            .where(
                Transfer.command_id == command_id,
                col(Transfer.line) >= first,
                col(Transfer.line) < first + count,
            )
            .order_by(col(Transfer.line))
        )
    )


def _places(session: Session, lines: Sequence[Line]) -> list[_Place]:
    """Book and year of each line: those of the account it takes from."""
    ids = {line.from_id for line in lines}
    found = {
        account_id: _Place(book_id, year_id)
        for account_id, year_id, book_id in session.exec(
            select(Account.id, Account.year_id, BookYear.book_id)
            .join(BookYear, col(BookYear.id) == col(Account.year_id))
            .where(col(Account.id).in_(ids))
        )
    }
    for account_id in ids - found.keys():
        raise errors.UnknownAccount(account_id)
    return [found[line.from_id] for line in lines]


def _insert(
    session: Session,
    command_id: str,
    number: int,
    line: Line,
    place: _Place,
    *,
    actor: str,
    now: datetime,
) -> None:
    last = session.exec(
        select(Transfer.n, Transfer.hash, Transfer.recorded_at)
        .where(Transfer.book_id == place.book_id)
        .order_by(col(Transfer.n).desc())
        .limit(1)
    ).one_or_none()
    n, prev_hash, moment = (last[0] + 1, last[1], max(now, last[2])) if last else (1, GENESIS, now)
    row = {
        "book_id": place.book_id,
        "n": n,
        "year_id": place.year_id,
        "command_id": command_id,
        "line": number,
        "kind": line.kind,
        "from_id": line.from_id,
        "to_id": line.to_id,
        "amount": line.amount,
        "cites_id": line.cites_id,
        "case_id": line.case_id,
        "decision_id": line.decision_id,
        "actor": actor,
        "effective_on": line.effective_on or local_day(now),
        "precision": line.precision,
        "recorded_at": moment,
        "prev_hash": prev_hash,
    }
    row["canonical"] = chain.canonical(row)
    row["hash"] = chain.digest(str(row["canonical"]))
    savepoint = session.begin_nested()
    try:
        session.execute(insert(Transfer).values(row))
    except IntegrityError as error:
        savepoint.rollback()
        refused = errors.named(error)
        if refused is None:
            raise
        if refused.code == "overdraft":
            raise _not_enough(session, line) from error
        raise refused from error
    savepoint.commit()


def _not_enough(session: Session, line: Line) -> errors.NotEnough:
    """What was there instead, read under the lock that the refused transfer took."""
    balance = session.exec(select(Account.balance).where(col(Account.id) == line.from_id)).one()
    return errors.NotEnough(free=balance, wanted=line.amount, account_id=line.from_id)


def _reload(session: Session, lines: Sequence[Line]) -> None:
    """Balances were moved by the database: objects of this session that show them look again."""
    ids = {end for line in lines for end in (line.from_id, line.to_id)}
    session.exec(
        select(Account).where(col(Account.id).in_(ids)).execution_options(populate_existing=True)
    ).all()
