"""Whether what is sealed in the database can be opened with the keys there are."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from pool import keys
from pool.models.payments import Payee, PaymentList


def check(session: Session) -> None:
    """Open the oldest and the newest of what is sealed. Raises :class:`pool.keys.CannotOpen`
    where the key file is another, or lacks an old key."""
    for column, row_id in (
        (col(Payee.secret), col(Payee.id)),
        (col(PaymentList.sealed), col(PaymentList.id)),
    ):
        for order in (row_id.asc(), row_id.desc()):
            found = session.execute(
                select(column).where(column.is_not(None)).order_by(order).limit(1)
            ).scalar_one_or_none()
            if found is None:
                break
            keys.ring().open(found)
