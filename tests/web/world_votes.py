"""Written votes for the world every page is visited in: one open, one carried, one with too few,
and the link to the open one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pool.cases import open_ballots
from pool.identity import tokens
from tests.meetings.ballot_box import close, propose, ready, vote
from tests.web.world_later import open_district

if TYPE_CHECKING:
    from tests.web.world import World


def add(world: World) -> None:
    story = world.story
    open_district(world)
    opened = ready(story, title="Til afstemning")
    ballot_id = propose(story, opened)
    carried = ready(story, title="Vedtaget på skrift")
    yes = propose(story, carried)
    for who in ("karim", "jens", "amina"):
        vote(story, yes, who, "yes")
    close(story, yes, "karim")
    few = ready(story, title="For få stemte")
    close(story, propose(story, few), "karim")
    jens = open_ballots.subject(ballot_id, story.people["jens"])
    token = world.database.write(
        lambda s: tokens.mint(s, "vote", jens, now=world.now, days=7, once=False)
    )
    world.values |= {
        "voting.token": token,
        "voting.number": story.case(opened).number,
        "casework.assess.number": story.case(opened).number,
        "voting.propose.number": story.case(few).number,
        "voting.alone.number": story.case(few).number,
        "voting.confirm.number": story.case(carried).number,
    }
