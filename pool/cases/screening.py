"""The checklist a pool's definition lays down for the first look at an application.

Each point is marked yes, no or not relevant, with a remark where there is something to say. It
moves no state; a definition may ask for it (guard ``checklist-done``) before a case is passed on:
then every point has a mark. A no is one too: such an application is recommended for refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access, activity
from pool.cases.commands import Command, Result
from pool.cases.errors import Invalid, NotFound
from pool.cases.fire import actor_key, done, lock, seen_before
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.casework import ChecklistMark
from workflows import values
from workflows.questions import AnswerFault

MAY_SCREEN = frozenset({"secretariat"})
MARKS = ("yes", "no", "not-relevant")
LONGEST = 2000
"""Most characters of a remark."""


def mark(
    house: House,
    command_id: str,
    case_id: int,
    marks: Mapping[str, tuple[str, str]],
    actor: Actor,
    now: datetime,
) -> Result:
    """Write ``marks``: by key of the point, one of :data:`MARKS` and a remark, as typed. A point
    without a mark is left as it is; one that has not changed keeps who marked it and when.

    Raises :class:`Invalid` (fields ``<point>`` and ``<point>.remark``), :class:`NotFound` where
    the pool has no checklist as well.
    """
    wanted, faults = _read(marks)
    if faults:
        raise Invalid(faults)
    flat = {item: list(one) for item, one in wanted.items()}
    command = Command(command_id, case_id, "screening", None, flat)

    def work(session: Session) -> Result:
        case = lock(session, case_id)
        if not actor.roles & MAY_SCREEN or not access.may_see(session, house, case, actor):
            raise NotFound(str(case_id))
        key = actor_key(actor, case_id)
        if first := seen_before(session, command_id, key, command.digest()):
            return first
        definition = house.definitions.version(session, case.pool, case.definition_version)
        points = {point.key for point in definition.checklist}
        if not points or not wanted.keys() <= points:
            raise NotFound(f"{case_id}: {sorted(wanted)}")
        present = of_case(session, case_id)
        changed = {
            item: one
            for item, one in wanted.items()
            if item not in present or (present[item].mark, present[item].remark) != one
        }
        for item, (value, remark) in changed.items():
            row = present.get(item) or ChecklistMark(
                case_id=case_id, item=item, mark=value, marked_at=now, marked_by=actor.name
            )
            row.mark, row.remark = value, remark
            row.marked_at, row.marked_by = now, actor.name
            session.add(row)
        if changed:
            session.flush()
            journal.write(
                session,
                f"case:{case_id}",
                "case.screening",
                actor,
                now=now,
                data={
                    "case": case_id,
                    "marks": {item: value for item, (value, _) in sorted(changed.items())},
                },
                personal={"text": "\n".join(remark for _, remark in changed.values() if remark)},
            )
            activity.touch(case, actor, now)
            session.add(case)
        return done(session, case, command, actor, now)

    return house.database.write(work)


def _read(
    marks: Mapping[str, tuple[str, str]],
) -> tuple[dict[str, tuple[str, str]], tuple[AnswerFault, ...]]:
    wanted: dict[str, tuple[str, str]] = {}
    faults = []
    for item, (value, typed) in marks.items():
        try:
            remark = values.lines(typed, LONGEST)
        except values.Bad as bad:
            faults.append(AnswerFault(f"{item}.remark", bad.code, bad.params))
            continue
        if not value and not remark:
            continue
        if value not in MARKS:
            faults.append(AnswerFault(item, "required-choice", {}))
            continue
        wanted[item] = (value, remark)
    return wanted, tuple(faults)


def of_case(session: Session, case_id: int) -> dict[str, ChecklistMark]:
    """The marks by key of the point."""
    rows = session.execute(
        select(ChecklistMark).where(col(ChecklistMark.case_id) == case_id)
    ).scalars()
    return {row.item: row for row in rows}
