"""Gather what is known of a case into the value the rules look at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import func, select
from sqlmodel import Session, col

import pool.journal as journal
from pool.cases import access, facts_money, money, tallies
from pool.clock import local_day
from pool.models.case import (
    Answer,
    Case,
    Decision,
    Enquiry,
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


def gather(
    session: Session,
    definition: Definition,
    case: Case,
    now: datetime,
    given: dict[str, Any] | None = None,
) -> Facts:
    """The facts of ``case`` as they stand in this session at ``now``. ``given`` are its
    :func:`answers`, where they are read already."""
    assert case.id is not None
    of_case = money.of_case(session, case.id)
    # A grant that was carried over is paid, raised and looked at in the year that has its money;
    # so is one whose payment came back when its year was over, in a pool without carrying over too.
    moves = definition.has("carry-over") or case.year < local_day(now).year
    paying = money.paying_year(session, case) if moves else case.year
    year = money.year(session, case.pool, paying)
    told = session.execute(
        select(col(Report.spent), col(Report.income)).where(col(Report.case_id) == case.id)
    ).one_or_none()
    open_questions, claims = session.execute(
        select(func.count(), facts_money.open_claims(case.id))
        .select_from(Enquiry)
        .where(col(Enquiry.case_id) == case.id, col(Enquiry.answered_at).is_(None))
    ).one()
    decision = session.get(Decision, case.decision_id) if case.decision_id else None
    answered = answers(session, case.id) if given is None else given
    faults = missing(definition, answered, form=case.form)
    today = local_day(now)
    here = facts_money.here(definition, case.state)
    hearing_until = _hearing_until(session, case.id) if _hears(definition) else None
    return Facts(
        state=case.state,
        today=today,
        year=paying,
        year_state=cast(YearState, year.state) if year else None,
        asked=case.asked,
        free=year.free if year else 0,
        granted=case.granted or 0,
        held=of_case.held,
        paid=of_case.paid,
        returned=of_case.returned,
        return_standing="return-standing" in here.guards
        and of_case.returned > 0
        and money.newest_return_stands(session, case.id),
        spent=told.spent if told else None,
        imported=case.imported,
        complete=case.imported or not faults,
        open_questions=open_questions,
        open_hearings=int(hearing_until is not None and hearing_until >= today),
        report_received=told is not None,
        recommended=definition.has("recommendation") and recommended(session, case.id),
        decided=case.decision_id is not None,
        decided_by=decision.actor_person_id if decision else None,
        decided_before=facts_money.decided_before(session, decision),
        announced=decision is not None and decision.announced_at is not None,
        recused=access.locked_out(session, case.id),
        received_on=None if case.imported else local_day(case.received_at),
        promised_on=case.promised_on,
        paused_on=case.paused_on,
        decided_on=decision.made_on if decision else None,
        starts_on=case.starts_on,
        ends_on=case.ends_on,
        kind=case.kind,
        urgent=case.urgent,
        hearing_unended=hearing_until is not None,
        heard_since="was-heard" in here.guards
        and decision is not None
        and _heard_since(session, case.id, decision, today),
        checklist_done=_screened(session, definition, case.id),
        letter_unsent="undo" in here.effects
        and decision is not None
        and decision.changes_id is None  # a change is taken back by another one
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
        other_pools=_other_pools(session, case.pool) if "forward" in here.effects else frozenset(),
        **facts_money.gather(
            session,
            definition,
            case,
            here,
            year=year,
            decision=decision,
            answers=answered,
            today=today,
            returned=of_case.returned if claims else None,
        ),
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


def recommended(session: Session, case_id: int) -> bool:
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
