"""Looking back: what the figures were then is what they are said to have been."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

import pool.journal as journal
import pool.ledger as ledger
from pool.clock import local_day
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.ledger.moments import UNKNOWN
from pool.models.case import Decision
from pool.models.casework import DecisionEnd
from pool.summary import money
from pool.summary.cuts import Cut
from tests.ledger.histories import Pair
from tests.support.cases import NOW, granted_case
from workflows.calendar import end_of_day_utc

POOL, YEAR = "urban-life", 2024


@contextmanager
def unit(database: Database) -> Iterator[Session]:
    with Session(database.engine.execution_options(puljen_begin="IMMEDIATE")) as session:
        yield session
        session.rollback()


class Wandering(Pair):
    """Steps are hours apart and about days before and after the one they are written on."""

    def __init__(self, session: Session, chance: random.Random) -> None:
        super().__init__(session)
        self.chance = chance

    def _how(self) -> dict[str, Any]:
        about = local_day(self.now) + timedelta(days=self.chance.randint(-12, 5))
        return {**super()._how(), "effective_on": about}

    def decide(self) -> int:
        made_on = local_day(self.now) - timedelta(days=self.chance.randint(0, 9))
        granted = granted_case(self.session, announced_at=None, made_on=made_on)
        self.decisions[granted.decision_id] = granted.ids
        return granted.decision_id

    def grant_and_undo(self) -> None:
        """Announced, undone some hours later; the hold is as if it never was."""
        decision = self.decide()
        self.announce(decision)
        self.hold(decision, None, 7)
        n = ledger.heads(self.session)[0].n
        if decision not in {one for one, _ in self.held.values()}:
            return
        self.now += timedelta(hours=self.chance.randint(1, 40))
        self.held = {key: one for key, one in self.held.items() if one[0] != decision}
        self.decisions.pop(decision)
        self.reverse(n)
        of = self.session.get_one(Decision, decision)
        self.session.add(
            DecisionEnd(
                decision_id=decision, case_id=of.case_id, how="undone", reason="x",
                effective_on=local_day(self.now), ended_at=self.now, ended_by="Karim",
            )
        )  # fmt: skip
        self.session.flush()

    def step(self) -> None:
        chance, amount = self.chance, self.chance.randint(1, 60)
        held, posts = list(self.held), list(self.posts)
        match chance.randrange(13):
            case 0:
                self.budget(chance.choice(("appropriate", "relinquish")), amount)
            case 1:
                self.earmark(amount // 4 + 1)
            case 2 if self.marks:
                self.unearmark(chance.choice(self.marks), amount // 8 + 1)
            case 3:
                self.decide()
            case 4 if self.decisions:
                self.announce(chance.choice(list(self.decisions)))
            case 5:
                self.grant_and_undo()
            case 6 | 7 if self.decisions:
                mark = chance.choice([None, None, *self.marks])
                self.hold(chance.choice(list(self.decisions)), mark, amount // 2 + 1)
            case 8 if held:
                self.void(chance.choice(held), amount // 6 + 1)
            case 9 | 10 if held:
                self.pay(chance.choice(held), amount // 3 + 1)
            case 11 if posts:
                self.give_back(chance.choice(posts), amount // 6 + 1)
            case 12 if self.done:
                self.reverse(chance.choice(list(self.done)))


def play(session: Session, seed: int, steps: int = 36) -> tuple[Wandering, list[Any]]:
    """A history, and what was said on the way: (moment, figures for both readers)."""
    pair = Wandering(session, random.Random(seed))
    pair.budget("appropriate", 400)
    told = []
    for _ in range(steps):
        pair.step()
        told.append((pair.now, [now_figures(session, undisclosed=one) for one in (True, False)]))
        pair.now += timedelta(hours=pair.chance.randint(1, 30))
    return pair, told


def now_figures(session: Session, *, undisclosed: bool) -> dict[str, int]:
    return ledger.status(session, POOL, YEAR, undisclosed=undisclosed).figures()


def then(session: Session, **how: Any) -> dict[str, int]:
    """The figures, checked against the transfers behind each of them."""
    figures = ledger.status_at(session, POOL, YEAR, **how).figures()
    for name, amount in figures.items():
        lines = ledger.transfers_behind_at(session, POOL, YEAR, name, **how)
        assert sum(line.amount for line in lines) == amount, name
    return figures


@pytest.mark.parametrize("seed", range(3))
def test_a_moment_looked_back_at_is_what_was_said_then(database: Database, seed: int) -> None:
    with unit(database) as session:
        pair, told = play(session, seed)
        for moment, (inside, outside) in told[::3]:
            at: dict[str, Any] = {"axis": "recorded", "at": moment}
            assert then(session, **at, undisclosed=True) == inside
            assert then(session, **at) == outside
        for axis, end in (("recorded", pair.now), ("effective", date(9999, 12, 30))):
            how: dict[str, Any] = {"axis": axis, "at": end}
            for undisclosed in (True, False):
                present = now_figures(session, undisclosed=undisclosed)
                assert then(session, **how, undisclosed=undisclosed) == present


@pytest.mark.parametrize("seed", range(3))
def test_both_axes_agree_with_the_summary_to_the_ore(database: Database, seed: int) -> None:
    with unit(database) as session:
        pair, told = play(session, 100 + seed)
        first, last = local_day(NOW) - timedelta(days=14), local_day(pair.now) + timedelta(days=6)
        year_id = pair.year.id or 0
        for day in (first + timedelta(days=n) for n in range(0, (last - first).days, 5)):
            cut = Cut(end_of_day_utc(day), None)
            mine = then(session, axis="recorded", at=day)
            assert mine == folded(session, year_id, cut)
            for known_at in (None, told[len(told) // 2][0]):
                cut = Cut(known_at or pair.now + timedelta(days=9), day)
                mine = then(session, axis="effective", at=day, known_at=known_at)
                assert mine == folded(session, year_id, cut)


def folded(session: Session, year_id: int, cut: Cut) -> dict[str, int]:
    told = money.of_year(session, year_id, YEAR, cut).money
    assert told == money.totals(session, year_id, cut)
    return {name: getattr(told, name) for name in ledger.FIGURES}


def test_every_step_of_the_course_is_that_day(database: Database) -> None:
    with unit(database) as session:
        pair, told = play(session, 7)
        for known_at in (None, told[20][0]):
            at = known_at or pair.now
            steps = ledger.course(session, POOL, YEAR, axis="recorded", at=at)
            assert [one.day for one in steps] == sorted({one.day for one in steps})
            for step in steps:
                figures = then(session, axis="effective", at=step.day, known_at=at)
                assert {n: figures[n] for n in ("budget", "disposed", "paid", "free")} == {
                    "budget": step.budget, "disposed": step.disposed,
                    "paid": step.paid, "free": step.free,
                }  # fmt: skip
            final = ledger.status_at(session, POOL, YEAR, axis="recorded", at=at)
            assert (steps[-1].free, steps[-1].paid) == (final.free, final.paid)
        middle = steps[len(steps) // 2].day
        cut = ledger.course(session, POOL, YEAR, axis="effective", at=middle)
        assert cut[-1].day <= middle
        assert cut[-1].disposed == then(session, axis="effective", at=middle)["disposed"]


def test_however_many_transfers_it_asks_as_often(database: Database) -> None:
    with unit(database) as session:
        asked: list[str] = []
        pair = Wandering(session, random.Random(1))
        pair.budget("appropriate", 900)

        def note(*args: object) -> None:
            asked.append(str(args[2]))

        counts = []
        for steps in (1, 30):
            for _ in range(steps):
                pair.step()
            session.flush()
            event.listen(database.engine, "before_cursor_execute", note)
            ledger.status_at(session, POOL, YEAR, axis="effective", at=local_day(NOW))
            ledger.course(session, POOL, YEAR, axis="recorded", at=pair.now)
            event.remove(database.engine, "before_cursor_execute", note)
            counts.append(len(asked))
            asked.clear()
        assert counts == [5, 5]


def test_the_state_is_what_the_record_says(database: Database) -> None:
    def state(session: Session, at: datetime | date, axis: ledger.Axis = "recorded") -> str:
        return ledger.status_at(session, POOL, YEAR, axis=axis, at=at).state

    with unit(database) as session:
        year = ledger.open_year(session, POOL, YEAR)
        assert state(session, NOW) == UNKNOWN
        later = NOW + timedelta(days=40)
        for kind, moment, about in (
            ("year.opened", NOW, date(2024, 1, 1)),
            ("year.closing", later, None),
        ):
            journal.write(
                session, f"book-year:{year.id}", kind, SYSTEM, now=moment, effective_on=about
            )
        assert state(session, NOW - timedelta(seconds=1)) == UNKNOWN
        assert state(session, NOW) == "open"
        assert state(session, local_day(later)) == "closing"
        assert state(session, date(2024, 1, 1), "effective") == "open"
        assert state(session, date(2023, 12, 31), "effective") == UNKNOWN


def test_no_such_year_and_no_such_figure(database: Database) -> None:
    with unit(database) as session:
        with pytest.raises(ledger.UnknownYear):
            ledger.status_at(session, POOL, YEAR, axis="recorded", at=NOW)
        ledger.open_year(session, POOL, YEAR)
        nothing = ledger.status_at(session, POOL, YEAR, axis="recorded", at=NOW)
        assert set(nothing.figures().values()) == {0}
        assert ledger.course(session, POOL, YEAR, axis="recorded", at=NOW) == ()
        with pytest.raises(ValueError, match="profit"):
            ledger.transfers_behind_at(session, POOL, YEAR, "profit", axis="recorded", at=NOW)
