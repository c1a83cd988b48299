"""Accounts that were drawn, for the world every page is visited in: their vouchers are awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

from pool.cases import effects_reports
from tests.reports import scene
from tests.web.world_later import open_district
from workflows import drawing

if TYPE_CHECKING:
    from tests.web.world import World


def add(world: World) -> None:
    story = world.story
    open_district(world)
    case_id = scene.paid(story)
    number = story.case(case_id).number
    seed = scene.seed_for(number, drawn=True)
    with (
        mock.patch.object(effects_reports, "new_seed", return_value=seed),
        mock.patch.object(effects_reports, "drawn", drawing.drawn),
    ):
        scene.tell(story, case_id, food="16.000", rent="6.000")
    world.values["applicant.vouchers.number"] = number
    world.links.append(f"case:{case_id}")
