"""Years lived one after the other, each closed for good at its end, by people whose processes are
killed at random in the middle of what they do. Every command that was killed is given again.

Beside it a tally is kept by adding and subtracting what was meant; at the end the books say the
same to the øre, and prove themselves.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

import pool.journal as journal
import pool.ledger as ledger
from pool.cases import fire
from pool.cases.commands import Command
from pool.cases.house import House
from pool.identity.actor import applicant
from pool.plan import closing, open_year
from tests.support.databases import Factory
from tests.support.house import REPORT, World, make_world
from tests.support.killing import OF_A_MOVE, OF_CLOSING, OF_GIVING_BACK, OF_TURNING, Step, killed

POOL = "urban-life"
FIRST = 2026
BUDGET = 9_600_000
"""What the world opens a year with, øre."""


@dataclass
class Tally:
    """What a year should come to, øre."""

    budget: int = BUDGET
    granted: int = 0
    paid: int = 0
    given_up: int = 0
    back: int = 0
    """Came back while the year was open."""
    owed: int = 0
    """Came back after it was closed: the municipality's."""


@dataclass
class Decade:
    """A world, and the hand that kills."""

    world: World
    url: str
    chance: random.Random
    often: float
    tally: dict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    late: list[tuple[int, int]] = field(default_factory=list)
    """Paid cases of closed years: case, year."""
    kills: int = 0

    @property
    def year(self) -> int:
        return self.world.now.year

    def at(self, month: int, day: int, year: int | None = None) -> None:
        self.world.now = datetime(year or self.year, month, day, 10, 0, tzinfo=UTC)

    def give(self, work: Callable[[House], Any], steps: Mapping[str, Step]) -> Any:
        """Carry ``work`` out, killed before perhaps. It must bear to be given twice."""
        if self.chance.random() < self.often:
            self.world.database.engine.dispose()
            step = self.chance.choice(sorted(steps))
            self.kills += killed(self.url, self.world.house, work, steps[step])
        return work(self.world.house)

    def move(self, case_id: int, who: str, action: str, **inputs: Any) -> None:
        world = self.world
        actor = applicant("Lene Bruun") if who == "applicant" else world.actor(who)
        version = world.case(case_id).state_version
        command = Command(world.new_id(), case_id, action, version, inputs)
        done = self.give(lambda house: fire.fire(house, command, actor, world.now), OF_A_MOVE)
        assert done.state_version == version + 1

    def step(
        self, what: Callable[..., closing.Done], steps: Mapping[str, Step], seen: int | None = None
    ) -> closing.Done:
        world, actor = self.world, self.world.actor("ole")
        wish = closing.Step(world.new_id(), POOL, self.year, seen)
        done: closing.Done = self.give(lambda house: what(house, wish, actor, world.now), steps)
        assert done.changed
        return done

    # -- a year

    def live(self, cases: int) -> None:
        tally = self.tally[self.year]
        for number in range(cases):
            self.at(1 + number * 9 // cases, 5)
            case_id = self.world.apply(amount="1.000", starts_on=f"{self.year}-11-01")
            granted = 100_000
            fate = self.chance.choice(["paid", "paid", "part", "raised", "withdrawn", "held"])
            if fate == "part":
                granted = 60_000
                self.move(
                    case_id,
                    "karim",
                    "grant-part",
                    amount="600",
                    reasons="Ikke til det hele.",
                )
            else:
                self.move(case_id, "karim", "grant")
            tally.granted += granted
            if fate == "raised":
                self.move(case_id, "karim", "raise", amount="1.200", reasons="Der kom flere.")
                granted = 120_000
                tally.granted += 20_000
            if fate == "withdrawn":
                self.move(case_id, "applicant", "withdraw")
                tally.given_up += granted
            elif fate != "held":
                today = self.world.now.date().isoformat()
                self.move(case_id, "ole", "pay", reference=f"B-{case_id}", paid_on=today)
                tally.paid += granted
                if self.chance.random() < 0.5:
                    self._report(case_id, tally, granted)
                else:
                    self.late.append((case_id, self.year))

    def _report(self, case_id: int, tally: Tally, granted: int) -> None:
        spent = granted - 10_000
        report = {**REPORT, "spent": str(spent // 100)}
        self.move(case_id, "applicant", "report", report=report)
        today = self.world.now.date().isoformat()
        self.move(case_id, "ole", "return", returned="100", returned_on=today)
        tally.back += 10_000
        self.move(case_id, "sofie", "close")

    def end(self) -> None:
        """Close the year: what is held lapses, the rest goes back."""
        self.at(12, 20)
        self.step(closing.begin, OF_TURNING)
        tally = self.tally[self.year]
        for case_id, left in self._held():
            self.move(case_id, "sofie", "lapse", reason="Året er gået.")
            tally.given_up += left
        with self.world.database.read() as session:
            rest = ledger.status(session, POOL, self.year).free
        assert rest == tally.budget - tally.granted + tally.given_up + tally.back
        self.step(closing.give_rest_back, OF_GIVING_BACK, seen=rest)
        self.step(closing.close, OF_CLOSING)

    def _held(self) -> list[tuple[int, int]]:
        with self.world.database.read() as session:
            lines = ledger.transfers_behind(session, POOL, self.year, "disposed")
            paid = ledger.transfers_behind(session, POOL, self.year, "paid")
        left: dict[int, int] = defaultdict(int)
        for sign, found in ((1, lines), (-1, paid)):
            for line in found:
                if line.transfer.case_id is not None:
                    left[line.transfer.case_id] += sign * line.amount
        states = {case_id: self.world.case(case_id).state for case_id in left}
        return [(case, left[case]) for case in sorted(left) if states[case] == "granted"]

    def begin_next(self) -> None:
        year, world = self.year + 1, self.world
        self.at(1, 2, year)
        open_year(
            world.house, pool=POOL, year=year, budget=BUDGET, source="Plan", now=world.now,
            command_id=f"open-{year}", actor=world.actor("ole"),
        )  # fmt: skip
        for case_id, old in self.late:  # reports of the year before, with money to come back
            tally = self.tally[old]
            report = {**REPORT, "spent": "500"}
            self.move(case_id, "applicant", "report", report=report)
            self.move(
                case_id, "ole", "return", returned="100", returned_on=world.now.date().isoformat()
            )
            tally.owed += 10_000
        self.late.clear()

    def agree(self) -> None:
        with self.world.database.read() as session:
            for year, tally in self.tally.items():
                told = ledger.status(session, POOL, year)
                assert told.granted == tally.granted, year
                assert told.paid == tally.paid, year
                assert told.returned == tally.given_up + tally.back + tally.owed, year
                if told.state == "closed":  # the rest went back: what it was given is what it used
                    assert told.free == told.earmarked == 0
                    assert told.budget == tally.granted - tally.given_up - tally.back
            assert ledger.verify(session).faults == ()
            assert journal.verify(session) == []


def _live(make_database: Factory, *, years: int, cases: int, often: float, seed: int) -> Decade:
    database = make_database()
    url = make_database.url_of(database)
    world = make_world(database, datetime(FIRST, 1, 2, 10, 0, tzinfo=UTC))
    decade = Decade(world, url, random.Random(seed), often)
    for number in range(years):
        decade.live(cases)
        decade.end()
        decade.begin_next()
        if number % 3 == 2:
            decade.agree()
    decade.agree()
    return decade


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_two_years_with_kills(make_database: Factory) -> None:
    decade = _live(make_database, years=2, cases=5, often=0.5, seed=20261231)
    assert decade.kills >= 12


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_a_decade_with_five_hundred_kills(make_database: Factory) -> None:
    decade = _live(make_database, years=10, cases=24, often=0.6, seed=20361231)
    assert decade.kills >= 500
