"""Grants that are paid in parts: a held account for each, paid one at a time, by payment list."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlmodel import Session, col

import pool.ledger as ledger
from pool.cases import inbox, instalments, money
from pool.cases.errors import Invalid, Refused
from pool.cases.wants import Reader
from pool.db import Database
from pool.models.case import Payment
from pool.models.casework import DecisionEnd
from pool.models.ledger import Account
from pool.models.outbox import Message
from pool.models.payments import Instalment
from pool.outbox.letters import letter_preview
from tests.payments.scene import CVR, POOL, Scene, make_scene
from tests.support import district
from tests.support.house import RECORD

PARTS = [
    {"amount": "4.000", "due_on": "02.03.2026"},
    {"amount": "3.000", "due_on": "01.06.2026"},
    {"amount": "2.500", "due_on": "01.09.2026"},
]


@pytest.fixture
def scene(database: Database) -> Scene:
    return make_scene(database, datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


def granted(scene: Scene, parts: Any = PARTS, **inputs: Any) -> int:
    case_id = district.apply(scene.world)
    district.to_decided(scene.world, case_id, instalments=parts, **inputs)
    scene.world.do(case_id, "sofie", "announce-grant")
    scene.world.do(case_id, "applicant", "payee", payee=dict(CVR))
    return case_id


def parts(scene: Scene, case_id: int) -> list[tuple[int, int, int, int]]:
    """(number, of, left, paid) of each."""
    with scene.world.database.read() as session:
        return [
            (one.number, one.of, one.left, one.paid) for one in instalments.parts(session, case_id)
        ]


def pay(scene: Scene, case_id: int) -> None:
    """By a list, as everything of this pool."""
    outcomes = scene.pay_all(scene.released(case_id))
    assert [one.error for one in outcomes] == [None]


def sums(scene: Scene, case_id: int) -> tuple[int, int]:
    with scene.world.database.read() as session:
        found = money.of_case(session, case_id)
        assert not ledger.verify(session).faults
    return found.held, found.paid


def messages(scene: Scene, case_id: int, template: str) -> list[Message]:
    with scene.world.database.read() as session:
        return list(
            session.execute(
                select(Message)
                .where(col(Message.case_id) == case_id, col(Message.template) == template)
                .order_by(col(Message.id))
            ).scalars()
        )


def test_each_part_is_held_and_paid_by_itself(scene: Scene) -> None:
    case_id = granted(scene, [PARTS[2], PARTS[0], PARTS[1]])
    assert parts(scene, case_id) == [
        (1, 3, 400_000, 0), (2, 3, 300_000, 0), (3, 3, 250_000, 0)
    ]  # fmt: skip
    with scene.world.database.read() as session:
        held = money.held_accounts(session, case_id)
        days = session.execute(select(col(Instalment.due_on)).order_by(col(Instalment.number)))
        assert list(days.scalars()) == [date(2026, 3, 2), date(2026, 6, 1), date(2026, 9, 1)]
    assert [one.balance for one in held] == [400_000, 300_000, 250_000]
    pay(scene, case_id)
    assert scene.world.case(case_id).state == "granted"
    assert parts(scene, case_id)[0] == (1, 3, 0, 400_000)
    pay(scene, case_id)
    assert sums(scene, case_id) == (250_000, 700_000)
    pay(scene, case_id)
    assert (scene.world.case(case_id).state, sums(scene, case_id)) == ("paid", (0, 950_000))
    told = [one.data for one in messages(scene, case_id, "payment")]
    assert [(one["instalment"], one["instalments"], one["amount"]) for one in told] == [
        (1, 3, 400_000), (2, 3, 300_000), (3, 3, 250_000)
    ]  # fmt: skip
    assert [one.get("next_on") for one in told] == ["2026-06-01", "2026-09-01", None]
    assert [one["report_by"] is not None for one in told] == [False, False, True]


def test_the_letter_says_when_how_much_is_paid(scene: Scene) -> None:
    case_id = granted(scene)
    (letter,) = messages(scene, case_id, "decision-full")
    assert letter.data["instalments"] == [
        {"amount": 400_000, "due_on": "2026-03-02"},
        {"amount": 300_000, "due_on": "2026-06-01"},
        {"amount": 250_000, "due_on": "2026-09-01"},
    ]
    assert letter_preview("decision-full", "da", letter.data, scene.world.now)[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("typed", "inputs", "code"),
    [
        (PARTS[:2], {}, "instalments-total"),
        (PARTS, {"grant_type": "deficit"}, "instalments-of-guarantee"),
    ],
)
def test_parts_that_cannot_be(scene: Scene, typed: Any, inputs: Any, code: str) -> None:
    case_id = district.apply(scene.world)
    with pytest.raises(Refused) as caught:
        district.to_decided(scene.world, case_id, instalments=typed, **inputs)
    assert code in {one.code for one in caught.value.explanation.obstacles}
    assert parts(scene, case_id) == []


def test_a_line_half_typed_says_what_is_missing(scene: Scene) -> None:
    case_id = district.apply(scene.world)
    half = [{"amount": "4.000", "due_on": ""}, {}, {"amount": "x", "due_on": "01.06.2026"}]
    with pytest.raises(Invalid) as caught:
        district.to_decided(scene.world, case_id, instalments=half)
    assert [one.key for one in caught.value.faults] == [
        "instalments.0.due_on", "instalments.2.amount"
    ]  # fmt: skip


def test_lowering_takes_the_last_part_first(scene: Scene) -> None:
    case_id = granted(scene)
    pay(scene, case_id)
    scene.world.do(
        case_id, "sofie", "lower", amount="6.500", reasons="Det bliver mindre.",
        unheard="Aftalt med ansøgeren.", record=dict(RECORD),
    )  # fmt: skip
    assert parts(scene, case_id) == [(1, 2, 0, 400_000), (2, 2, 250_000, 0), (2, 2, 0, 0)]
    pay(scene, case_id)
    assert (scene.world.case(case_id).state, sums(scene, case_id)) == ("paid", (0, 650_000))
    assert messages(scene, case_id, "payment")[-1].data["instalments"] == 2
    told = messages(scene, case_id, "changed")[-1].data
    assert (told["kept"], told["coming"]) == (400_000, 250_000)
    assert [(one["n"], one["of"], one["amount"]) for one in told["instalments"]] == [
        (2, 2, 250_000)
    ]


def test_a_raise_is_paid_with_the_last_part(scene: Scene) -> None:
    case_id = granted(scene, [PARTS[0], {"amount": "5.500", "due_on": "01.06.2026"}])
    scene.world.do(case_id, "karim", "raise", amount="11.000", reasons="Flere kommer.")
    pay(scene, case_id)
    assert sums(scene, case_id) == (700_000, 400_000)
    pay(scene, case_id)
    assert (scene.world.case(case_id).state, sums(scene, case_id)) == ("paid", (0, 1_100_000))


def test_the_rest_is_stopped(scene: Scene) -> None:
    case_id = granted(scene)
    pay(scene, case_id)
    scene.world.do(case_id, "karim", "stop-rest", reasons="Der kom ingen.", unheard="Aftalt.")
    case = scene.world.case(case_id)
    assert (case.state, case.granted, case.outcome) == ("paid", 400_000, "part")
    assert sums(scene, case_id) == (0, 400_000)
    with scene.world.database.read() as session:
        end = session.execute(select(DecisionEnd)).scalar_one()
    assert (end.how, end.reason) == ("changed", "Der kom ingen.")


def test_a_part_that_failed_waits_again(scene: Scene) -> None:
    case_id = granted(scene)
    pay(scene, case_id)
    pay(scene, case_id)
    with scene.world.database.read() as session:
        last = session.execute(select(func.max(Payment.id))).scalar_one()
    scene.world.do(
        case_id, "ole", "payment-failed", reason="Kontoen er lukket.", failed_on="02.03.2026",
        payment=str(last),
    )  # fmt: skip
    assert parts(scene, case_id) == [
        (1, 3, 0, 400_000), (2, 3, 300_000, 0), (3, 3, 250_000, 0)
    ]  # fmt: skip
    pay(scene, case_id)
    assert messages(scene, case_id, "payment")[-1].data["instalment"] == 2


def test_what_is_carried_over_keeps_its_parts(scene: Scene) -> None:
    case_id = granted(scene)
    pay(scene, case_id)

    def open_next(session: Session) -> None:
        ledger.open_year(session, POOL, 2027)

    scene.world.database.write(open_next)
    scene.world.do(case_id, "ole", "carry-over")
    assert parts(scene, case_id) == [
        (1, 3, 0, 400_000), (2, 3, 300_000, 0), (3, 3, 250_000, 0)
    ]  # fmt: skip
    pay(scene, case_id)
    assert sums(scene, case_id) == (250_000, 700_000)


def test_the_inbox_says_which_part_and_when(scene: Scene) -> None:
    case_id = granted(scene)
    world = scene.world
    world.now = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)

    def waits() -> tuple[int, int, int, date | None, bool] | None:
        with world.database.read() as session:
            reader = Reader(
                person_id=world.people["ole"],
                roles={POOL: frozenset({"finance"})},
                definitions=tuple(world.house.definitions.in_use(session)),
                now=world.now,
            )
            how_far = inbox.known(session, reader.person_id)
            rows = inbox.items(session, world.house, reader, how_far).rows
        if not rows or rows[0].instalment is None:
            return None
        part = rows[0].instalment
        return part.number, part.of, part.left, rows[0].due_on, rows[0].overdue

    assert waits() == (1, 3, 400_000, date(2026, 3, 2), True)
    pay(scene, case_id)
    assert waits() == (2, 3, 300_000, date(2026, 6, 1), False)


def test_however_many_wait_their_parts_are_asked_for_at_once(scene: Scene) -> None:
    cases = [granted(scene), granted(scene)]
    pay(scene, cases[0])
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    engine = scene.world.database.engine
    with scene.world.database.read() as session:
        event.listen(engine, "before_cursor_execute", note)
        try:
            found = instalments.next_of(session, cases)
        finally:
            event.remove(engine, "before_cursor_execute", note)
    assert [(found[one].number, found[one].left) for one in cases] == [(2, 300_000), (1, 400_000)]
    assert sum(one.startswith("SELECT") for one in asked) == 2


def test_what_was_agreed_is_never_changed(scene: Scene) -> None:
    case_id = granted(scene)
    for sql in (
        "UPDATE instalment SET amount = 1",
        "UPDATE instalment SET due_on = '2027-01-01'",
        "DELETE FROM instalment",
    ):
        with (
            scene.world.database.engine.connect() as connection,
            pytest.raises(Exception, match="record:"),
        ):
            connection.exec_driver_sql(sql)
    with scene.world.database.read() as session:
        rows = session.execute(
            select(col(Instalment.amount), col(Account.balance)).join(
                Account, col(Account.id) == col(Instalment.account_id)
            )
        ).all()
    assert [tuple(row) for row in rows] == [
        (400_000, 400_000), (300_000, 300_000), (250_000, 250_000)
    ]  # fmt: skip
    assert parts(scene, case_id)
