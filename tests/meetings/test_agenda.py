"""Making the agenda: what is ready, in which order, and two people at it at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, select

from pool import journal
from pool.cases import recusal
from pool.meetings import carrying, ordering
from pool.meetings.errors import AgendaMoved, CannotBe, NotForYou, NotNow
from pool.models.definition import Marker
from pool.models.meetings import AgendaItem, Meeting
from tests.meetings.scene import Scene
from tests.support.district import apply, to_decided, to_recommended, to_screened
from tests.support.together import together


def test_ready_is_what_can_be_decided_as_it_came(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    apply(scene.world)  # received only
    screened = apply(scene.world)
    to_screened(scene.world, screened)  # not recommended
    scene.world.now += timedelta(hours=1)
    late = apply(scene.world, title="Den sidste")
    to_recommended(scene.world, late)
    asked = scene.ready(1)[0]
    scene.world.do(asked, "sofie", "ask", questions="Hvem?", due_on="2026-03-20")
    to_decided(scene.world, apply(scene.world))
    assert scene.offered(meeting) == [late]
    to_recommended_again = scene.ready(2)
    assert scene.offered(meeting) == [late, *to_recommended_again]
    scene.put_on(meeting, [to_recommended_again[0]])
    assert scene.offered(meeting) == [late, to_recommended_again[1]]


def test_on_off_up_down_and_by_number(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    a, b, c = scene.ready(3)
    scene.put_on(meeting, [a, b, c])
    scene.change(ordering.Heading, meeting, "  Referat   fra sidst ")
    assert scene.order(meeting) == [a, b, c, "Referat fra sidst"]
    of = {one.case_id or one.title: one.id or 0 for one in scene.items(meeting)}
    scene.change(ordering.Move, meeting, of["Referat fra sidst"], -1)
    scene.change(ordering.Move, meeting, of[a], -1)  # it is the first: nothing
    assert scene.order(meeting) == [a, b, "Referat fra sidst", c]
    scene.change(ordering.Order, meeting, ((of["Referat fra sidst"], "1"), (of[a], "4")))
    assert scene.order(meeting) == ["Referat fra sidst", b, c, a]
    scene.change(ordering.TakeOff, meeting, of[b])
    assert scene.order(meeting) == ["Referat fra sidst", c, a]
    assert [one.position for one in scene.items(meeting)] == [1, 2, 3]
    assert scene.offered(meeting) == [b]
    with scene.world.database.read() as session:
        told = [event.kind for event in journal.read(session, f"case:{b}")][-2:]
    assert told == ["case.on-agenda", "case.off-agenda"]


def test_what_cannot_go_on_is_refused(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    ready = scene.ready(1)
    with pytest.raises(NotNow) as told:
        scene.put_on(meeting, [apply(scene.world), *ready])
    assert told.value.code == "not-ready"
    assert scene.order(meeting) == []
    scene.put_on(meeting, ready)
    with pytest.raises(NotNow) as told:
        scene.put_on(meeting, ready)
    assert told.value.code == "on-it"
    item = scene.items(meeting)[0]
    with pytest.raises(CannotBe):
        scene.change(ordering.Order, meeting, ((item.id, "først"),))
    wish = ordering.Heading("x", meeting, 2, "Nyt")
    with pytest.raises(NotForYou):
        ordering.heading(scene.world.house, wish, scene.actor("jens"), scene.world.now)


def test_a_repeated_command_is_done_once(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    wish = ordering.Heading("once", meeting, 1, "Eventuelt")
    for _ in range(2):
        ordering.heading(scene.world.house, wish, scene.actor("sofie"), scene.world.now)
    assert scene.order(meeting) == ["Eventuelt"]


def test_of_two_who_order_at_once_the_second_is_told(scene: Scene) -> None:
    """Both take their first point to the end; without the comparison one order would be lost."""
    meeting = scene.plan("18.3.2026")
    scene.put_on(meeting, scene.ready(3))
    seen = scene.meeting(meeting).version
    first, second, third = (one.id or 0 for one in scene.items(meeting))
    wishes = iter((((first, "3"),), ((second, "1"),)))

    def at_once() -> None:
        numbers = next(wishes)
        wish = ordering.Order(f"order-{numbers[0][0]}", meeting, seen, numbers)
        ordering.order(scene.world.house, wish, scene.actor("sofie"), scene.world.now)

    outcomes = together(2, at_once)
    assert [type(one) for one in outcomes.errors] == [AgendaMoved]
    assert len(outcomes.results) == 1
    left = [one.id for one in scene.items(meeting)]
    assert left in ([second, third, first], [second, first, third])
    # told, the other presses again on what is there now: both wishes stand
    assert isinstance(outcomes.errors[0], AgendaMoved)
    again = outcomes.errors[0].now
    scene.change(ordering.Order, meeting, ((first, "3"), (second, "1")), version=again)
    assert [one.id for one in scene.items(meeting)] == [second, third, first]


def test_who_stays_out_orders_around_what_they_do_not_see(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    a, hidden, c = scene.ready(3)
    scene.put_on(meeting, [a, hidden, c])
    recusal.declare(scene.world.house, hidden, "Min søster", scene.actor("karim"), scene.world.now)
    by_case = {one.case_id: one.id or 0 for one in scene.items(meeting)}
    seen = scene.meeting(meeting).version
    karim = scene.actor("karim")
    wish = ordering.Move("m", meeting, seen, by_case[c], -1)
    ordering.move(scene.world.house, wish, karim, scene.world.now)
    assert scene.order(meeting) == [c, hidden, a]
    off = ordering.TakeOff("t", meeting, seen + 1, by_case[hidden])
    with pytest.raises(NotNow):
        ordering.take_off(scene.world.house, off, karim, scene.world.now)
    assert [one.case_id for one in scene.items(meeting)] == [c, hidden, a]
    assert hidden not in scene.offered(meeting, "karim")


def test_what_must_be_told_waits_for_a_meeting(scene: Scene) -> None:
    case_id, other = apply(scene.world), apply(scene.world)
    to_decided(scene.world, case_id)

    def carry(one: int, note: str) -> int | None:
        return scene.world.database.write(
            lambda session: carrying.carry(session, one, note, scene.world.now)
        )

    assert carry(case_id, "Den hastede:\nfesten var i går.") is None
    meeting = scene.plan("18.3.2026\n15.4.2026")
    [item] = scene.items(meeting)
    assert (item.kind, item.case_id) == ("told", case_id)
    assert item.note == "Den hastede:\nfesten var i går."
    with scene.world.database.read() as session:
        assert session.exec(select(Marker).where(col(Marker.key).startswith("told:"))).all() == []
    assert carry(other, "Også den.") == meeting
    assert carry(other, "Også den, igen.") == meeting
    assert [one.note for one in scene.items(meeting)][1:] == ["Også den, igen."]
    assert scene.meeting(meeting).version == 1  # nobody who orders the rest is disturbed


def test_a_case_decided_between_meetings_is_told_of(scene: Scene) -> None:
    meeting = scene.plan("18.3.2026")
    case_id = apply(scene.world)
    with pytest.raises(NotNow):
        scene.change(ordering.Tell, meeting, case_id, "")
    to_decided(scene.world, case_id)
    scene.change(ordering.Tell, meeting, case_id, "Aftalt på mail.")
    with scene.world.database.read() as session:
        [item] = session.exec(select(AgendaItem)).all()
        assert (item.kind, item.note) == ("told", "Aftalt på mail.")
        assert session.get_one(Meeting, meeting).version == 2
