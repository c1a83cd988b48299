"""Everything the page of one case shows, gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import access, deadlines, facts, money
from pool.cases.fire import who
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.journal import EventView
from pool.models.case import (
    Applicant,
    Case,
    CaseFile,
    Decision,
    Enquiry,
    Payment,
    Recommendation,
    Recusal,
    Report,
)
from pool.models.casework import DecisionEnd
from pool.models.files import StoredFile
from pool.models.identity import Person
from pool.models.outbox import Message
from pool.outbox import queries as outbox_queries
from workflows.definition import Definition, Question, State
from workflows.explain import Explanation, actions
from workflows.facts import Facts
from workflows.vocabulary import ANNOUNCEMENT


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of the case and why it is there."""

    purpose: str
    enquiry_id: int | None
    decision_id: int | None
    file: StoredFile


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case for one reader. Amounts are øre; ``actions`` has every transition leaving the
    state, allowed or with the reasons why not."""

    case: Case
    definition: Definition
    state: State
    applicant: Applicant
    answers: tuple[tuple[Question, Any], ...]
    files: tuple[Attached, ...]
    enquiries: tuple[Enquiry, ...]
    recommendations: tuple[Recommendation, ...]
    decisions: tuple[Decision, ...]
    payments: tuple[Payment, ...]
    report: Report | None
    recused: tuple[tuple[Recusal, Person], ...]
    """Every declaration, in its order; one with ``lifted_at`` locks nobody out any more."""
    money: money.CaseMoney
    free: int
    """What is left in the pool as far as this reader may know: for who may not know of decisions
    that are not announced, these have taken nothing."""
    facts: Facts
    actions: tuple[Explanation, ...]
    due: dict[str, date]
    journal: tuple[EventView, ...]
    messages: tuple[Message, ...]
    ends: tuple[DecisionEnd, ...] = ()
    """Of the decisions that are in force no longer."""

    @property
    def decision(self) -> Decision | None:
        """The decision in force; None too where it was undone, reopened or revoked."""
        return next((one for one in self.decisions if one.id == self.case.decision_id), None)

    def end(self, decision: Decision) -> DecisionEnd | None:
        """Why a decision is in force no longer; None where it is."""
        return next((one for one in self.ends if one.decision_id == decision.id), None)

    def changed(self, decision: Decision) -> Decision | None:
        """The decision whose grant this one raised or lowered."""
        return next((one for one in self.decisions if one.id == decision.changes_id), None)

    @property
    def recommendation(self) -> Recommendation | None:
        """The last one made since the case was last taken up again."""
        return self.recommendations[-1] if self.facts.recommended else None

    @property
    def enquiry(self) -> Enquiry | None:
        """The question the applicant owes an answer to."""
        return next((e for e in self.enquiries if e.answered_at is None), None)

    @property
    def public_version(self) -> int:
        """The version since which the case has looked the same to its applicant: what moved in
        the house meanwhile, an undisclosed decision too, is not told by a number either."""
        looks, version = "", 1
        for event in self.journal:
            if "to" not in event.data or "state_version" not in event.data:
                continue
            now = self.definition.public_state(str(event.data["to"])).key
            if now != looks:
                looks, version = now, int(event.data["state_version"])
        return version

    def explained(self, action: str) -> Explanation | None:
        return next((one for one in self.actions if one.action == action), None)

    @property
    def left_after_yes(self) -> int:
        """What a yes to the whole amount asked for leaves in the pool; negative when too much."""
        return self.facts.free - (self.case.asked or 0)


def case_view(
    session: Session, house: House, case_id: int, actor: Actor, now: datetime
) -> CaseView:
    """Raises :class:`~pool.cases.errors.NotFound` where ``actor`` may not see it."""
    case = access.load(session, house, case_id, actor)
    definition = house.definitions.version(session, case.pool, case.definition_version)
    applicant = session.get_one(Applicant, case.applicant_id)
    given = facts.answers(session, case_id)
    gathered = facts.gather(session, definition, case, now, given)
    of_case = (col(CaseFile.case_id) == case_id,)
    ends = tuple(
        session.execute(
            select(DecisionEnd)
            .where(col(DecisionEnd.case_id) == case_id)
            .order_by(col(DecisionEnd.id))
        ).scalars()
    )
    return CaseView(
        case=case,
        definition=definition,
        state=definition.state(case.state),
        applicant=applicant,
        answers=tuple(
            (question, given[question.key])
            for question in definition.questions
            if question.key in given
        ),
        files=tuple(
            Attached(link.purpose, link.enquiry_id, link.decision_id, stored)
            for link, stored in session.execute(
                select(CaseFile, StoredFile)
                .join(StoredFile, col(StoredFile.id) == col(CaseFile.file_id))
                .where(*of_case)
                .order_by(col(CaseFile.id))
            )
        ),
        enquiries=tuple(
            session.execute(
                select(Enquiry).where(col(Enquiry.case_id) == case_id).order_by(col(Enquiry.id))
            ).scalars()
        ),
        recommendations=tuple(
            session.execute(
                select(Recommendation)
                .where(col(Recommendation.case_id) == case_id)
                .order_by(col(Recommendation.number))
            ).scalars()
        )
        if definition.has("recommendation")
        else (),
        decisions=_decisions(session, case_id, ends, actor),
        ends=ends if access.reads(actor.roles) else tuple(e for e in ends if e.how != "undone"),
        payments=tuple(
            session.execute(
                select(Payment).where(col(Payment.case_id) == case_id).order_by(col(Payment.id))
            ).scalars()
        ),
        report=session.execute(
            select(Report).where(col(Report.case_id) == case_id)
        ).scalar_one_or_none(),
        recused=tuple(
            (recusal, person)
            for recusal, person in session.execute(
                select(Recusal, Person)
                .join(Person, col(Person.id) == col(Recusal.person_id))
                .where(col(Recusal.case_id) == case_id)
                .order_by(col(Recusal.id))
            )
        ),
        money=money.CaseMoney(gathered.held, gathered.paid, gathered.returned),
        free=_free(session, definition, case, gathered, actor),
        facts=gathered,
        actions=tuple(actions(definition, gathered, who(actor))),
        due=deadlines.open_deadlines(session, case_id),
        journal=tuple(
            event
            for event in journal.read(session, f"case:{case_id}")
            if access.tells(actor.roles, event.kind)
        ),
        messages=tuple(
            message
            for message in outbox_queries.for_case(session, case_id)
            if access.tells(actor.roles, message.template)
            and (message.state not in access.NEVER_SENT or access.reads(actor.roles))
        ),
    )


def _decisions(
    session: Session, case_id: int, ends: tuple[DecisionEnd, ...], actor: Actor
) -> tuple[Decision, ...]:
    """The case's decisions in their order. One that was undone was never told, nor is one yet that
    is not announced: only those who read what colleagues write learn that it is there."""
    undone = {end.decision_id for end in ends if end.how == "undone"}
    inside = actor.kind != "applicant" and access.reads(actor.roles)
    return tuple(
        decision
        for decision in session.execute(
            select(Decision).where(col(Decision.case_id) == case_id).order_by(col(Decision.number))
        ).scalars()
        if inside or (decision.id not in undone and decision.announced_at is not None)
    )


def _free(
    session: Session, definition: Definition, case: Case, gathered: Facts, actor: Actor
) -> int:
    if not definition.has(ANNOUNCEMENT) or access.knows_undisclosed(definition, actor.roles):
        return gathered.free
    try:
        return ledger.status(session, case.pool, case.year).free
    except ledger.UnknownYear:
        return 0
