"""Reading who is to be paid. A CPR number is opened for finance alone, and each time it stands in
the case's record who read it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

import pool.journal as journal
from pool import keys
from pool.cases import access, activity
from pool.cases.commands import Command
from pool.cases.effects_payments import current
from pool.cases.errors import NotFound
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.identity.actor import Actor
from workflows import cpr

MAY_REVEAL = frozenset({"finance"})


def reveal(house: House, command_id: str, case_id: int, actor: Actor, now: datetime) -> str:
    """The CPR number (``010190-1234``) of who is to be paid.

    Raises :class:`NotFound` where there is none, or ``actor`` may not read it; and
    :class:`pool.keys.CannotOpen`.
    """
    command = Command(command_id, case_id, "payee-reveal", None)

    def work(session: Session) -> str:
        case = lock(session, case_id)
        if not access.may_see(session, house, case, actor) or not actor.roles & MAY_REVEAL:
            raise NotFound(str(case_id))
        payee = current(session, case_id)
        if payee is None or payee.secret is None:
            raise NotFound(str(case_id))
        number = cpr.shown(keys.ring().open(payee.secret).decode())
        key = actor_key(actor, case_id)
        first = seen_before(session, command.id, key, command.digest()) is None
        journal.write(
            session,
            f"case:{case_id}",
            "case.payee-revealed",
            actor,
            now=now,
            data={"case": case_id, "payee": payee.id},
        )
        activity.touch(case, actor, now)
        session.add(case)
        if first:
            done(session, case, command, actor, now)
        return number

    return house.database.write(work)
