"""A new link to one's own case, for somebody whose link has run out or is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

import pool.outbox as outbox
from pool.cases import letters
from pool.cases.fire import lock
from pool.cases.house import House
from pool.clock import local_day

PURPOSE: Final = "case"
DAYS: Final = 365
"""How long a link to a case works; the secret is made when the mail is."""


def renew_link(house: House, case_id: int, now: datetime) -> bool:
    """Mail a new link to the address in the application. Returns whether there was one; the page
    says the same either way. Asked for twice in a minute it is sent once. Raises
    :class:`~pool.cases.errors.NotFound`."""

    def work(session: Session) -> bool:
        case = lock(session, case_id)
        applicant = letters.applicant_of(session, case)
        if not applicant.email:
            return False
        definition = house.definitions.version(session, case.pool, case.definition_version)
        outbox.put(
            session,
            event=f"case:{case_id}:link:{now:%Y%m%dT%H%M}",
            template="case-link",
            to=letters.to_applicant(applicant, case),
            case_id=case_id,
            pool=case.pool,
            data=letters.case_data(definition, case)
            | {
                "link": letters.applicant_link(case),
                "until": local_day(now + timedelta(days=DAYS)).isoformat(),
            },
            now=now,
        )
        return True

    return house.database.write(work)
