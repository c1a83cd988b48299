"""Word to the applicant after the activity: the report is to be made anew, vouchers are wanted,
money is to be paid back, the accounts are approved and the case is closed."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlmodel import col

from pool.cases.effects import Firing
from pool.cases.letters import (
    applicant_link,
    applicant_of,
    case_data,
    day_text,
    put,
    report_day,
    to_applicant,
)
from pool.models.case import Report
from workflows.deficit import used
from workflows.planning import Plan

LETTERS: Final = frozenset({"lapsed", "closed", "claim", "report-returned"})


def of_move(firing: Firing, planned: Plan, event: str) -> None:
    """Queue the letter of a move."""
    if firing.command.quiet:
        return
    match planned.letter:
        case "lapsed":
            told = _lapsed(firing)
        case "claim":
            told = _claim(firing)
        case "report-returned":
            told = _returned(firing, planned)
        case _:
            told = _closed(firing)
    _put(firing, str(planned.letter), told, event)


def after_move(firing: Firing, event: str) -> None:
    """The accounts were drawn for a spot check: their vouchers are asked for. Whoever was not drawn
    is told nothing."""
    draw = firing.data.get("draw") or {}
    if not draw.get("drawn") or firing.command.quiet:
        return
    told = {
        "one_in": draw["one_in"],
        "vouchers_by": draw["vouchers_by"],
        "link": applicant_link(firing.case),
    }
    _put(firing, "vouchers-wanted", told, event)


def _put(firing: Firing, template: str, told: dict[str, Any], event: str) -> None:
    session, case = firing.session, firing.case
    if not firing.definition.sends(template):
        return
    put(
        session,
        case,
        event=event,
        template=template,
        to=to_applicant(applicant_of(session, case), case),
        data=case_data(firing.definition, case) | told,
        now=firing.now,
    )


def _lapsed(firing: Firing) -> dict[str, Any]:
    """Where money is claimed back: how much, by when, and whether a report that comes late still
    helps."""
    told: dict[str, Any] = {
        "granted": firing.facts.granted,
        "reason": firing.inputs.get("reason"),
        "guidance": dict(firing.definition.guidance),
    }
    if "owed" in firing.data:
        after = firing.definition.leaving(firing.transition.target(firing.facts.state))
        told |= {
            "owed": firing.data["owed"],
            "pay_by": firing.data["pay_by"],
            "advance": firing.facts.grant_type == "deficit",
            "late_report": any("report" in move.effects for move in after),
        }
    return told


def _claim(firing: Firing) -> dict[str, Any]:
    """How much is to be paid back, why, and what to do about it (forvaltningsloven §§22–25)."""
    return {
        "paid": firing.facts.paid,
        "spent": firing.facts.spent,
        "owed": firing.data["owed"],
        "pay_by": firing.data["pay_by"],
        "reasons": firing.inputs["reasons"],
        "guidance": dict(firing.definition.guidance),
        "link": applicant_link(firing.case),
    }


def _returned(firing: Firing, planned: Plan) -> dict[str, Any]:
    """Why it is to be made anew, and by when."""
    return {
        "reason": firing.inputs["reason"],
        "report_by": day_text(report_day(planned)),
        "link": applicant_link(firing.case),
    }


def _closed(firing: Firing) -> dict[str, Any]:
    """Whether accounts were approved; what was spent, came back, and was let go of."""
    report = firing.session.execute(
        select(Report).where(col(Report.case_id) == firing.case_id)
    ).scalar_one_or_none()
    told = {
        "granted": firing.facts.granted,
        "approved": report is not None,
        "spent": report.spent if report else None,
        "returned": firing.facts.returned or None,
    }
    for name in ("waived", "written_off"):
        if name in firing.data:
            told[name] = firing.data[name]
    if report is not None and "written_off" in firing.data:
        told["approved"] = False
    facts = firing.facts
    if facts.grant_type == "deficit" and (used(facts) or 0) > facts.paid:  # the rest had lapsed
        told["paid"] = facts.paid
    return told
