"""What the rules know of a case's money after the grant: earmarks, payments, instalments, lists,
spot checks, the next year. Part of ``facts``; each is looked up only where something hangs on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

import pool.holds as holds
import pool.journal as journal
from pool.cases import accounts, changed, money, waiting
from pool.cases.commands import Command
from pool.cases.money import Year
from pool.models.base import known
from pool.models.case import Case, Deadline, Decision, Payment
from pool.models.ledger import Account, BookYear, Transfer
from pool.models.payments import Instalment, Payee, PaymentItem, PaymentList
from pool.models.reports import SpotCheck
from workflows.asking import in_force
from workflows.definition import Definition
from workflows.guards_money import PAYING


@dataclass(frozen=True, slots=True)
class Here:
    """What the transitions that leave a state look at, do and ask for."""

    guards: frozenset[str]
    effects: frozenset[str]
    inputs: frozenset[str]


def here(definition: Definition, state: str) -> Here:
    moves = tuple(definition.leaving(state))
    return Here(
        guards=frozenset(guard for move in moves for guard in in_force(move)),
        effects=frozenset(effect for move in moves for effect in move.effects),
        inputs=frozenset(entry.name for move in moves for entry in move.inputs),
    )


def gather(
    session: Session,
    definition: Definition,
    case: Case,
    here: Here,
    *,
    year: Year | None,
    decision: Decision | None,
    answers: Mapping[str, Any],
    today: date,
    returned: int | None,
) -> dict[str, Any]:
    """Fields of ``Facts``. Whatever nothing hangs on in the case's state keeps its default.
    ``returned``: what came back, where money is claimed."""
    case_id = known(case.id)
    found: dict[str, Any] = _payments(session, case, here, today)
    if "earmark" in here.inputs and year is not None:
        found["earmarks"] = earmarks(session, year.id)
    if "within-free-more" in here.guards and decision is not None and year is not None:
        found["own_earmark"] = money.own_earmark(session, decision, year.id)[1]
    if "payee-known" in here.guards:
        found["payee_known"] = _payee_known(session, case_id)
    if not PAYING.isdisjoint(here.effects):
        found["payments_held"] = holds.standing(session, "payments") is not None
    if here.guards & {"not-listed", "by-list"}:
        found["listed"] = _listed(session, case_id)
    if here.guards & {"more-instalments", "last-instalment"}:
        found["instalments_left"] = _instalments_left(session, case_id)
    if here.guards & {"drawn-unchecked", "spot-check-done"}:
        found["spot_check"] = _spot_check(session, case_id)
    if returned is not None and here.guards & {"no-open-claim", "something-owed"}:
        found["claim"] = claim(session, case_id, returned)
    if here.guards & {"pool-short", "within-free"} and not case.imported:
        waits = waiting.states(definition)
        found["spoken_for"] = waiting.spoken_for(session, case, waits) if waits else 0
    if "next-year-open" in here.guards:
        found["next_year_open"] = _next_year_open(session, case_id)
    if "report" in here.inputs and definition.has(accounts.FEATURE) and not case.imported:
        found["report_posts"] = tuple(accounts.budget(definition, answers, decision))
    return found


def earmarks(session: Session, year_id: int) -> dict[int, int]:
    """What is left of the year's earmarks, by account, in the order they were made."""
    rows = session.execute(
        select(col(Account.id), col(Account.balance))
        .where(
            col(Account.year_id) == year_id,
            col(Account.kind) == "earmark",
            col(Account.balance) > 0,
        )
        .order_by(col(Account.id))
    )
    return {row[0]: row[1] for row in rows}


def decided_before(session: Session, decision: Decision | None) -> frozenset[int]:
    """Who entered the decisions whose grant ``decision`` raised or lowered."""
    if decision is None or decision.changes_id is None:
        return frozenset()
    earlier = changed.chain(session, decision)[:-1]
    return frozenset(one.actor_person_id for one in earlier if one.actor_person_id is not None)


def _payments(session: Session, case: Case, here: Here, today: date) -> dict[str, Any]:
    """The days of the first and the newest payment, which of them stand, and how often the
    applicant was reminded of the report."""
    case_id = known(case.id)
    of_case = (col(Payment.case_id) == case_id, col(Payment.failed_on).is_(None))
    if "payment-standing" not in here.guards:
        first, last = session.execute(
            select(func.min(col(Payment.paid_on)), func.max(col(Payment.paid_on))).where(*of_case)
        ).one()
        return {"paid_on": first, "last_paid_on": last}
    rows = session.execute(
        select(
            col(Payment.paid_on),
            col(Transfer.command_id),
            col(Account.balance) == col(Payment.amount),
            col(BookYear.state) == "closed",
            _reminders(case_id),
            col(Payment.id),
        )
        .join(Transfer, col(Transfer.id) == col(Payment.transfer_id))
        .join(Account, col(Account.id) == col(Transfer.to_id))
        .join(BookYear, col(BookYear.id) == col(Account.year_id))
        .where(*of_case)
        .order_by(col(Payment.id))
    ).all()
    if not rows:
        return {}
    # one transfer from the bank may be several out of what is held
    sent: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        sent[row[1]].append(tuple(row))
    whole = [one for one in sent.values() if all(row[2] for row in one)]
    open_now = any(row[3] for row in rows) and _takes_grants(session, case.pool, today.year)
    standing = [one for one in whole if open_now or not any(row[3] for row in one)]
    return {
        "paid_on": min(row[0] for row in rows),
        "last_paid_on": max(row[0] for row in sent[rows[-1][1]]),
        "payment_standing": bool(standing),
        "payment_year_missing": bool(whole) and not standing,
        "payments": {one[0][5]: max(row[0] for row in one) for one in standing},
        "reminders": rows[-1][4] or 0,
    }


def _takes_grants(session: Session, pool: str, year: int) -> bool:
    found = money.year(session, pool, year)
    return found is not None and found.state == "open"


def _reminders(case_id: int) -> ScalarSelect[int | None]:
    """Of the report that is due now: the mails of an earlier payment's report do not count."""
    return (
        select(func.max(col(Deadline.fired)))
        .where(
            col(Deadline.case_id) == case_id,
            col(Deadline.kind) == "report",
            col(Deadline.met_at).is_(None),
        )
        .scalar_subquery()
    )


def _payee_known(session: Session, case_id: int) -> bool:
    return bool(
        session.execute(
            select(col(Payee.id)).where(
                col(Payee.case_id) == case_id, col(Payee.superseded_at).is_(None)
            )
        ).first()
    )


def _listed(session: Session, case_id: int) -> bool:
    return bool(
        session.execute(
            select(col(PaymentItem.id)).where(
                col(PaymentItem.case_id) == case_id, col(PaymentItem.state) == "listed"
            )
        ).first()
    )


def on_released_list(session: Session, command: Command) -> bool:
    """Whether the line that ``command`` says it pays is one of its case and action, on a list that
    was released, and still to be paid."""
    return bool(
        session.execute(
            select(col(PaymentItem.id))
            .join(PaymentList, col(PaymentList.id) == col(PaymentItem.list_id))
            .where(
                col(PaymentItem.id) == command.payment_item_id,
                col(PaymentItem.case_id) == command.case_id,
                col(PaymentItem.action) == command.action,
                col(PaymentItem.state) == "listed",
                col(PaymentList.state) == "released",
            )
        ).first()
    )


def _instalments_left(session: Session, case_id: int) -> int:
    """Held accounts of instalments that have money. (A grant that was changed may have several
    rows for one account.)"""
    return int(
        session.execute(
            select(func.count(func.distinct(col(Instalment.account_id))))
            .join(Account, col(Account.id) == col(Instalment.account_id))
            .where(col(Instalment.case_id) == case_id, col(Account.balance) > 0)
        ).scalar_one()
    )


def _spot_check(session: Session, case_id: int) -> Literal["", "drawn", "checked"]:
    row = session.execute(
        select(col(SpotCheck.drawn), col(SpotCheck.checked_at)).where(
            col(SpotCheck.case_id) == case_id
        )
    ).one_or_none()
    if row is None or not row[0]:
        return ""
    return "drawn" if row[1] is None else "checked"


def open_claims(case_id: int) -> ScalarSelect[int]:
    """Whether money is waited for that is to come back: one that is asked along with others."""
    return (
        select(func.count(col(Deadline.id)))
        .where(
            col(Deadline.case_id) == case_id,
            col(Deadline.kind) == "repay",
            col(Deadline.met_at).is_(None),
        )
        .scalar_subquery()
    )


def claim(session: Session, case_id: int, returned: int) -> int:
    """What of an open claim has not come, where ``returned`` had come back in all: the journal has
    how much was asked for, and what had come before."""
    for event in reversed(journal.read(session, f"case:{case_id}")):
        if "pay_by" in event.data:
            came = returned - int(event.data.get("returned_before", 0))
            return max(int(event.data["owed"]) - came, 0)
    return 0


def _next_year_open(session: Session, case_id: int) -> bool:
    """Of the oldest year that holds money now: what was carried over once can be again."""
    oldest = (
        select(func.min(col(BookYear.year)))
        .join(Account, col(Account.year_id) == col(BookYear.id))
        .where(
            col(Account.case_id) == case_id,
            col(Account.kind) == "held",
            col(Account.balance) > 0,
        )
        .scalar_subquery()
    )
    following = aliased(BookYear)
    return bool(
        session.execute(
            select(col(following.id))
            .select_from(Account)
            .join(BookYear, col(BookYear.id) == col(Account.year_id))
            .join(
                following,
                (col(following.book_id) == col(BookYear.book_id))
                & (col(following.year) == col(BookYear.year) + 1),
            )
            .where(
                col(Account.case_id) == case_id,
                col(Account.kind) == "held",
                col(Account.balance) > 0,
                col(BookYear.year) == oldest,
                col(following.state) == "open",
            )
            .limit(1)
        ).first()
    )
