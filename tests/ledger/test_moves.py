"""The moves of money by name, on both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

import pool.ledger as ledger
from pool.db import Database
from pool.ledger import Line
from pool.models.ledger import Account, Transfer
from tests.ledger.scene import HOW
from tests.support.cases import NOW, granted_case


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A unit of work that is never committed."""
    with Session(database.engine.execution_options(puljen_begin="IMMEDIATE")) as session:
        yield session
        session.rollback()


@pytest.fixture
def year(session: Session) -> int:
    """2024 of urban-life, with 1,000 øre."""
    opened = ledger.open_year(session, "urban-life", 2024, budget=1000, command_id="open", **HOW)
    return opened.id or 0


@pytest.fixture
def case(session: Session) -> dict[str, Any]:
    return granted_case(session).ids


def _balances(session: Session) -> dict[str, int]:
    rows = session.exec(select(Account).execution_options(populate_existing=True))
    balances: dict[str, int] = {}
    for row in rows:
        balances[row.kind] = balances.get(row.kind, 0) + row.balance
    return balances


def test_hold_pay_void_give_back(session: Session, year: int, case: dict[str, Any]) -> None:
    held = ledger.hold(session, year_id=year, amount=700, command_id="hold", **case, **HOW)
    assert held.balance == 700
    paid = ledger.pay(session, held_id=held.id or 0, amount=600, command_id="pay", **HOW)
    assert held.balance == 100, "an object the caller has shows the new balance"
    ledger.void(session, held_id=held.id or 0, command_id="void", **HOW)
    ledger.give_back(session, post_id=paid.id or 0, amount=50, command_id="back", **HOW)
    assert _balances(session) == {"source": -1000, "free": 450, "held": 0, "paid": 550}


def test_refusals_have_names(session: Session, year: int, case: dict[str, Any]) -> None:
    held = ledger.hold(session, year_id=year, amount=700, command_id="hold", **case, **HOW)
    with pytest.raises(ledger.NotEnough) as refused:
        ledger.hold(session, year_id=year, amount=301, command_id="more", **case, **HOW)
    assert (refused.value.free, refused.value.wanted) == (300, 301)
    paid = ledger.pay(session, held_id=held.id or 0, command_id="pay", **HOW)
    with pytest.raises(ledger.NotEnough):
        ledger.give_back(session, post_id=paid.id or 0, amount=701, command_id="no", **HOW)
    with pytest.raises(ledger.WrongShape) as wrong:
        ledger.hold(session, year_id=year, amount=0, command_id="none", **case, **HOW)
    assert wrong.value.code == "amount"
    with pytest.raises(ledger.UnknownAccount):
        ledger.void(session, held_id=paid.to_id, command_id="void", **HOW)
    with pytest.raises(ledger.UnknownTransfer):
        ledger.give_back(session, post_id=99, amount=1, command_id="no", **HOW)
    ledger.reverse(session, transfer_id=paid.id or 0, command_id="undo", **HOW)
    with pytest.raises(ledger.AlreadyReversed):
        ledger.reverse(session, transfer_id=paid.id or 0, command_id="undo again", **HOW)
    # A refusal undoes its own line and nothing else: the unit of work goes on.
    assert _balances(session) == {"source": -1000, "free": 300, "held": 700, "paid": 0}
    assert ledger.verify(session).ok


def test_a_failed_payment_is_reversed_and_paid_again(
    session: Session, year: int, case: dict[str, Any]
) -> None:
    held = ledger.hold(session, year_id=year, amount=700, command_id="hold", **case, **HOW)
    for attempt in ("first", "second"):
        paid = ledger.pay(session, held_id=held.id or 0, command_id=f"pay {attempt}", **HOW)
        if attempt == "first":
            ledger.reverse(session, transfer_id=paid.id or 0, command_id="bounced", **HOW)
    assert ledger.status(session, "urban-life", 2024).paid == 700


def test_earmark_and_hold_from_it(session: Session, year: int, case: dict[str, Any]) -> None:
    mark = ledger.earmark(
        session, year_id=year, amount=300, label="activity 5", command_id="mark", **HOW
    )
    held = ledger.hold(
        session, year_id=year, amount=200, parent=mark.id or 0, command_id="hold", **case, **HOW
    )
    assert held.parent_id == mark.id
    with pytest.raises(ledger.NotEnough) as refused:
        ledger.hold(
            session, year_id=year, amount=101, parent=mark.id or 0, command_id="no", **case, **HOW
        )
    assert refused.value.free == 100
    ledger.void(session, held_id=held.id or 0, amount=150, command_id="void", **HOW)
    assert mark.balance == 250
    ledger.unearmark(session, earmark_id=mark.id or 0, command_id="unmark", **HOW)
    assert _balances(session) == {"source": -1000, "free": 950, "earmark": 0, "held": 50}


Call = Callable[[Session, int, dict[str, Any], dict[str, Any]], Any]
CALLS: dict[str, Call] = {
    "hold": lambda s, y, case, how: ledger.hold(s, year_id=y, amount=5, **case, **how),
    "appropriate": lambda s, y, _, how: ledger.appropriate(s, year_id=y, amount=5, **how),
    "relinquish": lambda s, y, _, how: ledger.relinquish(s, year_id=y, amount=5, **how),
    "earmark": lambda s, y, _, how: ledger.earmark(s, year_id=y, amount=5, label="m", **how),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_same_command_again_is_harmless(
    session: Session, year: int, case: dict[str, Any], name: str
) -> None:
    how = HOW | {"command_id": "c"}
    first = CALLS[name](session, year, case, how)
    before = _balances(session)
    later = how | {"now": NOW + timedelta(hours=1)}
    assert CALLS[name](session, year, case, later).id == first.id
    assert _balances(session) == before
    with pytest.raises(ledger.CommandReused):
        CALLS[name](session, year, case, how | {"actor": "person:2"})
    with pytest.raises(ledger.CommandReused):
        CALLS[name](session, year, case, how | {"effective_on": date(2024, 1, 1)})
    others = set(CALLS) - {name}
    for other in others:
        with pytest.raises(ledger.CommandReused):
            CALLS[other](session, year, case, how)


def test_all_that_is_left_is_the_same_all_when_said_again(
    session: Session, year: int, case: dict[str, Any]
) -> None:
    held = ledger.hold(session, year_id=year, amount=70, command_id="hold", **case, **HOW)
    for _ in range(2):
        assert ledger.void(session, held_id=held.id or 0, command_id="v", **HOW).amount == 70
    with pytest.raises(ledger.CommandReused):
        ledger.void(session, held_id=held.id or 0, amount=69, command_id="v", **HOW)


def test_lines_of_one_command_all_or_none(
    session: Session, year: int, case: dict[str, Any]
) -> None:
    """A move between books is two lines of one command."""
    other = ledger.open_year(session, "knowledge", 2024, budget=10, command_id="k", **HOW)
    accounts = {(row.year_id, row.kind): row.id or 0 for row in session.exec(select(Account)).all()}

    def move(amount: int) -> list[Line]:
        mine, theirs = accounts[year, "free"], accounts[other.id or 0, "free"]
        source, their_source = accounts[year, "source"], accounts[other.id or 0, "source"]
        return [
            Line(kind="appropriate", from_id=their_source, to_id=theirs, amount=amount),
            Line(kind="relinquish", from_id=mine, to_id=source, amount=amount),
        ]

    with pytest.raises(ledger.NotEnough):
        ledger.post(session, "move", move(1001), **HOW)
    assert ledger.status(session, "knowledge", 2024).free == 10
    made = ledger.post(session, "move", move(400), **HOW)
    assert [(row.line, row.n) for row in made] == [(1, 2), (2, 2)]
    assert ledger.post(session, "move", move(400), **HOW) == made
    with pytest.raises(ledger.CommandReused):
        ledger.post(session, "move", move(401), **HOW)
    with pytest.raises(ledger.CommandReused):
        ledger.post(session, "move", [*move(400), *move(1)], **HOW)
    assert ledger.status(session, "knowledge", 2024).free == 410
    assert ledger.verify(session).ok


def test_time_never_runs_backwards_in_a_book(session: Session, year: int) -> None:
    """Of two processes the one whose clock is behind writes with the other's last moment."""
    behind: dict[str, Any] = {"actor": "person:1", "now": NOW - timedelta(seconds=3)}
    made = ledger.appropriate(session, year_id=year, amount=1, command_id="late", **behind)
    assert (made.recorded_at, made.effective_on) == (NOW, date(2024, 5, 2))


def test_the_day_it_is_about(session: Session, year: int) -> None:
    made = ledger.appropriate(
        session,
        year_id=year,
        amount=1,
        command_id="old",
        effective_on=date(2016, 12, 1),
        precision="month",
        **HOW,
    )
    stored = session.exec(select(Transfer).where(Transfer.id == made.id)).one()
    assert (stored.effective_on, stored.precision) == (date(2016, 12, 1), "month")
