"""Setting money of a pool aside for a purpose, and ending that; :mod:`pool.plan.earmarks` tells
what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import money, once
from pool.cases.house import House
from pool.db import wake
from pool.identity.actor import Actor
from pool.models.base import known
from pool.plan import book, lines
from pool.plan.earmarks import told_left
from pool.plan.errors import PlanError
from pool.plan.told import house_name, knowing

LONGEST = 100
"""Characters of an earmark's label."""


def earmark(
    house: House,
    *,
    pool: str,
    year: int,
    label: str,
    amount: int,
    command_id: str,
    actor: Actor,
    now: datetime,
    effective_on: date | None = None,
    line: int | None = None,
) -> int:
    """Set ``amount`` øre of the pool's year aside for ``label``; returns the earmark's account. One
    of that label that is there gets more. ``line``: the number of the plan's line it is meant for.

    Raises the ledger's ``NotEnough``, :class:`PlanError` (``no-line``, ``year-closed``,
    ``year-closing``), ``CommandReused``; KeyError where the year is not in the books.
    """
    label = " ".join(label.split())[:LONGEST]
    day = effective_on or date(year, 1, 1)
    told = {"pool": pool, "year": year, "label": label, "amount": amount, "line": line, "on": day}
    said = once.digest("plan.earmark", told)

    def work(session: Session) -> int:
        found = money.year(session, pool, year)
        if found is None:
            raise KeyError(f"{pool} {year}")
        ledger.lock_years(session, [found.id])
        if first := once.before(session, command_id, actor, said):
            return int(first["account"])
        edition = _edition(session, year, line)
        account = _post(session, house, pool, year, found.id, label, amount, command_id, actor,
                        now, day)  # fmt: skip
        data: dict[str, Any] = {"pool": pool, "year": year, "amount": amount, "account": account}
        if line is not None:
            data |= {"line": line, "edition": edition}
        journal.write(
            session,
            f"book-year:{found.id}",
            "year.earmarked",
            actor,
            now=now,
            effective_on=effective_on,
            data=data,
            personal={"label": label},
        )
        once.remember(session, command_id, actor, said, {"account": account}, now)
        return account

    return house.database.write(work)


def _post(
    session: Session,
    house: House,
    pool: str,
    year: int,
    year_id: int,
    label: str,
    amount: int,
    command_id: str,
    actor: Actor,
    now: datetime,
    day: date,
) -> int:
    _, free = book.ends(session, year_id)
    stand = {one.casefold(): row for one, row in book.balances(session, year_id).items()}
    there = stand.get(label.casefold())
    try:
        account = (
            known(there.id)
            if there is not None
            else ledger.open_account(session, year_id, "earmark", label)
        )
        line = ledger.Line(
            kind="earmark", from_id=free, to_id=account, amount=amount, effective_on=day
        )
        ledger.post(session, command_id, [line], actor=actor.key, now=now)
    except ledger.YearClosed as closed:
        name = house_name(house, pool)
        raise PlanError(f"year-{closed.state}", name=name, year=year) from closed
    return account


def _edition(session: Session, year: int, line: int | None) -> int | None:
    if line is None:
        return None
    edition = lines.in_force(session, year)
    if line not in {one.number for one in lines.stored(session, year, edition)}:
        raise PlanError("no-line", "line", year=year, line=line)
    return edition


def end_earmark(
    house: House,
    *,
    pool: str,
    year: int,
    account_id: int,
    command_id: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> int:
    """What is left of an earmark goes back to what is free; returns how much (øre).

    Raises :class:`PlanError` (``no-earmark``, ``earmark-empty``, ``earmark-busy``: grants from it
    that ``actor`` may not know of, ``year-closed``) and ``CommandReused``.
    """
    said = once.digest("plan.unearmark", {"account": account_id, "reason": reason})

    def work(session: Session) -> int:
        found = money.year(session, pool, year)
        if found is None:
            raise PlanError("no-earmark")
        ledger.lock_years(session, [found.id])
        if first := once.before(session, command_id, actor, said):
            return int(first["amount"])
        stand = {row.id: row for row in book.balances(session, found.id).values()}
        if account_id not in stand:
            raise PlanError("no-earmark")
        left = stand[account_id].balance
        if not knowing(house, actor, pool) and left < told_left(session, account_id):
            raise PlanError("earmark-busy")  # the amount would tell what was decided
        if left == 0:
            raise PlanError("earmark-empty")
        try:
            ledger.unearmark(
                session,
                earmark_id=account_id,
                amount=left,
                command_id=command_id,
                actor=actor.key,
                now=now,
            )
        except ledger.YearClosed as closed:
            name = house_name(house, pool)
            raise PlanError(f"year-{closed.state}", name=name, year=year) from closed
        journal.write(
            session,
            f"book-year:{found.id}",
            "year.unearmarked",
            actor,
            now=now,
            data={"pool": pool, "year": year, "amount": left, "account": account_id},
            personal={"label": stand[account_id].label} | ({"reason": reason} if reason else {}),
        )
        once.remember(session, command_id, actor, said, {"amount": left}, now)
        wake(session, "default")
        return left

    return house.database.write(work)
