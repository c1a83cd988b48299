"""The year's meetings and their deadlines."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pool.meetings import calendar
from pool.meetings.errors import CannotBe, NotForYou, NotNow
from tests.meetings.scene import Scene
from tests.support.district import POOL


def published(scene: Scene, pool: str = POOL) -> Any:
    with scene.world.database.read() as session:
        definition = scene.world.house.definitions.current(pool)
        return calendar.published(session, definition, scene.world.now)


def test_a_year_is_entered_at_once_and_published(scene: Scene) -> None:
    assert published(scene) is None
    scene.plan("18.3.2026\n17.6.2026; 15.4.2026, 13.5.2026\n")
    found = published(scene)
    assert [one.held_on.month for one in found.meetings] == [3, 4, 5, 6]
    first = found.meetings[0]
    assert (first.begins_at, first.ends_at, first.deadline_on) == (
        "17:00", "19:30", date(2026, 2, 25),
    )  # fmt: skip
    assert found.next_meeting.held_on == date(2026, 3, 18)
    # the deadline of the first meeting has passed: what comes now is for the one after
    assert found.next_deadline.held_on == date(2026, 4, 15)
    scene.world.now += timedelta(days=60)
    assert published(scene).next_meeting.held_on == date(2026, 5, 13)


def test_a_light_pool_has_no_calendar_and_asks_the_database_nothing(scene: Scene) -> None:
    assert published(scene, "urban-life") is None
    wish = calendar.Plan("x", "urban-life", "18.3.2026", "17", "", "", "21")
    with pytest.raises(KeyError):
        calendar.plan(scene.world.house, wish, scene.actor("sofie"), scene.world.now)


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"days": "32.3.2026"}, "days", "no-day"),
        ({"days": ""}, "days", "required"),
        ({"days": "18.3.2026\n18.3.2026"}, "days", "twice"),
        ({"days": "1.3.2026"}, "days", "past"),
        ({"begins_at": "25"}, "begins_at", "no-time"),
        ({"begins_at": ""}, "begins_at", "required"),
        ({"ends_at": "16.59"}, "ends_at", "ends-before"),
        ({"deadline_days": "mange"}, "deadline_days", "number"),
        ({"place": "x" * 201}, "place", "too-long"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_cannot_be_is_told_at_its_field(
    scene: Scene, changed: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(CannotBe) as told:
        scene.plan(**{"days": "18.3.2026", **changed})
    assert (told.value.field, told.value.code) == (field, code)
    assert published(scene) is None


def test_a_day_is_taken_once_and_planning_is_for_who_runs_meetings(scene: Scene) -> None:
    scene.plan("18.3.2026")
    with pytest.raises(CannotBe):
        scene.plan("18.3.2026")
    wish = calendar.Plan("x", POOL, "19.3.2026", "17", "", "", "21")
    with pytest.raises(NotForYou):
        calendar.plan(scene.world.house, wish, scene.actor("jens"), scene.world.now)


def test_a_meeting_is_moved_and_called_off(scene: Scene) -> None:
    meeting_id = scene.plan("18.3.2026")

    def change(**typed: str) -> None:
        as_it_is = {
            "held_on": "18.3.2026", "begins_at": "17", "ends_at": "", "place": "",
            "deadline_on": "",
        }  # fmt: skip
        version = scene.meeting(meeting_id).version
        wish = calendar.Change(scene.world.new_id(), meeting_id, version, **{**as_it_is, **typed})
        calendar.change(scene.world.house, wish, scene.actor("karim"), scene.world.now)

    with pytest.raises(CannotBe) as told:
        change(deadline_on="19.3.2026")
    assert told.value.code == "deadline-after"
    change(held_on="25.3.2026", begins_at="kl. 18.15", deadline_on="10.3.2026")
    moved = scene.meeting(meeting_id)
    assert (moved.held_on.day, moved.begins_at, moved.ends_at) == (25, "18:15", "")

    off = calendar.CallOff(scene.world.new_id(), meeting_id)
    calendar.call_off(scene.world.house, off, scene.actor("sofie"), scene.world.now)
    assert scene.meeting(meeting_id).state == "off"
    assert scene.mails("meeting-off") == []  # nobody had been told of it
    with pytest.raises(NotNow):
        change()
    scene.plan("25.3.2026")  # the day is free again
