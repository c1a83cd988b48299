"""A case that was postponed or withdrawn after it was put on the agenda."""

from __future__ import annotations

from pool.meetings import holding, telling
from pool.render.words import words
from tests.meetings.scene import Scene


def test_it_waits_no_longer_and_the_minutes_say_why(scene: Scene) -> None:
    first, second, third, fourth = scene.ready(4)
    meeting = scene.plan()
    scene.put_on(meeting, [first, second, third, fourth])
    scene.open(meeting, "karim", "jens")
    scene.world.do(first, "karim", "postpone", reason="Stedet er ikke fundet.", until="1.6.2026")
    scene.world.do(second, "sofie", "withdraw")
    scene.world.do(third, "sofie", "ask", questions="Hvor?", due_on="20.3.2026")
    with scene.world.database.read() as session:
        room = holding.room(
            session, scene.world.house, scene.meeting(meeting), scene.actor("karim")
        )
    assert [one.waits for one in room.stands] == [False, False, False, True]
    (balance,) = room.balances
    assert (balance.cases, balance.asked) == (1, scene.world.case(fourth).asked)
    assert room.at(None) == room.stands[3]

    scene.close(meeting)
    outcomes = [one.outcome for one in scene.items(meeting)]
    assert outcomes == ["postpone", "withdraw", "held-over", "held-over"]
    with scene.world.database.read() as session:
        house = scene.world.house
        room = holding.room(session, house, scene.meeting(meeting), scene.actor("karim"))
        told = telling.gather(session, house, room, None)
    said = [told.states[one.point.id]["da"] for one in room.stands[:2]]
    assert said == ["Udsat", "Trukket tilbage"]
    text = repr(telling.minutes(told))
    assert "'Udsat.'" in text
    assert "'Trukket tilbage.'" in text
    assert words("da").t("Held over to a later meeting.") in text
