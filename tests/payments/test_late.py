"""Payments that bounce after the report, bounced advances and settlements, money that comes back to
a case that is closed, and what was entered as come back by mistake: each walked to its end."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

import pool.ledger as ledger
from pool.cases import money
from pool.cases.errors import Invalid, Refused
from pool.models.case import Payment, Report
from pool.models.outbox import Message
from tests.payments.scene import CVR, POOL, Scene
from tests.support import district
from tests.support.house import REPORT, World

DAY = "02.03.2026"
GRANT = 950_000


def sums(world: World, case_id: int) -> tuple[int, int, int]:
    """Held, paid, come back; the books agree."""
    with world.database.read() as session:
        found = money.of_case(session, case_id)
        assert ledger.verify(session).ok
    return found.held, found.paid, found.returned


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refused.value.explanation.obstacles]


def paid(scene: Scene, case_id: int) -> None:
    assert [one.error for one in scene.pay_all(scene.released(case_id))] == [None]


def failed(scene: Scene, case_id: int, action: str, **more: Any) -> None:
    scene.world.do(case_id, "ole", action, reason="Lukket konto", failed_on=DAY, **more)


def light(scene: Scene) -> int:
    """A grant of a light pool, paid and reported of."""
    world = scene.world
    case_id = world.apply()
    world.do(case_id, "karim", "grant")
    world.do(case_id, "ole", "pay", reference="B-1", paid_on=DAY)
    world.do(case_id, "applicant", "report", report=dict(REPORT, spent="9.500"))
    return case_id


def guarantee(scene: Scene, advance: str) -> int:
    case_id = district.apply(scene.world)
    district.to_decided(scene.world, case_id, grant_type="deficit", advance=advance)
    scene.world.do(case_id, "sofie", "announce-grant")
    scene.world.do(case_id, "applicant", "payee", payee=dict(CVR))
    paid(scene, case_id)
    return case_id


def test_after_the_report_it_is_paid_again_and_the_report_kept(scene: Scene) -> None:
    world, case_id = scene.world, light(scene)
    failed(scene, case_id, "payment-failed")
    assert (world.case(case_id).state, sums(world, case_id)) == ("granted", (GRANT, 0, 0))
    with pytest.raises(Refused) as waits:  # for a report that is in
        world.do(case_id, "ole", "pay", reference="B-2", paid_on=DAY)
    assert codes(waits) == ["report-already"]
    world.do(case_id, "ole", "pay-again", reference="B-2", paid_on=DAY)
    with world.database.read() as session:
        letters = session.exec(select(Message).where(Message.template == "payment")).all()
        assert letters[-1].data["report_by"] is None
        assert len(session.exec(select(Report)).all()) == 1
    world.do(case_id, "sofie", "close")
    assert (world.case(case_id).state, sums(world, case_id)) == ("closed", (0, GRANT, 0))


def test_so_in_the_big_pool_by_a_list(scene: Scene) -> None:
    world, case_id = scene.world, scene.granted(CVR)
    paid(scene, case_id)
    world.do(case_id, "applicant", "report", report=district.report("9.500"))
    failed(scene, case_id, "payment-failed-late")
    paid(scene, case_id)
    assert world.case(case_id).state == "reported"
    world.do(case_id, "sofie", "close")
    assert sums(world, case_id) == (0, GRANT, 0)


def test_what_never_arrives_is_not_waited_for(scene: Scene) -> None:
    """Two payments, one of them came back after the report, and is given up."""
    world, case_id = scene.world, scene.world.apply()
    world.do(case_id, "karim", "grant")
    world.do(case_id, "ole", "pay", reference="B-1", paid_on=DAY)
    world.do(case_id, "karim", "raise", amount="12.000", reasons="Teltet blev dyrere.")
    world.do(case_id, "ole", "pay", reference="B-2", paid_on=DAY)
    world.do(case_id, "applicant", "report", report=dict(REPORT, spent="9.500"))
    with pytest.raises(Refused) as which:
        failed(scene, case_id, "payment-failed")
    assert codes(which) == ["payment-unnamed"]
    with world.database.read() as session:
        second = session.exec(select(Payment).where(Payment.reference == "B-2")).one()
    failed(scene, case_id, "payment-failed", payment=str(second.id))
    assert sums(world, case_id) == (250_000, GRANT, 0)
    reasons: dict[str, Any] = {"reasons": "De vil ikke have det.", "unheard": "Aftalt."}
    with pytest.raises(Refused):
        world.do(case_id, "karim", "stop-rest", **reasons)
    world.do(case_id, "karim", "stop-rest-late", **reasons)
    assert world.case(case_id).granted == GRANT
    world.do(case_id, "sofie", "close")
    assert (world.case(case_id).state, sums(world, case_id)) == ("closed", (0, GRANT, 0))


def test_the_older_of_two_payments_failed(scene: Scene) -> None:
    world, case_id = scene.world, district.apply(scene.world)
    parts = [{"amount": "4.000", "due_on": DAY}, {"amount": "5.500", "due_on": "01.06.2026"}]
    district.to_decided(world, case_id, instalments=parts)
    world.do(case_id, "sofie", "announce-grant")
    world.do(case_id, "applicant", "payee", payee=dict(CVR))
    paid(scene, case_id)
    paid(scene, case_id)
    with world.database.read() as session:
        first, last = session.exec(select(Payment).order_by("id")).all()
    with pytest.raises(Refused) as none:
        failed(scene, case_id, "payment-failed", payment="999")
    assert codes(none) == ["unknown-payment"]
    with pytest.raises(Invalid):
        failed(scene, case_id, "payment-failed", payment="den første")
    failed(scene, case_id, "payment-failed", payment=str(first.id))
    with world.database.read() as session:
        assert session.get_one(Payment, first.id).failed_on is not None
        assert session.get_one(Payment, last.id).failed_on is None
    assert sums(world, case_id) == (400_000, 550_000, 0)
    paid(scene, case_id)
    assert (world.case(case_id).state, sums(world, case_id)) == ("paid", (0, GRANT, 0))


def test_a_bounced_settlement_is_settled_again_by_what_arrived(scene: Scene) -> None:
    world, case_id = scene.world, guarantee(scene, "2.000")
    accounts = district.report("8.000", income="1.000")  # a deficit of 7.000
    world.do(case_id, "applicant", "accounts", report=accounts)
    paid(scene, case_id)
    assert (world.case(case_id).state, sums(world, case_id)) == ("reported", (0, 700_000, 0))
    with world.database.read() as session:
        advance, rest = session.exec(select(Payment).order_by("id")).all()
    failed(scene, case_id, "settlement-failed", payment=str(rest.id))
    assert (world.case(case_id).state, sums(world, case_id)) == ("accounted", (500_000, 200_000, 0))
    failed(scene, case_id, "settlement-failed", payment=str(advance.id))
    assert sums(world, case_id) == (700_000, 0, 0)
    paid(scene, case_id)
    world.do(case_id, "sofie", "close")
    assert sums(world, case_id) == (0, 700_000, 0)
    with world.database.read() as session:
        assert ledger.status(session, POOL, 2026).free == district.FREE - 700_000


def test_a_bounced_advance_found_after_the_accounts(scene: Scene) -> None:
    world, case_id = scene.world, guarantee(scene, "4.000")
    world.do(case_id, "applicant", "accounts", report=district.report("8.000", income="9.000"))
    failed(scene, case_id, "settlement-failed")
    assert (world.case(case_id).state, sums(world, case_id)) == ("accounted", (GRANT, 0, 0))
    world.do(case_id, "sofie", "lapse", reason="Der var overskud.")
    assert sums(world, case_id) == (0, 0, 0)


def test_money_comes_back_after_the_case_is_closed_and_did_not_after_all(scene: Scene) -> None:
    world, case_id = scene.world, light(scene)
    with pytest.raises(Refused) as nothing:
        world.do(case_id, "ole", "return-undone", reason="Forkert sag")
    assert codes(nothing) == ["no-return"]
    world.do(case_id, "sofie", "close")
    world.do(case_id, "ole", "return", returned="500", returned_on=DAY)
    world.do(case_id, "ole", "return", returned="200", returned_on=DAY)
    assert (world.case(case_id).state, sums(world, case_id)) == ("closed", (0, GRANT, 70_000))
    world.do(case_id, "ole", "return-undone", reason="Forkert sag")
    assert (world.case(case_id).state, sums(world, case_id)) == ("closed", (0, GRANT, 50_000))
    world.do(case_id, "sofie", "return-undone", reason="Forkert sag")
    assert sums(world, case_id) == (0, GRANT, 0)
    world.do(case_id, "ole", "return", returned="500", returned_on=DAY)
    assert sums(world, case_id) == (0, GRANT, 50_000)


def test_of_two_payments_it_is_undone_line_by_line(scene: Scene) -> None:
    world, case_id = scene.world, scene.world.apply()
    world.do(case_id, "karim", "grant")
    world.do(case_id, "ole", "pay", reference="B-1", paid_on=DAY)
    world.do(case_id, "karim", "raise", amount="12.000", reasons="Teltet blev dyrere.")
    world.do(case_id, "ole", "return", returned="1.000", returned_on=DAY)
    assert sums(world, case_id) == (250_000, GRANT, 100_000)
    world.do(case_id, "ole", "pay", reference="B-2", paid_on=DAY)
    world.do(case_id, "ole", "return", returned="9.500", returned_on=DAY)
    assert sums(world, case_id) == (0, 1_200_000, 1_050_000)
    world.do(case_id, "ole", "return-undone", reason="Tastefejl")
    assert sums(world, case_id) == (0, 1_200_000, 100_000)


def test_of_a_claim_it_is_waited_for_again(scene: Scene) -> None:
    world, case_id = scene.world, guarantee(scene, "4.000")
    with pytest.raises(Refused) as early:
        world.do(case_id, "sofie", "lapse-advance", reason="Intet regnskab.")
    assert codes(early) == ["not-reminded"]
    district.reminded(world, case_id)
    world.do(case_id, "sofie", "lapse-advance", reason="Intet regnskab.")
    back = f"{world.now:%d.%m.%Y}"
    world.do(case_id, "ole", "return", returned="4.000", returned_on=back)
    world.do(case_id, "ole", "return-undone", reason="En anden sags penge")
    with pytest.raises(Refused) as out:
        world.do(case_id, "sofie", "close-claimed")
    assert codes(out) == ["still-out"]
    assert "repay" in district.due(world, case_id)
    world.do(case_id, "ole", "return", returned="4.000", returned_on=back)
    world.do(case_id, "sofie", "close-claimed")
    assert sums(world, case_id) == (0, 400_000, 400_000)
