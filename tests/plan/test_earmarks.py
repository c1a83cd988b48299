"""Money of a pool set aside: granted from, ended, shown at both lines of the plan."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

import pool.journal as journal
import pool.ledger as ledger
from pool import plan
from pool.cases import recusal
from pool.cases.errors import Refused
from pool.plan.earmarks import meant_for
from tests.plan.test_editions import adjust
from tests.plan.test_moves import KR, NOW, make, order, world
from tests.support.house import World

__all__ = ["world"]  # the fixture


def set_aside(world: World, kroner: int, label: str = "Haven om natten", **more: Any) -> int:
    told: dict[str, Any] = {"line": 1, "command_id": world.new_id()}
    return plan.earmark(
        world.house, pool="urban-life", year=2026, label=label, amount=kroner * KR,
        actor=world.actor("ole"), now=NOW, **(told | more),
    )  # fmt: skip


def end(world: World, account_id: int, command_id: str = "end") -> int:
    return plan.end_earmark(
        world.house, pool="urban-life", year=2026, account_id=account_id,
        command_id=command_id, actor=world.actor("ole"), now=NOW, reason="Året går på hæld",
    )  # fmt: skip


def marks(world: World, reader: str = "ole") -> tuple[plan.Earmark, ...]:
    actor = world.actor(reader)
    with world.database.read() as session:
        return plan.earmarks_of(
            session, world.house, "urban-life", 2026, person_id=actor.person_id, roles=actor.roles
        )


def test_granted_from_ended_and_added_to(world: World) -> None:
    account = set_aside(world, 15_000, command_id="aside")
    assert set_aside(world, 15_000, command_id="aside") == account
    case_id = world.apply(title="Lys i haven")
    world.do(case_id, "karim", "grant", earmark=account)
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="2026-03-04")
    (mark,) = marks(world)
    assert (mark.line, mark.line_name, mark.label) == (1, "Haven", "Haven om natten")
    assert (mark.set_aside, mark.granted, mark.left) == (15_000 * KR, 9_500 * KR, 5_500 * KR)
    (grant,) = mark.grants
    assert (grant.title, grant.amount, grant.paid) == ("Lys i haven", 9_500 * KR, 9_500 * KR)
    more = world.apply(title="Mere lys", email="b@eksempel.example")
    with pytest.raises(Refused):
        world.do(more, "karim", "grant", earmark=account)
    assert set_aside(world, 1_000, label=" HAVEN om  natten ") == account
    assert end(world, account) == end(world, account) == 6_500 * KR
    (mark,) = marks(world)
    assert (mark.set_aside, mark.ended, mark.left) == (16_000 * KR, 6_500 * KR, 0)
    with pytest.raises(plan.PlanError, match="earmark-empty"):
        end(world, account, "again")
    with world.database.read() as session:
        status = ledger.status(session, "urban-life", 2026)
        assert (status.earmarked, status.free) == (0, 86_500 * KR)
        assert ledger.verify(session).ok
        year = ledger.get_year(session, "urban-life", 2026)
        kinds = [one.kind for one in journal.read(session, f"book-year:{year.id}")]
    assert kinds == ["year.opened", "year.earmarked", "year.earmarked", "year.unearmarked"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_both_lines_show_it_also_in_a_later_edition(world: World) -> None:
    set_aside(world, 5_000, line=2)
    set_aside(world, 1_000, label="Haven", line=1)
    set_aside(world, 500, label="Fri", line=None)
    adjust(world)  # line 2 is called something else now, and is no longer that line
    actor = world.actor("birgit")
    with world.database.read() as session:
        found = meant_for(
            session, world.house, ["urban-life"], 2026,
            person_id=actor.person_id, roles={"urban-life": actor.roles},
        )  # fmt: skip
    assert [(one.label, one.line) for one in found] == [
        ("Haven om natten", None),
        ("Haven", 1),
        ("Fri", None),
    ]
    with pytest.raises(plan.PlanError, match="no-line"):
        set_aside(world, 1, line=99)
    with pytest.raises(ledger.NotEnough):
        set_aside(world, 100_000)
    with pytest.raises(plan.PlanError, match="pool-short"):
        make(world, order(4, 1, 90_000))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_who_stays_out_reads_the_amount_alone(world: World) -> None:
    account = set_aside(world, 20_000)
    case_id = world.apply(title="Lys i haven")
    world.do(case_id, "karim", "grant", earmark=account)
    recusal.declare(world.house, case_id, "Nabo", world.actor("jens"), NOW)
    ((shown,),) = [one.grants for one in marks(world, "jens")]
    assert (shown.withheld, shown.title, shown.number) == (True, "", "")
    assert shown.amount == 9_500 * KR


def test_an_ended_earmark_that_gets_money_again_is_to_be_ended(world: World) -> None:
    account = set_aside(world, 15_000)
    case_id = world.apply()
    world.do(case_id, "karim", "grant", earmark=account)
    assert [one.to_be_ended for one in marks(world)] == [False]
    end(world, account)
    assert [one.to_be_ended for one in marks(world)] == [False], "nothing is left"
    world.do(
        case_id, "karim", "lower", amount="9.000", reasons="Teltet kan lånes.", unheard="Aftalt."
    )
    assert [(one.left, one.to_be_ended) for one in marks(world)] == [(500 * KR, True)]
    assert end(world, account, "again") == 500 * KR
    assert [one.to_be_ended for one in marks(world)] == [False]
    set_aside(world, 1_000)
    assert [one.to_be_ended for one in marks(world)] == [False], "it is in use again"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_plans_lines_are_read_once_however_many_are_meant_for_them(world: World) -> None:
    for number in range(5):
        set_aside(world, 100, label=f"Formål {number}")
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.extend([args[2]] if "plan_line" in args[2] else [])

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        assert {one.line for one in marks(world)} == {1}
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)
    assert len(asked) <= 3
