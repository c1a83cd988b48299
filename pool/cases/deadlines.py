"""Due days of a case: set by the plan of a move, swept by the worker, fired once.

What fires is written to the journal; it moves no state by itself, but for a case that was postponed
until the day: a person decides what follows (a lapse is the secretariat's step). What each kind of
day brings stands in :mod:`pool.cases.deadlines_acting`, and when in
:mod:`pool.cases.deadline_times`.
"""

from __future__ import annotations

import logging
from datetime import date, datetime
from functools import partial

from sqlalchemy import and_, or_, select, update
from sqlmodel import Session, col

from pool.cases.deadline_times import AHEAD as AHEAD
from pool.cases.deadline_times import next_act
from pool.cases.house import House
from pool.clock import local_day
from pool.models.base import known
from pool.models.case import Case, Deadline
from workflows.calendar import end_of_day_utc
from workflows.definition import Definition
from workflows.planning import DeadlineChange, Plan
from workflows.vocabulary import PAYEE_DEADLINE

log = logging.getLogger(__name__)

REMINDERS = 3
"""Mails about a missing report; after that the secretariat is on its own (telephone, lapse)."""


def apply(
    session: Session, definition: Definition, case: Case, planned: Plan, now: datetime
) -> None:
    """Set and end the due days of a move, and the case's clock."""
    for change in planned.deadlines:
        end(session, case, change.kind, now)
        if change.due_at is not None:
            session.add(
                Deadline(
                    case_id=known(case.id),
                    kind=change.kind,
                    due_at=change.due_at,
                    act_at=_first_act(definition, planned, change, now),
                )
            )
            if change.kind == "promise":
                case.promised_on = local_day(change.due_at)
    if planned.clock != case.clock:
        case.paused_on = local_day(now) if planned.clock == "paused" else None
        case.clock = planned.clock
    if case.closed_at is not None:
        end(session, case, None, now)
    session.add(case)
    session.flush()


def _first_act(
    definition: Definition, planned: Plan, change: DeadlineChange, now: datetime
) -> datetime | None:
    """When the worker acts. Who is to be paid is asked for at once, in a mail of its own, but not
    after a payment that failed: its letter asks."""
    if change.due_at is None:
        return None
    if change.kind == PAYEE_DEADLINE and "payment-failed" not in planned.effects:
        return now if definition.sends("payee-wanted") else change.due_at
    return next_act(definition, change.kind, change.due_at, now)


def end(session: Session, case: Case, kind: str | None, now: datetime) -> None:
    """What was due of ``kind`` (None: of any) has come, or is no longer wanted."""
    statement = update(Deadline).where(
        col(Deadline.case_id) == case.id, col(Deadline.met_at).is_(None)
    )
    if kind is not None:
        statement = statement.where(col(Deadline.kind) == kind)
    session.execute(statement.values(met_at=now, act_at=None))


def set_day(session: Session, case: Case, kind: str, on: date, now: datetime) -> None:
    """Something is due by the end of the day ``on``, in the place of the day it was due before."""
    moment = end_of_day_utc(on)
    end(session, case, kind, now)
    session.add(Deadline(case_id=known(case.id), kind=kind, due_at=moment, act_at=moment))


def open_deadlines(session: Session, case_id: int) -> dict[str, date]:
    """The days something is due and has not come, by kind, in Copenhagen's calendar; those that
    have passed too."""
    rows = session.execute(
        select(col(Deadline.kind), col(Deadline.due_at))
        .where(col(Deadline.case_id) == case_id, col(Deadline.met_at).is_(None))
        .order_by(col(Deadline.due_at))
    )
    return {row[0]: local_day(row[1]) for row in rows}


def fire_due(house: House, now: datetime, *, limit: int = 200) -> int:
    """Act on what has come due at ``now``, oldest first, each in its own unit, ``limit`` at a time.
    Returns how many.

    Safe to run twice at once and to stop anywhere: a row is marked in the unit that does what
    follows from it. One that fails is logged and left for the next run; the others go on, however
    many fail before them.
    """
    fired = 0
    after: tuple[datetime, int] | None = None
    while due := _due(house, now, after, limit):
        fired += _fire(house, due, now)
        after = (due[-1][2], due[-1][0])
    return fired


def _due(
    house: House, now: datetime, after: tuple[datetime, int] | None, limit: int
) -> list[tuple[int, int, datetime]]:
    """Id, case and time of the next due days."""
    at, row = col(Deadline.act_at), col(Deadline.id)
    statement = select(row, col(Deadline.case_id), at).where(at <= now)
    if after is not None:
        statement = statement.where(or_(at > after[0], and_(at == after[0], row > after[1])))
    with house.database.read() as session:
        found = session.execute(statement.order_by(at, row).limit(limit))
        return [(one[0], one[1], one[2]) for one in found]


def _fire(house: House, due: list[tuple[int, int, datetime]], now: datetime) -> int:
    fired = 0
    for deadline_id, case_id, _ in due:
        try:
            fired += house.database.write(
                partial(_fire_one, house=house, deadline_id=deadline_id, case_id=case_id, now=now)
            )
        except Exception:
            log.exception("the due day %s of case %s could not be acted on", deadline_id, case_id)
    return fired


def _fire_one(session: Session, house: House, deadline_id: int, case_id: int, now: datetime) -> int:
    from pool.cases import deadlines_acting  # which fires moves, which set due days here

    case = session.execute(
        select(Case)
        .where(col(Case.id) == case_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    claimed = session.execute(
        update(Deadline)
        .where(col(Deadline.id) == deadline_id, col(Deadline.act_at) <= now)
        .values(act_at=None, fired=Deadline.fired + 1)
        .returning(col(Deadline.kind), col(Deadline.due_at), col(Deadline.fired))
    ).one_or_none()
    if claimed is None:
        return 0
    kind, due_at, times = claimed
    definition = house.definitions.version(session, case.pool, case.definition_version)
    acting = deadlines_acting.Acting(
        session, house, definition, case, deadline_id, kind, due_at, times, now
    )
    deadlines_acting.act(acting)
    return 1
