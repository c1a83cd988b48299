"""Several postings that are one payment, though somebody matched the first of them already."""

from __future__ import annotations

import pytest
from sqlmodel import select

from pool import books
from pool.books import BooksError
from pool.cases import recusal
from pool.models.books import PostingMatch
from tests.books.scene import POOL, YEAR, compare, csv, pay, told, upload
from tests.support.house import World

PAID = "13-03-2026;2.050,00;B-1;Tilskud"
MENDED = "20-03-2026;450,00;R-9;Berigtigelse"


@pytest.fixture(autouse=True)
def both(world: World) -> None:
    pay(world, "B-1", 2_500)
    upload(world, csv(PAID, MENDED), sign="plus", dates="dmy")


def matches(world: World) -> int:
    with world.database.read() as session:
        return len(session.exec(select(PostingMatch)).all())


def pair(
    world: World, postings: list[int], transfers: list[int], seen: object = (), who: str = "ole"
) -> int:
    return books.pair(
        world.house, world.new_id(), pool=POOL, year=YEAR, postings=postings, transfers=transfers,
        seen=seen, actor=world.actor(who), now=world.now,  # type: ignore[arg-type]
    )  # fmt: skip


def ids(world: World) -> tuple[int, int, int]:
    """The posting of 2.050, that of 450, our payment."""
    found = compare(world)
    lines = [*found.free_postings, *(one for group in found.matched for one in group.postings)]
    items = [*found.free_items, *(one for group in found.matched for one in group.items)]
    first, more = sorted(lines, key=lambda one: -one.amount)[:2]
    return first.id, more.id, items[0].id


def refused(world: World, *told: object, **more: object) -> str:
    with pytest.raises(BooksError) as error:
        pair(world, *told, **more)  # type: ignore[arg-type]
    return error.value.code


def test_two_postings_of_one_payment_in_one_go(world: World) -> None:
    first, more, ours = ids(world)
    assert told(world) == [("amount", 2050, 2500), ("theirs", 450, 0)]
    assert pair(world, [first, more], [ours]) == 0
    assert compare(world).agreement.agrees


def test_a_posting_is_added_to_a_pair_from_either_side(world: World) -> None:
    first, more, ours = ids(world)
    assert pair(world, [first], [ours]) == -45_000
    assert refused(world, [more], [ours]) == "taken"  # the pair was not seen
    assert refused(world, [more], [ours], [(more, ours)]) == "taken"
    assert pair(world, [more], [ours], [(first, ours)]) == 0
    (group,) = compare(world).matched
    assert ([one.id for one in group.postings], group.how) == ([first, more], "hand")
    assert compare(world).agreement.agrees
    with world.database.read() as session:
        assert books.result(session, POOL, YEAR) == compare(world).agreement
    books.undo(world.house, world.new_id(), more, world.actor("ole"), world.now)
    assert matches(world) == 0


def test_a_match_stays_one_to_several(world: World) -> None:
    first, more, ours = ids(world)
    pair(world, [first], [ours])
    pay(world, "B-2", 450)
    (other,) = compare(world).free_items
    assert refused(world, [more], [ours, other.id], [(first, ours)]) == "one-match"
    pair(world, [more], [other.id])  # agrees, and is no part of anything more
    assert refused(world, [more], [ours], [(first, ours), (more, other.id)]) == "one-match"
    assert matches(world) == 2


def test_who_stays_out_adds_nothing(world: World) -> None:
    first, more, ours = ids(world)
    pair(world, [first], [ours])
    (case_id,) = {one.case_id for group in compare(world).matched for one in group.items}
    assert case_id is not None
    recusal.declare(world.house, case_id, "Min søster.", world.actor("sofie"), world.now)
    assert refused(world, [more], [ours], [(first, ours)], who="sofie") == "stays-out"
