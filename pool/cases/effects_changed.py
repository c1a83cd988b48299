"""What a grant holds, whole or in the parts it is paid in; and a grant that changes after it was
announced: raised, lowered, or not paid to its end.

Each change is a decision of its own, with reasons, announced at once; the one before ends as
*changed* and stays in the record. A raise holds the difference under the new decision. A lowering
gives money back out of what is held, the newest instalment first, each void under the decision that
held it. ``case.granted`` is the grant anew. Amounts are øre.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import func, select
from sqlmodel import col

import pool.ledger as ledger
from pool.cases import effects, effects_money, group, instalments, money
from pool.cases.effects import Firing
from pool.cases.errors import Refused
from pool.models.case import Case, Decision
from pool.models.casework import DecisionEnd
from pool.models.ledger import Account
from pool.models.payments import Instalment
from workflows.asking import Asking, Obstacle
from workflows.explain import Explanation
from workflows.facts import Who
from workflows.guards import CHECKS
from workflows.guards_money import to_hold


def hold(firing: Firing) -> None:
    """Hold what was granted, on one account or one for each instalment, out of what is free or of
    the earmark that was named."""
    decision = firing.decision
    assert decision is not None, "checked: `hold` follows `decide`"
    agreed: list[dict[str, Any]] = list(firing.inputs.get("instalments") or ())
    agreed.sort(key=lambda part: part["due_on"])
    earmark = firing.inputs.get("earmark")
    year_id = money.year_id(firing.session, firing.case)
    for number, amount in enumerate(
        [part["amount"] for part in agreed] or [decision.amount], start=1
    ):
        held = ledger.hold(
            firing.session,
            year_id=year_id,
            case_id=firing.case_id,
            decision_id=decision.id or 0,
            amount=amount,
            parent=earmark or "free",
            command_id=firing.command.id,
            line=number,
            actor=firing.ledger_actor,
            effective_on=decision.made_on,
            precision=decision.made_precision,
            now=firing.now,
        )
        firing.data.setdefault("held_account", held.id)
        if agreed:
            firing.session.add(
                Instalment(
                    case_id=firing.case_id,
                    decision_id=decision.id or 0,
                    number=number,
                    amount=amount,
                    due_on=agreed[number - 1]["due_on"],
                    account_id=held.id or 0,
                )
            )
    if agreed:
        firing.session.flush()
        firing.data["instalments"] = [
            {"amount": part["amount"], "due_on": part["due_on"].isoformat()} for part in agreed
        ]
    if earmark:
        firing.data["earmark"] = earmark


def outcome_of(case: Case, amount: int) -> str:
    """What granting ``amount`` comes to, by what was asked for."""
    if case.asked is None:
        return "granted"
    return "full" if amount >= case.asked else "part"


def _decide_anew(firing: Firing, amount: int) -> Decision:
    """The decision by which the grant is ``amount`` from now on; the one before is in force no
    longer. What it says by post of the budget adds up no more, and is not carried on."""
    session, case = firing.session, firing.case
    old = session.get_one(Decision, case.decision_id)
    record = firing.inputs.get("record") or {}
    number = session.execute(
        select(func.max(col(Decision.number))).where(col(Decision.case_id) == firing.case_id)
    ).scalar_one()
    new = Decision(
        case_id=firing.case_id,
        number=number + 1,
        outcome=outcome_of(case, amount),
        amount=amount,
        reasons=firing.inputs["reasons"],
        made_on=record.get("made_on") or firing.today,
        made_how=record.get("made_where") or "system",
        took_part=record.get("took_part") or "",
        stayed_out=record.get("stayed_out") or "",
        actor_person_id=firing.actor.person_id,
        actor_name=firing.actor.name,
        conditions=old.conditions,
        grant_type=old.grant_type,
        advance=old.advance,
        early_start=old.early_start,
        meeting_id=firing.command.meeting_id,
        ballot_id=firing.command.ballot_id,
        changes_id=old.id,
        member_unit=old.member_unit or (not case.imported and group.has_a_seat(session, case)),
        recorded_at=firing.now,
        announced_at=firing.now,
    )
    session.add(new)
    session.add(
        DecisionEnd(
            decision_id=old.id or 0,
            case_id=firing.case_id,
            how="changed",
            reason=new.reasons,
            effective_on=new.made_on,
            ended_at=firing.now,
            ended_by=firing.actor.name,
        )
    )
    session.flush()
    firing.decision = new
    case.decision_id, case.outcome, case.granted = new.id, new.outcome, amount
    firing.effective_on = new.made_on
    effects.attach(firing, "evidence", decision_id=new.id)
    firing.data |= {
        "decision": new.id,
        "changes": old.id,
        "outcome": new.outcome,
        "amount": amount,
        "before": old.amount,
        "made_how": new.made_how,
    }
    for name, value in (("meeting", new.meeting_id), ("ballot", new.ballot_id)):
        if value is not None:
            firing.data[name] = value
    firing.personal["reasons"] = new.reasons
    for name, text in (
        ("took_part", new.took_part),
        ("stayed_out", new.stayed_out),
        ("unheard", firing.inputs.get("unheard")),
    ):
        if text:
            firing.personal[name] = text
    return new


def raise_grant(firing: Firing) -> None:
    """More is granted: the difference is held under the new decision, out of the earmark the grant
    came from where that has enough, else out of what is free. ``amount`` is the grant anew, and
    paid in full: what came back of a payment is held again."""
    amount = int(firing.inputs["amount"])
    more = to_hold(firing.facts, amount)
    new = _decide_anew(firing, amount)
    year_id = money.year_id(firing.session, firing.case)
    earmark, left = money.own_earmark(firing.session, new, year_id)
    source: Literal["free"] | int = earmark if earmark is not None and left >= more else "free"
    held = ledger.hold(
        firing.session,
        year_id=year_id,
        case_id=firing.case_id,
        decision_id=new.id or 0,
        amount=more,
        parent=source,
        command_id=firing.command.id,
        actor=firing.ledger_actor,
        effective_on=new.made_on,
        now=firing.now,
    )
    firing.data["held_account"] = held.id
    if source != "free":
        firing.data["earmark"] = source


def lower(firing: Firing) -> None:
    """Less is granted: the difference goes back to where it was held from."""
    amount = int(firing.inputs["amount"])
    left = firing.facts.granted - amount
    new = _decide_anew(firing, amount)
    firing.data["released"] = left
    shares: list[tuple[Account, int]] = []
    for account in money.held_accounts(firing.session, firing.case_id)[::-1]:
        share = min(left, account.balance)
        if share <= 0:
            break
        shares.append((account, share))
        left -= share
    assert left == 0, "the guard `lower-within-held` was passed"
    effects_money.let_go(firing, shares, on=new.made_on)


def stop_rest(firing: Firing) -> None:
    """What is not paid yet never will be: the grant is what was paid, less what came back."""
    kept = firing.facts.paid - firing.facts.returned
    if kept <= 0:  # all of it came back: there is nothing to keep granted
        raise Refused(Explanation(firing.transition.key, False, _nothing_paid(firing)))
    new = _decide_anew(firing, kept)
    effects_money.void(firing, on=new.made_on)


def _nothing_paid(firing: Firing) -> tuple[Obstacle, ...]:
    who = Who(person_id=firing.actor.person_id, roles=firing.actor.roles)
    facts = replace(firing.facts, paid=0)
    found = CHECKS["paid"](Asking(firing.definition, firing.transition, facts, who, firing.inputs))
    return (found,) if found is not None else ()


def post_instalment(firing: Firing) -> None:
    """The oldest unpaid part is paid."""
    part = instalments.unpaid(instalments.parts(firing.session, firing.case_id))[0]
    paid_on = firing.inputs.get("paid_on") or firing.today
    effects_money.pay_out(firing, part.left, paid_on, account_id=part.account_id)
    firing.data |= {
        "amount": part.left,
        "paid_on": paid_on.isoformat(),
        "instalment": part.number,
        "of": part.of,
    }


EFFECTS: Mapping[str, Callable[[Firing], None]] = {
    "hold": hold,
    "raise": raise_grant,
    "lower": lower,
    "stop-rest": stop_rest,
    "post-instalment": post_instalment,
}
