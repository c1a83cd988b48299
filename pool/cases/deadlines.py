"""Due days of a case: set by the plan of a move, swept by the worker, fired once.

What fires is written to the journal; it moves no state by itself in a light pool: a person
decides what follows (a lapse is the secretariat's step).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select, update
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import letters
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import SYSTEM
from pool.models.case import Case, Deadline
from workflows.calendar import end_of_day_utc
from workflows.planning import Plan

REMIND_AGAIN = timedelta(days=14)
REMINDERS = 3
"""Mails about a missing report; after that the secretariat is on its own (telephone, lapse)."""


def apply(session: Session, case: Case, planned: Plan, now: datetime) -> None:
    """Set and cancel the due days of a move, and the case's clock."""
    for change in planned.deadlines:
        cancel(session, case, change.kind, now)
        if change.due_at is not None:
            session.add(Deadline(case_id=case.id or 0, kind=change.kind, due_at=change.due_at))
            if change.kind == "promise":
                case.promised_on = local_day(change.due_at)
    if planned.clock != case.clock:
        case.paused_on = local_day(now) if planned.clock == "paused" else None
        case.clock = planned.clock
    if case.closed_at is not None:
        cancel(session, case, None, now)
    session.add(case)
    session.flush()


def cancel(session: Session, case: Case, kind: str | None, now: datetime) -> None:
    """Cancel the open due day of ``kind``, or all of them."""
    statement = update(Deadline).where(
        col(Deadline.case_id) == case.id,
        col(Deadline.fired_at).is_(None),
        col(Deadline.cancelled_at).is_(None),
    )
    if kind is not None:
        statement = statement.where(col(Deadline.kind) == kind)
    session.execute(statement.values(cancelled_at=now))


def open_deadlines(session: Session, case_id: int) -> dict[str, date]:
    """The days something is due, by kind, in Copenhagen's calendar."""
    rows = session.execute(
        select(col(Deadline.kind), col(Deadline.due_at))
        .where(
            col(Deadline.case_id) == case_id,
            col(Deadline.fired_at).is_(None),
            col(Deadline.cancelled_at).is_(None),
        )
        .order_by(col(Deadline.due_at))
    )
    return {row[0]: local_day(row[1]) for row in rows}


def fire_due(house: House, now: datetime, *, limit: int = 200) -> int:
    """Fire what is due at ``now``, oldest first, each in its own unit. Returns how many fired.

    Safe to run twice at once and to stop anywhere: a row is marked in the unit that does what
    follows from it.
    """
    with house.database.read() as session:
        due = session.execute(
            select(col(Deadline.id), col(Deadline.case_id))
            .where(
                col(Deadline.due_at) <= now,
                col(Deadline.fired_at).is_(None),
                col(Deadline.cancelled_at).is_(None),
            )
            .order_by(col(Deadline.due_at), col(Deadline.id))
            .limit(limit)
        ).all()
    fired = 0
    for deadline_id, case_id in due:
        fired += house.database.write(
            partial(_fire_one, house=house, deadline_id=deadline_id, case_id=case_id, now=now)
        )
    return fired


def _fire_one(session: Session, house: House, deadline_id: int, case_id: int, now: datetime) -> int:
    case = session.execute(
        select(Case)
        .where(col(Case.id) == case_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    claimed = session.execute(
        update(Deadline)
        .where(
            col(Deadline.id) == deadline_id,
            col(Deadline.fired_at).is_(None),
            col(Deadline.cancelled_at).is_(None),
        )
        .values(fired_at=now)
        .returning(col(Deadline.kind), col(Deadline.due_at))
    ).one_or_none()
    if claimed is None:
        return 0
    kind, due_at = claimed
    event = journal.write(
        session,
        f"case:{case_id}",
        f"deadline.{kind}",
        SYSTEM,
        now=now,
        effective_on=local_day(due_at),
        data={"case": case_id, "due_on": local_day(due_at).isoformat()},
    )
    if kind == "report":
        _remind_of_report(session, house, case, event.n, now)
    return 1


def _remind_of_report(
    session: Session, house: House, case: Case, event_n: int, now: datetime
) -> None:
    definition = house.definitions.version(session, case.pool, case.definition_version)
    fired = session.execute(
        select(col(Deadline.due_at))
        .where(
            col(Deadline.case_id) == case.id,
            col(Deadline.kind) == "report",
            col(Deadline.fired_at).is_not(None),
        )
        .order_by(col(Deadline.due_at))
    ).scalars()
    due = list(fired)
    letters.put(
        session,
        case,
        event=f"case:{case.id}:{event_n}",
        template="report-reminder",
        to=letters.to_applicant(letters.applicant_of(session, case), case),
        data=letters.case_data(definition, case)
        | {
            "granted": case.granted or 0,
            "report_by": local_day(due[0]).isoformat(),
            "link": letters.applicant_link(case),
        },
        now=now,
    )
    if len(due) < REMINDERS:
        again = end_of_day_utc(local_day(now) + REMIND_AGAIN)
        session.add(Deadline(case_id=case.id or 0, kind="report", due_at=again))
