"""The working group as it sits: whom its members work for."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlmodel import Session, col

from pool.models.case import Applicant, Case
from pool.models.identity import Person, PersonRole

ROLES = ("member", "chair")


def has_a_seat(session: Session, case: Case) -> bool:
    """Whether the applicant is a unit that somebody of the case's working group works for. A
    hint, never a lock (forvaltningsloven §§3-6 ask for judgement); told in the year's summary."""
    applicant = session.get_one(Applicant, case.applicant_id)
    unit = _flat(applicant.organisation)
    if not unit:
        return False
    seats = session.execute(
        select(col(Person.organisation))
        .join(PersonRole, col(PersonRole.person_id) == col(Person.id))
        .where(
            col(Person.active),
            col(PersonRole.role).in_(ROLES),
            or_(col(PersonRole.pool).is_(None), col(PersonRole.pool) == case.pool),
        )
    ).scalars()
    return any(_flat(seat) == unit for seat in seats)


def _flat(name: str | None) -> str:
    return " ".join((name or "").split()).casefold()
