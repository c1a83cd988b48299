"""Accounts by post beside the budget, where the pool has the accounts form; one sum elsewhere."""

from __future__ import annotations

import pytest
from sqlmodel import select

from pool import files
from pool.cases import accounts
from pool.cases.errors import Invalid, Refused
from pool.cases.view import case_view
from pool.files import prepare
from pool.models.case import Report
from tests.files import samples
from tests.reports import scene
from tests.support.house import REPORT, World


def report_of(world: World, case_id: int) -> Report:
    with world.database.read() as session:
        found = session.exec(select(Report).where(Report.case_id == case_id)).one()
        session.expunge_all()
        return found


def test_the_sum_of_the_posts_is_what_was_spent(district: World) -> None:
    case_id = scene.paid(district)
    scene.tell(district, case_id, food="15.250,50", rent="6.000")
    told = report_of(district, case_id)
    assert told.accounts == {"materials": 0, "food": 1_525_050, "rent": 600_000}
    assert told.spent == 2_125_050
    data = scene.last(district, case_id, "case.report").data
    assert (data["spent"], data["accounts"]["food"]) == (2_125_050, 1_525_050)
    with pytest.raises(Refused) as unspent:
        district.do(case_id, "sofie", "close")
    assert "unspent" in [o.code for o in unspent.value.explanation.obstacles]
    district.do(case_id, "ole", "return", returned="3.749,50", returned_on="2026-03-02")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_each_post_of_the_budget_is_asked_for(district: World) -> None:
    case_id = scene.paid(district)
    with pytest.raises(Invalid) as bad:
        district.do(
            case_id, "applicant", "report",
            report={**scene.TOLD, "accounts": {"food": "mange", "rent": " "}, "spent": "9"},
        )  # fmt: skip
    assert {(fault.key, fault.code) for fault in bad.value.faults} == {
        ("report.accounts.materials", "required"),
        ("report.accounts.food", "money-shape"),
        ("report.accounts.rent", "required"),
    }
    assert district.case(case_id).state == "paid"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_post_beside_the_budget_may_be_told_and_shows_as_such(district: World) -> None:
    case_id = scene.paid(district)
    scene.tell(district, case_id, food="24.000", transport="1.000")
    told = report_of(district, case_id)
    definition = district.house.definitions.current("bydelspulje")
    lines = accounts.lines(definition, scene.BUDGET, told.accounts)
    assert [(one.key, one.budget, one.actual, one.difference) for one in lines] == [
        ("materials", 300_000, 0, -300_000),
        ("food", 1_600_000, 2_400_000, 800_000),
        ("rent", 600_000, 0, -600_000),
        ("transport", 0, 100_000, 100_000),
    ]


def test_what_was_granted_by_post_is_the_budget(district: World) -> None:
    case_id = scene.paid(
        district, action="grant-part", amount="18.000", reasons="Telt kan lånes.",
        by_post={"food": "16.000", "materials": "2.000"},
    )  # fmt: skip
    with district.database.read() as session:
        actor = district.actor("sofie", "bydelspulje")
        view = case_view(session, district.house, case_id, actor, district.now)
        given = {question.key: value for question, value in view.answers}
        budget = accounts.budget(view.definition, given, view.decision)
        assert view.facts.report_posts == ("materials", "food")
    assert budget == {"materials": 200_000, "food": 1_600_000}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_without_a_budget_by_post_every_post_can_be_told(district: World) -> None:
    case_id = scene.paid(district, full=False)
    given = dict.fromkeys(scene.posts(district), "0") | {"food": "9.500"}
    district.do(case_id, "applicant", "report", report={**scene.TOLD, "accounts": given})
    assert report_of(district, case_id).spent == 950_000


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_light_pool_is_told_a_sum_with_links_and_pictures(world: World) -> None:
    case_id = scene.light(world)
    picture = prepare("fest.jpg", samples.picture("JPEG", exif=samples.telling_exif()))
    scene.send(
        world, case_id, "applicant", "report", (picture,),
        report={**REPORT, "links": "https://eksempel.example/fest"},
    )  # fmt: skip
    told = report_of(world, case_id)
    assert (told.held, told.participants, told.worked, told.safety, told.links) == (
        True, 120, "Alle kom.", "Naboerne hilser.", "https://eksempel.example/fest",
    )  # fmt: skip
    assert (told.spent, told.accounts, scene.check_of(world, case_id)) == (900_000, None, None)
    assert "draw" not in scene.last(world, case_id, "case.report").data
    with world.database.read() as session:
        view = case_view(session, world.house, case_id, world.actor("sofie"), world.now)
        [kept] = [one.file for one in view.files if one.purpose == "report"]
        found = files.load(session, kept.id or 0)
    assert found is not None
    assert (kept.name, samples.SECRET.encode() in found[1]) == ("fest.jpg", False)
