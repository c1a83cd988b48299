"""A claim that waits to be approved, for the world every page is visited in."""

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
    seed = scene.seed_for(story.case(case_id).number, drawn=False)
    with (
        mock.patch.object(effects_reports, "new_seed", return_value=seed),
        mock.patch.object(effects_reports, "drawn", drawing.drawn),
    ):
        scene.tell(story, case_id, food="10.000", rent="6.000")
    story.do(case_id, "sofie", "claim-unspent", reasons="Der er penge til overs.")
    waits = scene.mails(story, case_id, "claim")[0].id
    for name in ("draft", "let_go", "discard"):
        world.values[f"drafts.{name}.message_id"] = waits
