"""What is written later does not change what was said of an earlier moment, on either axis."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases.errors import Invalid, NotFound, Refused
from pool.db import Database
from pool.models.identity import Person, PersonRole
from pool.summary.model import Counts, to_json
from tests.summary.scene import POOL, Scene, announce, ask, at, decide_unseen, play, reverse_payment
from tests.summary.test_figures import adds_up
from tests.support.databases import Factory
from tests.support.house import RECORD, REPORT, World, make_world
from workflows.calendar import end_of_day_utc

END = date(2026, 12, 31)


def test_a_late_entry_counts_on_the_effective_axis_only(scene: Scene) -> None:
    recorded = scene.year(as_of=END).money
    effective = scene.year(as_of=END, axis="effective")
    adds_up(effective)
    money = effective.money
    # 500 kr. of a came back in December; the payment to b had failed by then; e was granted.
    assert (recorded.returned, money.returned) == (300_000, 350_000)
    assert (recorded.paid, money.paid) == (1_450_000, 950_000)
    assert (recorded.granted, money.granted) == (1_750_000, 2_350_000)
    assert (money.held, money.out, money.free) == (1_100_000, 900_000, 7_600_000)
    assert effective.counts == Counts(received=7, full=3, part=1, refused=1, undecided=1, dropped=1)
    assert [grant.title for grant in effective.grants] == [
        "Gadefest",
        "Fodbold",
        "Loppemarked",
        "Lys i gården",
    ]


def test_before_the_late_entries_both_axes_say_the_same(scene: Scene) -> None:
    known_at = end_of_day_utc(END)
    recorded = scene.year(as_of=END)
    effective = scene.year(as_of=END, axis="effective", known_at=known_at)
    assert (effective.money, effective.counts) == (recorded.money, recorded.counts)


def test_the_effective_axis_leaves_out_what_is_about_a_later_day(scene: Scene) -> None:
    one = scene.year(as_of=date(2026, 2, 9), axis="effective")
    adds_up(one)
    # The decision of 9 February was written on the tenth, the payment is about the sixteenth.
    assert (one.money.granted, one.money.paid) == (950_000, 0)
    assert one.counts == Counts(received=1, full=1)
    assert not one.grants[0].reported
    assert scene.year(as_of=date(2026, 2, 9)).money.granted == 0
    assert scene.year(as_of=date(2026, 2, 8), axis="effective").counts == Counts(
        received=1, undecided=1
    )


def test_an_undisclosed_decision_is_not_seen_until_it_is_announced(scene: Scene) -> None:
    while_secret = scene.year(as_of=date(2027, 1, 3))
    adds_up(while_secret)
    assert while_secret.counts.undecided == 2
    assert "Lys i gården" not in [grant.title for grant in while_secret.grants]
    told = scene.year(as_of=date(2027, 1, 5))
    adds_up(told)
    assert told.counts.undecided == 1
    assert told.money.granted - while_secret.money.granted == 600_000
    assert while_secret.money.free - told.money.free == 600_000


def test_what_is_written_later_changes_nothing(database: Database) -> None:
    scene = play(database)
    asked: list[dict[str, Any]] = [
        {"as_of": END},
        {"as_of": END, "axis": "effective", "known_at": at(2027, 1, 5)},
        {"as_of": date(2026, 5, 11), "pools": (POOL, "knowledge")},
    ]
    before = [to_json(scene.ask(**how)) for how in asked]
    assert before == [to_json(scene.ask(**how)) for how in asked]
    world = scene.go(at(2027, 3, 1))
    world.do(scene.cases["f"], "karim", "grant")
    world.do(scene.cases["f"], "ole", "pay", reference="B-3", paid_on="2027-03-01")
    world.do(scene.cases["f"], "applicant", "report", report=REPORT)
    world.do(scene.cases["a"], "ole", "return", returned="100", returned_on="2026-12-20")
    world.do(scene.cases["a"], "sofie", "close")
    assert before == [to_json(scene.ask(**how)) for how in asked]


def test_who_leaves_the_group_later_changes_nothing(database: Database) -> None:
    scene = play(database)
    before = to_json(scene.ask(as_of=END))
    assert scene.year(as_of=END).member_units == 1
    jens = scene.world.people["jens"]

    def leave(session: Session) -> None:
        session.execute(delete(PersonRole).where(col(PersonRole.person_id) == jens))
        session.execute(update(Person).where(col(Person.id) == jens).values(organisation="Andet"))

    database.write(leave)
    assert to_json(scene.ask(as_of=END)) == before


STEPS = (
    "apply",
    "grant",
    "part",
    "refuse",
    "pay",
    "return",
    "withdraw",
    "fail",
    "hide",
    "announce",
)


class _Chance:
    """Steps as they come; what the rules refuse is left."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cases = [world.apply(amount="3.000")]
        self.hidden: list[int] = []

    def step(self, name: str, which: int) -> None:
        world, case_id = self.world, self.cases[which % len(self.cases)]
        day = world.now.date().isoformat()
        record = {**RECORD, "made_on": (world.now - timedelta(days=3)).date().isoformat()}
        if name == "apply":
            self.cases.append(world.apply(amount="3.000"))
        elif name == "grant":
            world.do(case_id, "karim", "grant")
        elif name == "part":
            world.do(case_id, "sofie", "grant-part", amount="1.000", reasons="x", record=record)
        elif name == "refuse":
            world.do(case_id, "karim", "refuse", reasons="x")
        elif name == "pay":
            world.do(case_id, "ole", "pay", reference="B", paid_on=day)
        elif name == "return":
            world.do(case_id, "ole", "return", returned="100", returned_on=day)
        elif name == "withdraw":
            world.do(case_id, "applicant", "withdraw")
        elif name == "fail":
            reverse_payment(world, case_id, world.now.date() - timedelta(days=2))
        elif name == "hide" and world.case(case_id).state == "received":
            self.cases.remove(case_id)
            self.hidden.append(decide_unseen(world, case_id, 50_000, world.now.date()))
            self.cases = self.cases or [world.apply(amount="3.000")]
        elif name == "announce" and self.hidden:
            announce(world, self.hidden.pop())


@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), min_size=5, max_size=8))
def test_a_moment_looked_back_at_is_that_moment(
    make_database: Factory, steps: list[tuple[str, int]]
) -> None:
    world = make_world(make_database(), at(2026, 1, 5))
    chance = _Chance(world)
    seen = []
    for number, (name, which) in enumerate([("grant", 0), *steps], start=1):
        world.now = at(2026, 1, 5) + timedelta(days=11 * number)
        with suppress(Invalid, NotFound, Refused, NoResultFound, ledger.LedgerError):
            chance.step(name, which)
        for axis in ("recorded", "effective"):
            summary = ask(world, axis=axis)
            adds_up(summary.pools[0])
            seen.append((summary.request, to_json(summary)))
        with world.database.read() as session:
            status = ledger.status(session, POOL, 2026).figures()
        money = ask(world).pools[0].money
        assert {figure: getattr(money, figure) for figure in status} == status
    for request, told in seen:
        again = ask(world, axis=request.axis, as_of=request.as_of, known_at=request.known_at)
        assert to_json(again) == told
