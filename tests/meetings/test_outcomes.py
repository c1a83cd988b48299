"""How a point went where the case was settled otherwise: undone, decided before, withdrawn; and
one case on one agenda at a time."""

from __future__ import annotations

import pytest

from pool import journal
from pool.meetings import holding, telling
from pool.meetings.errors import NotNow
from pool.render.words import words
from tests.meetings.scene import Scene
from tests.support.district import to_recommended
from tests.support.house import RECORD


def minutes_of(scene: Scene, meeting: int) -> str:
    with scene.world.database.read() as session:
        house = scene.world.house
        room = holding.room(session, house, scene.meeting(meeting), scene.actor("karim"))
        return repr(telling.minutes(telling.gather(session, house, room, None)))


def kinds(scene: Scene, stream: str) -> list[str]:
    with scene.world.database.read() as session:
        return [one.kind for one in journal.read(session, stream)]


def test_a_decision_undone_opens_the_point_again(scene: Scene) -> None:
    first, second = scene.ready(2)
    meeting = scene.plan()
    scene.put_on(meeting, [first, second])
    scene.open(meeting, "karim", "jens")
    for case_id in (first, second):
        scene.decide(meeting, case_id)
        scene.world.do(case_id, "sofie", "undo", reason="Forkert sag.")
    assert [one.point.outcome for one in scene.room(meeting).stands] == [None, None]
    to_recommended(scene.world, first)
    assert scene.room(meeting).stands[0].waits
    later = scene.plan("18.3.2026")
    assert scene.offered(later) == []  # it is still on this agenda
    with pytest.raises(NotNow) as told:
        scene.put_on(later, [first])
    assert told.value.code == "elsewhere"
    scene.decide(meeting, first, "refuse", reasons="Uden for formålet.")
    scene.close(meeting)
    assert [one.outcome for one in scene.items(meeting)] == ["refuse", "held-over"]
    assert scene.items(meeting)[1].decision_id is None
    w = words("da")
    said = minutes_of(scene, meeting)
    assert w.t("Decision: %(decision)s", decision=w.t("Refusal")) in said
    assert w.t("Decision: %(decision)s", decision=w.t("Full grant")) not in said


def test_undone_after_the_meeting_it_is_no_decision_of_the_minutes(scene: Scene) -> None:
    [case_id] = scene.ready(1)
    meeting = scene.plan()
    scene.put_on(meeting, [case_id])
    scene.open(meeting, "karim", "jens")
    scene.decide(meeting, case_id)
    scene.close(meeting)
    scene.world.do(case_id, "sofie", "undo", reason="Forkert sag.")
    said = minutes_of(scene, meeting)
    assert words("da").t("The decision was undone before anybody was told.") in said
    assert words("da").t("Full grant") not in said


def test_decided_or_gone_before_the_meeting_is_not_held_over(scene: Scene) -> None:
    decided, withdrawn, forwarded, postponed = scene.ready(4)
    meeting = scene.plan()
    scene.put_on(meeting, [decided, withdrawn, forwarded, postponed])
    scene.world.do(decided, "sofie", "grant", record=dict(RECORD))
    scene.world.do(withdrawn, "sofie", "withdraw")
    scene.world.do(forwarded, "sofie", "ask", questions="Hvor?", due_on="20.3.2026")
    scene.world.do(forwarded, "sofie", "forward", to_pool="urban-life", reason="Byliv.")
    scene.world.now = scene.world.now.replace(hour=10)
    scene.open(meeting, "karim", "jens")
    later = scene.plan("18.3.2026")
    for case_id in (decided, withdrawn, forwarded):
        with pytest.raises(NotNow) as told:
            scene.hold_over(meeting, case_id, later)
        assert told.value.code == "over"
    assert scene.order(later) == []
    scene.close(meeting)
    outcomes = [one.outcome for one in scene.items(meeting)]
    assert outcomes == ["decided-before", "withdraw", "forward", "held-over"]
    for case_id in (decided, withdrawn, forwarded):
        assert "case.held-over" not in kinds(scene, f"case:{case_id}")
    said = minutes_of(scene, meeting)
    assert words("da").t("Decided before the meeting.") in said
    assert said.count(words("da").t("Held over to a later meeting.")) == 1


def test_a_repeat_of_what_decides_nothing_is_done_once(scene: Scene) -> None:
    [case_id] = scene.ready(1)
    meeting = scene.plan()
    scene.put_on(meeting, [case_id])
    scene.open(meeting, "karim", "jens")
    terms = {"reason": "Stedet er ikke fundet.", "until": "1.6.2026"}
    first = scene.decide(meeting, case_id, "postpone", who="karim", command_id="twice", **terms)
    again = scene.decide(meeting, case_id, "postpone", who="karim", command_id="twice", **terms)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.state_version == first.state_version
    assert kinds(scene, f"meeting:{meeting}").count("meeting.decided") == 1
