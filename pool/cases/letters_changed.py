"""The letter of a grant that was raised, lowered or not paid to its end."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from pool.cases import changed, deadlines, instalments, letters, money
from pool.cases.effects import Firing
from workflows.planning import Plan

LETTERS: Final = frozenset({"changed"})
"""Letters of the moves that change a grant."""


def of_move(firing: Firing, planned: Plan, event: str) -> None:
    """Queue it: what was granted before and now, why, on what conditions, and how to complain
    (forvaltningsloven §§22–25)."""
    if firing.command.quiet:
        return
    session, case, definition = firing.session, firing.case, firing.definition
    new = firing.decision
    assert new is not None, "the move decided anew"
    before = changed.chain(session, new)[-2]
    applicant = letters.applicant_of(session, case)
    data: dict[str, Any] = letters.case_data(definition, case) | {
        "link": letters.applicant_link(case),
        "recipient": letters.address_lines(applicant),
        "decided_on": new.made_on.isoformat(),
        "signature": letters.signed(definition, new.actor_name),
        "guidance": dict(definition.guidance),
        "before": before.amount,
        "granted": new.amount,
        "reasons": new.reasons,
        "conditions": new.conditions or None,
        "report_by": letters.day_text(_report_by(firing, planned)),
    }
    if new.grant_type == "deficit":
        data["guarantee"] = True
    else:
        data |= _what_comes(firing)
    if "stop-rest" in planned.effects:
        data["stopped"] = True
    letters.put(
        session,
        case,
        event=event,
        template="changed",
        to=letters.to_applicant(applicant, case),
        data=data,
        now=firing.now,
        letter="changed",
    )


def _what_comes(firing: Firing) -> dict[str, Any]:
    """What was paid less what came back (øre), and what is still to be paid; in which parts, where
    it is paid in instalments."""
    stand = money.of_case(firing.session, firing.case_id)
    told: dict[str, Any] = {
        "kept": stand.paid - stand.returned,
        "came_back": stand.returned,
        "coming": stand.held,
    }
    if firing.definition.has(instalments.FEATURE):
        waiting = instalments.unpaid(instalments.parts(firing.session, firing.case_id))
        told["instalments"] = [
            {"n": one.number, "of": one.of, "amount": one.left, "due_on": one.due_on.isoformat()}
            for one in waiting
        ]
    return told


def _report_by(firing: Firing, planned: Plan) -> date | None:
    """The day the report is due as of now, or as far as can be known before the money is paid;
    None where it is in already."""
    if firing.facts.report_received:
        return None
    due = deadlines.open_deadlines(firing.session, firing.case_id)
    return (
        letters.report_day(planned)
        or due.get("report")
        or due.get("accounts")
        or letters.expected_report(firing.definition, firing.case, firing.today)
    )
