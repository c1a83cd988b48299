"""After the activity: the draw for a spot check (*stikprøve*), its vouchers and what was found, a
grant nobody reported on, and what closing a case lets go of.

Amounts are øre.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from pool.cases import deadlines, effects, effects_again, effects_money
from pool.cases.effects import Firing
from pool.cases.errors import Invalid
from pool.clock import local_day
from pool.models.base import known
from pool.models.case import Deadline
from pool.models.ledger import Transfer
from pool.models.reports import SpotCheck
from workflows.deficit import unspent, used
from workflows.drawing import drawn
from workflows.questions import AnswerFault

REPAY, VOUCHERS = "repay", "vouchers"
"""Deadlines set here: money claimed back is to be there, vouchers are to be there."""
REPAY_DAYS = 30
"""So long somebody has to pay back a grant that lapsed: what a municipality's claims commonly
give. No law sets it; the letter names the day."""


def of_case(session: Session, case_id: int) -> SpotCheck | None:
    """The case's draw; None before its report has come, or where the pool draws none."""
    return session.execute(
        select(SpotCheck).where(col(SpotCheck.case_id) == case_id)
    ).scalar_one_or_none()


def repay_day(today: date) -> date:
    """The day money claimed back today is to be there."""
    return today + timedelta(days=REPAY_DAYS)


def _due(firing: Firing, kind: str, on: date) -> None:
    deadlines.set_day(firing.session, firing.case, kind, on, firing.now)


def report(firing: Firing) -> None:
    """The report. One that comes after its grant lapsed stops the claim of the whole: what is then
    to be paid back follows from the report."""
    effects.report(firing)
    deadlines.end(firing.session, firing.case, REPAY, firing.now)


def new_seed() -> str:
    """32 hexadecimal digits nobody can foresee."""
    return secrets.token_hex(16)


def draw(firing: Firing) -> None:
    """Whether the accounts are to be looked into, by a seed made now: see ``workflows.drawing``."""
    one_in = firing.definition.spot_check_one_in
    assert one_in is not None, "checked: a pool that draws says one in how many"
    if (earlier := of_case(firing.session, firing.case_id)) is not None:
        # taken up again and reported anew: there is one draw, and no second chance
        if earlier.drawn and earlier.checked_at is None:
            _due(firing, VOUCHERS, firing.today + timedelta(days=firing.definition.answer_days))
        return
    seed = new_seed()
    is_drawn = drawn(seed, firing.case.number, one_in)
    firing.session.add(
        SpotCheck(
            case_id=firing.case_id,
            seed=seed,
            one_in=one_in,
            drawn=is_drawn,
            drawn_at=firing.now,
        )
    )
    firing.session.flush()
    told = {"seed": seed, "number": firing.case.number, "one_in": one_in, "drawn": is_drawn}
    if is_drawn:
        day = firing.today + timedelta(days=firing.definition.answer_days)
        _due(firing, VOUCHERS, day)
        told["vouchers_by"] = day.isoformat()
    firing.data["draw"] = told


def vouchers(firing: Firing) -> None:
    """The vouchers, as files; a colleague may note instead where they were seen on paper."""
    told = firing.actor.kind == "person" and firing.inputs.get("note")
    if not firing.command.files and not told:
        raise Invalid((AnswerFault("files", "required", {}),))
    effects.attach(firing, "voucher")
    deadlines.end(firing.session, firing.case, VOUCHERS, firing.now)


def spot_check(firing: Firing) -> None:
    """What was found. Remarks are no decision: what follows of them is (a question, money back)."""
    check = of_case(firing.session, firing.case_id)
    assert check is not None, "the guard `drawn-unchecked` was passed"
    check.result = firing.inputs["result"]
    check.findings = firing.inputs.get("findings") or ""
    check.checked_at = firing.now
    check.checked_by = firing.actor.name
    firing.session.add(check)
    firing.session.flush()
    deadlines.end(firing.session, firing.case, VOUCHERS, firing.now)
    firing.data |= {"spot_check": known(check.id), "result": check.result}
    if check.findings:
        firing.personal["findings"] = check.findings


def claim(firing: Firing) -> None:
    """No report came: nothing of the grant is shown to be used. What is left is released, and all
    that was paid is owed back by a day."""
    effects_money.void(firing)
    _owed(firing, firing.facts.paid - firing.facts.returned)


def _owed(firing: Firing, owed: int) -> None:
    """It is to be there by a day. What had come back before is noted, so that ``facts_money.claim``
    knows what has come since."""
    pay_by = repay_day(firing.today)
    _due(firing, REPAY, pay_by)
    firing.data |= {
        "owed": owed,
        "pay_by": pay_by.isoformat(),
        "returned_before": firing.facts.returned,
    }


def claim_unspent(firing: Firing) -> None:
    """Asks back what the report leaves; or what is typed, as where the spot check had remarks."""
    _owed(firing, firing.inputs.get("amount") or unspent(firing.facts))
    firing.personal["reasons"] = firing.inputs["reasons"]


def write_off(firing: Firing) -> None:
    """What is to be paid back and does not come. It stays spent in the books, for no money has
    moved; whether somebody else collects it is not the pool's to say."""
    firing.data["written_off"] = max(unspent(firing.facts), firing.facts.claim)


def return_report(firing: Firing) -> None:
    """The report is to be made anew. What hung on its figures goes with it, a claim and the wait
    for vouchers; the draw stands."""
    effects_again.take_report(firing)
    for kind in (REPAY, VOUCHERS):
        deadlines.end(firing.session, firing.case, kind, firing.now)


def give_back(firing: Firing) -> None:
    """Money that came back; when all of a claim has, it is waited for no more."""
    effects_money.give_back(firing)
    facts, came = firing.facts, int(firing.inputs["returned"])
    left = facts.paid - facts.returned - came
    if facts.claim:
        left = min(left, facts.claim - came)
    if left <= firing.definition.limits.waive_unspent:
        deadlines.end(firing.session, firing.case, REPAY, firing.now)


def return_undone(firing: Firing) -> None:
    """Money was entered as come back that had not. Where it had settled a claim, that is waited for
    again."""
    came = effects_money.take_returns_back(firing)
    if firing.case.closed_at is None and (day := _settled_by(firing, came)) is not None:
        _due(firing, REPAY, max(day, firing.today))


def _settled_by(firing: Firing, came: Transfer) -> date | None:
    """The day the claim was to be there that ended when this money came; None where none did."""
    moment = firing.session.execute(
        select(func.max(col(Deadline.due_at))).where(
            col(Deadline.case_id) == firing.case_id,
            col(Deadline.kind) == REPAY,
            col(Deadline.met_at) == came.recorded_at,
        )
    ).scalar_one()
    return local_day(moment) if moment is not None else None


def waived(firing: Firing) -> int:
    """What was neither spent nor came back, and is let go of: at most the pool's limit
    (``waive_unspent``), the guards of closing see to that."""
    facts = firing.facts
    return max(facts.paid - facts.returned - (used(facts) or 0), 0)


def close(firing: Firing) -> None:
    """The accounts are approved; small sums are let go of, and it is written down which."""
    if amount := waived(firing):
        firing.data["waived"] = amount


EFFECTS: Mapping[str, Callable[[Firing], None]] = {
    "report": report,
    "accounts": report,
    "draw": draw,
    "vouchers": vouchers,
    "spot-check": spot_check,
    "claim": claim,
    "claim-advance": claim,
    "claim-unspent": claim_unspent,
    "write-off": write_off,
    "return-report": return_report,
    "return": give_back,
    "return-undone": return_undone,
    "close": close,
}
