"""Decisions that were undone, reopened and revoked, and cases that went elsewhere, in the year's
figures: what was told at a moment stays, byte for byte, and plain SQL comes to the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from pool.db import Database
from pool.models.outbox import Message
from pool.summary.model import Counts, Request, to_json
from pool.summary.steering import overview
from tests.summary.agreement import collected, differences
from tests.support.district import make_district
from tests.support.house import RECORD, World

POOLS = ("urban-life", "bydelspulje")
START = datetime(2026, 2, 2, 9, tzinfo=UTC)


class Telling:
    """Asks for the year after each step, and again at the end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.told: list[tuple[Request, str]] = []

    def step(self, days: int = 7) -> None:
        for axis in ("recorded", "effective"):
            request = Request.make(POOLS, 2026, "provisional", now=self.world.now, axis=axis)
            assert differences(self.world.house, request) == []
            self.told.append((request, to_json(collected(self.world.house, request))))
        self.world.now += timedelta(days=days)

    def stands(self) -> None:
        for request, before in self.told:
            assert to_json(collected(self.world.house, request)) == before, request

    def counts(self) -> Counts:
        request = Request.make(POOLS, 2026, "provisional", now=self.world.now)
        return collected(self.world.house, request).pools[0].counts


def sent(world: World) -> None:
    def leave(session: Session) -> None:
        for one in session.exec(select(Message).where(Message.state == "queued")):
            one.state = "sent"
            session.add(one)

    world.database.write(leave)


@pytest.fixture
def telling(database: Database) -> Telling:
    return Telling(make_district(database, START))


def test_what_was_told_stays(telling: Telling) -> None:
    world = telling.world
    a, b, c, d = (world.apply(title=f"Sag {letter}") for letter in "abcd")
    telling.step()
    world.do(a, "karim", "grant")
    telling.step()
    world.do(a, "karim", "undo", reason="Forkert sag.")
    telling.step()
    world.do(a, "karim", "refuse", reasons="Kriteriet om tryghed er ikke opfyldt.")
    world.do(b, "karim", "grant")
    sent(world)
    telling.step(30)
    world.do(a, "sofie", "reopen", reason="Nye oplysninger.")
    world.do(b, "sofie", "reopen", reason="Nye oplysninger.")
    telling.step()
    assert telling.counts() == Counts(received=4, undecided=4)
    world.do(b, "karim", "refuse", reasons="Kriteriet om tryghed er ikke opfyldt.")
    world.do(a, "karim", "grant-part", amount="5.000", reasons="Teltet kan lånes.")
    sent(world)
    telling.step()
    world.do(a, "karim", "revoke", reasons="Forudsætningen brast.", unheard="Sagt selv.", record={
        **RECORD, "made_on": f"{world.now:%Y-%m-%d}"})  # fmt: skip
    world.do(c, "applicant", "withdraw")
    telling.step()
    assert telling.counts() == Counts(received=4, part=1, refused=1, undecided=1, dropped=1)
    world.do(c, "sofie", "reopen", reason="Det bliver til noget alligevel.")
    telling.step()
    assert telling.counts() == Counts(received=4, part=1, refused=1, undecided=2)
    world.do(d, "sofie", "forward", to_pool="bydelspulje", reason="Den hører til dér.")
    telling.step()
    assert telling.counts() == Counts(received=3, part=1, refused=1, undecided=1)
    request = Request.make(POOLS, 2026, "provisional", now=world.now)
    assert collected(world.house, request).pools[1].counts == Counts(received=1, undecided=1)
    telling.stands()


def test_the_steering_groups_page_adds_up(telling: Telling) -> None:
    world = telling.world
    a, b, c = (world.apply(title=f"Sag {letter}") for letter in "abc")
    for one in (a, b, c):
        world.do(one, "karim", "grant")
    world.do(a, "karim", "undo", reason="Forkert sag.")
    sent(world)
    world.do(b, "sofie", "reopen", reason="Nye oplysninger.")
    world.do(c, "karim", "revoke", reasons="Forudsætningen brast.", unheard="Sagt selv.")
    with world.database.read() as session:
        page = overview(session, world.house, "urban-life", 2026, person_id=None)
    assert page is not None
    assert [one.case_id for one in page.grants] == [b, c]
    assert (page.received, page.undecided, page.dropped) == (3, 2, 0)
    assert sum(one.granted for one in page.grants) == page.status.granted == 1_900_000
    assert sum(one.returned for one in page.grants) == page.status.returned == 1_900_000
