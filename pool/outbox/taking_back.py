"""Taking back what has not left: the letter of a decision that is undone."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, select, update

from pool.models.outbox import Message

RESTING = ("queued", "draft", "waiting")
"""States of a message that nobody has in hand yet."""
NEVER_LEFT = ("superseded", "discarded", "kept")
"""States of a message that was never sent and never will be."""


def take_back(
    session: Session, *, case_id: int, events: Collection[str], reason: str, by: str
) -> list[Message]:
    """Supersede the case's resting messages of these events. Returns those that could not be taken
    back, since a worker has them in hand or they have left, or perhaps.

    One guarded update: of a worker that leases a message and the unit that takes it back, one
    wins. ``by`` is the name of the person who did it.
    """
    of_events = (col(Message.case_id) == case_id, col(Message.event).in_(list(events)))
    session.flush()
    session.exec(
        update(Message)
        .where(*of_events, col(Message.state).in_(RESTING))
        .values(state="superseded", reason=reason[:2000], decided_by=by)
        .execution_options(synchronize_session=False)
    )
    return list(
        session.exec(
            select(Message)
            .where(*of_events, col(Message.state).not_in(NEVER_LEFT))
            .order_by(col(Message.id))
            .execution_options(populate_existing=True)
        )
    )
