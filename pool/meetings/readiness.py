"""Which of many cases can be decided now: the rules' own answer, from facts gathered for all of
them in a fixed number of queries.

``pool.cases.facts`` gathers one case in a dozen queries and is the authority where one is put on
an agenda; here are the facts that matter to an undecided case, which has no money.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from pool.cases import access, facts, money
from pool.cases.house import House
from pool.clock import local_day
from pool.models.case import Answer, Case, Enquiry, Recommendation, Recusal
from pool.models.casework import ChecklistMark, Hearing
from pool.models.meetings import Ballot
from workflows.definition import Definition, Transition
from workflows.explain import explain
from workflows.facts import Facts, Who
from workflows.questions import missing


def deciding(definition: Definition) -> tuple[Transition, ...]:
    """The transitions that decide an application."""
    return tuple(one for one in definition.transitions if one.outcome is not None)


def can_be_decided(definition: Definition, case: Case) -> bool:
    """Whether the case is where somebody decides it, and nobody has."""
    return case.decision_id is None and any(
        case.state in one.from_states for one in deciding(definition)
    )


def is_ready(session: Session, house: House, case: Case, now: datetime) -> bool:
    """Whether the case can be decided by somebody: one of the deciding transitions of its
    definition stands open, whoever asks and whatever will be typed. For one case."""
    definition = house.definitions.version(session, case.pool, case.definition_version)
    return can_be_decided(definition, case) and _open(
        definition, case, facts.gather(session, definition, case, now)
    )


def those_ready(
    session: Session, house: House, cases: Sequence[Case], now: datetime
) -> frozenset[int]:
    """Ids of those among ``cases`` (of one pool) that are. As many queries however many they are,
    and one more for each year among them."""
    candidates = [
        (case, definition)
        for case in cases
        for definition in (house.definitions.version(session, case.pool, case.definition_version),)
        if can_be_decided(definition, case)
    ]
    found = _facts(session, candidates, local_day(now))
    return frozenset(
        case.id or 0
        for case, definition in candidates
        if _open(definition, case, found[case.id or 0])
    )


def _open(definition: Definition, case: Case, found: Facts) -> bool:
    return any(
        explain(definition, found, one.key, Who(None, frozenset(one.who))).allowed
        for one in deciding(definition)
        if case.state in one.from_states
    )


def _facts(
    session: Session, candidates: Iterable[tuple[Case, Definition]], today: date
) -> dict[int, Facts]:
    pairs = {case.id or 0: (case, definition) for case, definition in candidates}
    ids = sorted(pairs)
    if not ids:
        return {}
    years = {
        (case.pool, case.year): money.year(session, case.pool, case.year)
        for case, _ in {(c.pool, c.year): (c, d) for c, d in pairs.values()}.values()
    }
    questions = _grouped(
        session,
        select(col(Enquiry.case_id), col(Enquiry.id)).where(
            col(Enquiry.case_id).in_(ids), col(Enquiry.answered_at).is_(None)
        ),
    )
    hearings = _grouped(
        session,
        select(col(Hearing.case_id), col(Hearing.due_on)).where(
            col(Hearing.case_id).in_(ids),
            col(Hearing.answered_at).is_(None),
            col(Hearing.stopped_at).is_(None),
        ),
    )
    voted_on = _grouped(
        session,
        select(col(Ballot.case_id), col(Ballot.id)).where(
            col(Ballot.case_id).in_(ids), col(Ballot.state) == "open"
        ),
    )
    recommended = _grouped(
        session,
        select(col(Recommendation.case_id), col(Recommendation.id)).where(
            col(Recommendation.case_id).in_(ids)
        ),
    )
    marks = _grouped(
        session,
        select(col(ChecklistMark.case_id), col(ChecklistMark.item)).where(
            col(ChecklistMark.case_id).in_(ids)
        ),
    )
    out = _grouped(
        session,
        select(col(Recusal.case_id), col(Recusal.person_id)).where(
            col(Recusal.case_id).in_(ids), access.standing()
        ),
    )
    answers = _answers(session, ids)
    found = {}
    for case_id, (case, definition) in pairs.items():
        year = years[case.pool, case.year]
        until = hearings.get(case_id, [])
        points = {point.key for point in definition.checklist}
        found[case_id] = Facts(
            state=case.state,
            today=today,
            year=case.year,
            year_state=year.state if year else None,  # type: ignore[arg-type]
            asked=case.asked,
            free=year.free if year else 0,
            imported=case.imported,
            complete=case.imported
            or not missing(definition, answers.get(case_id, {}), form=case.form),
            open_questions=len(questions.get(case_id, ())),
            open_hearings=sum(day >= today for day in until),
            hearing_unended=bool(until),
            recommended=case_id in recommended,
            recused=frozenset(out.get(case_id, ())),
            received_on=None if case.imported else local_day(case.received_at),
            promised_on=case.promised_on,
            paused_on=case.paused_on,
            starts_on=case.starts_on,
            ends_on=case.ends_on,
            kind=case.kind,
            urgent=case.urgent,
            checklist_done=points <= set(marks.get(case_id, ())),
            open_ballot=definition.has("votes") and case_id in voted_on,
        )
    return found


def _grouped(session: Session, statement: Any) -> Mapping[int, list[Any]]:
    """The second column by the first."""
    found: dict[int, list[Any]] = {}
    for case_id, value in session.execute(statement):
        found.setdefault(case_id, []).append(value)
    return found


def _answers(session: Session, ids: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for case_id, question, value in session.execute(
        select(col(Answer.case_id), col(Answer.question), col(Answer.value))
        .where(col(Answer.case_id).in_(ids))
        .order_by(col(Answer.case_id), col(Answer.position))
    ):
        found.setdefault(case_id, {})[question] = value
    return found
