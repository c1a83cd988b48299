"""An adjusted plan is a new edition: what it says is shown first, then lines and books follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pool.journal as journal
import pool.ledger as ledger
from pool import plan
from pool.cases.errors import CommandReused
from pool.identity.actor import SYSTEM
from pool.plan import book, editions, faults, lines
from pool.plan import wording as sentences
from pool.render.words import words
from tests.plan.test_moves import KR, NOW, TABLE, make, order, stand, world
from tests.support.databases import Factory
from tests.support.house import World, make_world

__all__ = ["world"]  # the fixture

ADJUSTED = (
    b'no,activity,focus_areas,y2026,note\n1,Haven,byliv,"1.200",\n2,Jobbet,,400,"Ny aftale"\n'
    b'4,Puljen,,"95.000",\n5,Viden,,"5.000",\n6,Nyt,,50,\n'
)


def beside(kroner: str) -> bytes:
    return (
        f'source = "Planen, s. 4"\n[sums]\n2026 = "{kroner}"\n'
        '[pools]\n4 = "urban-life"\n5 = "knowledge"\n'
    ).encode()


def adjust(
    world: World, table: bytes = ADJUSTED, kroner: str = "101.650", **more: Any
) -> plan.Loaded:
    told: dict[str, Any] = {
        "source": "Økonomiforvaltningen, notat af 2. marts",
        "decided_on": date(2026, 3, 2),
        "command_id": world.new_id(),
        "actor": world.actor("ole"),
        "now": world.now,
    }
    return plan.adjust(world.house, table, beside(kroner), **(told | more))


def test_differences_are_shown_first_and_change_nothing(world: World) -> None:
    make(world, order(1, 2, 100))
    with world.database.read() as session:
        (year,) = plan.differences(
            session, editions.parse(world.house, ADJUSTED, beside("101.650"))
        )
    assert (year.state, year.edition) == ("changed", 1)
    assert [(one.number, one.now // KR, one.difference // KR) for one in year.changes] == [
        (1, 900, 300),
        (2, 600, -200),
        (3, 0, 0),
        (4, 96_000, -1_000),
        (6, 0, 50),
    ]
    assert [editions.describe(one) for one in year.changes][2:4] == [
        "line 3 is gone",
        "line 4 has 95.000\u00a0kr. instead of 96.000\u00a0kr.",
    ]
    assert stand(world)[1] == 900


def test_a_new_edition_brings_the_books_to_its_amounts(world: World) -> None:
    make(world, order(1, 2, 100))
    make(world, order(1, 4, 100))
    command_id = world.new_id()
    done = adjust(world, command_id=command_id)
    assert done == plan.Loaded((), (), (2026,))
    assert stand(world) == {1: 1_200, 2: 400, 4: 95_000, 5: 5_000, 6: 50}
    with world.database.read() as session:
        assert ledger.status(session, "plan", 2026).budget == 1_650 * KR
        assert ledger.status(session, "urban-life", 2026).budget == 96_100 * KR
        newest, first = lines.editions(session, 2026)
        assert (newest.number, newest.decided_on, newest.recorded_by) == (
            2,
            date(2026, 3, 2),
            "Ole",
        )
        assert newest.source == "Økonomiforvaltningen, notat af 2. marts"
        assert (first.number, first.source) == (1, "")
        assert [one.amount // KR for one in lines.stored(session, 2026, 1)][:3] == [1_000, 500, 0]
        assert len(lines.moves(session, 2026, 1)) == 2
        accounts = book.balances(session, book.year_id(session, 2026) or 0)
        assert {name: row.balance // KR for name, row in accounts.items()} == {
            "1. Haven": 1_200,
            "2. Job": 0,
            "2. Jobbet": 400,
            "6. Nyt": 50,
        }
        (event,) = [one for one in journal.read(session, "system") if one.kind == "plan.adjusted"]
        assert (event.data["edition"], event.data["before"]) == (2, 102_500 * KR)
    assert adjust(world, command_id=command_id) == done, "the same press gets the first answer"
    with pytest.raises(CommandReused):
        adjust(world, command_id=command_id, source="En anden")
    assert adjust(world) == plan.Loaded((), (2026,)), "the same file changes nothing"
    assert plan.load(
        world.house, ADJUSTED, beside("101.650"), actor=SYSTEM, now=NOW
    ) == plan.Loaded((), (2026,))
    make(world, order(6, 1, 50))
    assert stand(world)[1] == 1_250


def test_another_edition_came_meanwhile(world: World) -> None:
    adjust(world, seen={2026: (1, 0)})
    with pytest.raises(plan.PlanError, match="changed-meanwhile"):
        adjust(world, TABLE, "102.500", seen={2026: (1, 0)})
    with pytest.raises(plan.PlanRefused, match="with --adjust"):
        plan.load(world.house, TABLE, beside("102.500"), actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_finance_brings_a_pools_books_in_line(world: World) -> None:
    adjust(world)

    def to(kroner: int, was: int, command_id: str, source: str = "Notat") -> int:
        return plan.adjust_budget(
            world.house, pool="urban-life", year=2026, budget=kroner * KR, was=was * KR,
            source=source, decided_on=NOW.date(), command_id=command_id,
            actor=world.actor("ole"), now=NOW,
        )  # fmt: skip

    assert to(95_000, 96_000, "a") == -1_000 * KR
    assert to(95_000, 96_000, "a") == -1_000 * KR
    with pytest.raises(plan.PlanError, match="changed-meanwhile"):
        to(95_000, 96_000, "b")
    with pytest.raises(plan.PlanError, match="same-budget"):
        to(95_000, 95_000, "c")
    world.do(world.apply(), "karim", "grant")
    with pytest.raises(plan.PlanError, match="pool-short"):
        to(9_000, 95_000, "d")
    with world.database.read() as session:
        year = ledger.get_year(session, "urban-life", 2026)
        assert ledger.status(session, "urban-life", 2026).budget == 95_000 * KR
        (event,) = journal.read(session, f"book-year:{year.id}", kinds=("year.adjusted",))
        assert event.data["amount"] == -1_000 * KR
        assert event.personal == {"source": "Notat"}


def test_every_sentence_is_danish_too() -> None:
    danish = words("da")
    for text in (*sentences.SENTENCES.values(), *faults.TEXTS.values()):
        names = {name: name for name in danish_parts(text)}
        assert danish.t(text, **names) != words("en").t(text, **names), text


def danish_parts(text: str) -> list[str]:
    return [part.split(")")[0] for part in text.split("%(")[1:]]


@dataclass
class Told:
    """The plan as plain sums (kroner): what the program is compared with."""

    lines: dict[int, int] = field(default_factory=lambda: {1: 300, 2: 200, 3: 0, 4: 500, 5: 100})
    pools: dict[int, int] = field(default_factory=lambda: {4: 500, 5: 100})

    def move(self, here: int, there: int, amount: int) -> bool:
        if here == there or self.lines[here] < amount:
            return False
        if here in self.pools and self.pools[here] < amount:
            return False
        for number, sign in ((here, -1), (there, 1)):
            self.lines[number] += sign * amount
            if number in self.pools:
                self.pools[number] += sign * amount
        return True


NUMBERS = st.integers(1, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), NUMBERS, NUMBERS, st.integers(1, 400)),
        st.tuples(st.just("edition"), *[st.integers(0, 500)] * 3),
        st.tuples(st.just("budget"), st.just(4), st.integers(0, 900), st.just(0)),
    ),
    min_size=1,
    max_size=8,
)


def table(amounts: dict[int, int]) -> bytes:
    rows = "".join(f"{n},Linje {n},,{amount},\n" for n, amount in sorted(amounts.items()))
    return f"no,activity,focus_areas,y2026,note\n{rows}".encode()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@given(steps=STEPS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_lines_and_pools_are_the_plan_and_its_adjustments(
    make_database: Factory, steps: list[tuple[Any, ...]]
) -> None:
    world = make_world(make_database(), NOW, budgets={"urban-life": 500, "knowledge": 100})
    told = Told()
    plan.load(world.house, table(told.lines), beside("1.100"), actor=SYSTEM, now=NOW)
    planned, adjusted = 1_100, 0
    for what, *parts in steps:
        if what == "move":
            try:
                make(world, order(*parts))
                went = True
            except plan.PlanError:
                went = False
            assert went == told.move(*parts), (what, parts)
        elif what == "edition":
            before = dict(told.lines)
            told.lines |= dict(zip((1, 2, 4), parts, strict=True))
            planned = sum(told.lines.values())
            done = adjust(world, table(told.lines), f"{planned}")
            assert bool(done.adjusted) == (edition_of(world) != before)
        else:
            number, budget, _ = parts
            if budget != told.pools[number]:
                adjusted += budget - told.pools[number]
                set_budget(world, budget, told.pools[number])
                told.pools[number] = budget
        assert stand(world) == told.lines
        assert sum(told.lines.values()) == planned
        with world.database.read() as session:
            standing = [
                ledger.status(session, key, 2026).budget // KR
                for key in ("urban-life", "knowledge")
            ]
        assert standing == [told.pools[4], told.pools[5]]
        drift = sum(told.pools.values()) - sum(told.lines[n] for n in told.pools)
        activities = sum(amount for n, amount in told.lines.items() if n not in told.pools)
        assert activities + sum(standing) == planned + drift


def edition_of(world: World) -> dict[int, int]:
    with world.database.read() as session:
        return {one.number: one.amount // KR for one in lines.stored(session, 2026)}


def set_budget(world: World, budget: int, was: int) -> None:
    plan.adjust_budget(
        world.house, pool="urban-life", year=2026, budget=budget * KR, was=was * KR,
        source="x", decided_on=NOW.date(), command_id=world.new_id(), actor=SYSTEM, now=NOW,
    )  # fmt: skip


MORE_FOR_ONE = TABLE.replace(b'"5.000"', b'"6.000"')
"""Line 5 has more, and every other line what edition 1 gave it."""


def test_what_moves_made_of_a_line_is_shown_where_the_file_undoes_it(world: World) -> None:
    make(world, order(1, 2, 300))
    make(world, order(2, 4, 500))
    with world.database.read() as session:
        (year,) = plan.differences(
            session, editions.parse(world.house, MORE_FOR_ONE, beside("103.500"))
        )
    shown = {one.number: (one.now // KR, one.difference // KR) for one in year.changes}
    assert shown == {1: (700, 300), 2: (300, 200), 4: (96_500, -500), 5: (5_000, 1_000)}
    assert editions.describe(year.changes[0]) == "line 1 has 1.000\u00a0kr. instead of 700\u00a0kr."
    before = stand(world)
    adjust(world, MORE_FOR_ONE, "103.500", seen={2026: year.stand})
    after = stand(world)
    assert {at: has for at, has in after.items() if has != before[at]} == {
        at: now + more for at, (now, more) in shown.items()
    }, "what was shown, and nothing else"


def test_a_move_made_meanwhile_is_not_undone_unseen(world: World) -> None:
    with world.database.read() as session:
        (year,) = plan.differences(
            session, editions.parse(world.house, MORE_FOR_ONE, beside("103.500"))
        )
    make(world, order(1, 2, 300))
    with pytest.raises(plan.PlanError, match="changed-meanwhile"):
        adjust(world, MORE_FOR_ONE, "103.500", seen={2026: year.stand})
    assert stand(world)[1] == 700
    assert adjust(world, TABLE, "102.500", seen={2026: year.stand}) == plan.Loaded((), (2026,)), (
        "what says the same as the edition leaves the moves alone"
    )
    assert stand(world)[1] == 700
