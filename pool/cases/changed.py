"""A grant that was raised or lowered is one grant with several decisions: the first, by which it
was made, and each that changed it (``Decision.changes_id``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from pool.models.case import Decision


def before(decisions: Iterable[Decision], of: Decision) -> list[Decision]:
    """The decisions ``of`` stands on, the first one first; ``of`` itself is the last."""
    by_id = {one.id: one for one in decisions}
    found = [of]
    while found[-1].changes_id is not None and found[-1].changes_id in by_id:
        found.append(by_id[found[-1].changes_id])
    return found[::-1]


def chain(session: Session, decision: Decision) -> list[Decision]:
    """As :func:`before`, asked of the database; no query for a grant that never changed."""
    if decision.changes_id is None:
        return [decision]
    earlier = session.execute(
        select(Decision).where(
            col(Decision.case_id) == decision.case_id,
            col(Decision.number) < decision.number,
        )
    ).scalars()
    return before(earlier, decision)


def firsts(session: Session, decisions: Sequence[Decision]) -> dict[int, Decision]:
    """By id of each decision the one by which its grant was made: itself where nothing changed.
    One query, and only where something did."""
    changed = [one for one in decisions if one.changes_id is not None]
    found = {one.id or 0: one for one in decisions}
    if not changed:
        return found
    of_cases = list(
        session.execute(
            select(Decision).where(col(Decision.case_id).in_({one.case_id for one in changed}))
        ).scalars()
    )
    for one in changed:
        found[one.id or 0] = before(of_cases, one)[0]
    return found


def same_grant(session: Session, decision_id: int, now_id: int) -> bool:
    """Whether the decision ``now_id`` is ``decision_id``, or changed its grant."""
    if decision_id == now_id:
        return True
    decision = session.get(Decision, now_id)
    return decision is not None and any(one.id == decision_id for one in chain(session, decision))
