"""Moving money between lines of the plan: what it asks for, what it moves, what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import pool.journal as journal
import pool.ledger as ledger
from pool import plan
from pool.cases.errors import CommandReused, Invalid, Refused
from pool.cases.opening import begun
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.migrations.guards import refusal
from pool.plan import book, moves
from pool.plan.wording import sentence
from pool.render.words import words
from pool.summary.heads import heads
from pool.summary.model import Request
from tests.support.house import World, make_world

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
TABLE = (
    'no,activity,focus_areas,y2026,note\n1,Haven,byliv,"1.000",\n2,Job,,500,\n3,Café,,0,\n'
    '4,Puljen,,"96.000",\n5,Viden,,"5.000",\n'
).encode()
BESIDE = (
    b'source = "Planen, s. 4"\n[sums]\n2026 = "102.500"\n'
    b'[pools]\n4 = "urban-life"\n5 = "knowledge"\n'
)
KR = 100


@pytest.fixture
def world(database: Database) -> World:
    world = make_world(database, NOW)
    plan.load(world.house, TABLE, BESIDE, actor=SYSTEM, now=NOW)
    return world


def order(from_line: int, to_line: int, kroner: int, **more: Any) -> plan.Order:
    return replace(
        plan.Order(
            year=2026,
            from_line=from_line,
            to_line=to_line,
            amount=kroner * KR,
            decided_on=date(2026, 3, 2),
            steering="Hørt pr. mail",
            reason="Færre job end ventet",
        ),
        **more,
    )


def make(world: World, wanted: plan.Order, command_id: str | None = None) -> int:
    return plan.move(
        world.house,
        wanted,
        command_id=command_id or world.new_id(),
        actor=world.actor("ole"),
        now=world.now,
    )


def stand(world: World) -> dict[int, int]:
    """Kroner of each line, as the plan says and as the books say: they must agree."""
    with world.database.read() as session:
        view = plan.plan_year(session, 2026)
        assert view is not None
        year_id = book.year_id(session, 2026)
        assert year_id is not None
        accounts = book.balances(session, year_id)
        said = {one.line.number: one.now // KR for one in view.lines if one.line}
        for one in view.lines:
            if one.line and one.line.pool is None:
                account = accounts.get(book.label_of(one.line))
                assert (account.balance if account else 0) == one.now
        assert ledger.status(session, "plan", 2026).free == 0
        assert ledger.verify(session).ok
        assert journal.verify(session) == []
        return said


def budget(world: World, pool: str = "urban-life") -> int:
    with world.database.read() as session:
        return ledger.status(session, pool, 2026).budget // KR


def test_the_plan_has_a_book_and_every_activity_a_place_in_it(world: World) -> None:
    assert stand(world) == {1: 1_000, 2: 500, 3: 0, 4: 96_000, 5: 5_000}
    with world.database.read() as session:
        status = ledger.status(session, "plan", 2026)
    assert (status.budget, status.earmarked, status.free) == (1_500 * KR, 1_500 * KR, 0)


@pytest.mark.parametrize(
    ("ends", "after", "budgets"),
    [
        ((1, 3), {1: 700, 3: 300}, (96_000, 5_000)),
        ((1, 4), {1: 700, 4: 96_300}, (96_300, 5_000)),
        ((4, 2), {4: 95_700, 2: 800}, (95_700, 5_000)),
        ((4, 5), {4: 95_700, 5: 5_300}, (95_700, 5_300)),
    ],
    ids=["activities", "to a pool", "from a pool", "pools"],
)
def test_a_move_is_one_command_that_both_lines_show(
    world: World, ends: tuple[int, int], after: dict[int, int], budgets: tuple[int, int]
) -> None:
    before = stand(world)
    with world.database.read() as session:
        shown = moves.preview(session, world.house, order(*ends, 300))
    command_id = world.new_id()
    move_id = make(world, order(*ends, 300), command_id)
    assert stand(world) == before | after
    assert (budget(world), budget(world, "knowledge")) == budgets
    assert {side.line.number: side.after // KR for side in (shown.from_line, shown.to_line)} == (
        after
    )
    with world.database.read() as session:
        view = plan.plan_year(session, 2026)
        assert view is not None
        for number, sign in zip(ends, (-1, 1), strict=True):
            line = view.line(number)
            assert line is not None
            ((moved),) = line.moved
            assert (moved.move.id, moved.amount) == (move_id, sign * 300 * KR)
            assert moved.other.number in ends
    assert make(world, order(*ends, 300), command_id) == move_id
    assert stand(world) == before | after
    with pytest.raises(CommandReused):
        make(world, order(*ends, 301), command_id)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_is_journaled_where_it_happened(world: World) -> None:
    make(world, order(1, 4, 300))
    with world.database.read() as session:
        for key in ("plan", "urban-life"):
            year = ledger.get_year(session, key, 2026)
            (event,) = journal.read(session, f"book-year:{year.id}", kinds=("plan.moved",))
            assert (event.data["from_line"], event.data["to_line"]) == (1, 4)
            assert event.data["amount"] == 300 * KR
            assert event.personal == {
                "decided_by": "Økonomiforvaltningen",
                "steering": "Hørt pr. mail",
                "reason": "Færre job end ventet",
            }
            assert event.effective_on == date(2026, 3, 2)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("wanted", "code", "said"),
    [
        (order(2, 1, 501), "line-short", "Linje 2, Job, har 500\u00a0kr. og kan ikke afgive 501"),
        (order(3, 1, 1), "line-short", "Linje 3, Café, har 0\u00a0kr."),
        (order(2, 9, 1), "no-line", "Planen for 2026 har ingen linje 9."),
        (order(2, 2, 1), "same-line", "Vælg to forskellige linjer."),
        (order(2, 1, 1, edition=7), "changed-meanwhile", "Det blev ændret"),
        (order(2, 1, 1, year=2019), "no-year", "Planen har ikke året 2019."),
    ],
)
def test_what_is_refused(world: World, wanted: plan.Order, code: str, said: str) -> None:
    with pytest.raises(plan.PlanError) as refused:
        make(world, wanted)
    assert refused.value.code == code
    assert sentence(refused.value, words("da")).startswith(said)
    assert sum(stand(world).values()) == 102_500


def test_a_pool_gives_no_more_than_is_free(world: World) -> None:
    case_id = world.apply(amount="9.500")
    world.do(case_id, "karim", "grant")
    with pytest.raises(plan.PlanError, match="pool-short") as refused:
        make(world, order(4, 1, 90_000))
    assert (refused.value.params["free"], refused.value.field) == (86_500 * KR, "amount")
    later = world.apply(title="En til", amount="1.000")
    make(world, order(4, 1, 86_500))
    with pytest.raises(Refused):
        world.do(later, "karim", "grant")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_closed_year_of_a_pool_is_told_in_words(world: World) -> None:
    world.database.write(lambda s: ledger.set_year_state(s, "knowledge", 2026, "closing"))
    with pytest.raises(plan.PlanError, match="year-closing"):
        make(world, order(1, 5, 100))
    make(world, order(5, 1, 5_000))
    world.database.write(lambda s: ledger.set_year_state(s, "knowledge", 2026, "closed"))
    with pytest.raises(plan.PlanError, match="year-closed") as refused:
        make(world, order(1, 5, 100))
    assert "er lukket" in sentence(refused.value, words("da"))
    with pytest.raises(plan.PlanError, match="pool-no-year"):
        plan.adjust_budget(
            world.house, pool="bydelspulje", year=2026, budget=1, was=0, source="x",
            decided_on=NOW.date(), command_id="b", actor=SYSTEM, now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_everything_it_must_say(world: World) -> None:
    with pytest.raises(Invalid) as invalid:
        moves.order(2026, {"amount": "0", "decided_on": "5.3.2026"}, NOW.date())
    assert {fault.key: fault.code for fault in invalid.value.faults} == {
        "from_line": "required-choice",
        "to_line": "required-choice",
        "amount": "amount-too-small",
        "decided_on": "date-ahead",
        "decided_by": "required",
        "steering": "required",
        "reason": "required",
    }
    with pytest.raises(Invalid):
        make(world, order(1, 2, 5, steering=""))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_year_from_before_gets_its_book_when_it_is_needed(database: Database) -> None:
    world = make_world(database, NOW)
    with pytest.MonkeyPatch.context() as before:
        before.setattr(book, "open_year", lambda *_a, **_k: 0)
        plan.load(world.house, TABLE, BESIDE, actor=SYSTEM, now=NOW)
    with world.database.read() as session:
        assert book.year_id(session, 2026) is None
        assert plan.plan_year(session, 2026) is not None
    make(world, order(1, 2, 100))
    assert stand(world)[2] == 600
    make(world, order(1, 2, 100))
    assert stand(world)[2] == 700


def together(works: list[Callable[[], object]]) -> list[Exception]:
    """Run all at once; what they raised."""
    raised: list[Exception] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_two_moves_of_a_lines_last_money(world: World) -> None:
    raised = together(
        [lambda: make(world, order(2, 1, 500)), lambda: make(world, order(2, 3, 500))]
    )
    (short,) = raised
    assert isinstance(short, plan.PlanError)
    assert (short.code, short.params["has"]) == ("line-short", 0)
    assert stand(world)[2] == 0


def test_two_presses_of_one_page_make_one_move(world: World) -> None:
    command_id = world.new_id()
    actor = world.actor("ole")

    def press() -> int:
        return plan.move(world.house, order(1, 3, 10), command_id=command_id, actor=actor, now=NOW)

    assert together([press] * 4) == []
    assert stand(world)[3] == 10


def test_a_move_out_of_a_pool_against_a_grant_of_the_same_money(world: World) -> None:
    make(world, order(4, 1, 87_000))  # 9.000 are left
    case_id = world.apply(amount="9.000")
    raised = together(
        [
            lambda: make(world, order(4, 2, 9_000)),
            lambda: world.do(case_id, "karim", "grant"),
        ]
    )
    (refused,) = raised
    assert isinstance(refused, plan.PlanError | Refused | ledger.NotEnough)
    with world.database.read() as session:
        status = ledger.status(session, "urban-life", 2026)
    assert status.free == 0
    assert status.granted in (0, 9_000 * KR)
    stand(world)


@pytest.mark.parametrize("table", ["plan_line", "plan_edition", "plan_move"])
def test_what_was_decided_stays_as_it_was(world: World, table: str) -> None:
    make(world, order(1, 2, 100))
    for statement in (
        f"UPDATE {table} SET year = 1999",
        f"DELETE FROM {table}",
    ):
        with pytest.raises(DBAPIError) as refused, world.database.engine.begin() as connection:
            connection.execute(text(statement))
        assert refusal(refused.value) == "record:append-only"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_plans_book_is_no_pool(world: World) -> None:
    with world.database.read() as session:
        assert begun(session) == {"urban-life", "knowledge"}
        assert {head.book for head in ledger.heads(session)} == {"plan", *begun(session)}
        request = Request.make(("urban-life",), 2026, "provisional", now=NOW)
        assert [
            head.chain
            for head in heads(session, request.pools, NOW)
            if head.chain.startswith("ledger:")
        ] == ["ledger:urban-life"]
