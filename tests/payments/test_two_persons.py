"""That no one person alone can have the same money paid twice, or to somewhere else; and a list
with a payment that its reader stays out of."""

from __future__ import annotations

import pytest

import pool.journal as journal
from pool import payments
from pool.cases import recusal
from pool.cases.errors import CommandReused, Invalid
from tests.payments.scene import CVR, INVOICE, POOL, Scene


def test_who_told_the_receiver_does_not_release(scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted()
    world.do(case_id, "else", "payee", payee=dict(CVR))
    list_id = scene.prepared(case_id)
    with pytest.raises(payments.GavePayee) as refused:
        scene.release(list_id)
    assert refused.value.numbers == (world.case(case_id).number,)
    payments.drop(world.house, "d", list_id, 1, "En anden", world.actor("ole", POOL), world.now)
    assert scene.release(scene.prepared(case_id, who="else"), "ole")


def test_what_was_taken_off_a_file_is_shown_on_the_next_list(scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted(CVR)
    first = scene.released(case_id)
    (item,) = scene.items(first)
    payments.drop_line(
        world.house, "drop", item.id or 0, 2, "Forkert konto", world.actor("ole", POOL),
        world.now, stopped=True,
    )  # fmt: skip
    second = scene.prepared(case_id)
    with world.database.read() as session:
        found = payments.earlier(session, [case_id])[case_id]
    assert (found.list.id, found.item.reason, found.item.ended_by) == (
        *(first, "Forkert konto"), world.actor("ole", POOL).name,
    )  # fmt: skip
    scene.release(second)
    scene.pay_all(second)
    with world.database.read() as session:  # paid: told no more
        assert payments.earlier(session, [case_id]) == {}


def test_all_are_marked_but_those_one_stays_out_of(scene: Scene) -> None:
    world = scene.world
    ours, theirs = scene.granted(CVR), scene.granted(CVR)
    list_id = scene.released(ours, theirs)
    ole = world.actor("ole", POOL)
    recusal.declare(world.house, theirs, "Nabo", ole, world.now)
    assert [one.error for one in scene.pay_all(list_id)] == [None]
    with world.database.read() as session:
        view = payments.view(session, world.house, scene.one(list_id), ole)
        (summary,), _ = payments.all_lists(session, [POOL], ole.person_id)
    assert (view.hidden, view.hidden_left) == (1, 1)
    assert (summary.lines, summary.left, summary.hidden, summary.amount) == (1, 0, 1, 950_000)
    assert [one.error for one in scene.pay_all(list_id, "else")] == [None]
    assert scene.one(list_id).state == "settled"


def test_marking_all_again_does_what_is_left(scene: Scene) -> None:
    world = scene.world
    list_id = scene.released(scene.granted(CVR), scene.granted(CVR))
    ole = world.actor("ole", POOL)

    def mark(reference: str, day: str = "02.03.2026") -> list[Exception | None]:
        found = payments.mark_all(world.house, "all", list_id, 2, reference, day, ole, world.now)
        return [one.error for one in found]

    assert mark("KOR-1") == [None, None]
    assert mark("KOR-2") == []  # nor is what was paid paid by another reference
    assert {one.reference for one in scene.items(list_id)} == {"KOR-1"}


def test_what_came_back_is_not_offered_unseen(scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted(CVR)
    scene.pay_all(scene.released(case_id))
    world.do(case_id, "ole", "payment-failed", reason="Lukket", failed_on="02.03.2026")
    assert [one.came_back for one in _due(scene)] == [True]
    world.do(case_id, "applicant", "payee", payee=dict(CVR))
    assert [one.came_back for one in _due(scene)] == [False]


def _due(scene: Scene) -> tuple[payments.Due, ...]:
    with scene.world.database.read() as session:
        return payments.can_be_paid(
            session, scene.world.house, POOL, scene.world.actor("ole", POOL), scene.world.now
        )


def test_an_invoice_is_sent_along_or_said_where_it_is(scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted()
    with pytest.raises(Invalid) as invalid:
        world.do(case_id, "applicant", "payee", payee=dict(INVOICE))
    assert [(one.key, one.code) for one in invalid.value.faults] == [("files", "papers")]
    with pytest.raises(Invalid) as invalid:
        world.do(case_id, "sofie", "payee", payee=INVOICE | {"reference": ""})
    assert [one.code for one in invalid.value.faults] == ["papers-where"]
    world.do(case_id, "sofie", "payee", payee=dict(INVOICE))


def test_each_time_the_file_is_taken_out_it_is_written_down(scene: Scene) -> None:
    world = scene.world
    list_id = scene.released(scene.granted(CVR))
    for _ in range(2):
        payments.take_out(world.house, "once", list_id, world.actor("ole", POOL), world.now)
    with pytest.raises(CommandReused):
        payments.take_out(world.house, "once", list_id, world.actor("else", POOL), world.now)
    with world.database.read() as session:
        kinds = [event.kind for event in journal.read(session, "system")]
    assert kinds.count("payment-list.taken-out") == 2
