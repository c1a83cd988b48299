"""The figures by example: what an undisclosed decision, an early undoing and an earmark do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.db import Database
from pool.models.case import Decision
from tests.support.cases import NOW, granted_case

POOL = "urban-life"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A unit of work, never committed, with a budget of 1,000 øre for 2024."""
    with Session(database.engine.execution_options(puljen_begin="IMMEDIATE")) as session:
        ledger.open_year(session, POOL, 2024, budget=1000, command_id="open", **_at(0))
        yield session
        session.rollback()


def _at(minute: int, command: str | None = None) -> dict[str, Any]:
    how: dict[str, Any] = {"actor": "person:1", "now": _moment(minute)}
    return how | ({"command_id": command} if command else {})


def _moment(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def _year(session: Session) -> int:
    return ledger.get_year(session, POOL, 2024).id or 0


def _announce(session: Session, decision_id: int, minute: int) -> None:
    statement = update(Decision).where(col(Decision.id) == decision_id)
    session.execute(statement.values(announced_at=_moment(minute)))


def _figures(session: Session, *, undisclosed: bool) -> dict[str, int]:
    status = ledger.status(session, POOL, 2024, undisclosed=undisclosed)
    figures = status.figures()
    for name, amount in figures.items():
        lines = ledger.transfers_behind(session, POOL, 2024, name, undisclosed=undisclosed)
        assert sum(line.amount for line in lines) == amount, name
    figures.pop("budget")
    return {name: amount for name, amount in figures.items() if amount}


def test_an_undisclosed_decision_holds_money_that_the_public_still_sees(
    session: Session,
) -> None:
    case = granted_case(session, announced_at=None)
    held = ledger.hold(session, year_id=_year(session), amount=100, **case.ids, **_at(1, "hold"))
    assert _figures(session, undisclosed=True) == {"granted": 100, "disposed": 100, "free": 900}
    assert _figures(session, undisclosed=False) == {"free": 1000}

    # Undone in part before anybody was told: never granted, so nothing came back.
    ledger.void(session, held_id=held.id or 0, amount=30, **_at(2, "void"))
    assert _figures(session, undisclosed=True) == {"granted": 70, "disposed": 70, "free": 930}
    assert _figures(session, undisclosed=False) == {"free": 1000}

    _announce(session, case.decision_id, 3)
    told = {"granted": 70, "disposed": 70, "free": 930}
    assert _figures(session, undisclosed=True) == told
    assert _figures(session, undisclosed=False) == told

    # Undone afterwards: granted, and come back.
    ledger.void(session, held_id=held.id or 0, amount=20, **_at(4, "void more"))
    told = {"granted": 70, "returned": 20, "disposed": 50, "free": 950}
    assert _figures(session, undisclosed=True) == told
    assert _figures(session, undisclosed=False) == told
    because = [
        (line.because, line.amount)
        for line in ledger.transfers_behind(session, POOL, 2024, "granted")
    ]
    assert because == [("hold", 100), ("void-early", -30)]


def test_a_void_at_the_moment_of_the_announcement_came_after_it(session: Session) -> None:
    case = granted_case(session, announced_at=_moment(1))
    held = ledger.hold(session, year_id=_year(session), amount=100, **case.ids, **_at(1, "h"))
    ledger.void(session, held_id=held.id or 0, amount=10, **_at(1, "v"))
    assert _figures(session, undisclosed=False)["returned"] == 10


def test_an_undisclosed_hold_of_an_earmark(session: Session) -> None:
    mark = ledger.earmark(
        session, year_id=_year(session), amount=300, label="activity 5", **_at(1, "mark")
    )
    case = granted_case(session, announced_at=None)
    ledger.hold(
        session, year_id=_year(session), amount=50, parent=mark.id or 0, **case.ids, **_at(2, "h")
    )
    staff = {"earmarked": 250, "granted": 50, "disposed": 50, "free": 700}
    assert _figures(session, undisclosed=True) == staff
    assert _figures(session, undisclosed=False) == {"earmarked": 300, "free": 700}


def test_payment_return_and_what_was_an_error(session: Session) -> None:
    case = granted_case(session, announced_at=_moment(1))
    held = ledger.hold(session, year_id=_year(session), amount=100, **case.ids, **_at(1, "h"))
    wrong = ledger.pay(session, held_id=held.id or 0, amount=90, **_at(2, "wrong"))
    ledger.reverse(session, transfer_id=wrong.id or 0, **_at(3, "bounced"))
    paid = ledger.pay(session, held_id=held.id or 0, amount=80, **_at(4, "right"))
    ledger.void(session, held_id=held.id or 0, **_at(5, "left over"))
    back = ledger.give_back(session, post_id=paid.id or 0, amount=15, **_at(6, "back"))
    told = {"granted": 100, "returned": 35, "disposed": 65, "paid": 80, "free": 935}
    assert _figures(session, undisclosed=False) == told
    ledger.reverse(session, transfer_id=back.id or 0, **_at(7, "it did not"))
    told |= {"returned": 20, "disposed": 80, "free": 920}
    assert _figures(session, undisclosed=False) == told


def test_a_figure_that_is_none(session: Session) -> None:
    with pytest.raises(ValueError, match="profit"):
        ledger.transfers_behind(session, POOL, 2024, "profit")
