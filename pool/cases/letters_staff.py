"""What the colleagues of a case are told of its days: one that nears, and one that has passed.

Told to the secretariat; to the chair where nobody of it is left who may have the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

import pool.outbox as outbox
from pool.cases import letters
from pool.cases.house import House
from pool.models.case import Case


def handlers(session: Session, case: Case) -> list[outbox.Recipient]:
    """Who is told that a case needs a hand."""
    return letters.staff(session, case, "secretariat") or letters.staff(session, case, "chair")


def overdue(
    session: Session,
    house: House,
    case: Case,
    *,
    kind: str,
    due_on: date,
    event: str,
    now: datetime,
) -> None:
    """``due_on``, a day of ``kind`` (``promise``, ``answer``, ``report``, ``payee`` …), has passed
    and what was due has not come: word to the secretariat, where the definition wants it."""
    _tell(session, house, case, "overdue", {"kind": kind, "due_on": due_on}, event, now)


def promise_soon(
    session: Session, house: House, case: Case, *, due_on: date, event: str, now: datetime
) -> None:
    """The applicant was promised an answer by ``due_on``, which is near: word to the secretariat,
    where the definition wants it, while there is time to decide or to tell of a delay."""
    _tell(session, house, case, "promise-soon", {"due_on": due_on}, event, now)


def _tell(
    session: Session,
    house: House,
    case: Case,
    template: str,
    told: Mapping[str, Any],
    event: str,
    now: datetime,
) -> None:
    definition = house.definitions.version(session, case.pool, case.definition_version)
    if not definition.sends(template):
        return
    data = letters.staff_data(definition, case) | {
        "applicant": letters.applicant_of(session, case).shown,
        "link": letters.staff_link(case),
        **told,
    }
    for recipient in handlers(session, case):
        letters.put(session, case, event=event, template=template, to=recipient, data=data, now=now)
