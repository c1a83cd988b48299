"""Gather what is known of a case into the value the rules look at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import func, select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access, money, tallies
from pool.clock import local_day
from pool.models.case import (
    Answer,
    Case,
    Decision,
    Enquiry,
    Payment,
    Recommendation,
    Report,
)
from pool.models.casework import ChecklistMark, DecisionEnd, Hearing
from pool.models.definition import DefinitionVersion
from pool.models.meetings import AgendaItem, Ballot, Meeting
from pool.models.outbox import Message
from workflows.definition import Definition
from workflows.facts import Facts, YearState
from workflows.questions import missing


def answers(session: Session, case_id: int) -> dict[str, Any]:
    """What was answered, by question key, in the form's order."""
    rows = session.execute(
        select(col(Answer.question), col(Answer.value))
        .where(col(Answer.case_id) == case_id)
        .order_by(col(Answer.position))
    )
    return {row[0]: row[1] for row in rows}


NOT_GONE = frozenset({"queued", "draft", "waiting", "superseded", "discarded", "kept"})
"""States of a message that has not left, and can be taken back."""
DECISION_LETTERS = "decision-%"
"""The templates of a decision's letter."""


def gather(session: Session, definition: Definition, case: Case, now: datetime) -> Facts:
    """The facts of ``case`` as they stand in this session at ``now``."""
    assert case.id is not None
    of_case = money.of_case(session, case.id)
    year = money.year(session, case.pool, case.year)
    told = session.execute(
        select(col(Report.spent), col(Report.income)).where(col(Report.case_id) == case.id)
    ).one_or_none()
    open_questions = session.execute(
        select(func.count())
        .select_from(Enquiry)
        .where(col(Enquiry.case_id) == case.id, col(Enquiry.answered_at).is_(None))
    ).scalar_one()
    decision = session.get(Decision, case.decision_id) if case.decision_id else None
    faults = missing(definition, answers(session, case.id), form=case.form)
    today = local_day(now)
    here = {effect for move in definition.leaving(case.state) for effect in move.effects}
    hearing_until = _hearing_until(session, case.id) if _hears(definition) else None
    return Facts(
        state=case.state,
        today=today,
        year=case.year,
        year_state=cast(YearState, year.state) if year else None,
        asked=case.asked,
        free=year.free if year else 0,
        granted=case.granted or 0,
        held=of_case.held,
        paid=of_case.paid,
        returned=of_case.returned,
        spent=told.spent if told else None,
        imported=case.imported,
        complete=case.imported or not faults,
        open_questions=open_questions,
        open_hearings=int(hearing_until is not None and hearing_until >= today),
        report_received=told is not None,
        recommended=definition.has("recommendation") and _recommended(session, case.id),
        decided=case.decision_id is not None,
        decided_by=decision.actor_person_id if decision else None,
        announced=decision is not None and decision.announced_at is not None,
        recused=access.locked_out(session, case.id),
        received_on=None if case.imported else local_day(case.received_at),
        promised_on=case.promised_on,
        paused_on=case.paused_on,
        decided_on=decision.made_on if decision else None,
        paid_on=session.execute(
            select(func.min(col(Payment.paid_on))).where(col(Payment.case_id) == case.id)
        ).scalar_one(),
        starts_on=case.starts_on,
        ends_on=case.ends_on,
        kind=case.kind,
        urgent=case.urgent,
        hearing_unended=hearing_until is not None,
        heard_since="revoke" in here
        and decision is not None
        and _heard_since(session, case.id, decision, today),
        checklist_done=_screened(session, definition, case.id),
        letter_unsent="undo" in here
        and decision is not None
        and not _letter_gone(session, case.id, decision),
        open_ballot=definition.has("votes") and _voted_on(session, case.id),
        vote_failed=definition.has("votes")
        and decision is None
        and tallies.failed(session, definition, case),
        at_meeting=definition.has("meetings")
        and decision is None
        and _at_meeting(session, case.id),
        grant_type=decision.grant_type if decision else "fixed",
        advance=decision.advance if decision else None,
        income=told.income if told else None,
        other_pools=_other_pools(session, case.pool) if "forward" in here else frozenset(),
    )


def _hears(definition: Definition) -> bool:
    return any("hear" in move.effects for move in definition.transitions)


def _hearing_until(session: Session, case_id: int) -> date | None:
    """The last day of the hearing that was neither answered nor called off."""
    return session.execute(
        select(col(Hearing.due_on)).where(
            col(Hearing.case_id) == case_id,
            col(Hearing.answered_at).is_(None),
            col(Hearing.stopped_at).is_(None),
        )
    ).scalar_one_or_none()


def _recommended(session: Session, case_id: int) -> bool:
    """Whether there is a recommendation for the decision that is to be made: advice that led to a
    decision which ended since is of an earlier round."""
    last = session.execute(
        select(func.max(col(Recommendation.id))).where(col(Recommendation.case_id) == case_id)
    ).scalar_one()
    if last is None:
        return False
    ended = session.execute(
        select(col(DecisionEnd.id)).where(col(DecisionEnd.case_id) == case_id).limit(1)
    ).first()
    if ended is None:
        return True
    for event in reversed(journal.read(session, f"case:{case_id}")):
        if event.data.get("recommendation") == last:
            return True
        if "how" in event.data and "was" in event.data:
            return False
    return False


def _heard_since(session: Session, case_id: int, decision: Decision, today: date) -> bool:
    """Whether a hearing was begun after the decision, and is over."""
    return bool(
        session.execute(
            select(col(Hearing.id))
            .where(
                col(Hearing.case_id) == case_id,
                col(Hearing.sent_at) >= decision.recorded_at,
                col(Hearing.answered_at).is_not(None)
                | col(Hearing.stopped_at).is_not(None)
                | (col(Hearing.due_on) < today),
            )
            .limit(1)
        ).first()
    )


def _screened(session: Session, definition: Definition, case_id: int) -> bool:
    """Every point of the checklist has a mark. A no is a mark too: what it means is said in the
    recommendation and the reasons, and such an application must be refused in its order."""
    points = {point.key for point in definition.checklist}
    if not points:
        return True
    marked = session.execute(
        select(col(ChecklistMark.item)).where(col(ChecklistMark.case_id) == case_id)
    ).scalars()
    return points <= set(marked)


def _letter_gone(session: Session, case_id: int, decision: Decision) -> bool:
    """Whether a letter of the decision in force has left, or is on its way."""
    return bool(
        session.execute(
            select(col(Message.id))
            .where(
                col(Message.case_id) == case_id,
                col(Message.person_id).is_(None),
                col(Message.template).like(DECISION_LETTERS),
                col(Message.date) >= decision.recorded_at,
                col(Message.state).not_in(NOT_GONE),
            )
            .limit(1)
        ).first()
    )


def _voted_on(session: Session, case_id: int) -> bool:
    return bool(
        session.execute(
            select(col(Ballot.id)).where(
                col(Ballot.case_id) == case_id, col(Ballot.state) == "open"
            )
        ).first()
    )


def _at_meeting(session: Session, case_id: int) -> bool:
    return bool(
        session.execute(
            select(col(AgendaItem.id))
            .join(Meeting, col(Meeting.id) == col(AgendaItem.meeting_id))
            .where(
                col(AgendaItem.case_id) == case_id,
                col(AgendaItem.kind) == "case",
                col(AgendaItem.outcome).is_(None),
                col(Meeting.state) == "open",
            )
            .limit(1)
        ).first()
    )


def _other_pools(session: Session, pool: str) -> frozenset[str]:
    """The pools the house has had a definition of (``Definitions.register``), without this one."""
    return frozenset(
        session.execute(
            select(col(DefinitionVersion.pool)).where(col(DefinitionVersion.pool) != pool)
        ).scalars()
    )
