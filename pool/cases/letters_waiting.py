"""What is told of the waiting list: to the applicant whose case comes on it, and to the secretariat
when a case comes off it."""

from __future__ import annotations

from typing import Any, Final

from pool.cases import letters
from pool.cases.effects import Firing

LETTERS: Final = frozenset({"waiting"})


def of_move(firing: Firing, event: str) -> None:
    """The letter of a case that comes on the list."""
    if firing.command.quiet:
        return
    session, case = firing.session, firing.case
    letters.put(
        session,
        case,
        event=event,
        template="waiting",
        to=letters.to_applicant(letters.applicant_of(session, case), case),
        data=letters.case_data(firing.definition, case)
        | {"asked": case.asked, "link": letters.applicant_link(case)},
        now=firing.now,
    )


def came_off(firing: Firing) -> tuple[str, dict[str, Any]]:
    """(template, data besides the case's) of the notice that a case came off the list."""
    return "waiting-over", {
        "asked": firing.case.asked,
        "free": firing.facts.free,
        "by_program": firing.actor.kind == "system",
    }
