"""A case with a decision, as rows: what the ledger needs to point at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, func, select

from pool.models.case import Applicant, Case, Decision

NOW = datetime(2024, 5, 2, 10, 0, tzinfo=UTC)
MADE_ON = date(2024, 5, 2)


@dataclass(frozen=True, slots=True)
class Granted:
    """Ids of a case and of its decision."""

    case_id: int
    decision_id: int

    @property
    def ids(self) -> dict[str, Any]:
        """Both, as the ledger's functions name them."""
        return {"case_id": self.case_id, "decision_id": self.decision_id}


def granted_case(
    session: Session,
    *,
    pool: str = "urban-life",
    amount: int = 100,
    announced_at: datetime | None = NOW,
    made_on: date = MADE_ON,
) -> Granted:
    """A new case of ``pool`` that was granted ``amount`` øre; None: not announced yet."""
    number = session.exec(select(func.count()).select_from(Case)).one() + 1
    applicant = Applicant(kind="person", name="A. Resident")
    session.add(applicant)
    session.flush()
    case = Case(
        number=f"T-{number}",
        pool=pool,
        year=2024,
        definition_version=1,
        form="short",
        state="granted",
        title="A street party",
        applicant_id=applicant.id or 0,
        received_at=NOW,
        changed_at=NOW,
    )
    session.add(case)
    session.flush()
    return Granted(case.id or 0, decide(session, case.id or 0, amount, announced_at, made_on))


def decide(
    session: Session,
    case_id: int,
    amount: int = 100,
    announced_at: datetime | None = NOW,
    made_on: date = MADE_ON,
) -> int:
    """One more decision of the case; its id."""
    number = session.exec(
        select(func.count()).select_from(Decision).where(Decision.case_id == case_id)
    ).one()
    decision = Decision(
        case_id=case_id,
        number=number + 1,
        outcome="full",
        amount=amount,
        made_on=made_on,
        made_how="system",
        actor_name="The Chair",
        recorded_at=NOW,
        announced_at=announced_at,
    )
    session.add(decision)
    session.flush()
    return decision.id or 0
