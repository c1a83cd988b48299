"""What the world of :mod:`tests.web.world` has of the big pool: its year, a decision that waits
to be announced, and somebody whom the group keeps out of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pool.cases import money, recusal
from pool.clock import local_day
from pool.plan import open_year
from tests.support.district import POOL, apply, to_decided

if TYPE_CHECKING:
    from tests.web.world import World


def open_district(world: World) -> None:
    """The big pool's year, unless it is open."""
    story = world.story
    year = local_day(story.now).year
    with story.database.read() as session:
        if money.year(session, POOL, year) is not None:
            return
    open_year(
        story.house, pool=POOL, year=year, budget=70_000_000, source="test",
        command_id=f"open-{POOL}", actor=story.actor("ole"), now=story.now,
    )  # fmt: skip


def add(world: World) -> None:
    """Something to show under the addresses of announcing, of many cases, and of interests."""
    story = world.story
    open_district(world)
    decided = apply(story, title="Afgjort og ikke meddelt")
    to_decided(story, decided)
    number = story.case(decided).number
    world.values |= {
        "casework.announcements.pool_key": POOL,
        "casework.draft_letter.number": number,
        "casework.discard_letter.number": number,
    }
    world.queries["casework.many"] = {"valgt": number}
    settled = story.apply(title="Et medlem er ude", email="ude@eksempel.example")
    recusal.settle(
        story.house, story.new_id(), settled, story.people["amina"], "Sidder i bestyrelsen.",
        story.actor("karim"), story.now,
    )  # fmt: skip
    world.values |= {
        "casework.lift_recusal.number": story.case(settled).number,
        "casework.lift_recusal.person_id": story.people["amina"],
    }
