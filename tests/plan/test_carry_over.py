"""A grant carried over into the next year: one command, two years, and what each of them says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

import pool.journal as journal
import pool.ledger as ledger
from pool import summary
from pool.cases import money
from pool.cases.commands import Command, Result
from pool.cases.errors import Refused
from pool.cases.fire import fire
from pool.cases.house import House
from pool.cases.instalments import parts as case_parts
from pool.clock import local_day
from pool.db import Database
from pool.models.case import Payment
from pool.models.ledger import Account, BookYear, Transfer
from pool.models.payments import Instalment
from pool.models.years import CarryOver
from pool.plan import closing, earmark, open_year
from pool.plan import owed as passed_on
from pool.plan.closing import Step
from pool.summary.figures import collect
from pool.summary.model import Request, to_json
from tests.support.databases import Factory
from tests.support.district import (
    FREE,
    POOL,
    apply,
    make_district,
    pay,
    report,
    to_decided,
    to_granted,
    to_recommended,
)
from tests.support.house import RECORD, World
from tests.support.killing import OF_CARRYING, killed

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATE = datetime(2026, 12, 20, 9, 0, tzinfo=UTC)
NEXT = 10_000_000
"""Of the next year, øre."""


@pytest.fixture
def world(database: Database) -> World:
    return make_district(database, NOW)


def next_year(world: World) -> None:
    open_year(
        world.house,
        pool=POOL,
        year=2027,
        budget=NEXT,
        source="test",
        command_id="open-2027",
        actor=world.actor("ole", POOL),
        now=world.now,
    )


def granted(world: World, **changed: str) -> int:
    case_id = apply(world, **changed)
    to_granted(world, case_id)
    world.now = LATE
    return case_id


def figures(world: World, year: int) -> dict[str, int]:
    with world.database.read() as session:
        return ledger.status(session, POOL, year).figures()


def agree(world: World) -> None:
    with world.database.read() as session:
        assert ledger.verify(session).ok
        assert journal.verify(session) == []


def test_one_command_of_linked_rows(world: World) -> None:
    case_id = granted(world)
    with pytest.raises(Refused) as early:
        world.do(case_id, "ole", "carry-over")
    assert [one.code for one in early.value.explanation.obstacles] == ["next-year-missing"]
    next_year(world)
    done = world.do(case_id, "ole", "carry-over", command_id="over")
    assert done.state == "granted"
    assert world.do(case_id, "ole", "carry-over", command_id="over").repeated
    with world.database.read() as session:
        lines = session.exec(
            select(Transfer, BookYear.year)
            .join(BookYear, col(BookYear.id) == col(Transfer.year_id))
            .where(Transfer.command_id == "over")
            .order_by(col(Transfer.line))
        ).all()
        assert [(row.kind, year, row.amount) for row, year in lines] == [
            ("void", 2026, 950_000),
            ("relinquish", 2026, 950_000),
            ("appropriate", 2027, 950_000),
            ("hold", 2027, 950_000),
        ]
        row = session.exec(select(CarryOver)).one()
        assert (row.case_id, row.from_year, row.to_year, row.amount) == (
            case_id, 2026, 2027, 950_000,
        )  # fmt: skip
        assert row.command_id == "over"
    assert world.case(case_id).year == 2026
    old, new = figures(world, 2026), figures(world, 2027)
    assert (old["granted"], old["returned"], old["disposed"]) == (950_000, 950_000, 0)
    assert (old["budget"], old["free"]) == (FREE - 950_000, FREE - 950_000)
    assert (new["budget"], new["granted"], new["disposed"]) == (
        NEXT + 950_000, 950_000, 950_000,
    )  # fmt: skip
    assert new["free"] == NEXT
    agree(world)


def test_it_is_paid_of_the_new_year_and_the_old_one_closes(world: World) -> None:
    case_id = granted(world)
    next_year(world)
    world.do(case_id, "ole", "carry-over")
    ole = world.actor("ole", POOL)
    closing.begin(world.house, Step("a", POOL, 2026), ole, world.now)
    closing.give_rest_back(world.house, Step("b", POOL, 2026, FREE - 950_000), ole, world.now)
    closing.close(world.house, Step("c", POOL, 2026), ole, world.now)
    world.do(
        case_id, "sofie", "raise", amount="12.000", reasons="Teltet blev dyrere.",
        record=dict(RECORD, made_on="2026-12-20"),
    )  # fmt: skip
    with world.database.read() as session:
        held = money.held_accounts(session, case_id)
        assert [one.balance for one in held] == [950_000, 250_000]
        assert {session.get_one(BookYear, one.year_id).year for one in held} == {2027}
        assert money.paying_year(session, world.case(case_id)) == 2027
    assert figures(world, 2027)["free"] == NEXT - 250_000
    agree(world)


def test_instalments_keep_their_numbers_and_earmarks_are_left_behind(world: World) -> None:
    mark = earmark(
        world.house,
        pool=POOL,
        year=2026,
        label="Fester",
        amount=1_000_000,
        command_id="mark",
        actor=world.actor("ole", POOL),
        now=NOW,
    )
    case_id = apply(world)
    to_recommended(world, case_id)
    parts = [
        {"amount": 450_000, "due_on": "2026-12-24"},
        {"amount": 500_000, "due_on": "2027-02-01"},
    ]
    world.do(
        case_id, "sofie", "grant", record=dict(RECORD), earmark=str(mark), instalments=parts
    )  # fmt: skip
    world.do(case_id, "sofie", "announce-grant")
    world.now = LATE
    next_year(world)
    world.do(case_id, "ole", "carry-over")
    with world.database.read() as session:
        found = session.exec(select(Instalment).order_by(col(Instalment.number))).all()
        accounts = [session.get_one(Account, one.account_id) for one in found]
        assert [(one.number, one.amount) for one in found] == [(1, 450_000), (2, 500_000)]
        assert [one.balance for one in accounts] == [450_000, 500_000]
        assert {session.get_one(BookYear, one.year_id).year for one in accounts} == {2027}
        assert session.get_one(Account, mark).balance == 50_000
    assert figures(world, 2026)["earmarked"] == 50_000
    agree(world)


def test_both_years_show_it_and_an_earlier_summary_stays_the_same(world: World) -> None:
    case_id = granted(world)
    next_year(world)
    before = request(world, 2026)
    early = [to_json(of(world, before)), to_json(of(world, request(world, 2027)))]
    asked = request(world, 2027)
    world.now += timedelta(days=1)
    world.do(case_id, "ole", "carry-over")
    assert [to_json(of(world, before)), to_json(of(world, asked))] == early

    old, new = of(world, request(world, 2026)).pools[0], of(world, request(world, 2027)).pools[0]
    [grant] = old.grants
    assert (grant.granted, grant.returned, grant.held) == (950_000, 950_000, 0)
    assert (grant.carried_from, grant.carried_to) == (None, 2027)
    assert old.carried_over == 950_000
    assert old.counts.full == 1
    [grant] = new.grants
    assert (grant.case_id, grant.granted, grant.held) == (case_id, 950_000, 950_000)
    assert (grant.carried_from, grant.carried_to) == (2026, None)
    assert new.counts.received == 0
    assert new.money.granted == 950_000

    with world.database.read() as session:
        views = {
            year: summary.overview(session, world.house, POOL, year, person_id=None)
            for year in (2026, 2027)
        }
        assert passed_on.carried(session, POOL, 2026) == (0, 950_000)
        assert passed_on.carried(session, POOL, 2027) == (950_000, 0)
    view = views[2027]
    assert view is not None
    assert [(one.case_id, one.carried_from, one.granted) for one in view.grants] == [
        (case_id, 2026, 950_000)
    ]
    assert (view.received, view.granted_count, view.waiting) == (0, 0, 950_000)
    view = views[2026]
    assert view is not None
    assert [(one.carried_to, one.returned) for one in view.grants] == [(2027, 950_000)]
    assert (view.received, view.granted_count) == (1, 1)


def request(world: World, year: int) -> Request:
    return Request(
        pools=(POOL,),
        year=year,
        edition="provisional",
        axis="recorded",
        as_of=local_day(world.now),
        known_at=world.now,
    )


def of(world: World, asked: Request) -> summary.model.Summary:
    with world.database.read() as session:
        return collect(session, world.house, asked)


def test_two_at_once_carry_it_over_once(world: World) -> None:
    import threading

    case_id = granted(world)
    next_year(world)
    said: list[object] = []

    def over() -> None:
        try:
            said.append(world.do(case_id, "ole", "carry-over", version=version))
        except Exception as error:
            said.append(error)

    version = world.case(case_id).state_version
    threads = [threading.Thread(target=over) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in said) == ["Result", "Stale"], said
    with world.database.read() as session:
        assert len(session.exec(select(CarryOver)).all()) == 1
        assert session.exec(select(Payment)).all() == []
    agree(world)


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True)
def test_killed_at_every_step_it_is_carried_over_once(make_database: Factory) -> None:
    database = make_database()
    url = make_database.url_of(database)
    world = make_district(database, NOW)
    case_id = granted(world)
    next_year(world)
    version, before = world.case(case_id).state_version, figures(world, 2027)

    def over(house: House) -> Result:
        command = Command("over", case_id, "carry-over", version, {})
        return fire(house, command, world.actor("ole", POOL), world.now)

    # what is committed is done; whatever comes before that has happened not at all
    for name in sorted(OF_CARRYING, key=lambda name: name == "committed"):
        database.engine.dispose()
        assert killed(url, world.house, over, OF_CARRYING[name]), name
        assert (figures(world, 2027) == before) is (name != "committed"), name
    assert over(world.house).repeated
    assert figures(world, 2027)["granted"] == 950_000
    with world.database.read() as session:
        assert len(session.exec(select(CarryOver)).all()) == 1
    agree(world)


def test_a_guarantee_is_carried_over_after_its_advance_and_its_accounts(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id, grant_type="deficit", advance="4.000")
    world.do(case_id, "sofie", "announce-grant")
    pay(world, case_id)
    world.now = LATE
    next_year(world)
    world.do(case_id, "ole", "carry-over")
    assert world.case(case_id).state == "advanced"
    assert figures(world, 2027)["free"] == NEXT
    world.do(case_id, "applicant", "accounts", report=report("8.000", income="1.000"))
    pay(world, case_id, paid_on="2026-12-20")
    old, new = figures(world, 2026), figures(world, 2027)
    assert (old["paid"], old["disposed"]) == (400_000, 400_000)
    assert (new["paid"], new["disposed"]) == (300_000, 300_000)
    assert (new["budget"], new["free"]) == (NEXT + 300_000, NEXT)  # 2.500 was not needed
    agree(world)


def test_an_older_instalment_that_bounced_is_carried_over_by_itself(world: World) -> None:
    case_id = apply(world)
    parts = [
        {"amount": 450_000, "due_on": "2026-03-24"},
        {"amount": 500_000, "due_on": "2027-02-01"},
    ]
    to_decided(world, case_id, instalments=parts)
    world.do(case_id, "sofie", "announce-grant")
    pay(world, case_id)
    world.now = LATE
    next_year(world)
    world.do(case_id, "ole", "carry-over")
    world.do(case_id, "ole", "payment-failed", reason="Lukket", failed_on="20.12.2026")
    with world.database.read() as session:
        held = money.held_accounts(session, case_id)
        assert sorted(session.get_one(BookYear, one.year_id).year for one in held) == [2026, 2027]
    world.do(case_id, "ole", "carry-over")
    with world.database.read() as session:
        rows = session.exec(select(CarryOver).order_by(col(CarryOver.id))).all()
        assert [(one.from_year, one.to_year, one.amount) for one in rows] == [
            (2026, 2027, 500_000), (2026, 2027, 450_000),
        ]  # fmt: skip
        held = money.held_accounts(session, case_id)
        assert {session.get_one(BookYear, one.year_id).year for one in held} == {2027}
        assert [one.left for one in case_parts(session, case_id)] == [450_000, 500_000]
    assert figures(world, 2026)["disposed"] == 0
    assert figures(world, 2027)["disposed"] == 950_000
    assert figures(world, 2027)["free"] == NEXT
    agree(world)


@pytest.mark.parametrize("how", ["lapse", "lower", "undo"])
def test_what_is_given_up_of_it_is_the_municipalitys(world: World, how: str) -> None:
    case_id = granted(world)
    next_year(world)
    world.do(case_id, "ole", "carry-over")
    if how == "lapse":
        world.do(case_id, "sofie", "lapse", reason="Det blev aflyst.", command_id="up")
        given = 950_000
    elif how == "lower":
        world.do(
            case_id, "sofie", "lower", amount="6.000", reasons="Mindre telt.", unheard="Aftalt.",
            record=dict(RECORD, made_on="2026-12-20"), command_id="up",
        )  # fmt: skip
        given = 350_000
    else:
        world.do(case_id, "sofie", "undo", reason="Tastefejl", command_id="up")
        given = 950_000
    found = figures(world, 2027)
    assert (found["budget"], found["free"]) == (NEXT + 950_000 - given, NEXT)
    assert found["disposed"] == 950_000 - given
    if how != "undo":
        assert (found["granted"], found["returned"]) == (950_000, given)
    with world.database.read() as session:
        kinds = [
            one.kind
            for one in session.exec(
                select(Transfer).where(Transfer.command_id == "up").order_by(col(Transfer.line))
            )
        ]
        assert kinds == ["reverse" if how == "undo" else "void", "relinquish"]
    agree(world)


def test_only_the_part_that_was_carried_over(world: World) -> None:
    case_id = granted(world)
    next_year(world)
    world.do(case_id, "ole", "carry-over")
    world.do(
        case_id, "sofie", "raise", amount="12.000", reasons="Teltet blev dyrere.",
        record=dict(RECORD, made_on="2026-12-20"),
    )  # fmt: skip
    assert figures(world, 2027)["free"] == NEXT - 250_000
    world.do(case_id, "sofie", "lapse", reason="Det blev aflyst.")
    found = figures(world, 2027)
    assert (found["budget"], found["free"], found["disposed"]) == (NEXT, NEXT, 0)
    agree(world)


def test_what_comes_back_of_it_is_the_municipalitys_too(world: World) -> None:
    """And when it had not come back after all, it stands in the new year as paid again."""
    case_id = granted(world)
    next_year(world)
    world.do(case_id, "ole", "carry-over")
    pay(world, case_id)
    paid = figures(world, 2027)
    world.do(case_id, "ole", "return", returned="1.000", returned_on="2026-12-20")
    found = figures(world, 2027)
    assert (found["budget"], found["free"]) == (paid["budget"] - 100_000, NEXT)
    assert (found["returned"], found["disposed"]) == (100_000, paid["disposed"] - 100_000)
    world.do(case_id, "ole", "return-undone", reason="Det var en anden sags.")
    assert figures(world, 2027) == paid
    agree(world)
