"""Staying out of a case (forvaltningsloven §§3-6): declared by the member, then locked."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

import pool.journal as journal
from pool.cases import access
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import lock
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Recusal
from workflows.questions import AnswerFault

READING = frozenset({"secretariat", "member", "chair", "finance"})
"""Who takes part in a case by reading it or acting in it, and so may have to stay out."""


def declare(house: House, case_id: int, ground: str, actor: Actor, now: datetime) -> None:
    """``actor`` has an interest in the case and takes no part in it from now on.

    A second declaration changes nothing. Raises :class:`NotFound`, and :class:`Invalid` (field
    ``ground``) where nothing was written.
    """
    ground = ground.strip()
    if not ground:
        raise Invalid((AnswerFault("ground", "required", {}),))
    if actor.person_id is None:
        raise NotFound(str(case_id))

    def work(session: Session) -> None:
        case = lock(session, case_id)
        if access.is_recused(session, case_id, actor.person_id):
            return
        definition = house.definitions.version(session, case.pool, case.definition_version)
        acting = {role for transition in definition.transitions for role in transition.who}
        if not access.may_see(session, house, case, actor) or not actor.roles & (acting | READING):
            raise NotFound(str(case_id))
        assert actor.person_id is not None
        session.add(
            Recusal(case_id=case_id, person_id=actor.person_id, ground=ground, declared_at=now)
        )
        journal.write(
            session,
            f"case:{case_id}",
            "case.recusal",
            actor,
            now=now,
            data={"case": case_id, "person": actor.person_id},
            personal={"ground": ground},
        )

    house.database.write(work)
