"""A report that is sent back to be mended, accounts that are questioned and looked into before they
are paid, and a late report of a guarantee that lapsed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from pool.cases.errors import Refused
from pool.models.case import Report
from tests.reports import scene
from tests.reports.test_unreported import codes, days, left
from tests.support import district as big
from tests.support.house import REPORT, World


def report_of(world: World, case_id: int) -> Report | None:
    with world.database.read() as session:
        found = session.exec(select(Report).where(Report.case_id == case_id)).one_or_none()
        session.expunge_all()
        return found


def guarantee(world: World, *, advance: str | None = None) -> int:
    """A guarantee of 25.000 kr. of the big pool, its advance paid where there is one."""
    terms: dict[str, Any] = {"grant_type": "deficit"} | ({"advance": advance} if advance else {})
    case_id = scene.granted(world, **terms)
    if advance:
        big.pay(world, case_id)
    return case_id


def account(world: World, case_id: int, spent: str, income: str) -> None:
    told = {**scene.TOLD, "income": income}
    told["accounts"] = dict.fromkeys(scene.BUDGET, "0") | {"food": spent}
    world.do(case_id, "applicant", "accounts", report=told)


def test_a_typing_error_is_mended(world: World) -> None:
    case_id = scene.light(world)
    world.do(case_id, "applicant", "report", report={**REPORT, "spent": "950"})
    world.now += timedelta(days=2)
    world.do(case_id, "sofie", "return-report", reason="Skal der stå 9.500 kr.?")
    assert (world.case(case_id).state, report_of(world, case_id)) == ("paid", None)
    event = scene.last(world, case_id, "case.return-report")
    assert event.data["report"]["spent"] == 95_000
    assert event.personal is not None
    assert event.personal["report_worked"] == REPORT["worked"]
    [letter] = scene.mails(world, case_id, "report-returned")
    assert (letter.kind, letter.data["reason"]) == ("letter", "Skal der stå 9.500 kr.?")
    due = scene.due(world, case_id)
    assert set(due) == {"report"}
    assert letter.data["report_by"] == due["report"].isoformat()
    assert letter.data["link"]["subject"] == f"case:{case_id}"

    world.do(case_id, "applicant", "report", report={**REPORT, "spent": "9.500"})
    world.do(case_id, "sofie", "close")
    [closed] = scene.mails(world, case_id, "closed")
    assert closed.data["spent"] == 950_000


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_is_not_sent_back_while_something_hangs_on_it(world: World) -> None:
    case_id = scene.light(world)
    world.do(case_id, "applicant", "report", report={**REPORT, "spent": "9.000"})
    world.do(case_id, "sofie", "ask-report", questions="Hvorfor?", due_on="2026-03-16")
    with pytest.raises(Refused) as asked:
        world.do(case_id, "sofie", "return-report", reason="Ret den.")
    assert codes(asked.value) == ["question-open"]
    world.do(case_id, "applicant", "answer-report", answer="Derfor.")
    world.do(case_id, "ole", "return", returned="500", returned_on="2026-03-02")
    with pytest.raises(Refused) as came:
        world.do(case_id, "sofie", "return-report", reason="Ret den.")
    assert codes(came.value) == ["some-returned"]


def test_a_claim_goes_with_its_report(world: World) -> None:
    case_id = scene.light(world)
    world.do(case_id, "applicant", "report", report={**REPORT, "spent": "950"})
    world.do(case_id, "sofie", "claim-unspent", reasons="Der er 8.550 kr. tilbage.")
    world.do(case_id, "sofie", "return-report", reason="Du skrev, at der mangler et nul.")
    assert set(scene.due(world, case_id)) == {"report"}
    world.do(case_id, "applicant", "report", report={**REPORT, "spent": "9.500"})
    world.do(case_id, "sofie", "close")
    assert world.case(case_id).state == "closed"


def test_the_first_draw_stands(district: World, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.draw_always(monkeypatch, drawn=True)
    case_id = scene.paid(district)
    scene.tell(district, case_id, food="16.000", rent="6.000")
    first = scene.check_of(district, case_id)
    district.do(case_id, "sofie", "return-report", reason="Posten materialer mangler.")
    assert scene.last(district, case_id, "case.return-report").data["report"]["accounts"] == {
        "materials": 0, "food": 1_600_000, "rent": 600_000,
    }  # fmt: skip
    assert set(scene.due(district, case_id)) == {"report"}
    scene.draw_always(monkeypatch, drawn=False)
    scene.tell(district, case_id, materials="3.000", food="16.000", rent="6.000")
    again = scene.check_of(district, case_id)
    assert first is not None
    assert again is not None
    assert (again.seed, again.drawn) == (first.seed, True)
    assert "vouchers" in scene.due(district, case_id)


@pytest.mark.parametrize("advance", [None, "10.000"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_accounts_of_a_guarantee_go_back_where_they_came_from(
    district: World, advance: str | None
) -> None:
    case_id = guarantee(district, advance=advance)
    account(district, case_id, "20.000", "2.000")
    back, other = "return-accounts", "return-accounts-advance"
    if advance:
        back, other = other, back
    with pytest.raises(Refused):
        district.do(case_id, "sofie", other, reason="Indtægten mangler et nul.")
    district.do(case_id, "sofie", back, reason="Indtægten mangler et nul.")
    assert district.case(case_id).state == ("advanced" if advance else "granted")
    data = scene.last(district, case_id, f"case.{back}").data
    assert (data["report"]["income"], report_of(district, case_id)) == (200_000, None)
    assert "report" in scene.due(district, case_id)
    assert len(scene.mails(district, case_id, "report-returned")) == 1
    account(district, case_id, "20.000", "5.000")
    assert district.case(case_id).state == "accounted"
    big.pay(district, case_id, reference="B-9")
    assert left(district, case_id) == 1_500_000
    with pytest.raises(Refused) as settled:  # what was paid by it stays
        district.do(case_id, "sofie", "return-report", reason="Igen.")
    assert codes(settled.value) == ["grant-is-guarantee"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_accounts_are_questioned_before_they_are_paid(district: World) -> None:
    case_id = guarantee(district)
    account(district, case_id, "4.000", "9.000")
    district.do(case_id, "sofie", "ask-report", questions="Hvad er det?", due_on="2026-03-16")
    with pytest.raises(Refused) as open_now:
        district.do(case_id, "ole", "settle", reference="B-1", paid_on="2026-03-02")
    assert "question-open" in codes(open_now.value)
    district.do(case_id, "applicant", "answer-report", answer="Billetter.")
    assert district.case(case_id).state == "accounted"


def test_nothing_is_settled_before_the_spot_check(
    district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.draw_always(monkeypatch, drawn=True)
    case_id = guarantee(district)
    account(district, case_id, "20.000", "5.000")
    with pytest.raises(Refused) as unchecked:
        district.do(case_id, "ole", "settle", reference="B-1", paid_on="2026-03-02")
    assert "spot-check-open" in codes(unchecked.value)
    scene.send(district, case_id, "applicant", "vouchers", (scene.voucher(),))
    district.do(case_id, "sofie", "spot-check", result="good")
    big.pay(district, case_id)
    assert left(district, case_id) == 1_500_000


def test_a_late_report_of_a_guarantee_tells_what_lapsed(district: World) -> None:
    case_id = guarantee(district, advance="10.000")
    due = scene.due(district, case_id)["report"]
    days(district, due, due + timedelta(days=1))
    district.do(case_id, "sofie", "lapse-advance", reason="Intet regnskab.")
    told = {**scene.TOLD, "accounts": dict.fromkeys(scene.BUDGET, "0") | {"food": "20.000"}}
    district.do(case_id, "applicant", "report", report={**told, "income": "0"})
    district.do(case_id, "sofie", "close")
    [mail] = scene.mails(district, case_id, "closed")
    assert (mail.data["granted"], mail.data["paid"]) == (2_500_000, 1_000_000)
