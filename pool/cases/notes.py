"""Notes on a case: what was said on the telephone, what must be remembered
(offentlighedsloven §13).

A note is internal: the applicant never sees it as such. It moves no state, so a colleague's
decision form stays valid.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

import pool.journal as journal
from pool.cases import access, activity
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, lock, remember, seen_before
from pool.cases.house import House
from pool.identity.actor import Actor
from workflows import values
from workflows.questions import AnswerFault

MAY_NOTE = frozenset({"secretariat", "chair", "member"})


def day_of(typed: str) -> date | None:
    """The day a note is about, as typed; None for an empty field. Raises :class:`Invalid`."""
    if not typed.strip():
        return None
    try:
        return values.day(typed)
    except values.Bad as bad:
        raise Invalid((AnswerFault("on", bad.code, bad.params),)) from bad


def note(
    house: House,
    command_id: str,
    case_id: int,
    text: str,
    actor: Actor,
    now: datetime,
    *,
    on: date | None = None,
) -> Result:
    """Write ``text`` into the case's journal. ``on``: the day it is about, today if None.

    Raises :class:`Invalid` (field ``note``) for an empty text, :class:`NotFound`.
    """
    text = text.strip()
    if not text:
        raise Invalid((AnswerFault("note", "required", {}),))
    command = Command(command_id, case_id, "note", None, {"note": text, "on": on})

    def work(session: Session) -> Result:
        case = lock(session, case_id)
        if not access.may_see(session, house, case, actor) or not actor.roles & MAY_NOTE:
            raise NotFound(str(case_id))
        key = actor_key(actor, case_id)
        if first := seen_before(session, command_id, key, command.digest()):
            return first
        journal.write(
            session,
            f"case:{case_id}",
            "case.note",
            actor,
            now=now,
            effective_on=on,
            data={"case": case_id},
            personal={"note": text},
        )
        activity.touch(case, actor, now)
        session.add(case)
        result = Result(case_id, case.number, case.state, case.state_version, "note")
        remember(session, command_id, key, command.digest(), result, now)
        return result

    return house.database.write(work)
