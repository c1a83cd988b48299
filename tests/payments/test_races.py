"""Two people at one list at one moment, on both engines: one does it, the other is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle

from sqlmodel import func, select

import pool.ledger as ledger
from pool import payments
from pool.models.case import Payment
from tests.payments.scene import CVR, POOL, Scene
from tests.support.together import Outcomes, together

MOVED = (payments.ListMoved, payments.NotNow, payments.CannotBePaid)


def race(*work: Callable[[], object]) -> Outcomes[object]:
    turns: Iterator[Callable[[], object]] = cycle(work)
    return together(len(work), lambda: next(turns)())


def test_two_release(scene: Scene) -> None:
    world = scene.world
    list_id = scene.prepared(scene.granted(CVR))
    people = [world.actor("else", POOL), world.actor("sofie", POOL)]
    # Sofie decided, and is refused in any case; Else races herself by two windows.
    found = race(
        *(
            lambda name=name: payments.release(world.house, name, list_id, 1, people[0], world.now)
            for name in ("one", "two")
        )
    )
    assert len(found.results) == 1
    assert [type(error) for error in found.errors] == [payments.ListMoved]
    assert scene.one(list_id).sha256 == found.results[0]


def test_release_against_drop(scene: Scene) -> None:
    world = scene.world
    list_id = scene.prepared(scene.granted(CVR))
    found = race(
        lambda: payments.release(
            world.house, "release", list_id, 1, world.actor("else", POOL), world.now
        ),
        lambda: payments.drop(
            world.house, "drop", list_id, 1, "Nej", world.actor("ole", POOL), world.now
        ),
    )
    assert len(found.results) == len(found.errors) == 1
    assert isinstance(found.errors[0], MOVED)
    assert scene.one(list_id).state in ("released", "dropped")


def test_two_mark_paid(scene: Scene) -> None:
    world = scene.world
    list_id = scene.released(scene.granted(CVR), scene.granted(CVR))
    item = scene.items(list_id)[0]
    ole, other = world.actor("ole", POOL), world.actor("else", POOL)
    found = race(
        lambda: payments.mark_line(
            world.house, "one", item.id or 0, 2, "KOR-1", "02.03.2026", ole, world.now
        ),
        lambda: payments.mark_all(
            world.house, "all", list_id, 2, "KOR-2", "02.03.2026", other, world.now
        ),
    )
    assert all(isinstance(error, MOVED) for error in found.errors)
    for outcome in scene.pay_all(list_id) if scene.one(list_id).state == "released" else ():
        assert outcome.error is None
    with world.database.read() as session:
        assert session.exec(select(func.count()).select_from(Payment)).one() == 2
        assert ledger.status(session, POOL, 2026).paid == 2 * 950_000
        assert ledger.verify(session).ok


def test_two_lists_want_one_payment(scene: Scene) -> None:
    world = scene.world
    chosen = scene.chosen(scene.granted(CVR))
    found = race(
        *(
            lambda name=name: payments.prepare(
                world.house, name, POOL, chosen, world.actor("ole", POOL), world.now
            )
            for name in ("one", "two")
        )
    )
    assert len(found.results) == 1
    assert [type(error) for error in found.errors] == [payments.CannotBePaid]
