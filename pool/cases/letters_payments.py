"""Messages about where a grant's money goes: that it did not arrive, and that somebody told us."""

from __future__ import annotations

from typing import Any, Final

from pool.cases import letters
from pool.cases.effects import Firing

LETTERS: Final = frozenset({"payment-failed"})


def of_move(firing: Firing, event: str) -> None:
    """The applicant is told that a payment came back, and asked to look at who is to be paid."""
    session, case = firing.session, firing.case
    letters.put(
        session,
        case,
        event=event,
        template="payment-failed",
        to=letters.to_applicant(letters.applicant_of(session, case), case),
        data=letters.case_data(firing.definition, case)
        | {
            "amount": firing.data["amount"],
            "failed_on": firing.data["failed_on"],
            "link": letters.applicant_link(case),
        },
        now=firing.now,
    )


def told(firing: Firing) -> tuple[str, dict[str, Any]] | None:
    """(template, data) of the secretariat's notice of who is to be paid; None where a colleague
    typed it in. The number stays on the case's page."""
    if firing.actor.kind == "person":
        return None
    return "payee-told", {"payee": firing.inputs["payee"]["name"]}
