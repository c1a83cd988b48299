"""Years: opened once, closed empty, never reopened; and money across New Year."""

from __future__ import annotations

import pytest
from sqlmodel import Session

import pool.ledger as ledger
from pool.db import Database
from tests.ledger.scene import HOW
from tests.support.cases import granted_case


def _opened(session: Session, year: int, budget: int = 1000) -> int:
    row = ledger.open_year(
        session, "urban-life", year, budget=budget, command_id=f"open {year}", **HOW
    )
    return row.id or 0


def test_a_year_is_opened_once(database: Database) -> None:
    first = database.write(lambda session: _opened(session, 2024))
    assert database.write(lambda session: _opened(session, 2024)) == first

    def again(session: Session) -> None:
        ledger.open_year(session, "urban-life", 2024, budget=5, command_id="again", **HOW)

    with pytest.raises(ledger.YearExists):
        database.write(again)
    same = database.write(lambda session: ledger.open_year(session, "urban-life", 2024).id)
    assert same == first
    with database.read() as session:
        assert ledger.status(session, "urban-life", 2024).budget == 1000
        assert [row.year for row in ledger.years(session, "urban-life")] == [2024]
        with pytest.raises(ledger.UnknownYear):
            ledger.status(session, "urban-life", 1999)


def test_a_year_is_closed_when_empty_and_for_good(database: Database) -> None:
    def work(session: Session) -> None:
        year = _opened(session, 2023)
        case = granted_case(session).ids
        held = ledger.hold(session, year_id=year, amount=600, command_id="h", **case, **HOW)
        paid = ledger.pay(session, held_id=held.id or 0, command_id="p", **HOW)
        ledger.set_year_state(session, "urban-life", 2023, "closing")
        with pytest.raises(ledger.YearClosed) as closing:
            ledger.hold(session, year_id=year, amount=1, command_id="late", **case, **HOW)
        assert closing.value.state == "closing"
        with pytest.raises(ledger.WrongYearState) as full:
            ledger.set_year_state(session, "urban-life", 2023, "closed")
        assert full.value.code == "year-not-empty"
        ledger.set_year_state(session, "urban-life", 2023, "open")
        ledger.set_year_state(session, "urban-life", 2023, "closing")
        ledger.relinquish(session, year_id=year, amount=400, command_id="r", **HOW)
        assert ledger.set_year_state(session, "urban-life", 2023, "closed").state == "closed"
        for state in ("open", "closing"):
            with pytest.raises(ledger.WrongYearState):
                ledger.set_year_state(session, "urban-life", 2023, state)
        with pytest.raises(ledger.YearClosed):
            ledger.hold(session, year_id=year, amount=1, command_id="later", **case, **HOW)
        # What comes back now leaves the pool: it swells neither year.
        back = ledger.give_back(session, post_id=paid.id or 0, amount=50, command_id="b", **HOW)
        status = ledger.status(session, "urban-life", 2023)
        assert (status.returned, status.disposed, status.free) == (50, 550, 0)
        # And if that was an error, it is taken back the same way.
        ledger.reverse(session, transfer_id=back.id or 0, command_id="undo", **HOW)
        assert ledger.status(session, "urban-life", 2023).disposed == 600
        assert ledger.verify(session).ok

    database.write(work)


def test_carry_over_is_one_command_of_several_lines(database: Database) -> None:
    """Void and relinquish in the old year, appropriate and hold in the new one."""

    def work(session: Session) -> None:
        old, new = _opened(session, 2023), _opened(session, 2024, 200)
        case = granted_case(session).ids
        held = ledger.hold(session, year_id=old, amount=600, command_id="h", **case, **HOW)
        ledger.set_year_state(session, "urban-life", 2023, "closing")
        for _ in range(2):  # the second time is a replay
            how = {"command_id": "carry", **HOW}
            ledger.void(session, held_id=held.id or 0, line=1, **how)
            ledger.relinquish(session, year_id=old, amount=600, line=2, **how)
            ledger.appropriate(session, year_id=new, amount=600, line=3, **how)
            over = ledger.hold(session, year_id=new, amount=600, line=4, **case, **how)
            assert over.balance == 600
        assert ledger.status(session, "urban-life", 2023).disposed == 0
        status = ledger.status(session, "urban-life", 2024)
        assert (status.budget, status.disposed, status.free) == (800, 600, 200)
        assert ledger.verify(session).ok

    database.write(work)
