"""Notes on a case: what was said in a talk (*notat*), what must be remembered
(offentlighedsloven §13).

A note is internal: the applicant never sees it as such. It moves no state, so a colleague's
decision form stays valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

import pool.journal as journal
from pool.cases import access, activity
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import Actor
from workflows import values
from workflows.questions import AnswerFault

MAY_NOTE = frozenset({"secretariat", "chair", "member"})
HOW = ("phone", "meeting", "door", "online", "other")
"""How a talk can have been held."""
LONGEST_WHOM = 200


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
    return _write(
        house, command, actor, now, kind="case.note", on=on, data={}, personal={"note": text}
    )


def talk(
    house: House,
    command_id: str,
    case_id: int,
    text: str,
    actor: Actor,
    now: datetime,
    *,
    whom: str,
    how: str,
    on: date | None = None,
) -> Result:
    """Write down a talk: ``whom`` it was with, ``how`` (one of :data:`HOW`), the day ``on`` (today
    if None, none that has yet to come) and what was said.

    Raises :class:`Invalid` (fields ``note``, ``whom``, ``how``, ``on``), :class:`NotFound`.
    """
    text, faults = text.strip(), []
    if how not in HOW:
        faults.append(AnswerFault("how", "required-choice", {}))
    try:
        whom = values.line(whom, LONGEST_WHOM)
    except values.Bad as bad:
        faults.append(AnswerFault("whom", bad.code, bad.params))
    if not whom:
        faults.append(AnswerFault("whom", "required", {}))
    if not text:
        faults.append(AnswerFault("note", "required", {}))
    if on is not None and on > local_day(now):
        faults.append(AnswerFault("on", "date-ahead", {}))
    if faults:
        raise Invalid(tuple(faults))
    said = {"note": text, "whom": whom, "how": how, "on": on}
    command = Command(command_id, case_id, "talk", None, said)
    return _write(
        house,
        command,
        actor,
        now,
        kind="case.talk",
        on=on,
        data={"how": how},
        personal={"whom": whom, "note": text},
    )


def _write(
    house: House,
    command: Command,
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    on: date | None,
    data: Mapping[str, Any],
    personal: Mapping[str, str],
) -> Result:
    case_id = command.case_id

    def work(session: Session) -> Result:
        case = lock(session, case_id)
        if not access.may_see(session, house, case, actor) or not actor.roles & MAY_NOTE:
            raise NotFound(str(case_id))
        key = actor_key(actor, case_id)
        if first := seen_before(session, command.id, key, command.digest()):
            return first
        journal.write(
            session,
            f"case:{case_id}",
            kind,
            actor,
            now=now,
            effective_on=on,
            data={"case": case_id, **data},
            personal=personal,
        )
        activity.touch(case, actor, now)
        session.add(case)
        return done(session, case, command, actor, now)

    return house.database.write(work)
