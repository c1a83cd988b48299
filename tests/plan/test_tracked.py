"""What the workers keep: how each day ended, warnings at thresholds, alarms that name transfers,
heads once a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

import pool.ledger as ledger
from pool.cases.house import Definitions, House
from pool.db import Database
from pool.models.outbox import Message
from pool.models.years import Snapshot
from pool.plan import alarms, closing, heads, snapshots, watch
from pool.plan.closing import Step
from tests.support.house import World, make_world
from workflows.loading import load_all

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POOL = "urban-life"


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database, NOW)


def days(world: World, pool: str = POOL) -> list[Snapshot]:
    with world.database.read() as session:
        year_id = ledger.get_year(session, pool, 2026).id or 0
        return snapshots.of_year(session, year_id)


def told(session: Session, template: str) -> list[Message]:
    return list(
        session.exec(select(Message).where(Message.template == template).order_by(col(Message.id)))
    )


def test_the_last_days_of_a_closed_year_are_kept_though_the_worker_was_away(world: World) -> None:
    snapshots.take(world.house, NOW + timedelta(days=1))
    ole, late = world.actor("ole", POOL), NOW + timedelta(days=3)
    closing.begin(world.house, Step("a", POOL, 2026), ole, late)
    closing.give_rest_back(world.house, Step("b", POOL, 2026, 9_600_000), ole, late)
    closing.close(world.house, Step("c", POOL, 2026), ole, late)
    assert snapshots.take(world.house, NOW + timedelta(days=6)) == 3 + 5  # and the other pool's
    assert snapshots.take(world.house, NOW + timedelta(days=9)) == 3
    kept = days(world)
    assert [one.day for one in kept] == [date(2026, 3, 2) + timedelta(days=n) for n in range(4)]
    assert [one.budget for one in kept] == [9_600_000, 9_600_000, 9_600_000, 0]


def test_every_day_that_is_over_is_kept_once_and_missing_ones_are_made_up(world: World) -> None:
    assert snapshots.take(world.house, NOW) == 0  # the first day is not over
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    assert snapshots.take(world.house, NOW + timedelta(days=1)) == 2  # a day of each pool
    world.now = NOW + timedelta(days=2)
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-04")
    # The worker was away for three days; what it makes up is what it would have kept.
    assert snapshots.take(world.house, NOW + timedelta(days=4)) == 6
    assert snapshots.take(world.house, NOW + timedelta(days=4)) == 0
    kept = days(world)
    assert [one.day for one in kept] == [date(2026, 3, 2) + timedelta(days=n) for n in range(4)]
    assert [(one.granted, one.paid, one.free, one.n) for one in kept] == [
        (950_000, 0, 8_650_000, 2),
        (950_000, 0, 8_650_000, 2),
        (950_000, 950_000, 8_650_000, 3),
        (950_000, 950_000, 8_650_000, 3),
    ]
    with world.database.read() as session:
        assert [kept[-1].hash] == [one.hash for one in ledger.heads(session) if one.book == POOL]
        now = ledger.status(session, POOL, 2026).figures()
    assert {name: getattr(kept[-1], name) for name in ledger.FIGURES} == now


def test_a_closed_year_is_left_alone_and_kept_days_never_change(world: World) -> None:
    snapshots.take(world.house, NOW + timedelta(days=1))
    ole = world.actor("ole", POOL)
    closing.begin(world.house, Step("a", POOL, 2026), ole, NOW)
    closing.give_rest_back(world.house, Step("b", POOL, 2026, 9_600_000), ole, NOW)
    closing.close(world.house, Step("c", POOL, 2026), ole, NOW)
    assert snapshots.take(world.house, NOW + timedelta(days=2)) == 1  # of the other pool
    assert len(days(world)) == 1
    for statement in (
        "UPDATE snapshot SET free = free + 1",
        "DELETE FROM snapshot",
        "INSERT INTO snapshot (year_id, day, budget, earmarked, granted, disposed, paid,"
        " returned, free, n, hash, taken_at) SELECT year_id, day, budget, earmarked, granted,"
        " disposed, paid, returned, free, n, hash, taken_at FROM snapshot",
    ):
        with pytest.raises(IntegrityError):
            world.database.write(partial(run, sql=statement))


def run(session: Session, sql: str) -> None:
    session.execute(text(sql))


def house_with(world: World, *limits: int) -> House:
    definitions = load_all(None)
    old = definitions[POOL]
    definitions = {
        **definitions,
        POOL: replace(old, limits=replace(old.limits, warnings=tuple(limits))),
    }
    return House(world.database, Definitions(definitions), world.house.base_url)


def test_a_mail_for_each_limit_that_is_passed_and_again_only_from_above(world: World) -> None:
    house = house_with(world, 9_000_000, 8_000_000)

    def look() -> bool:
        return POOL in watch.low_balances(house, world.now)

    assert not look()
    first = world.apply()
    world.do(first, "karim", "grant")  # 86.500 left: below the first
    assert look()
    assert not look()
    second = world.apply(title="To")
    world.do(second, "karim", "grant")  # 77.000 left: below the second too
    assert look()
    assert not look()
    world.do(second, "applicant", "withdraw")  # above the second, below the first
    assert not look()
    world.now += timedelta(minutes=5)
    third = world.apply(title="Tre")
    world.do(third, "karim", "grant")
    assert look()
    with world.database.read() as session:
        limits = [one.data["limit"] for one in told(session, "low-balance")]
    assert limits == [9_000_000] * 2 + [8_000_000] * 4  # the secretariat and the chair each


def test_two_limits_passed_at_once_are_one_mail_with_the_lowest(world: World) -> None:
    house = house_with(world, 9_500_000, 9_000_000)
    world.do(world.apply(), "karim", "grant")
    assert watch.low_balances(house, world.now) == (POOL,)
    assert watch.low_balances(house, world.now) == ()
    with world.database.read() as session:
        assert [one.data["limit"] for one in told(session, "low-balance")] == [9_000_000] * 2


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_alarm_names_the_transfers(world: World) -> None:
    """The guards are taken away, as by somebody who may alter the schema."""
    world.do(world.apply(), "karim", "grant")

    def tamper(session: Session) -> None:
        for row in session.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'account'")
        ).all():
            session.execute(text(f'DROP TRIGGER "{row[0]}"'))
        session.execute(text("UPDATE account SET balance = balance + 1 WHERE kind = 'held'"))

    world.database.write(tamper)
    lines = watch.fold(world.house, NOW)
    [line] = [one for one in lines if "balance" in one]
    assert "urban-life 2026, held" in line
    assert "urban-life/2" in line
    with world.database.read() as session:
        mails = told(session, "alarm")
        assert {one.to_name for one in mails} == {"Ole"}
        assert any("urban-life/2" in one for one in mails[0].data["lines"])


def test_an_account_with_many_transfers_names_the_newest(world: World) -> None:
    for number in range(7):
        world.do(world.apply(title=f"Nr. {number}", amount="1.000"), "karim", "grant")
    with world.database.read() as session:
        year = ledger.get_year(session, POOL, 2026)
        free = next(one for one in _accounts(session, year.id or 0))
        [line] = alarms.lines(session, [ledger.Fault(f"account {free}", "balance", "1 off")])
        [total] = alarms.lines(session, [ledger.Fault(f"total {year.id} hold", "total")])
        [plain] = alarms.lines(session, [ledger.Fault("urban-life/3", "hash", "is not")])
    assert "transfers urban-life/8, urban-life/7" in line
    assert line.endswith("and 3 before")
    assert "urban-life/8" in total
    assert plain == "urban-life/3: hash is not"


def _accounts(session: Session, year_id: int) -> list[int]:
    rows = session.execute(
        text("SELECT id FROM account WHERE year_id = :year AND kind = 'free'"), {"year": year_id}
    )
    return [int(row[0]) for row in rows]


def test_heads_leave_once_a_week(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as nobody:
        nobody.setattr(heads, "recipients", lambda *_: [])
        assert heads.weekly(world.house, (), NOW) == 0  # and the week is not over
    assert heads.weekly(world.house, ("rev@kk.example",), NOW) == 1
    assert heads.weekly(world.house, ("rev@kk.example",), NOW + timedelta(days=5)) == 0
    assert heads.weekly(world.house, (), NOW + timedelta(days=7)) == 2  # finance and the auditor
    with world.database.read() as session:
        assert next(one.to_email for one in told(session, "chain-heads")) == "rev@kk.example"
