"""Messages about suggestions, and to whoever somebody else applied for."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlmodel import Session

from pool.cases.effects import Firing
from pool.cases.letters import (
    applicant_link,
    applicant_of,
    case_data,
    put,
    staff,
    staff_data,
    staff_link,
    to_applicant,
)
from pool.models.case import Applicant, Case
from pool.outbox import Recipient
from workflows.definition import Definition

LETTERS: Final = frozenset({"suggestion-answered", "suggestion-taken-up"})
"""Letters of a suggestion's moves."""


def can_be_reached(applicant: Applicant) -> bool:
    """Whether a suggestion's author said how: they need not."""
    return bool(applicant.email or applicant.phone)


def suggested(
    session: Session,
    definition: Definition,
    case: Case,
    text: str,
    *,
    event: str,
    by: int | None,
    now: datetime,
) -> None:
    """The receipt of a suggestion, where there is an address to mail it to (its author has read
    the number on the page), and word to the secretariat. ``by``: the colleague who typed it in,
    who need not be told."""
    applicant = applicant_of(session, case)
    if applicant.email and definition.sends("suggestion-received"):
        put(
            session,
            case,
            event=event,
            template="suggestion-received",
            to=to_applicant(applicant, case),
            data=case_data(definition, case)
            | {
                "answer_by": case.promised_on.isoformat() if case.promised_on else None,
                "link": applicant_link(case),
            },
            now=now,
        )
    told = staff(session, case, "secretariat") if definition.sends("new-suggestion") else []
    for recipient in told:
        if recipient.person_id == by:
            continue
        put(
            session,
            case,
            event=event,
            template="new-suggestion",
            to=recipient,
            data=staff_data(definition, case) | {"suggestion": text, "link": staff_link(case)},
            now=now,
        )


def applied_for(
    session: Session, definition: Definition, case: Case, *, event: str, now: datetime
) -> None:
    """Tell the person somebody applied for (forvaltningsloven §8): by mail, or as something the
    secretariat tells by telephone or on paper. Nothing where nobody was named."""
    applicant = applicant_of(session, case)
    if not applicant.for_name:
        return
    put(
        session,
        case,
        event=event,
        template="applied-for-you",
        to=Recipient(name=applicant.for_name, email=applicant.for_email, lang=case.lang),
        data=case_data(definition, case)
        | {
            "helper": applicant.name,
            "organisation": applicant.organisation,
            "asked": case.asked,
            "answer_by": case.promised_on.isoformat() if case.promised_on else None,
            "link": applicant_link(case),
        },
        now=now,
    )


def of_move(firing: Firing, letter: str, event: str) -> None:
    """The letter of a suggestion's move, to whoever left an address or a telephone number."""
    session, case, definition = firing.session, firing.case, firing.definition
    applicant = applicant_of(session, case)
    if not can_be_reached(applicant):
        return
    data = case_data(definition, case) | {"link": applicant_link(case)}
    if letter == "suggestion-answered":
        data["answer"] = firing.inputs["answer"]
    else:
        became = session.get_one(Case, firing.inputs["becomes"])
        data |= {
            "became": became.number,
            "became_title": became.title,
            "initiative": became.kind == "initiative",
        }
    put(
        session,
        case,
        event=event,
        template=letter,
        to=to_applicant(applicant, case),
        data=data,
        now=firing.now,
    )
