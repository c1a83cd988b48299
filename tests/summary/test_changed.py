"""Grants that were raised and lowered in the year's figures: one grant each, as it is now, and what
was told before the change stays as it was. Plain SQL comes to the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pool.db import Database
from pool.summary.model import Counts, Request
from pool.summary.steering import overview
from tests.summary.agreement import collected
from tests.summary.test_again import Telling, sent
from tests.support.district import make_district
from tests.support.house import RECORD

START = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest.fixture
def telling(database: Database) -> Telling:
    return Telling(make_district(database, START))


def test_a_changed_grant_is_one_grant_as_it_is_now(telling: Telling) -> None:
    world = telling.world
    a, b, c = (world.apply(title=f"Sag {letter}") for letter in "abc")
    telling.step()
    world.do(a, "sofie", "grant", record={**RECORD, "made_on": "2026-02-06"})
    made_on, told_on = world.case(a), world.now
    world.do(b, "karim", "grant-part", amount="4.000", reasons="Teltet kan lånes.")
    world.do(c, "karim", "grant")
    sent(world)
    telling.step(30)
    world.do(a, "karim", "lower", amount="6.000", reasons="Det blev billigere.", unheard="Aftalt.")
    world.do(b, "sofie", "raise", amount="9.500", reasons="Flere kommer.", record={
        **RECORD, "made_on": f"{world.now:%Y-%m-%d}"})  # fmt: skip
    telling.step()
    assert telling.counts() == Counts(received=3, full=2, part=1)
    world.do(b, "karim", "raise", amount="11.000", reasons="Endnu flere kommer.")
    telling.step()
    world.do(c, "ole", "pay", reference="B-1", paid_on=f"{world.now:%Y-%m-%d}")
    world.do(c, "karim", "raise", amount="12.000", reasons="Flere kommer.")
    world.do(c, "karim", "stop-rest", reasons="De kom ikke.", unheard="Aftalt.")
    telling.step()
    world.do(a, "sofie", "reopen", reason="Nye oplysninger.")
    telling.step()
    assert telling.counts() == Counts(received=3, full=2, undecided=1)
    telling.stands()

    request = Request.make(("urban-life",), 2026, "provisional", now=world.now)
    year = collected(world.house, request).pools[0]
    grants = {one.case_id: one for one in year.grants}
    assert made_on.decision_id is not None
    assert (f"{grants[a].decided_on}", grants[a].made_how) == ("2026-02-06", "mail")
    assert (grants[b].outcome, grants[b].granted, grants[b].returned) == ("full", 1_100_000, 0)
    assert (grants[b].decided_on, grants[b].made_how) == (told_on.date(), "system")
    assert (grants[c].granted, grants[c].disposed, grants[c].paid) == (1_200_000, 950_000, 950_000)
    assert year.days.measured == 2
    assert year.outside_meeting == {"system": 2}


def test_a_summary_as_of_the_day_before_has_it_as_it_was(telling: Telling) -> None:
    world = telling.world
    a = world.apply(title="Sag a")
    world.do(a, "karim", "grant-part", amount="4.000", reasons="Teltet kan lånes.")
    sent(world)
    telling.step(30)
    day = f"{world.now:%Y-%m-%d}"
    telling.step(10)
    world.do(a, "sofie", "raise", amount="9.500", reasons="Flere kommer.", record={
        **RECORD, "made_on": day})  # fmt: skip
    telling.step()
    telling.stands()


def test_the_steering_groups_page_has_one_line_for_it(telling: Telling) -> None:
    world = telling.world
    a, b = (world.apply(title=f"Sag {letter}") for letter in "ab")
    world.do(b, "karim", "grant")
    made_on = world.now.date()
    telling.step(20)
    world.do(a, "karim", "grant")
    world.do(b, "karim", "raise", amount="12.000", reasons="Flere kommer.")
    world.do(a, "karim", "lower", amount="7.000", reasons="Billigere.", unheard="Aftalt.")
    with world.database.read() as session:
        page = overview(session, world.house, "urban-life", 2026, person_id=None)
    assert page is not None
    assert [(one.case_id, one.outcome) for one in page.grants] == [(b, "full"), (a, "part")]
    assert page.grants[0].decided_on == made_on
    assert page.grants[0].granted == 1_200_000
    assert sum(one.granted for one in page.grants) == page.status.granted == 2_150_000
    assert sum(one.returned for one in page.grants) == page.status.returned == 250_000
