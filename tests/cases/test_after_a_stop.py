"""A week without a worker: what fell due meanwhile is told in the order it was due, each once, also
with two workers at it."""

from __future__ import annotations

from datetime import timedelta

from pool.cases import deadlines
from tests.cases.test_deadlines_told import told
from tests.support.house import World
from tests.support.together import together
from workflows.calendar import end_of_day_utc


def test_what_fell_due_in_a_weeks_stop_comes_in_order_and_once(world: World) -> None:
    cases = []
    for _ in range(4):
        cases.append(world.apply())
        world.now += timedelta(days=2)
    promised = [world.case(case_id).promised_on for case_id in cases]
    first, last = promised[0], promised[-1]
    assert first is not None
    assert last is not None
    assert last > first
    world.now = end_of_day_utc(last + timedelta(days=1))
    done = together(2, lambda: deadlines.fire_due(world.house, world.now))
    assert done.errors == []
    assert sum(done.results) == len(cases)
    assert sorted(told(world), key=lambda one: one[1]) == [("promise", day) for day in promised]
    assert deadlines.fire_due(world.house, world.now) == 0


def test_one_worker_tells_them_in_order(world: World) -> None:
    days = []
    for _ in range(4):
        days.append(world.case(world.apply()).promised_on)
        world.now += timedelta(days=2)
    world.now = end_of_day_utc(max(day for day in days if day) + timedelta(days=1))
    deadlines.fire_due(world.house, world.now)
    assert told(world) == [("promise", day) for day in days]
