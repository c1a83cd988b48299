"""Taking up again what was decided: undo, reopen, revoke, a complaint; and forwarding.

*Undone* is what was never told: the letter had not left, its hold is reversed, and it counts
nowhere; so is a decision that was never announced where its case is reopened. *Reopened* and
*revoked* is what was told: the money set aside goes back on the day, and the decision stays in the
record with its end. The decision's own row never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import changed, effects_money, forwarding, money
from pool.cases.effects import Firing
from pool.cases.errors import Refused
from pool.models.case import Decision, Report
from pool.models.casework import ChecklistMark, DecisionEnd
from pool.models.ledger import Account, Transfer
from pool.models.outbox import Message
from pool.outbox.taking_back import take_back
from workflows.explain import Explanation
from workflows.facts import Who
from workflows.guards import CHECKS, Asking


def _end(firing: Firing, how: str, reason: str, effective_on: date) -> Decision | None:
    """The decision in force is in force no longer. None where the case had none."""
    case = firing.case
    if case.decision_id is None:
        return None
    decision = firing.session.get_one(Decision, case.decision_id)
    firing.session.add(
        DecisionEnd(
            decision_id=decision.id or 0,
            case_id=firing.case_id,
            how=how,
            reason=reason,
            effective_on=effective_on,
            ended_at=firing.now,
            ended_by=firing.actor.name,
        )
    )
    case.decision_id = case.outcome = case.granted = None
    firing.ended = decision
    _new_round(firing)
    firing.data |= {"decision": decision.id, "was": decision.outcome, "how": how}
    firing.personal["reason"] = reason
    return decision


def _new_round(firing: Firing) -> None:
    """What the next decision needs is made anew: of the checklist's marks and of the report the
    rows go, and the journal keeps what was in them. (Recommendations stay; which of them count,
    ``facts`` finds out.)"""
    session, of_case = firing.session, firing.case_id
    for mark in session.execute(
        select(ChecklistMark).where(col(ChecklistMark.case_id) == of_case)
    ).scalars():
        session.delete(mark)  # each is in its own event, with its remark
    take_report(firing)


def take_report(firing: Firing) -> None:
    """The report's row goes; what it said is in the event of the move."""
    session = firing.session
    report = session.execute(
        select(Report).where(col(Report.case_id) == firing.case_id)
    ).scalar_one_or_none()
    if report is None:
        return
    firing.data["report"] = {
        "held": report.held,
        "participants": report.participants,
        "spent": report.spent,
        "income": report.income,
        "received_at": report.received_at.isoformat(),
    }
    if report.accounts is not None:
        firing.data["report"]["accounts"] = dict(report.accounts)
    firing.personal |= {
        "report_worked": report.worked,
        "report_safety": report.safety,
        "report_links": report.links,
        "report_from": report.received_from,
    }
    session.delete(report)
    session.flush()


def undo(firing: Firing) -> None:
    """Take the decision back before its letter went: nobody was told, so nothing was granted or
    refused. Raises :class:`Refused` where the letter has left, or is being sent, after all."""
    decision = _end(firing, "undone", firing.inputs["reason"], firing.today)
    assert decision is not None, "the guard `letter-unsent` was passed"
    if any(message.kind == "letter" for message in _take_letters_back(firing, decision)):
        raise Refused(Explanation(firing.transition.key, False, _letter_left(firing)))
    _reverse_holds(firing, decision)


def _reverse_holds(firing: Firing, decision: Decision) -> None:
    """The decision's holds that still have all their money; one that was released meanwhile, as
    when the applicant withdrew, has gone back already."""
    reversed_ids = select(col(Transfer.cites_id)).where(
        col(Transfer.case_id) == firing.case_id, col(Transfer.kind) == "reverse"
    )
    holds = firing.session.execute(
        select(
            col(Transfer.id),
            col(Transfer.effective_on),
            col(Transfer.precision),
            col(Account.id),
            col(Account.year_id),
            col(Transfer.amount),
        )
        .join(Account, col(Account.id) == col(Transfer.to_id))
        .where(
            col(Transfer.case_id) == firing.case_id,
            col(Transfer.decision_id) == decision.id,
            col(Transfer.kind) == "hold",
            col(Account.balance) == col(Transfer.amount),
            col(Transfer.id).not_in(reversed_ids),
        )
        .order_by(col(Transfer.id))
    ).all()
    carried = money.carried_accounts(firing.session, firing.case_id)
    line = 0
    for transfer_id, effective_on, precision, account_id, year_id, amount in holds:
        line += 1
        ledger.reverse(
            firing.session,
            transfer_id=transfer_id,
            command_id=firing.command.id,
            line=line,
            actor=firing.ledger_actor,
            # about the very day of the hold: on no day was the money set aside
            effective_on=effective_on,
            precision=precision,
            now=firing.now,
        )
        if account_id in carried:  # an earlier year's money is not granted anew in this one
            line += 1
            ledger.relinquish(
                firing.session,
                year_id=year_id,
                amount=amount,
                command_id=firing.command.id,
                line=line,
                actor=firing.ledger_actor,
                effective_on=firing.today,
                now=firing.now,
            )
    if holds:
        firing.data["reversed"] = decision.amount


def _take_letters_back(firing: Firing, decision: Decision) -> list[Message]:
    """Returns what could not be taken back."""
    session, case_id = firing.session, firing.case_id
    ids = {one.id for one in changed.chain(session, decision)}
    events = [
        f"case:{case_id}:{event.n}"
        for event in journal.read(session, f"case:{case_id}")
        if event.data.get("decision") in ids
    ]
    return take_back(
        session,
        case_id=case_id,
        events=events,
        reason=firing.inputs["reason"],
        by=firing.actor.name,
    )


def _letter_left(firing: Firing) -> tuple[Any, ...]:
    """The obstacle in the words of the guard that looked a moment too early."""
    who = Who(person_id=firing.actor.person_id, roles=firing.actor.roles)
    facts = replace(firing.facts, letter_unsent=False)
    asking = Asking(firing.definition, firing.transition, facts, who, firing.inputs)
    found = CHECKS["letter-unsent"](asking)
    assert found is not None, "a letter has left"
    return (found,)


def reopen(firing: Firing) -> None:
    """Look at a case again (*genoptagelse*): new facts, or something was overlooked. What was set
    aside goes back until it is decided anew. Of a decision that was never announced (the applicant
    withdrew first) nobody outside is told now either."""
    closed_at, reason = firing.case.closed_at, firing.inputs["reason"]
    decision = firing.session.get(Decision, firing.case.decision_id or 0)
    if decision is not None:
        known = decision.announced_at is not None
        _end(firing, "reopened" if known else "undone", reason, firing.today)
        _take_letters_back(firing, decision)
        if not known:
            firing.ended = None
            _reverse_holds(firing, decision)
    effects_money.void(firing)
    if closed_at is not None:  # so that a summary of the time between still finds it closed
        firing.data["closed_at"] = closed_at.isoformat()


def revoke(firing: Firing) -> None:
    """Take a grant back that the applicant knows of (*tilbagekaldelse*). It needs the group's
    word, reasons, and that the applicant was heard; nothing has been paid."""
    record = firing.inputs.get("record") or {}
    revoked_on = record.get("made_on") or firing.today
    _end(firing, "revoked", firing.inputs["reasons"], revoked_on)
    firing.effective_on = revoked_on
    firing.data |= {"made_how": record.get("made_where") or "system"}
    if firing.inputs.get("unheard"):
        firing.personal["unheard"] = firing.inputs["unheard"]
    for name in ("took_part", "stayed_out"):
        if record.get(name):
            firing.personal[name] = record[name]
    effects_money.void(firing, on=revoked_on)


def complain(firing: Firing) -> None:
    """A complaint about the decision or how the case was handled; what follows of it is a step
    of its own."""
    received_on = firing.inputs["received_on"]
    firing.effective_on = received_on
    firing.data["received_on"] = received_on.isoformat()
    firing.personal["complaint"] = firing.inputs["complaint"]


EFFECTS: Mapping[str, Callable[[Firing], None]] = {
    "undo": undo,
    "reopen": reopen,
    "revoke": revoke,
    "complain": complain,
    "forward": forwarding.forward,
}
