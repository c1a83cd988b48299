"""Two people at one agenda at the same moment: one order stands and the other is told. Without the
comparison of versions the same race loses an order; and a double click is done once."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from pool.meetings import calendar, closing, once, ordering
from pool.meetings.errors import AgendaMoved, CannotBe, MeetingError
from pool.models.meetings import Meeting
from tests.cases.test_races import LONG, RUNS, together
from tests.meetings.scene import Scene
from tests.support.district import POOL

Orders = list[list[str]]


def agenda_of_three(scene: Scene) -> int:
    meeting = scene.plan("18.3.2026")
    for title in ("Et", "To", "Tre"):
        scene.change(ordering.Heading, meeting, title)
    return meeting


def two_who_order(scene: Scene, meeting: int, seed: int) -> tuple[list[Any], Orders]:
    """Each writes a whole order, the last point first or the first point last; what came of it,
    and the orders they wished for."""
    seen = scene.meeting(meeting).version
    now = [one.id or 0 for one in scene.items(meeting)]
    wishes = [[now[2], now[0], now[1]], [now[1], now[2], now[0]]]
    results = together(
        *[
            lambda w=wish, n=n: ordering.order(
                scene.world.house,
                ordering.Order(
                    f"o-{seed}-{n}", meeting, seen,
                    tuple((item, str(at)) for at, item in enumerate(w, start=1)),
                ),
                scene.actor("sofie"),
                scene.world.now,
            )
            for n, wish in enumerate(wishes)
        ],
        seed=seed,
    )  # fmt: skip
    return results, [[str(one) for one in wish] for wish in wishes]


def stands(scene: Scene, meeting: int) -> list[str]:
    return [str(one.id) for one in scene.items(meeting)]


@pytest.mark.parametrize("runs", [RUNS, pytest.param(1000, marks=LONG)])
def test_of_two_who_order_at_once_one_is_told(scene: Scene, runs: int) -> None:
    meeting = agenda_of_three(scene)
    for seed in range(runs):
        results, wishes = two_who_order(scene, meeting, seed)
        told = [n for n, one in enumerate(results) if isinstance(one, AgendaMoved)]
        assert len(told) == 1, (seed, results)
        assert results[1 - told[0]] is None
        assert stands(scene, meeting) == wishes[1 - told[0]]


def test_without_the_comparison_an_order_is_lost(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are told that it is done, and only one of the orders stands."""
    real = once.begin
    monkeypatch.setattr(
        ordering, "begin", lambda *given, **more: real(*given, **{**more, "version": None})
    )
    meeting = agenda_of_three(scene)
    for seed in range(RUNS):
        results, wishes = two_who_order(scene, meeting, seed)
        if results == [None, None]:
            assert stands(scene, meeting) in wishes
            return
    pytest.fail("the comparison makes no difference: this race cannot show that it works")


def test_a_double_click_is_done_once(scene: Scene) -> None:
    """The second press waits for the first and finds it done: no refusal, no fault."""
    house, sofie, now = scene.world.house, scene.actor("sofie"), scene.world.now
    meeting = agenda_of_three(scene)
    for seed in range(5):
        version = scene.meeting(meeting).version
        heading = ordering.Heading(f"h-{seed}", meeting, version, f"Punkt {seed}")
        plan = calendar.Plan(f"p-{seed}", POOL, f"{seed + 1}.4.2026", "17", "", "", "7")
        send = closing.SendAgenda(f"s-{seed}", meeting, version + 1)
        for use_case, wish in (
            (ordering.heading, heading), (closing.send_agenda, send), (calendar.plan, plan),
        ):  # fmt: skip
            results = together(*[lambda u=use_case, w=wish: u(house, w, sofie, now)] * 2, seed=seed)
            assert results[0] == results[1], results
            assert not isinstance(results[0], Exception), results
    assert [one.title for one in scene.items(meeting)][3:] == [f"Punkt {n}" for n in range(5)]


def test_two_who_plan_the_same_day_make_one_meeting(scene: Scene) -> None:
    house, sofie, now = scene.world.house, scene.actor("sofie"), scene.world.now
    for seed in range(5):
        day = f"{seed + 1}.4.2026"
        results = together(
            *[
                lambda n=n, d=day: calendar.plan(
                    house, calendar.Plan(f"{d}-{n}", POOL, d, "17", "", "", "7"), sofie, now
                )
                for n in range(2)
            ],
            seed=seed,
        )
        told = [one for one in results if isinstance(one, MeetingError)]
        assert [type(one) for one in told] == [CannotBe], results
    with scene.world.database.read() as session:
        assert len(session.exec(select(Meeting)).all()) == 5
