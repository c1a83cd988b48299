"""What each effect of a transition does, inside the unit of work that fires it.

Money moves through ``pool.ledger``, whose database refuses what must not be; these functions never
ask twice. Each adds what the journal should say to ``data`` (ids, codes, øre) or ``personal``
(names and free text, erasable).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlmodel import Session, col

import pool.files as files
from pool.cases import group
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.case import (
    Case,
    CaseFile,
    Decision,
    Enquiry,
    Recommendation,
    Report,
)
from workflows.definition import Definition, Transition
from workflows.facts import Facts
from workflows.vocabulary import ANNOUNCEMENT

if TYPE_CHECKING:
    from pool.cases.commands import Command
    from pool.cases.house import House


@dataclass
class Firing:
    """One transition while it happens."""

    session: Session
    house: House
    definition: Definition
    case: Case
    transition: Transition
    facts: Facts
    inputs: Mapping[str, Any]
    """Checked values, see ``workflows.inputs``."""
    actor: Actor
    now: datetime
    command: Command
    data: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)
    effective_on: date | None = None
    precision: str = "day"
    decision: Decision | None = None
    ended: Decision | None = None
    """The decision that this move took out of force."""
    forwarded: Case | None = None
    """The case in another pool that this move made."""

    @property
    def case_id(self) -> int:
        assert self.case.id is not None
        return self.case.id

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def ledger_actor(self) -> str:
        """The ledger knows actors by id only."""
        return f"{self.actor.kind}:{self.actor.person_id or self.case_id}"


def attach(firing: Firing, purpose: str, **extra: int | None) -> None:
    """Keep the files that came with the command in the case, for ``purpose``."""
    for prepared in firing.command.files:
        stored = files.store(firing.session, prepared, firing.now)
        assert stored.id is not None
        firing.session.add(
            CaseFile(
                case_id=firing.case_id,
                file_id=stored.id,
                purpose=purpose,
                added_at=firing.now,
                **extra,
            )
        )
        files.seal(firing.session, [stored.id], firing.now)
    if firing.command.files:
        firing.data["files"] = len(firing.command.files)


def open_enquiry(session: Session, case_id: int) -> Enquiry | None:
    return session.execute(
        select(Enquiry).where(col(Enquiry.case_id) == case_id, col(Enquiry.answered_at).is_(None))
    ).scalar_one_or_none()


def ask(firing: Firing) -> None:
    enquiry = Enquiry(
        case_id=firing.case_id,
        question=firing.inputs["questions"],
        due_on=firing.inputs.get("due_on"),
        asked_at=firing.now,
        asked_by=firing.actor.name,
    )
    firing.session.add(enquiry)
    firing.session.flush()
    firing.data["enquiry"] = enquiry.id
    firing.personal["questions"] = enquiry.question


def answer(firing: Firing) -> None:
    enquiry = open_enquiry(firing.session, firing.case_id)
    assert enquiry is not None, "the guard `open-question` was passed"
    enquiry.answer = firing.inputs["answer"]
    enquiry.answered_at = firing.now
    firing.session.add(enquiry)
    attach(firing, "answer", enquiry_id=enquiry.id)
    firing.data["enquiry"] = enquiry.id
    firing.personal["answer"] = enquiry.answer


def recommend(firing: Firing) -> None:
    """What the group is advised to decide. In full means what was asked for."""
    advice = firing.inputs["advice"]
    amount = firing.inputs.get("amount") or (firing.case.asked if advice == "full" else None) or 0
    number = firing.session.execute(
        select(func.count())
        .select_from(Recommendation)
        .where(col(Recommendation.case_id) == firing.case_id)
    ).scalar_one()
    advised = Recommendation(
        case_id=firing.case_id,
        number=number + 1,
        advice=advice,
        amount=amount,
        reasons=firing.inputs["reasons"],
        actor_person_id=firing.actor.person_id,
        actor_name=firing.actor.name,
        recorded_at=firing.now,
    )
    firing.session.add(advised)
    firing.session.flush()
    firing.data |= {"recommendation": advised.id, "advice": advice, "amount": amount}
    firing.personal["reasons"] = advised.reasons


def decide(firing: Firing) -> None:
    """The decision as a row. Full means what was asked for; a refusal grants nothing. It is known
    at once, unless the pool announces its decisions later."""
    outcome: str | None = firing.transition.outcome
    assert outcome is not None, "checked: a deciding transition has its outcome"
    amount = {
        "full": firing.inputs.get("amount") or firing.case.asked or 0,
        "part": firing.inputs.get("amount") or 0,
        "refused": 0,
    }[outcome]
    if firing.case.imported and firing.case.asked is None and outcome == "full":
        outcome = "granted"  # whether in full or in part nobody can say
    record = firing.inputs.get("record") or {}
    number = firing.session.execute(
        select(func.count()).select_from(Decision).where(col(Decision.case_id) == firing.case_id)
    ).scalar_one()
    decision = Decision(
        case_id=firing.case_id,
        number=number + 1,
        outcome=outcome,
        amount=amount,
        reasons=firing.inputs.get("reasons") or "",
        criterion=firing.inputs.get("criterion") or None,
        made_on=record.get("made_on") or firing.today,
        made_precision=_precision(firing),
        made_how=record.get("made_where") or "system",
        took_part=record.get("took_part") or "",
        stayed_out=record.get("stayed_out") or "",
        actor_person_id=firing.actor.person_id,
        actor_name=firing.actor.name,
        conditions=firing.inputs.get("conditions") or "",
        by_post=firing.inputs.get("by_post") or None,
        grant_type=firing.inputs.get("grant_type") or "fixed",
        advance=firing.inputs.get("advance"),
        early_start=bool(firing.inputs.get("early_start")),
        meeting_id=firing.command.meeting_id,
        ballot_id=firing.command.ballot_id,
        imported=firing.case.imported,
        member_unit=not firing.case.imported and group.has_a_seat(firing.session, firing.case),
        recorded_at=firing.now,
        announced_at=None if firing.definition.has(ANNOUNCEMENT) else firing.now,
    )
    firing.session.add(decision)
    firing.session.flush()
    firing.decision = decision
    firing.case.outcome = outcome
    firing.case.granted = amount
    firing.case.decision_id = decision.id
    firing.effective_on = decision.made_on
    attach(firing, "evidence", decision_id=decision.id)
    firing.data |= {
        "decision": decision.id,
        "outcome": outcome,
        "amount": amount,
        "made_how": decision.made_how,
        "criterion": decision.criterion,
    }
    firing.data |= {
        name: value
        for name, value in (
            ("grant_type", decision.grant_type if decision.grant_type != "fixed" else None),
            ("advance", decision.advance),
            ("early_start", decision.early_start or None),
            ("by_post", decision.by_post),
            ("meeting", decision.meeting_id),
            ("ballot", decision.ballot_id),
        )
        if value is not None
    }
    if decision.conditions:
        firing.personal["conditions"] = decision.conditions
    if firing.case.imported:
        firing.data["imported"] = True
    firing.precision = decision.made_precision
    firing.personal |= {
        "reasons": decision.reasons,
        "took_part": decision.took_part,
        "stayed_out": decision.stayed_out,
    }


def announce(firing: Firing) -> None:
    """From now on the decision is known, and counts in public figures."""
    decision = firing.session.get_one(Decision, firing.case.decision_id)
    decision.announced_at = firing.now
    firing.session.add(decision)
    firing.session.flush()
    firing.decision = decision
    if firing.command.quiet:  # it was told when it was made
        firing.effective_on, firing.precision = decision.made_on, decision.made_precision
    firing.data |= {
        "decision": decision.id,
        "outcome": decision.outcome,
        "amount": decision.amount,
    }


def _precision(firing: Firing) -> str:
    """How exactly the day is known: to the day, unless another pool's record tells the month."""
    told = (firing.inputs.get("record") or {}).get("precision")
    return "month" if firing.case.imported and told == "month" else "day"


def report(firing: Firing) -> None:
    told = firing.inputs["report"]
    firing.session.add(
        Report(
            case_id=firing.case_id,
            held=told["held"],
            participants=told.get("participants"),
            worked=told.get("worked") or "",
            safety=told.get("safety") or "",
            links=told.get("links") or "",
            spent=told["spent"],
            income=told.get("income"),
            accounts=told.get("accounts"),
            received_at=firing.now,
            received_from=firing.actor.name,
        )
    )
    attach(firing, "report")
    firing.data |= {
        "held": told["held"],
        "participants": told.get("participants"),
        "spent": told["spent"],
    }
    for name in ("income", "accounts"):
        if told.get(name) is not None:
            firing.data[name] = told[name]


def _noted(_firing: Firing) -> None:
    """The move itself is all there is; the reason and remark go to the journal with every move."""


EFFECTS: Mapping[str, Callable[[Firing], None]] = {
    "ask": ask,
    "answer": answer,
    "recommend": recommend,
    "decide": decide,
    "announce": announce,
    "withdraw": _noted,
    "lapse": _noted,
}
"""The first of the effects; ``all_effects`` has them all."""
