"""Danish renderings of what was written in another language.

An answer stays as it was written, whatever its language; a caseworker may set a Danish rendering
beside it, which is marked as one and who made it. The group reads both. It is never shown to the
applicant as theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access, activity, conversation, search
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.facts import answers
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.casework import Rendering
from workflows import values
from workflows.definition import Definition
from workflows.questions import AnswerFault

MAY_RENDER = frozenset({"secretariat"})
LONGEST = 8000
"""Most characters of one rendering."""
EVENT = "case.render"
_WRITTEN = frozenset({"text", "long"})
_NAMES = frozenset({"contact_name", "organisation", "address", "place", "on_behalf_of"})
"""Texts that are names: they are the same in every language."""


def written(definition: Definition, given: Mapping[str, Any]) -> dict[str, str]:
    """Answers in the applicant's own words, by key of the question: what can be rendered.
    ``given`` are all answers by key."""
    return {
        question.key: str(given[question.key])
        for question in definition.questions
        if question.type in _WRITTEN and question.key not in _NAMES and given.get(question.key)
    }


def put(
    house: House,
    command_id: str,
    case_id: int,
    texts: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> Result:
    """Write the renderings ``texts``, by key of the question (``title`` too). An empty text
    removes what was there; one that has not changed keeps its author and moment.

    Raises :class:`Invalid` (fields named as the questions), :class:`NotFound`.
    """
    wanted, faults = {}, []
    for key, typed in texts.items():
        try:
            wanted[key] = values.lines(typed, LONGEST)
        except values.Bad as bad:
            faults.append(AnswerFault(key, bad.code, bad.params))
    if faults:
        raise Invalid(tuple(faults))
    command = Command(command_id, case_id, "render", None, wanted)

    def work(session: Session) -> Result:
        case = lock(session, case_id)
        if not actor.roles & MAY_RENDER or not access.may_see(session, house, case, actor):
            raise NotFound(str(case_id))
        key = actor_key(actor, case_id)
        if first := seen_before(session, command_id, key, command.digest()):
            return first
        definition = house.definitions.version(session, case.pool, case.definition_version)
        known = written(definition, answers(session, case_id))
        changed = _changed(session, case_id, {k: v for k, v in wanted.items() if k in known})
        for question, text in changed.items():
            row = session.get(Rendering, (case_id, question))
            if row is not None:
                session.delete(row)
                session.flush()
            if text:
                session.add(
                    Rendering(
                        case_id=case_id,
                        question=question,
                        text=text,
                        written_at=now,
                        written_by=actor.name,
                    )
                )
        if changed:
            session.flush()
            journal.write(
                session,
                f"case:{case_id}",
                EVENT,
                actor,
                now=now,
                data={
                    "case": case_id,
                    "questions": sorted(k for k, text in changed.items() if text),
                    "removed": sorted(k for k, text in changed.items() if not text),
                },
                personal={"text": "\n\n".join(text for text in changed.values() if text)},
            )
            search.refresh(session, case)
            activity.touch(case, actor, now)
            session.add(case)
        return done(session, case, command, actor, now)

    return house.database.write(work)


def _changed(session: Session, case_id: int, wanted: Mapping[str, str]) -> dict[str, str]:
    present = {key: row.text for key, row in of_case(session, case_id).items()}
    return {key: text for key, text in wanted.items() if text != present.get(key, "")}


def of_case(session: Session, case_id: int) -> dict[str, Rendering]:
    """The renderings by key of the question; who may read them is the caller's to ask."""
    rows = session.execute(select(Rendering).where(col(Rendering.case_id) == case_id)).scalars()
    return {row.question: row for row in rows}


def shown(session: Session, view: CaseView, actor: Actor) -> dict[str, Rendering]:
    """The renderings this reader of the case sees; no query where nobody made one."""
    if not access.reads(actor.roles, "text"):
        return {}
    if not conversation.may_have(view, EVENT):
        return {}
    return of_case(session, view.case.id or 0)
