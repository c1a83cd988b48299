"""Every figure of a summary recomputed by plain SQL, equal to the øre, on both axes."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

import pool.journal as journal
import pool.ledger as ledger
from pool.cases.house import Definitions, House
from pool.db import Database
from pool.ledger.posting import Line, post
from pool.summary.model import Axis, Counts, Request, to_json
from tests.imports.tables import SHIPPED
from tests.summary.agreement import collected, differences
from tests.summary.late import write_late
from tests.summary.neighbours import BUDGET, bring_in
from tests.support.years import generate
from workflows.loading import load_all

PAID = (("closed", 2), ("paid", 2), ("refused", 1))
NOW = datetime(2027, 8, 1, 10, tzinfo=UTC)


def _house(database: Database) -> House:
    return House(database, Definitions(load_all(None)), "http://127.0.0.1:8000")


def _requests(*pools: str, few: bool = False) -> list[Request]:
    """A year on the two axes: hardly begun, a part of it, at its end, and long after. ``few``:
    its end, on both, and a day of it as it was known a month later."""
    made = [Request.make(pools, 2026, "final", now=NOW)] if not few else []
    days = (date(2025, 12, 31), date(2026, 3, 31), date(2026, 12, 31))
    for day in days[2:] if few else days:
        made.append(Request.make(pools, 2026, "provisional", now=NOW, as_of=day))
        made.append(Request.make(pools, 2026, "final", now=NOW, as_of=day, axis="effective"))
    known = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
    made.append(
        Request.make(
            pools, 2026, "final", now=NOW, as_of=date(2026, 8, 31), axis="effective", known_at=known
        )
    )
    return made


@pytest.mark.parametrize("pool", ["bydelspulje", "knowledge"])
def test_a_generated_year(database: Database, pool: str) -> None:
    house = _house(database)
    generate(database, house.definitions, pool=pool, year=2025, cases=25, seed=2)
    made = generate(database, house.definitions, pool=pool, year=2026, cases=200, seed=1)
    assert made.until < NOW
    with database.read() as session:
        assert ledger.verify(session).faults == ()
        assert journal.verify(session) == []
    for request in _requests(pool, few=not database.is_sqlite):
        assert differences(house, request) == [], request
    last = collected(house, _requests(pool)[0]).pools[0]
    assert last.counts.received == 200
    assert min(last.counts.full, last.counts.part, last.counts.refused, last.counts.dropped) > 5
    assert last.before is not None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_generated_year_of_2000_cases(database: Database) -> None:
    house = _house(database)
    generate(database, house.definitions, pool="bydelspulje", year=2026, cases=2000, seed=7)
    last = Request.make(("bydelspulje",), 2026, "final", now=NOW)
    for request in (last, *_requests("bydelspulje", few=True)):
        assert differences(house, request) == [], request


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("cases", "seed"), [(20_000, 11), (2_000, 12), (2_000, 13)])
def test_large_years_on_both_engines(database: Database, cases: int, seed: int) -> None:
    house = _house(database)
    for pool in ("bydelspulje", "knowledge"):
        generate(database, house.definitions, pool=pool, year=2025, cases=cases // 20, seed=seed)
        generate(database, house.definitions, pool=pool, year=2026, cases=cases, seed=seed)
    with database.read() as session:
        assert ledger.verify(session).faults == ()
        assert journal.verify(session) == []
    for request in _requests("bydelspulje", "knowledge"):
        assert differences(house, request) == [], request


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_many_years(database: Database, seed: int) -> None:
    house = _house(database)
    generate(database, house.definitions, pool="knowledge", year=2026, cases=20 + seed, seed=seed)
    for request in _requests("knowledge"):
        assert differences(house, request) == [], request


@pytest.mark.parametrize("cases", [0, 1, 12, 29, 30])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_small_years(database: Database, cases: int) -> None:
    house = _house(database)
    generate(database, house.definitions, pool="urban-life", year=2026, cases=cases, seed=cases)
    generate(database, house.definitions, pool="knowledge", year=2026, cases=min(cases, 3), seed=5)
    for request in _requests("urban-life", "knowledge"):
        assert differences(house, request) == [], request


def test_the_neighbouring_pool_2017(database: Database) -> None:
    world = bring_in(database)
    house, now = world.house, world.now + timedelta(days=1)
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    granted = {line["title"]: int(line["granted"]) * 100 for line in lines if line["granted"]}
    assert (len(lines), len(granted), sum(granted.values())) == (38, 32, 70_470_000)

    whole = Request.make(("bydelspulje",), 2017, "final", now=now)
    assert differences(house, whole) == []
    one = collected(house, whole).pools[0]
    assert one.counts == Counts(received=38, granted_unknown=32, refused=6)
    assert {grant.title: grant.granted for grant in one.grants} == granted
    assert (one.money.budget, one.money.granted) == (BUDGET, 70_470_000)
    assert one.money.free == BUDGET - 70_470_000
    assert sum(reason.count for reason in one.refusals) == 6
    known = [int(line["asked"]) * 100 for line in lines if line["asked"]]
    assert (len(known), one.refused_asked) == (2, None), "two amounts are too few to be told"
    assert {reason.asked for reason in one.refusals} == {None}
    assert one.imported == 38
    assert one.outside_meeting == {}
    private = {line["title"] for line in lines if line["applicant_type"] == "privatperson"}
    assert {grant.title for grant in one.grants if grant.applicant is None} == {
        title for title in private if title in granted
    }

    # By the day it is about, as it was before the meeting of 16 March, and after it.
    for day in (date(2017, 3, 15), date(2017, 3, 31), date(2017, 12, 31)):
        request = Request.make(
            ("bydelspulje",), 2017, "final", now=now, as_of=day, axis="effective"
        )
        assert differences(house, request) == []
        by_then = [
            int(line["granted"]) * 100
            for line in lines
            if line["granted"] and line["meeting"] <= day.isoformat()
        ]
        money = collected(house, request).pools[0].money
        assert (money.granted, money.paid) == (sum(by_then), 0)
    # By the day of writing nothing of it was known in 2017.
    early = Request.make(("bydelspulje",), 2017, "final", now=now, as_of=date(2017, 12, 31))
    assert differences(house, early) == []
    assert collected(house, early).pools[0].counts == Counts()


def _move(database: Database, command: str, *lines: tuple[str, int, int, int], **more: Any) -> None:
    """Transfers of one command: kind, from, to, amount."""
    made = [
        Line(kind=kind, from_id=source, to_id=to, amount=amount, **more)
        for kind, source, to, amount in lines
    ]
    database.write(lambda s: post(s, command, made, actor="person:1", now=NOW))


def test_a_year_carried_over_and_closed(database: Database) -> None:
    """What was left went to the next year, to another pool and back; then a payment came back to a
    year that is closed."""
    house = _house(database)
    pool = "knowledge"
    made = generate(database, house.definitions, pool=pool, year=2026, cases=12, seed=1, fates=PAID)

    def prepare(session: Session) -> dict[str, int]:
        after = ledger.open_year(session, pool, 2027)
        other = ledger.open_year(session, "urban-life", 2026)
        return {
            f"{name} {row[1]}": row[0]
            for name, year in (("old", made.year_id), ("next", after.id), ("other", other.id))
            for row in session.execute(
                text("SELECT id, kind, balance FROM account WHERE year_id = :year"), {"year": year}
            )
            if row[1] in ("source", "free", "earmark")
        }

    at = database.write(prepare)
    with database.read() as session:
        left = dict(
            session.execute(
                text("SELECT kind, sum(balance) FROM account WHERE year_id = :year GROUP BY kind"),
                {"year": made.year_id},
            ).all()
        )
        held = session.execute(
            text(
                "SELECT id, parent_id, balance, case_id, decision_id FROM account"
                " WHERE year_id = :year AND kind = 'held' AND balance > 0"
            ),
            {"year": made.year_id},
        ).all()
        paid = session.execute(
            text(
                "SELECT t.id, t.to_id, a.balance, t.case_id, t.decision_id FROM transfer t"
                " JOIN account a ON a.id = t.to_id"
                " WHERE t.year_id = :year AND t.kind = 'post' AND a.balance > 100 ORDER BY t.id"
            ),
            {"year": made.year_id},
        ).all()
    for number, (account, above, balance, case_id, decision_id) in enumerate(held):
        of = {"case_id": case_id, "decision_id": decision_id}
        _move(database, f"void-{number}", ("void", account, above, int(balance)), **of)
    earmarked = int(left["earmark"]) + sum(
        int(row[2]) for row in held if row[1] == at["old earmark"]
    )
    free = (
        int(left["free"]) + earmarked + sum(int(row[2]) for row in held if row[1] == at["old free"])
    )
    _move(database, "unearmark", ("unearmark", at["old earmark"], at["old free"], earmarked))
    carried, moved = 100_050, 20_025
    back = free - carried - moved
    for command, amount, to in (("carry", carried, "next"), ("move", moved, "other")):
        _move(
            database,
            command,
            ("relinquish", at["old free"], at["old source"], amount),
            ("appropriate", at[f"{to} source"], at[f"{to} free"], amount),
        )
    _move(database, "back", ("relinquish", at["old free"], at["old source"], back))
    database.write(lambda s: ledger.set_year_state(s, pool, 2026, "closing"))
    database.write(lambda s: ledger.set_year_state(s, pool, 2026, "closed"))
    post_id, account, _, case_id, decision_id = paid[0]
    _move(
        database,
        "too-late",
        ("return", account, at["old source"], 55),
        cites_id=post_id,
        case_id=case_id,
        decision_id=decision_id,
    )
    later = NOW + timedelta(hours=1)
    axes: tuple[Axis, ...] = ("recorded", "effective")
    for axis in axes:
        for year in (2026, 2027):
            request = Request.make((pool, "urban-life"), year, "final", now=later, axis=axis)
            assert differences(house, request) == [], request
    one = collected(house, Request.make((pool,), 2026, "final", now=later)).pools[0]
    # In November a part of the budget was given back already, as every generated year does.
    assert (one.carried_over, one.money.gone) == (carried, 55)
    assert one.goes_back == back + 55 + 777_700
    assert (one.money.free, one.money.held, one.money.earmarked) == (0, 0, 0)
    assert one.money.budget == one.money.disposed + one.money.gone
    with database.read() as session:
        assert ledger.verify(session).faults == ()


def test_what_is_written_later_shows_in_its_own_month_and_nowhere_before(
    database: Database,
) -> None:
    house = _house(database)
    pool = "bydelspulje"
    made = generate(database, house.definitions, pool=pool, year=2026, cases=150, seed=4)
    asked = _requests(pool, few=True)
    before = [to_json(collected(house, request)) for request in asked]

    later = NOW + timedelta(days=30)
    late = write_late(database, made, later)

    assert [to_json(collected(house, request)) for request in asked] == before
    for request in asked:
        assert differences(house, request) == [], request
    with database.read() as session:
        assert ledger.verify(session).faults == ()

    def money(day: date, known_at: datetime, axis: Axis) -> dict[str, int]:
        request = Request.make(
            (pool,),
            2026,
            "final",
            now=later,
            as_of=day,
            axis=axis,
            known_at=known_at,
        )
        assert differences(house, request) == [], request
        found = collected(house, request).pools[0].money
        return {name: getattr(found, name) for name in ("granted", "returned", "paid", "free")}

    def change(day: date, axis: Axis) -> dict[str, int]:
        then = money(day, NOW, axis)
        return {name: now - then[name] for name, now in money(day, later, axis).items()}

    nothing = dict.fromkeys(("granted", "returned", "paid", "free"), 0)
    end = date(2026, 12, 31)
    eve = late.about - timedelta(days=1)
    # By the day it is about: in September at once, the announced hold already on the day before.
    assert change(late.about, "effective") == {
        "granted": late.announced,
        "returned": late.returned,
        "paid": -late.failed,
        "free": late.returned - late.announced,
    }
    assert change(eve, "effective") == {
        **nothing,
        "granted": late.announced,
        "free": -late.announced,
    }
    # By the day of writing: nothing of it was known at the end of the year.
    assert change(end, "recorded") == nothing
    assert change(late.about, "recorded") == nothing
    today = later.date()
    assert change(today, "recorded") == change(late.about, "effective")
