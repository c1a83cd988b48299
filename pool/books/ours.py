"""Our side: every transfer of a pool's year by which money left for somebody, or came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool.books.matching import Side
from pool.models.case import Payment
from pool.models.ledger import Transfer

_MOVES = ("post", "return")


@dataclass(frozen=True, slots=True)
class Item:
    """A post, a return, or the reverse of one of them (a payment that failed). ``amount``: øre,
    above zero what left. ``reference`` is that of the payment it is, or takes back; ``cites``
    the transfer a reverse takes back."""

    id: int
    n: int
    kind: str
    amount: int
    day: date
    recorded_at: datetime
    reference: str
    case_id: int | None
    cites: int | None

    def side(self) -> Side:
        return Side(self.id, self.day, self.amount, self.reference)


def items(session: Session, year_id: int, *only: ColumnElement[bool]) -> tuple[Item, ...]:
    """In the order of the book; one query. ``only`` those of which this is true besides."""
    cited = aliased(Transfer, name="cited")
    of_it, of_cited, of_root = (aliased(Payment) for _ in range(3))
    reversing = and_(col(Transfer.kind) == "reverse", col(cited.kind).in_(_MOVES))
    rows = session.execute(
        select(
            col(Transfer.id),
            col(Transfer.n),
            col(Transfer.kind),
            col(Transfer.amount),
            col(Transfer.effective_on),
            col(Transfer.recorded_at),
            func.coalesce(
                col(of_it.reference), col(of_cited.reference), col(of_root.reference), ""
            ),
            col(Transfer.case_id),
            col(Transfer.cites_id),
            col(cited.kind),
        )
        .outerjoin(cited, col(cited.id) == col(Transfer.cites_id))
        .outerjoin(of_it, col(of_it.transfer_id) == col(Transfer.id))
        .outerjoin(of_cited, col(of_cited.transfer_id) == col(Transfer.cites_id))
        .outerjoin(of_root, col(of_root.transfer_id) == col(cited.cites_id))
        .where(
            col(Transfer.year_id) == year_id, or_(col(Transfer.kind).in_(_MOVES), reversing), *only
        )
        .order_by(col(Transfer.n))
    )
    found: dict[int, Item] = {}
    for id_, n, kind, amount, day, at, reference, case_id, cites, of_kind in rows:
        out = kind == "post" or (kind == "reverse" and of_kind == "return")
        found[id_] = Item(
            *(id_, n, kind, amount if out else -amount, day, at, reference, case_id),
            cites if kind == "reverse" else None,
        )
    return tuple(found.values())


def sides(year_id: int) -> Subquery:
    """The same transfers in SQL: ``id`` and ``amount`` (signed, øre)."""
    cited = aliased(Transfer, name="cited")
    out = or_(
        col(Transfer.kind) == "post",
        and_(col(Transfer.kind) == "reverse", col(cited.kind) == "return"),
    )
    reversing = and_(col(Transfer.kind) == "reverse", col(cited.kind).in_(_MOVES))
    return (
        select(
            col(Transfer.id).label("id"),
            case((out, col(Transfer.amount)), else_=-col(Transfer.amount)).label("amount"),
        )
        .outerjoin(cited, col(cited.id) == col(Transfer.cites_id))
        .where(col(Transfer.year_id) == year_id, or_(col(Transfer.kind).in_(_MOVES), reversing))
        .subquery("sides")
    )
