"""Due days of a case: set by the plan of a move, swept by the worker, fired once.

What fires is written to the journal; it moves no state by itself, but for a case that was postponed
until the day: a person decides what follows (a lapse is the secretariat's step).
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select, update
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import activity, effects_hearing, letters, letters_hearing
from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import SYSTEM
from pool.models.base import known
from pool.models.case import Case, Deadline
from workflows.calendar import end_of_day_utc
from workflows.planning import DeadlineChange, Plan

log = logging.getLogger(__name__)

REMIND_AGAIN = timedelta(days=14)
REMINDERS = 3
"""Mails about a missing report; after that the secretariat is on its own (telephone, lapse)."""
AHEAD = timedelta(days=7)
"""So long before the report is due its applicant is told that it soon is."""


def apply(session: Session, case: Case, planned: Plan, now: datetime) -> None:
    """Set and end the due days of a move, and the case's clock."""
    for change in planned.deadlines:
        end(session, case, change.kind, now)
        if change.due_at is not None:
            session.add(
                Deadline(
                    case_id=known(case.id),
                    kind=change.kind,
                    due_at=change.due_at,
                    act_at=_first_act(change, now),
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


def _first_act(change: DeadlineChange, now: datetime) -> datetime | None:
    """When the worker acts: on the day; of a report it tells some days before, unless they have
    come already, for then the mail that set the day has just told it."""
    if change.kind != "report" or change.due_at is None:
        return change.due_at
    soon = end_of_day_utc(local_day(change.due_at) - AHEAD)
    return soon if soon > now else change.due_at


def end(session: Session, case: Case, kind: str | None, now: datetime) -> None:
    """What was due of ``kind`` (None: of any) has come, or is no longer wanted."""
    statement = update(Deadline).where(
        col(Deadline.case_id) == case.id, col(Deadline.met_at).is_(None)
    )
    if kind is not None:
        statement = statement.where(col(Deadline.kind) == kind)
    session.execute(statement.values(met_at=now, act_at=None))


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
    """Act on what has come due at ``now``, oldest first, each in its own unit. Returns how many.

    Safe to run twice at once and to stop anywhere: a row is marked in the unit that does what
    follows from it. One that fails is logged and left for the next run; the others go on.
    """
    with house.database.read() as session:
        due = session.execute(
            select(col(Deadline.id), col(Deadline.case_id))
            .where(col(Deadline.act_at) <= now)
            .order_by(col(Deadline.act_at), col(Deadline.id))
            .limit(limit)
        ).all()
    fired = 0
    for deadline_id, case_id in due:
        try:
            fired += house.database.write(
                partial(_fire_one, house=house, deadline_id=deadline_id, case_id=case_id, now=now)
            )
        except Exception:
            log.exception("the due day %s of case %s could not be acted on", deadline_id, case_id)
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
        .where(col(Deadline.id) == deadline_id, col(Deadline.act_at) <= now)
        .values(act_at=None, fired=Deadline.fired + 1)
        .returning(col(Deadline.kind), col(Deadline.due_at), col(Deadline.fired))
    ).one_or_none()
    if claimed is None:
        return 0
    kind, due_at, times = claimed
    if kind == "report" and now < due_at:
        _tell_of_report(session, house, case, deadline_id, due_at, now)
        return 1
    event = journal.write(
        session,
        f"case:{case_id}",
        f"deadline.{kind}",
        SYSTEM,
        now=now,
        effective_on=local_day(due_at),
        data={"case": case_id, "due_on": local_day(due_at).isoformat()},
    )
    if kind == "resume":
        _resume(session, house, case, deadline_id, now)
    if kind == "hearing":
        _end_hearing(session, house, case, event.n, now)
    if kind == "report":
        _of_report(session, house, case, "report-reminder", local_day(due_at), event.n, now)
        if times < REMINDERS:
            again = end_of_day_utc(local_day(now) + REMIND_AGAIN)
            session.execute(
                update(Deadline).where(col(Deadline.id) == deadline_id).values(act_at=again)
            )
    return 1


def _resume(session: Session, house: House, case: Case, deadline_id: int, now: datetime) -> None:
    """The day a postponed case waited for has come: it goes on, in the same unit of work."""
    from pool.cases.commands import Command
    from pool.cases.fire import fire_in  # which sets due days itself

    definition = house.definitions.version(session, case.pool, case.definition_version)
    for move in definition.leaving(case.state):
        if "resume" in move.effects and "system" in move.who:
            command = Command(f"resume:{deadline_id}", known(case.id), move.key, None)
            fire_in(session, house, command, SYSTEM, now)
            break
    end(session, case, "resume", now)


def _end_hearing(session: Session, house: House, case: Case, event_n: int, now: datetime) -> None:
    """Its last day has passed: the applicant owes nothing more, and the case can be decided."""
    hearing = effects_hearing.run_out(session, case, now)
    end(session, case, "hearing", now)
    if hearing is None:
        return
    definition = house.definitions.version(session, case.pool, case.definition_version)
    event = f"case:{case.id}:{event_n}"
    letters_hearing.ran_out(session, definition, case, hearing, event=event, now=now)
    activity.touch(case, SYSTEM, now)
    session.add(case)


def _tell_of_report(
    session: Session, house: House, case: Case, deadline_id: int, due_at: datetime, now: datetime
) -> None:
    """The report is due soon: one mail, and the day itself still lies ahead."""
    session.execute(
        update(Deadline)
        .where(col(Deadline.id) == deadline_id)
        .values(act_at=due_at, fired=Deadline.fired - 1)  # no reminder: nothing is late
    )
    event = journal.write(
        session,
        f"case:{case.id}",
        "deadline.report-soon",
        SYSTEM,
        now=now,
        data={"case": case.id, "due_on": local_day(due_at).isoformat()},
    )
    _of_report(session, house, case, "report-due", local_day(due_at), event.n, now)


def _of_report(
    session: Session,
    house: House,
    case: Case,
    template: str,
    due_on: date,
    event_n: int,
    now: datetime,
) -> None:
    """A mail about the report that is due, or overdue."""
    definition = house.definitions.version(session, case.pool, case.definition_version)
    letters.put(
        session,
        case,
        event=f"case:{case.id}:{event_n}",
        template=template,
        to=letters.to_applicant(letters.applicant_of(session, case), case),
        data=letters.case_data(definition, case)
        | {
            "granted": case.granted or 0,
            "report_by": due_on.isoformat(),
            "link": letters.applicant_link(case),
        },
        now=now,
    )
