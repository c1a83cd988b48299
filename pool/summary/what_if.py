"""What if these were granted: the undecided cases of a pool's year, and what a yes to some of them
would leave. Nothing is written; amounts are øre."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import access, facts
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.case import Case, Recommendation
from pool.models.casework import DecisionEnd
from workflows.definition import Definition

Order = Literal["received", "smallest", "largest"]
ORDERS: tuple[Order, ...] = ("received", "smallest", "largest")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An undecided case. ``recommended`` is None where nothing is recommended to be granted; advice
    that led to a decision which ended since counts no longer."""

    number: str
    title: str
    state: str
    version: int
    received_at: datetime
    asked: int | None
    recommended: int | None


@dataclass(frozen=True, slots=True)
class Granted:
    """A case as if it were granted, and what is ``left`` then; below zero where there is not
    enough."""

    candidate: Candidate
    amount: int
    left: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """``free`` before and ``left`` after all of them; ``short`` is the first that there is no
    room for, in the order they come."""

    free: int
    total: int
    left: int
    rows: tuple[Granted, ...]
    short: Granted | None


def waiting(
    session: Session, house: House, person_id: int, roles: Mapping[str, frozenset[str]]
) -> dict[tuple[str, int], int]:
    """How many undecided cases the reader may see, by pool and year; the newest year first."""
    rows = session.execute(
        select(col(Case.pool), col(Case.year), func.count())
        .where(*_undecided(session, house, person_id, roles))
        .group_by(col(Case.pool), col(Case.year))
        .order_by(col(Case.year).desc(), col(Case.pool))
    )
    return {(pool, year): many for pool, year, many in rows}


def _undecided(
    session: Session,
    house: House,
    person_id: int | None,
    roles: Mapping[str, frozenset[str]],
) -> tuple[ColumnElement[bool], ...]:
    return (
        access.visible(house.definitions.in_use(session), person_id, roles),
        col(Case.kind) != "suggestion",
        col(Case.decision_id).is_(None),
        col(Case.closed_at).is_(None),
    )


def candidates(
    session: Session, house: House, pool: str, year: int, actor: Actor
) -> tuple[Candidate, ...]:
    """The cases that ask of the year, are not decided, and may be seen by ``actor``; in the order
    they were received. One query, and up to three for each that was taken up again."""
    newest = (
        select(col(Recommendation.case_id), func.max(col(Recommendation.number)).label("number"))
        .group_by(col(Recommendation.case_id))
        .subquery()
    )
    rows = session.execute(
        select(
            col(Case.id),
            col(Case.number),
            col(Case.title),
            col(Case.state),
            col(Case.definition_version),
            col(Case.received_at),
            col(Case.asked),
            col(Recommendation.amount),
            select(col(DecisionEnd.id)).where(col(DecisionEnd.case_id) == col(Case.id)).exists(),
        )
        .outerjoin(newest, newest.c.case_id == col(Case.id))
        .outerjoin(
            Recommendation,
            (col(Recommendation.case_id) == newest.c.case_id)
            & (col(Recommendation.number) == newest.c.number),
        )
        .where(
            *_undecided(session, house, actor.person_id, {pool: actor.roles}),
            col(Case.pool) == pool,
            col(Case.year) == year,
        )
        .order_by(col(Case.received_at), col(Case.id))
    )
    return tuple(
        Candidate(
            number,
            title,
            state,
            version,
            received_at,
            asked,
            amount if amount and (not again or facts.recommended(session, case_id)) else None,
        )
        for case_id, number, title, state, version, received_at, asked, amount, again in rows.all()
    )


def free(
    session: Session, pool: str, year: int, definition: Definition, roles: Collection[str]
) -> int:
    """What is free, as far as somebody with ``roles`` may know: decisions that are not announced
    have taken nothing for who may not know of them. Raises ``UnknownYear``."""
    undisclosed = access.knows_undisclosed(definition, roles)
    return ledger.status(session, pool, year, undisclosed=undisclosed).free


def outcome(
    free: int, chosen: Iterable[Candidate], amounts: Mapping[str, int], order: Order
) -> Outcome:
    """What a yes to ``chosen`` leaves of ``free``, one after the other; ``amounts`` by number."""
    inside = list(chosen)
    if order != "received":
        turned = order == "largest"
        inside.sort(key=lambda one: amounts[one.number], reverse=turned)
    left, rows = free, []
    for one in inside:
        left -= amounts[one.number]
        rows.append(Granted(one, amounts[one.number], left))
    return Outcome(
        free=free,
        total=free - left,
        left=left,
        rows=tuple(rows),
        short=next((row for row in rows if row.left < 0), None),
    )
