"""A list's commands: locked, told once, and kept in the record.

Lock order: cases by id, then the list, then books.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.holds as holds
from pool.cases import once
from pool.cases.fire import lock
from pool.identity.actor import Actor
from pool.models.payments import PaymentItem, PaymentList
from pool.payments.errors import ListMoved, NoSuchList, NotNow, PaymentsHeld

_ROOM = "payments"
MAKERS = frozenset({"finance", "secretariat"})
"""Who prepares lists, releases another's, marks them paid and takes lines off."""
READERS = MAKERS | {"auditor"}
"""Who looks at lists; the auditor does nothing to them, and never has their file."""


def locked(session: Session, list_id: int, actor: Actor) -> PaymentList:
    """The list, locked to the end of the unit. Raises :class:`NoSuchList`."""
    found: PaymentList | None = session.execute(
        select(PaymentList)
        .where(col(PaymentList.id) == list_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None or actor.pool != found.pool or not actor.roles & MAKERS:
        raise NoSuchList(str(list_id))
    return found


def lock_cases(session: Session, case_ids: Iterable[int]) -> None:
    """In the order every writer takes them."""
    for case_id in sorted(set(case_ids)):
        lock(session, case_id)


def cases_on(session: Session, list_id: int) -> list[int]:
    """Ids of the cases that a list has a line for. Which those are never changes."""
    return list(
        session.execute(
            select(col(PaymentItem.case_id)).where(col(PaymentItem.list_id) == list_id)
        ).scalars()
    )


def not_held(session: Session) -> None:
    """Raises :class:`PaymentsHeld`."""
    if holds.standing(session, "payments") is not None:
        raise PaymentsHeld


def standing(found: PaymentList, version: int | None, *states: str) -> None:
    """Raises :class:`ListMoved` and :class:`NotNow`."""
    if version is not None and version != found.version:
        raise ListMoved(version, found.version)
    if found.state not in states:
        raise NotNow(found.state)


def result_of(
    session: Session, command_id: str, actor: Actor, contents: object
) -> dict[str, Any] | None:
    """What came of the command where it was carried out already. Raises
    :class:`CommandReused` when its id comes with other contents or from somebody else."""
    found = once.before(session, command_id, actor, once.digest(_ROOM, contents))
    return None if found is None else dict(found)


def remember(
    session: Session,
    command_id: str,
    actor: Actor,
    contents: object,
    now: datetime,
    **result: Any,
) -> None:
    """Note the command as carried out, in the same unit of work."""
    once.remember(session, command_id, actor, once.digest(_ROOM, contents), result, now)
