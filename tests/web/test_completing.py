"""A case from another pool on its page: what is missing is filled in, what was noted is read."""

from __future__ import annotations

import pytest
from flask import Flask

from pool.cases import forwarding, notes, recusal, screening
from pool.db import Database
from tests.support import district
from tests.support.district import POOL, make_district
from tests.support.house import World
from tests.web.caseworking import Desk
from tests.web.conftest import Clock

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
WHY = "Det hører til der."


@pytest.fixture
def story(app: Flask, database: Database, clock: Clock) -> World:
    return make_district(database, clock())


def sent_on(story: World, case_id: int, to: str) -> tuple[int, str]:
    story.do(case_id, "sofie", "forward", to_pool=to, reason=WHY)
    with story.database.read() as session:
        found = forwarding.successor(session, case_id)
        assert found is not None
        return found.id or 0, found.number


def test_what_is_missing_is_filled_in_on_a_page(app: Flask, story: World) -> None:
    new, number = sent_on(story, story.apply(), POOL)
    sofie = Desk(app, story, "sofie")
    page = sofie.open(f"/sager/{number}")
    assert "før sagen kan komme videre" in page.text
    page = sofie.click("Udfyld det, der mangler")
    assert page.heading == "Udfyld det, der mangler"
    page = sofie.press("Gem svarene", status=422)
    assert len(page.errors) == 2
    page = sofie.press("Gem svarene", choose={"q_place": "husum"})
    assert "Der mangler stadig" in page.text
    assert story.case(new).place == "husum"
    sofie.click("Udfyld det, der mangler")
    assert 'name="q_place"' not in sofie.page.html
    page = sofie.press("Gem svarene", q_benefit="Alle kan komme.")
    assert "Alt det, der manglede, er udfyldt." in page.text
    assert "Udfyldt af sekretariatet" in page.text
    assert "Manglende svar udfyldt" in page.text
    assert "før sagen kan komme videre" not in page.text
    assert "Der mangler ikke noget." in sofie.open(f"/sager/{number}/udfyld").text
    Desk(app, story, "ole").open(f"/sager/{number}/udfyld", 404)


def test_what_was_noted_in_the_first_pool_is_read_in_the_other(app: Flask, story: World) -> None:
    case_id = district.apply(story)
    secretariat = story.actor("sofie", POOL)
    notes.note(story.house, story.new_id(), case_id, "Ringede til fsb.", secretariat, story.now)
    notes.talk(
        story.house, story.new_id(), case_id, "Hun er syg.", secretariat, story.now,
        whom="Lene", how="phone",
    )  # fmt: skip
    points = story.house.definitions.current(POOL).checklist
    marks = {point.key: ("no", "Uden for kvarteret.") for point in points}
    screening.mark(story.house, story.new_id(), case_id, marks, secretariat, story.now)
    _, number = sent_on(story, case_id, "urban-life")
    for name in ("jens", "sofie"):
        text = Desk(app, story, name).open(f"/sager/{number}").text
        for said in ("Ringede til fsb.", "Hun er syg.", "Uden for kvarteret."):
            assert said in text, (name, said)
    recusal.declare(story.house, case_id, "Bor der.", secretariat, story.now)
    text = Desk(app, story, "sofie").open(f"/sager/{number}").text
    assert "Ringede til fsb." not in text
