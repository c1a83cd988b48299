"""What the world of :mod:`tests.web.world` has of meetings: one ahead whose agenda was sent, and
one that is being held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.meetings.scene import Scene
from tests.support.district import POOL
from tests.web.world_later import open_district

if TYPE_CHECKING:
    from tests.web.world import World

HELD = ("hold", "close", "hold_over", "stays_out", "note", "take_up")


def add(world: World) -> None:
    """Something to show under the addresses of meetings."""
    open_district(world)
    scene = Scene(world.story)
    today = world.story.now.strftime("%d.%m.%Y")
    held = scene.plan(today)
    ahead = scene.plan("18.3.2026")
    first, second, third = scene.ready(3)
    scene.put_on(held, [first, second])
    scene.put_on(ahead, [third])
    scene.send(ahead)
    scene.run_errands()
    scene.open(held, "karim", "jens")
    scene.hold_over(held, second, None)
    world.values |= {"meeting_id": ahead, "meetings.kind": "agenda", "meetings.version": 1}
    world.values |= {f"meetings.{name}.meeting_id": held for name in HELD}
    world.values["meetings.plan.pool_key"] = POOL
    world.values["meetings.item_id"] = scene.item(held, first).id
    world.values["meetings.take_up.item_id"] = scene.item(held, second).id
