"""Whose money it is before it is held: while applications wait for money to come back, what is free
is spoken for by them, in the order of receipt. Amounts are øre.

An application speaks for what it asks for while it is on the list, and from the day it was taken
off until it is decided. Nothing is held for it: the ledger's hold stays the check.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select
from sqlmodel import Session, col

from pool.models.case import Case
from pool.models.journal import JournalEvent, JournalStream
from workflows.definition import Definition

FEATURE = "waiting-list"
CALLED = "case.wait-over"
"""The journal's kind of event when a case is taken off the list."""


def ends_by(definition: Definition, state: str) -> str | None:
    """The move out of ``state`` by which the program itself ends the waiting."""
    for move in definition.leaving(state):
        if "wait-over" in move.effects and "system" in move.who:
            return move.key
    return None


def states(definition: Definition) -> frozenset[str]:
    """Keys of the states in which a case waits; none where the pool has no list."""
    if not definition.has(FEATURE):
        return frozenset()
    return frozenset(state.key for state in definition.states if ends_by(definition, state.key))


def called() -> ColumnElement[bool]:
    """Cases that were taken off the list once."""
    key = literal("case:").concat(cast(col(Case.id), String))
    return (
        exists()
        .where(
            col(JournalStream.key) == key,
            col(JournalEvent.stream_id) == col(JournalStream.id),
            col(JournalEvent.kind) == CALLED,
        )
        .correlate(Case)
    )


def undecided(pool: str, year: int) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Case.pool) == pool,
        col(Case.year) == year,
        col(Case.decision_id).is_(None),
        col(Case.closed_at).is_(None),
    )


def spoken_for(session: Session, case: Case, waits: Collection[str]) -> int:
    """What earlier applications for the same money, that wait or have waited and are not decided,
    ask for. ``waits``: the states in which a case waits."""
    earlier = or_(
        col(Case.received_at) < case.received_at,
        and_(col(Case.received_at) == case.received_at, col(Case.id) < (case.id or 0)),
    )
    return _sum(
        session, *undecided(case.pool, case.year), earlier, _claims(waits), col(Case.id) != case.id
    )


def taken_off(session: Session, pool: str, year: int, waits: Collection[str]) -> int:
    """What undecided cases ask for that were on the list and are not now."""
    off = col(Case.state).not_in(tuple(waits))
    return _sum(session, *undecided(pool, year), off, called())


def anybody(session: Session, pool: str, year: int, waits: Collection[str]) -> bool:
    """Whether anybody waits for the year's money, or was taken off the list and is not decided."""
    found = select(col(Case.id)).where(*undecided(pool, year), _claims(waits)).limit(1)
    return session.execute(found).first() is not None


def _claims(waits: Collection[str]) -> Any:
    return or_(col(Case.state).in_(tuple(waits)), called())


def _sum(session: Session, *where: ColumnElement[bool]) -> int:
    asked = select(func.coalesce(func.sum(col(Case.asked)), 0)).where(*where)
    return int(session.execute(asked).scalar_one())
