"""The figures of a pool's year, defined once, each with the transfers it is made of.

* *budget*: appropriated, less relinquished.
* *earmarked*: what stands on the earmarks now, neither granted nor free.
* *granted*: held for announced decisions; for those who may see them, for undisclosed ones too.
* *returned*: voided, left over and given back, except what was undone before its announcement:
  that was never granted to anybody.
* *disposed*: granted less returned.
* *paid*: posted, failed payments deducted. What came back of it is in *returned*.
* *free*: the free account; to the public as if undisclosed decisions were not made yet.

A decision that was undone before its letter went is in none of them: its hold is reversed.

So budget = earmarked + disposed + free, less what came back after the year was closed, for that
has left the pool. A reverse counts against what it cites, in the same figures.

:func:`status` reads balances and totals (kept by the database) and corrects them by the few
transfers that are undisclosed or were undone early; :func:`transfers_behind` adds up transfers
one by one. That both agree is tested, not assumed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool.ledger.books import get_year, known
from pool.ledger.errors import UnknownTransfer
from pool.models.case import Decision
from pool.models.casework import DecisionEnd
from pool.models.ledger import Account, Book, BookYear, Total, Transfer

FIGURES = ("budget", "earmarked", "granted", "disposed", "paid", "returned", "free")
UNDOING = ("void", "return")


@dataclass(frozen=True, slots=True)
class Status:
    """Where the year's money is, in øre."""

    book: str
    year: int
    state: str
    budget: int
    earmarked: int
    granted: int
    disposed: int
    paid: int
    returned: int
    free: int
    relinquished: int = 0
    """Of what the year was given in all: what was taken back, at the year's end above all. It is
    taken off ``budget`` already."""

    def figures(self) -> dict[str, int]:
        """The seven figures by name, whole øre."""
        told: dict[str, Any] = asdict(self)
        return {name: told[name] for name in FIGURES}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One transfer in a figure. ``amount`` (øre) is signed as it counts there.

    ``because`` says why: the transfer's kind; ``reversed-…`` where it takes back one of that
    kind; ``…-early`` where it was undone before it was announced.
    """

    transfer: Transfer
    amount: int
    because: str


_cited = aliased(Transfer, name="cited")
_from = aliased(Account, name="from_account")
_to = aliased(Account, name="to_account")
_kind: ColumnElement[str] = func.coalesce(col(_cited.kind), col(Transfer.kind))
_moment: ColumnElement[datetime] = func.coalesce(col(_cited.recorded_at), col(Transfer.recorded_at))
_signed: ColumnElement[int] = case(
    (col(Transfer.kind) == "reverse", -col(Transfer.amount)), else_=col(Transfer.amount)
)


_UNANNOUNCED = select(col(Decision.id)).where(col(Decision.announced_at).is_(None))


def _of_year(statement: Select[*tuple[Any, ...]], year_id: int) -> Select[*tuple[Any, ...]]:
    """``statement`` over the year's transfers, with what each reverses, its decision, its ends."""
    reversing = and_(col(_cited.id) == col(Transfer.cites_id), col(Transfer.kind) == "reverse")
    return (
        statement.select_from(Transfer)
        .outerjoin(_cited, reversing)
        .outerjoin(Decision, col(Decision.id) == col(Transfer.decision_id))
        .join(_from, col(_from.id) == col(Transfer.from_id))
        .join(_to, col(_to.id) == col(Transfer.to_id))
        .where(col(Transfer.year_id) == year_id)
    )


def status(session: Session, book_key: str, year: int, *, undisclosed: bool = False) -> Status:
    """The year's figures. ``undisclosed``: for a reader who may see decisions that are not
    announced yet. Raises :class:`~pool.ledger.errors.UnknownYear`."""
    row = get_year(session, book_key, year)
    year_id = known(row.id)
    total: dict[str, int] = _pairs(
        session,
        select(col(Total.kind), col(Total.amount)).where(col(Total.year_id) == year_id),
    )
    standing: dict[str, int] = _pairs(
        session,
        select(col(Account.kind), func.sum(col(Account.balance)))
        .where(col(Account.year_id) == year_id)
        .group_by(col(Account.kind)),
    )
    hidden = _hidden(session, year_id)
    early = _undone_early(session, year_id)
    unseen = {} if undisclosed else hidden
    granted = total["hold"] - early - unseen.get("hold", 0)
    returned = total["void"] + total["return"] - early
    for kind in UNDOING:  # of a decision not announced yet: undone early, whoever looks
        returned -= hidden.get(kind, 0)
        granted -= hidden.get(kind, 0) if undisclosed else 0
    return Status(
        book=book_key,
        year=row.year,
        state=row.state,
        budget=total["appropriate"] - total["relinquish"],
        earmarked=standing.get("earmark", 0) - unseen.get("earmark account", 0),
        granted=granted,
        disposed=granted - returned,
        paid=total["post"] - unseen.get("post", 0),
        returned=returned,
        free=standing["free"] - unseen.get("free account", 0),
        relinquished=total["relinquish"],
    )


def _pairs(session: Session, statement: Select[*tuple[Any, ...]]) -> dict[str, int]:
    return {kind: int(amount) for kind, amount in session.execute(statement)}


def _hidden(session: Session, year_id: int) -> dict[str, int]:
    """What undisclosed decisions moved: by kind, and into the free and earmark accounts.

    Those few are looked up first: of a million transfers none is read for a pool that tells its
    decisions at once.
    """
    names = ("hold", "post", *UNDOING, "free account", "earmark account")
    if session.execute(_UNANNOUNCED.limit(1)).first() is None:
        return dict.fromkeys(names, 0)
    counted: list[Any] = [
        func.coalesce(func.sum(case((_kind == kind, _signed), else_=0)), 0)
        for kind in ("hold", "post", *UNDOING)
    ]
    counted += [
        func.coalesce(
            func.sum(
                case((col(_to.kind) == kind, col(Transfer.amount)), else_=0)
                - case((col(_from.kind) == kind, col(Transfer.amount)), else_=0)
            ),
            0,
        )
        for kind in ("free", "earmark")
    ]
    found = session.execute(
        _of_year(select(*counted), year_id).where(
            col(Transfer.decision_id).in_(_UNANNOUNCED), col(Decision.announced_at).is_(None)
        )
    ).one()
    return {name: int(amount) for name, amount in zip(names, found, strict=True)}


def _undone_early(session: Session, year_id: int) -> int:
    """What was undone before a decision that has been announced since."""
    statement = select(func.coalesce(func.sum(_signed), 0))
    return int(
        session.execute(
            _of_year(statement, year_id).where(
                col(Transfer.kind).in_((*UNDOING, "reverse")),
                _kind.in_(UNDOING),
                col(Decision.announced_at) > _moment,
            )
        ).scalar_one()
    )


def transfers_behind(
    session: Session, book_key: str, year: int, figure: str, *, undisclosed: bool = False
) -> list[FigureLine]:
    """The transfers that ``figure`` (one of :data:`FIGURES`) is made of, in their order; their
    signed amounts add up to the figure that the same reader is shown."""
    if figure not in FIGURES:
        raise ValueError(f"no figure: {figure!r}")
    year_id = known(get_year(session, book_key, year).id)
    statement = _of_year(
        select(
            Transfer,
            _kind,
            _moment,
            col(_from.kind),
            col(_to.kind),
            col(Decision.announced_at),
        ),
        year_id,
    ).order_by(col(Transfer.n))
    undone = select(col(DecisionEnd.decision_id)).where(col(DecisionEnd.how) == "undone")
    statement = statement.where(  # its hold and the reverse of that are nothing to anybody
        or_(col(Transfer.decision_id).is_(None), col(Transfer.decision_id).not_in(undone))
    )
    if not undisclosed:
        statement = statement.where(
            or_(col(Transfer.decision_id).is_(None), col(Decision.announced_at).is_not(None))
        )
    lines = []
    for transfer, kind, moment, from_kind, to_kind, announced_at in session.execute(statement):
        early = kind in UNDOING and (announced_at is None or moment < announced_at)
        counts = sign(figure, transfer.kind == "reverse", kind, early, (from_kind, to_kind))
        if counts:
            because = ("reversed-" if transfer.kind == "reverse" else "") + kind
            because += "-early" if early else ""
            lines.append(FigureLine(transfer, counts * transfer.amount, because))
    return lines


def sign(figure: str, reverse: bool, kind: str, early: bool, ends: tuple[str, str]) -> int:
    """How a transfer counts in a figure: 1, -1 or not at all. ``kind`` is that of the transfer
    taken back where it is a reverse."""
    if figure in ("free", "earmarked"):
        account = {"free": "free", "earmarked": "earmark"}[figure]
        return (ends[1] == account) - (ends[0] == account)
    undoing = kind in UNDOING
    counts = {
        "budget": (kind == "appropriate") - (kind == "relinquish"),
        "granted": (kind == "hold") - (undoing and early),
        "returned": int(undoing and not early),
        "disposed": (kind == "hold") - undoing,
        "paid": int(kind == "post"),
    }[figure]
    return -counts if reverse else counts


def years(session: Session, book_key: str) -> list[BookYear]:
    """The years of a book that were ever opened, newest first."""
    return list(
        session.execute(
            select(BookYear)
            .join(Book, col(Book.id) == col(BookYear.book_id))
            .where(col(Book.key) == book_key)
            .order_by(col(BookYear.year).desc())
            .execution_options(populate_existing=True)
        ).scalars()
    )


def transfer_of(session: Session, book_key: str, n: int) -> Transfer:
    """Transfer number ``n`` of a book. Raises :class:`~pool.ledger.errors.UnknownTransfer`."""
    found: Transfer | None = session.execute(
        select(Transfer)
        .join(Book, col(Book.id) == col(Transfer.book_id))
        .where(col(Book.key) == book_key, col(Transfer.n) == n)
    ).scalar_one_or_none()
    if found is None:
        raise UnknownTransfer(n)
    return found
