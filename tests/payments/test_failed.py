"""A payment that came back from the bank: reversed, held anew, and paid again."""

from __future__ import annotations

import pytest
from sqlmodel import select

import pool.ledger as ledger
from pool.cases import money
from pool.cases.errors import Invalid, Refused
from pool.models.case import Payment
from pool.models.outbox import Message
from tests.payments.scene import CVR, POOL, Scene


def test_reversed_and_held_anew(scene: Scene) -> None:
    world = scene.world
    case_id = scene.granted(CVR)
    scene.pay_all(scene.released(case_id))
    with pytest.raises(Invalid):
        world.do(case_id, "ole", "payment-failed", reason="Lukket", failed_on="01.03.2027")
    world.do(case_id, "ole", "payment-failed", reason="Lukket", failed_on="02.03.2026")
    with world.database.read() as session:
        of_case = money.of_case(session, case_id)
        (payment,) = session.exec(select(Payment)).all()
        letters = [row.template for row in session.exec(select(Message))]
        assert ledger.verify(session).ok
    assert (of_case.held, of_case.paid) == (950_000, 0)
    assert payment.failed_at == world.now
    assert str(payment.failed_on) == "2026-03-02"
    assert world.case(case_id).state == "granted"
    assert "payment-failed" in letters
    with pytest.raises(Refused):  # there is none any more
        world.do(case_id, "ole", "payment-failed", reason="Igen", failed_on="02.03.2026")
    scene.pay_all(scene.released(case_id))
    with world.database.read() as session:
        assert ledger.status(session, POOL, 2026).paid == 950_000
        assert [row.failed_on is None for row in session.exec(select(Payment))] == [False, True]


def test_in_a_light_pool(scene: Scene) -> None:
    world = scene.world
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    world.do(case_id, "applicant", "payee", payee=dict(CVR))
    world.do(case_id, "ole", "pay", reference="B-1", paid_on="02.03.2026")
    world.do(case_id, "sofie", "payment-failed", reason="Lukket", failed_on="02.03.2026")
    assert world.case(case_id).state == "granted"
    world.do(case_id, "ole", "pay", reference="B-2", paid_on="02.03.2026")
    with world.database.read() as session:
        assert money.of_case(session, case_id).paid == 950_000
