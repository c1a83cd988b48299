"""Taking back what has not left: the letter of a decision that is undone, and what tells somebody
of a case they stay out of."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, select, update

from pool.models.identity import Person
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


UNSENT = ("queued", "leased", "draft", "waiting", "failed", "collected")
"""States in which a message can still be kept from leaving; a worker that prepares it finds its
lease gone and sends nothing."""


def discard_unsent(
    session: Session,
    *,
    case_id: int,
    person_id: int,
    reason: str,
    by: str,
    documents: Collection[int] = (),
) -> int:
    """Keep back what has not left of a case's messages to one person, and of others that carry
    one of ``documents``; how many."""
    session.exec(  # a digest that is being made now is there afterwards, or is made without it
        select(Person.id).where(col(Person.id) == person_id).with_for_update(key_share=True)
    ).one_or_none()
    digests = select(col(Message.id)).where(
        Message.person_id == person_id,
        Message.kind == "digest",
        col(Message.state).in_(("queued", "leased", "failed")),
    )
    unsent = [one for one in session.exec(digests) if one is not None]
    if unsent:  # it may tell of the case: what it collected goes into the next one
        session.exec(
            update(Message).where(col(Message.digest_id).in_(unsent)).values(digest_id=None)
        )
        session.exec(
            update(Message)
            .where(col(Message.id).in_(unsent), col(Message.state).in_(UNSENT))
            .values(
                state="discarded", reason=reason, decided_by=by, lease_token=None, lease_until=None
            )
        )
    theirs = (
        col(Message.person_id) == person_id,
        col(Message.state).in_(UNSENT),
        col(Message.digest_id).is_(None),
    )
    carrying: list[int | None] = []
    if documents:
        told = select(Message).where(*theirs, col(Message.attachments).is_not(None))
        carrying = [
            message.id
            for message in session.exec(told)
            if not set(documents).isdisjoint(message.attachments or ())
        ]
    result = session.exec(
        update(Message)
        .where((col(Message.case_id) == case_id) | col(Message.id).in_(carrying), *theirs)
        .values(state="discarded", reason=reason, decided_by=by, lease_token=None, lease_until=None)
    )
    session.expire_all()
    return int(result.rowcount)
