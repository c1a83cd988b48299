"""Who stays out of a case, also where another came out of it (forvaltningsloven §§3-6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access
from pool.identity import people
from pool.identity.actor import Actor
from pool.models.case import Recusal


def recusals(session: Session, from_id: int, to_id: int, actor: Actor, now: datetime) -> None:
    """Whoever stays out of case ``from_id`` stays out of ``to_id``, which was just made of it by
    ``actor``. What was lifted stands with the first case alone."""
    standing = session.execute(
        select(Recusal)
        .where(col(Recusal.case_id) == from_id, access.standing())
        .order_by(col(Recusal.id))
    ).scalars()
    for one in list(standing):
        session.add(
            Recusal(
                case_id=to_id,
                person_id=one.person_id,
                ground=one.ground,
                declared_at=one.declared_at,
            )
        )
        whom = people.get(session, one.person_id)
        journal.write(
            session,
            f"case:{to_id}",
            "case.recusal-follows",
            actor,
            now=now,
            data={"case": to_id, "person": one.person_id, "from_case": from_id},
            personal={"ground": one.ground} | ({"whom": whom.name} if whom is not None else {}),
        )
    session.flush()
