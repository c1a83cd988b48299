"""A small year with every figure computed by hand, and what it must agree with."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

import pool.ledger as ledger
from pool.db import Database
from pool.summary.figures import collect
from pool.summary.model import (
    Counts,
    Days,
    Money,
    PoolYear,
    Request,
    Summary,
    fingerprint,
    from_json,
    to_json,
)
from tests.summary.scene import POOL, Scene, ask, at
from tests.support.house import make_world

END = date(2026, 12, 31)


def adds_up(one: PoolYear) -> None:
    """The identities of a year's money."""
    money = one.money
    assert money.budget == money.earmarked + money.disposed + money.free + money.gone
    assert money.disposed == money.held + money.out == money.granted - money.returned
    for name in ("granted", "returned", "paid", "held"):
        assert sum(getattr(grant, name) for grant in one.grants) == getattr(money, name), name
    counts = one.counts
    assert counts.received == counts.granted + counts.refused + counts.undecided + counts.dropped
    assert counts.refused == sum(each.count for each in one.refusals)


def test_the_year_as_it_was_known_at_its_end(scene: Scene) -> None:
    one = scene.year(as_of=END)
    adds_up(one)
    assert one.money == Money(
        budget=9_600_000,
        granted=950_000 + 500_000 + 300_000,
        returned=300_000,
        disposed=1_450_000,
        paid=1_450_000,
        held=0,
        out=1_450_000,
        free=8_150_000,
        appropriated=9_600_000,
    )
    assert one.counts == Counts(received=7, full=2, part=1, refused=1, undecided=2, dropped=1)
    assert [(grant.title, grant.granted, grant.returned, grant.paid) for grant in one.grants] == [
        ("Gadefest", 950_000, 0, 950_000),
        ("Fodbold", 500_000, 0, 500_000),
        ("Loppemarked", 300_000, 300_000, 0),
    ]
    assert (one.asked_granted, one.granted_of_known) == (2_050_000, 1_750_000)
    assert (one.in_books, one.source, one.prefix) == (True, "test", "BT")
    assert (one.goes_back, one.carried_over, one.imported) == (8_150_000, 0, 0)
    assert one.before is None


def test_one_grant_tells_all_that_came_of_it(scene: Scene) -> None:
    grant = scene.year(as_of=END).grants[0]
    assert grant.number == "BT-2026-1"
    assert (grant.applicant, grant.member_unit) == ("klub husum", True)
    assert (grant.decided_on, grant.precision) == (date(2026, 2, 9), "day")
    assert (grant.made_how, grant.outcome) == ("meeting", "full")
    assert grant.purpose == "Vi lærer hinanden at kende."
    assert (grant.reported, grant.took_place, grant.participants) == (True, True, 120)
    assert grant.result == "Naboerne hilser."
    other = scene.year(as_of=END).grants[1]
    assert (other.applicant, other.member_unit) == (None, False)
    assert (other.reported, other.took_place, other.result) == (False, None, "")


def test_what_is_always_told(scene: Scene) -> None:
    one = scene.year(as_of=END)
    assert [(each.key, each.count, each.asked) for each in one.refusals] == [("too-few", 1, None)]
    assert one.refusals[0].label["da"]
    assert one.refused_asked is None, "one amount is nobody else's to know"
    assert one.outside_meeting == {"mail": 1, "system": 2}
    assert (one.recusal_cases, one.recusals) == (1, 1)
    assert (one.member_units, one.member_units_granted) == (1, 950_000)
    assert (one.initiatives, one.initiatives_granted) == (0, 0)
    assert one.breakdowns == ()


def test_days_are_counted_to_the_answer(scene: Scene) -> None:
    # a 8 days, b 49 (49 days are more than fifteen working days), c and d 7.
    assert scene.year(as_of=END).days == Days(
        measured=4, median=None, ninth=None, longest=None, in_time=3, late=1, promise_days=15
    )


def test_the_course_of_the_year_stands_as_each_month_ended(scene: Scene) -> None:
    course = scene.year(as_of=END).course
    assert [month.month for month in course] == [f"2026-{n:02d}" for n in range(1, 13)]
    assert [(month.disposed, month.paid) for month in course[:6]] == [
        (0, 0),
        (950_000, 950_000),
        (950_000, 950_000),
        (1_450_000, 1_450_000),
        (1_450_000, 1_450_000),
        (1_450_000, 1_450_000),
    ]
    assert {month.budget for month in course} == {9_600_000}
    assert course[-1].free == 8_150_000
    for month, day in ((3, 31), (5, 31), (12, 31)):
        money = scene.year(as_of=date(2026, month, day)).money
        told = course[month - 1]
        assert (told.disposed, told.paid, told.free) == (money.disposed, money.paid, money.free)


def test_a_month_that_has_not_begun_has_no_course(scene: Scene) -> None:
    assert [month.month for month in scene.year(as_of=date(2026, 3, 10)).course] == [
        "2026-01",
        "2026-02",
        "2026-03",
    ]


def test_now_it_is_what_the_ledger_says(scene: Scene) -> None:
    one = scene.year()
    adds_up(one)
    with scene.world.database.read() as session:
        status = ledger.status(session, POOL, 2026).figures()
    assert {name: getattr(one.money, name) for name in status} == status


def test_the_year_before_stands_beside(scene: Scene) -> None:
    before = scene.year(year=2027, as_of=date(2027, 1, 15)).before
    now = scene.year(as_of=date(2027, 1, 15))
    assert before is not None
    assert (before.year, before.money, before.counts) == (2026, now.money, now.counts)
    assert type(before.money.granted) is int


def test_a_year_nobody_opened_is_empty(scene: Scene) -> None:
    one = scene.year(year=2024)
    assert not one.in_books
    assert (one.money, one.counts) == (Money(), Counts())
    assert (one.grants, one.course, one.before) == ((), (), None)


def test_no_case_and_one(database: Database) -> None:
    world = make_world(database, at(2026, 3, 2))
    nothing = ask(world).pools[0]
    adds_up(nothing)
    assert (nothing.counts, nothing.money.free) == (Counts(), 9_600_000)
    world.do(world.apply(), "karim", "grant")
    single = ask(world).pools[0]
    adds_up(single)
    assert single.counts == Counts(received=1, full=1)
    assert (single.money.held, single.money.free) == (950_000, 8_650_000)


def test_several_pools_in_the_order_asked_for(scene: Scene) -> None:
    summary = scene.ask(pools=("knowledge", POOL), as_of=END)
    assert [one.pool for one in summary.pools] == ["knowledge", POOL]
    assert [head.chain for head in summary.heads] == [
        "ledger:knowledge",
        f"ledger:{POOL}",
        "journal",
    ]
    with pytest.raises(KeyError):
        scene.ask(pools=("nobodys",))


def test_the_heads_are_those_of_the_chains(scene: Scene) -> None:
    heads = {head.chain: head for head in scene.ask().heads}
    with scene.world.database.read() as session:
        books = {head.book: head for head in ledger.heads(session)}
    assert (heads[f"ledger:{POOL}"].n, heads[f"ledger:{POOL}"].hash) == (
        books[POOL].n,
        books[POOL].hash,
    )
    earlier = {head.chain: head for head in scene.ask(as_of=END).heads}
    assert earlier[f"ledger:{POOL}"].n == books[POOL].n - 2
    assert earlier["journal"].n < heads["journal"].n
    assert earlier["journal"].hash != heads["journal"].hash


def test_it_goes_through_json_and_back(scene: Scene) -> None:
    summary: Summary = scene.ask(pools=(POOL, "knowledge"))
    assert from_json(to_json(summary)) == summary
    assert fingerprint(replace(summary, software="another")) == fingerprint(summary)
    assert asdict(summary)["pools"][0]["counts"]["received"] == 7


def test_the_queries_are_as_many_for_seven_cases_as_for_none(scene: Scene) -> None:
    def queries(year: int) -> int:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            seen.append(statement)

        engine = scene.world.database.engine
        request = Request.make((POOL,), year, "final", now=scene.world.now)
        with scene.world.database.read() as session:
            session.connection()
            event.listen(engine, "before_cursor_execute", note)
            try:
                collect(session, scene.world.house, request)
            finally:
                event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    assert queries(2024) <= queries(2026) <= 15


def test_what_goes_back_is_told_apart_from_what_moves_on(database: Database) -> None:
    world = make_world(database, at(2026, 1, 5))
    how: dict[str, Any] = {"actor": "person:1", "effective_on": date(2026, 12, 20)}

    def work(session: Session) -> None:
        now = at(2026, 12, 20)
        years = {number: ledger.open_year(session, POOL, number).id or 0 for number in (2027, 2028)}
        this = ledger.get_year(session, POOL, 2026).id or 0
        other = ledger.get_year(session, "knowledge", 2026).id or 0
        for name, amount, gets in (
            ("back", 100, None),
            ("carried", 20, years[2027]),
            ("moved", 3, other),
        ):
            ledger.relinquish(session, year_id=this, amount=amount, command_id=name, now=now, **how)
            if gets is not None:
                ledger.appropriate(
                    session, year_id=gets, amount=amount, command_id=name, line=2, now=now, **how
                )

    database.write(work)
    world.now = at(2026, 12, 31)
    one = ask(world).pools[0]
    adds_up(one)
    free = 9_600_000 - 123
    assert (one.money.budget, one.money.free) == (free, free)
    assert one.money.appropriated == 9_600_000
    assert (one.goes_back, one.carried_over, one.moved_on) == (free + 100, 20, 3)
