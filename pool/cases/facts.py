"""Gather what is known of a case into the value the rules look at."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select
from sqlmodel import Session, col

from pool.cases import money
from pool.clock import local_day
from pool.models.case import (
    Answer,
    Case,
    Decision,
    Enquiry,
    Payment,
    Recommendation,
    Recusal,
    Report,
)
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


def gather(session: Session, definition: Definition, case: Case, now: datetime) -> Facts:
    """The facts of ``case`` as they stand in this session at ``now``."""
    assert case.id is not None
    of_case = money.of_case(session, case.id)
    year = money.year(session, case.pool, case.year)
    told = session.execute(
        select(col(Report.spent)).where(col(Report.case_id) == case.id)
    ).scalar_one_or_none()
    open_questions = session.execute(
        select(func.count())
        .select_from(Enquiry)
        .where(col(Enquiry.case_id) == case.id, col(Enquiry.answered_at).is_(None))
    ).scalar_one()
    recused = session.execute(
        select(col(Recusal.person_id)).where(col(Recusal.case_id) == case.id)
    ).scalars()
    decision = session.get(Decision, case.decision_id) if case.decision_id else None
    recommended = (
        definition.has("recommendation")
        and session.execute(
            select(col(Recommendation.id)).where(col(Recommendation.case_id) == case.id).limit(1)
        ).first()
    )
    faults = missing(definition, answers(session, case.id), short=case.form == "short")
    return Facts(
        state=case.state,
        today=local_day(now),
        year=case.year,
        year_state=cast(YearState, year.state) if year else None,
        asked=case.asked,
        free=year.free if year else 0,
        granted=case.granted or 0,
        held=of_case.held,
        paid=of_case.paid,
        returned=of_case.returned,
        spent=told,
        imported=case.imported,
        complete=case.imported or not faults,
        open_questions=open_questions,
        report_received=told is not None,
        recommended=bool(recommended),
        decided=case.decision_id is not None,
        decided_by=decision.actor_person_id if decision else None,
        announced=decision is not None and decision.announced_at is not None,
        recused=frozenset(recused),
        received_on=None if case.imported else local_day(case.received_at),
        promised_on=case.promised_on,
        paused_on=case.paused_on,
        decided_on=decision.made_on if decision else None,
        paid_on=session.execute(
            select(func.min(col(Payment.paid_on))).where(col(Payment.case_id) == case.id)
        ).scalar_one(),
        starts_on=case.starts_on,
        ends_on=case.ends_on,
    )
