"""What is written about a hearing and about the talk with the applicant.

The letter of a hearing itself is the letter of its move (``pool.cases.letters``).
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from pool.cases import letters
from pool.models.case import Case
from pool.models.casework import Correspondence, Hearing
from workflows.definition import Definition


def ran_out(
    session: Session,
    definition: Definition,
    case: Case,
    hearing: Hearing,
    *,
    event: str,
    now: datetime,
) -> None:
    """Tell the secretariat that a hearing's day has passed without an answer, so that the case
    can be decided."""
    if not definition.sends("hearing-over"):
        return
    applicant = letters.applicant_of(session, case)
    for recipient in letters.staff(session, case, "secretariat"):
        letters.put(
            session,
            case,
            event=event,
            template="hearing-over",
            to=recipient,
            data=letters.staff_data(definition, case)
            | {
                "applicant": applicant.shown,
                "answer_by": hearing.due_on.isoformat(),
                "link": letters.staff_link(case),
            },
            now=now,
        )


def wrote(
    session: Session,
    definition: Definition,
    case: Case,
    said: Correspondence,
    *,
    event: str,
    now: datetime,
) -> None:
    """Tell the other side what was written: the applicant, or every colleague of the
    secretariat who does not stay out of the case."""
    applicant = letters.applicant_of(session, case)
    if said.side == "staff":
        letters.put(
            session,
            case,
            event=event,
            template="message-to-applicant",
            to=letters.to_applicant(applicant, case),
            data=letters.case_data(definition, case)
            | {"text": said.text, "by": said.author, "link": letters.applicant_link(case)},
            now=now,
        )
        return
    if not definition.sends("applicant-wrote"):
        return
    for recipient in letters.staff(session, case, "secretariat"):
        letters.put(
            session,
            case,
            event=event,
            template="applicant-wrote",
            to=recipient,
            data=letters.staff_data(definition, case)
            | {
                "applicant": applicant.shown,
                "text": said.text,
                "link": letters.staff_link(case),
            },
            now=now,
        )
