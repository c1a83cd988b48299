"""Letters of what happens to a decision afterwards, of a case that waits or goes elsewhere, and of
a deficit guarantee's money; and how long a decision's letter rests before it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlmodel import col

import pool.outbox as outbox
from pool.cases import changed, deadlines, letters
from pool.cases.effects import Firing
from pool.cases.effects_postponed import answer_by, promised
from pool.models.case import Decision
from pool.models.outbox import Message
from pool.outbox.taking_back import NEVER_LEFT, RESTING
from workflows import deficit
from workflows.planning import Plan

LETTERS: Final = frozenset({"reopened", "revoked", "forwarded", "delayed", "settled"})


def mine(planned: Plan) -> bool:
    """Whether the letter of this move is made here."""
    return planned.letter in LETTERS or "pay-advance" in planned.effects


def of_move(firing: Firing, planned: Plan, event: str) -> None:
    """Queue the letter of a move."""
    if firing.command.quiet:
        return
    name = str(planned.letter)
    if not firing.definition.sends(name):
        return
    make = {
        "reopened": _reopened,
        "revoked": _revoked,
        "forwarded": _forwarded,
        "delayed": _delayed,
        "settled": _settled,
        "payment": _advance,
    }[name]
    session, case = firing.session, firing.case
    letters.put(
        session,
        case,
        event=event,
        template=name,
        to=letters.to_applicant(letters.applicant_of(session, case), case),
        data=letters.case_data(firing.definition, case)
        | {"link": letters.applicant_link(case)}
        | make(firing),
        now=firing.now,
        letter=name if name in outbox.LETTERS else None,
    )


def _signed(firing: Firing) -> dict[str, Any]:
    """What a letter with effect in law has besides its own."""
    applicant = letters.applicant_of(firing.session, firing.case)
    return {
        "recipient": letters.address_lines(applicant),
        "decided_on": (firing.effective_on or firing.today).isoformat(),
        "signature": letters.signed(firing.definition, firing.actor.name),
        "guidance": dict(firing.definition.guidance),
    }


def _reopened(firing: Firing) -> dict[str, Any]:
    ended = firing.ended
    return _signed(firing) | {
        "was": ended.outcome if ended else None,
        "granted": ended.amount if ended else 0,
        "reasons": firing.inputs["reason"],
        "answer_by": letters.day_text(firing.case.promised_on),
    }


def _revoked(firing: Firing) -> dict[str, Any]:
    return _signed(firing) | {
        "granted": firing.facts.granted,
        "reasons": firing.inputs["reasons"],
    }


def _forwarded(firing: Firing) -> dict[str, Any]:
    new = firing.forwarded
    assert new is not None, "the effect `forward` made it"
    target = firing.house.definitions.version(firing.session, new.pool, new.definition_version)
    return {
        "link": letters.applicant_link(new),
        "reason": firing.inputs["reason"],
        "new_number": new.number,
        "new_pool": dict(target.name),
        "new_contact": letters.pool_data(target)["contact"],
        "answer_by": letters.day_text(new.promised_on),
    }


def _delayed(firing: Firing) -> dict[str, Any]:
    if "delay" not in firing.transition.effects:
        return {
            "reason": firing.inputs["reason"],
            "answer_by": answer_by(firing, firing.inputs["until"]).isoformat(),
        }
    told: dict[str, Any] = {
        "reason": firing.inputs["reason"],
        "answer_by": promised(firing).isoformat(),
    }
    rule = firing.definition.delay
    if firing.actor.kind == "system" and rule is not None and rule.reason is not None:
        told["reasons"] = dict(rule.reason)  # the file's own words, in every language
    return told


def _advance(firing: Firing) -> dict[str, Any]:
    due = deadlines.open_deadlines(firing.session, firing.case_id)
    return {
        "amount": firing.data["amount"],
        "paid_on": firing.data["paid_on"],
        "reference": firing.inputs["reference"],
        "report_by": letters.day_text(due.get("report")),
        "advance": True,
    }


def _settled(firing: Firing) -> dict[str, Any]:
    facts = firing.facts
    return {
        "granted": facts.granted,
        "spent": facts.spent or 0,
        "income": facts.income or 0,
        "covered": deficit.used(facts) or 0,
        "paid_before": facts.paid - facts.returned,
        "to_pay": firing.data["amount"],
        "owed": firing.data["owed"],
        "paid_on": firing.data.get("paid_on"),
        "reference": firing.inputs.get("reference") if firing.data["amount"] else None,
        "guidance": dict(firing.definition.guidance),
    }


def after_move(firing: Firing, planned: Plan, event: str) -> None:
    """What follows once letter and notices are queued."""
    if firing.definition.limits.undo_minutes and planned.letter == "decision":
        _rest(firing)
    if firing.ended is not None and firing.ended.amount:
        _support_ended(firing, firing.ended, event)


def _rest(firing: Firing) -> None:
    """Let what tells of a decision lie for the pool's minutes of grace, in which the decision can
    be undone. What waits to be told by telephone or on paper waits for a person anyway."""
    minutes = firing.definition.limits.undo_minutes
    firing.session.flush()
    firing.session.execute(
        update(Message)
        .where(
            col(Message.case_id) == firing.case_id,
            col(Message.state) == "queued",
            col(Message.date) == firing.now,
            col(Message.template).like("decision-%") | (col(Message.template) == "supported"),
        )
        .values(next_try_at=firing.now + timedelta(minutes=minutes))
        .execution_options(synchronize_session=False)
    )


def _support_ended(firing: Firing, ended: Decision, event: str) -> None:
    """Whoever was told of a newly supported activity is told that it is supported no longer; of
    one they have not been told of yet they never are."""
    session, case = firing.session, firing.case
    tells = firing.definition.sends("support-ended")
    of_case = (
        col(Message.case_id) == firing.case_id,
        col(Message.template) == "supported",
        col(Message.date) >= changed.chain(session, ended)[0].recorded_at,
    )
    session.flush()
    session.execute(
        update(Message)
        .where(*of_case, col(Message.state).in_(RESTING))
        .values(state="superseded")
        .execution_options(synchronize_session=False)
    )
    told = session.execute(
        select(Message)
        .where(*of_case, col(Message.state).not_in(NEVER_LEFT))
        .order_by(col(Message.id))
        .execution_options(populate_existing=True)
    ).scalars()
    applicant = letters.applicant_of(session, case)
    for message in list(told) if tells else ():
        letters.put(
            session,
            case,
            event=event,
            template="support-ended",
            to=outbox.Recipient(
                name=message.to_name,
                email=message.to_email,
                lang=message.lang,
                person_id=message.person_id,
            ),
            data=letters.staff_data(firing.definition, case)
            | {
                "applicant": applicant.shown,
                "granted": ended.amount,
                "link": message.data.get("link"),
            },
            now=firing.now,
        )
