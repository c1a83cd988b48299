"""How a case's money went: granted, changed, set aside, paid, failed, come back, each with its day
and the decision it follows from. Amounts are øre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from pool.cases import instalments
from pool.cases.instalments import Part
from pool.models.case import Decision, Payment
from pool.models.ledger import BookYear, Transfer

GRANTED, RAISED, LOWERED = "granted", "raised", "lowered"
"""Kinds of a step that is a decision; the others are those of the ledger, and ``failed``."""

_REVERSED = {"post": "failed", "return": "return-undone"}


@dataclass(frozen=True, slots=True)
class Step:
    """``kind``: ``granted``, ``raised`` and ``lowered`` (``amount`` is the grant then), ``hold``,
    ``void``, ``post``, ``return``, and ``failed`` for a payment and ``return-undone`` for a return
    that was reversed. ``year`` is the
    one whose money it is. ``before`` is what was granted before a change."""

    kind: str
    on: date
    precision: str
    amount: int
    decision: Decision
    year: int | None = None
    before: int = 0
    part: Part | None = None
    reference: str = ""
    at: datetime | None = None


def steps(
    session: Session,
    case_id: int,
    decisions: Sequence[Decision],
    parts: Sequence[Part],
    payments: Sequence[Payment],
) -> tuple[Step, ...]:
    """In the order they were written. ``decisions`` are those the reader may know of, in their
    order: what moved for another one is left out. What was undone is nothing. ``payments`` are all
    of the case. One query."""
    by_id = {one.id: one for one in decisions}
    found = [_decided(one, by_id.get(one.changes_id)) for one in decisions if one.amount]
    waits = {one.account_id: one for one in parts}
    cited = aliased(Transfer)
    rows = session.execute(
        select(Transfer, col(cited.kind), col(BookYear.year))
        .join(BookYear, col(BookYear.id) == col(Transfer.year_id))
        .outerjoin(cited, col(cited.id) == col(Transfer.cites_id))
        .where(col(Transfer.case_id) == case_id)
        .order_by(col(Transfer.id))
    ).all()
    undone = {
        transfer.cites_id for transfer, of, _ in rows if transfer.kind == "reverse" and of == "hold"
    }
    references = {one.transfer_id: one.reference for one in payments}
    for transfer, of, year in rows:
        decision = by_id.get(transfer.decision_id)
        if decision is None or transfer.id in undone or transfer.cites_id in undone:
            continue
        reverse = transfer.kind == "reverse"
        if reverse and of not in _REVERSED:
            continue
        held = transfer.to_id if transfer.kind == "hold" or reverse else transfer.from_id
        found.append(
            Step(
                kind=_REVERSED[of] if reverse else transfer.kind,
                on=transfer.effective_on,
                precision=transfer.precision,
                amount=transfer.amount,
                decision=decision,
                year=year,
                part=waits.get(held),
                reference=references.get(transfer.id, ""),
                at=transfer.recorded_at,
            )
        )
    return tuple(sorted(found, key=lambda one: one.at or one.decision.recorded_at))


def _decided(decision: Decision, before: Decision | None) -> Step:
    kind = GRANTED
    if before is not None:
        kind = RAISED if decision.amount > before.amount else LOWERED
    return Step(
        kind=kind,
        on=decision.made_on,
        precision=decision.made_precision,
        amount=decision.amount,
        decision=decision,
        before=before.amount if before is not None else 0,
        at=decision.recorded_at,
    )


def worth_telling(found: Sequence[Step], parts: Sequence[Part]) -> bool:
    """Whether there is more to it than a grant that was paid once."""
    kinds = [one.kind for one in found]
    return (
        bool(parts)
        or any(one in kinds for one in (RAISED, LOWERED, *_REVERSED.values()))
        or kinds.count("post") > 1
        or len({one.year for one in found if one.year is not None}) > 1
    )


def parts_of(session: Session, case_id: int, *, asked: bool) -> tuple[Part, ...]:
    """The instalments, where the pool has any (``asked``)."""
    return instalments.parts(session, case_id) if asked else ()
