"""The pages of what happens after the activity: accounts, vouchers, the spot check, a claim."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import cast

import pytest
from flask import Flask

from pool.cases import deadlines
from pool.db import Database
from tests.reports import scene
from tests.reports.test_spot_check import ALL
from tests.support.client import HostileClient, Page, words_of
from tests.support.district import make_district
from tests.support.house import World
from tests.support.people import hold_link
from tests.web.caseworking import Desk
from tests.web.conftest import Clock

NUMBER = "BP-2026-1"
MINE = f"/min-sag/{NUMBER}"


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_district(database, clock())


def applicant(app: Flask, story: World, case_id: int) -> HostileClient:
    client = cast(HostileClient, app.test_client())
    hold_link(client, f"case:{case_id}", story.now)
    return client


def cells(page: Page) -> list[list[str]]:
    """The rows of the page's accounts."""
    return [
        [words_of(cell) for cell in row if cell.tag in ("td", "th")]
        for body in page.all("tbody")
        for row in body
    ]


def test_the_applicant_fills_in_the_accounts_and_the_secretariat_reads_them(
    app: Flask,
    story: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene.draw_always(monkeypatch, drawn=False)
    case_id = scene.paid(story)
    mine = applicant(app, story, case_id)
    page = mine.look(f"{MINE}/rapport")
    assert cells(page)[0][:2] == ["Materialer", "3.000 kr."]
    assert "report-accounts-food" in page.html
    assert 'name="spent"' not in page.html

    # adding up sends nothing in, and needs no script
    typed = {"held": "yes", "report-accounts-food": "16.500", "report-accounts-rent": "x"}
    page = mine.page(mine.submit(page, typed, button="Læg sammen"))
    assert page.errors == []
    rows = cells(page)
    assert [row[3] for row in rows] == ["–", "+500 kr.", "–", "−8.500 kr."]
    assert rows[3] == ["I alt", "25.000 kr.", "16.500 kr.", "−8.500 kr."]
    assert page.field("report-accounts-rent") == "x"
    assert story.case(case_id).state == "paid"

    answer = mine.submit(page, {"participants": "60", "worked": "Fint"}, button="Send rapport")
    assert answer.status_code == 422
    page = mine.page(answer)
    assert [one.split(":")[0] for one in page.errors] == [
        "Materialer", "Leje af lokaler, scene, telte og lignende",
    ]  # fmt: skip
    fixed = {"report-accounts-materials": "0", "report-accounts-rent": "6.000"}
    page = mine.follow(mine.submit(page, fixed, button="Send rapport"))
    assert "Tak. Vi har fået din rapport." in page.text
    assert ["Mad og drikke", "16.000 kr.", "16.500 kr.", "+500 kr."] in cells(page)

    desk = Desk(app, story, "sofie")
    page = desk.open(f"/sager/{NUMBER}")
    assert ["I alt", "25.000 kr.", "22.500 kr.", "−2.500 kr."] in cells(page)
    assert "Regnskabet blev ikke trukket ud" in page.text


def test_a_colleague_enters_the_accounts(
    app: Flask,
    story: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene.draw_always(monkeypatch, drawn=False)
    case_id = scene.paid(story)
    desk = Desk(app, story, "sofie")
    desk.open(f"/sager/{NUMBER}/goer/report")
    told = {
        "report-held": "yes",
        "report-participants": "60",
        "report-worked": "Fint",
        "report-safety": "Ja",
        "report-accounts-food": "16.000",
        "report-accounts-rent": "6.000",
    }
    page = desk.press("Læg sammen", status=200, fields=told)
    assert cells(page)[3][2] == "22.000 kr."
    page = desk.press("Send rapport", status=422)
    assert [one.split(":")[0] for one in page.errors] == ["Materialer"]
    desk.press("Send rapport", fields={"report-accounts-materials": "2.500"})
    assert story.case(case_id).state == "reported"
    assert "24.500 kr." in desk.page.text


def test_vouchers_and_what_was_found(
    app: Flask,
    story: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene.draw_always(monkeypatch, drawn=True)
    case_id = scene.paid(story)
    scene.tell(story, case_id, **ALL)
    mine = applicant(app, story, case_id)
    page = mine.look(MINE)
    assert "Dit regnskab er trukket ud" in page.text
    page = mine.look(page.link("Send bilagene"))
    refused = mine.submit(page, {}, button="Send bilagene")
    assert refused.status_code == 422
    assert len(mine.page(refused).errors) == 1
    bad = mine.submit(page, {"files": (io.BytesIO(b"MZ"), "bilag.exe")}, button="Send bilagene")
    assert "bilag.exe" in mine.page(bad).errors[0]
    sent = mine.submit(
        page, {"files": (io.BytesIO(scene.PDF), "kvittering.pdf")}, button="Send bilagene"
    )
    page = mine.follow(sent)
    assert "Tak. Vi har fået dine bilag." in page.text
    assert "kvittering.pdf" in page.text

    sofie, jens = Desk(app, story, "sofie"), Desk(app, story, "jens")
    page = sofie.open("/indbakke")
    assert "Se bilagene efter" in page.text
    page = sofie.open(f"/sager/{NUMBER}")
    check = scene.check_of(story, case_id)
    assert check is not None
    assert f"{check.seed} {NUMBER}" in page.text
    assert "Skriv, hvad stikprøven viste" in page.text
    voucher = page.link("kvittering.pdf")
    assert sofie.client.get(voucher).data == scene.PDF
    assert jens.client.get(voucher).status_code == 404  # a member has no use for them
    assert "kvittering.pdf" not in jens.open(f"/sager/{NUMBER}").text

    ole = Desk(app, story, "ole")
    ole.open(f"/sager/{NUMBER}/goer/spot-check")
    page = ole.press("Skriv, hvad stikprøven viste", choose={"result": "remarks"}, status=422)
    assert len(page.errors) == 1
    page = ole.press(
        "Skriv, hvad stikprøven viste", choose={"result": "remarks"}, findings="Ét bilag mangler."
    )
    assert "Ét bilag mangler." in page.text
    assert "Der er ingen bilag at sende lige nu." in mine.follow(mine.get(f"{MINE}/bilag")).text


def test_a_question_about_the_report_on_the_same_pages(
    app: Flask,
    story: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene.draw_always(monkeypatch, drawn=False)
    case_id = scene.paid(story)
    scene.tell(story, case_id, **ALL)
    sofie = Desk(app, story, "sofie")
    page = sofie.open(f"/sager/{NUMBER}/goer/ask-report")
    assert "Den lovede dag" not in page.text
    page = sofie.press("Spørg til rapporten", questions="Hvor er bilag 3?")
    assert "Spørgsmålet er stillet." in page.text
    assert "Hvor er bilag 3?" in page.text
    mine = applicant(app, story, case_id)
    page = mine.look(MINE)
    assert "går vi videre med din ansøgning" not in page.text
    page = mine.look(page.link("Svar på spørgsmålet"))
    page = mine.follow(mine.submit(page, {"answer": "Her."}, button="Send svaret"))
    assert "Tak. Vi har fået dit svar." in page.text
    assert story.case(case_id).state == "reported"


def test_a_claim_is_told_with_its_day(app: Flask, story: World) -> None:
    case_id = scene.light(story, starts_on="2026-03-20")
    story.now = datetime(2026, 4, 20, 12, 0, tzinfo=UTC)
    deadlines.fire_due(story.house, story.now)
    deadlines.fire_due(story.house, datetime(2026, 4, 21, 12, 0, tzinfo=UTC))
    story.do(case_id, "sofie", "lapse-unreported", reason="Intet hørt.")
    number = story.case(case_id).number
    mine = applicant(app, story, case_id)
    page = mine.look(f"/min-sag/{number}")
    assert "Du skal betale 9.500 kr. tilbage senest 20. maj 2026" in page.text
    assert "Blev det alligevel til noget?" in page.text
    assert page.link("Send rapport")
    sofie = Desk(app, story, "sofie")
    page = sofie.open(f"/sager/{number}")
    assert "Krævet tilbage og endnu ikke kommet" in page.text
    page = sofie.open(f"/sager/{number}/goer/return")
    assert page.field("returned") == "9.500"


def test_a_report_is_sent_back_and_money_asked_for_and_written_off(
    app: Flask, story: World
) -> None:
    case_id = scene.light(story)
    number = story.case(case_id).number
    story.do(case_id, "applicant", "report", report={**scene.TOLD, "spent": "950"})
    sofie, mine = Desk(app, story, "sofie"), applicant(app, story, case_id)
    sofie.open(f"/sager/{number}/goer/return-report")
    page = sofie.press("Send rapporten retur", reason="Mangler der et nul?")
    assert "Det er sendt retur" in page.text
    assert "Rapporten blev sendt retur" in page.text
    assert mine.look(f"/min-sag/{number}").link("Send rapport")

    story.do(case_id, "applicant", "report", report={**scene.TOLD, "spent": "9.000"})
    page = sofie.open(f"/sager/{number}/goer/claim-unspent")
    assert page.field("amount") == "500"
    page = sofie.press("Bed om penge tilbage", status=422, amount="9.501", reasons="Til overs.")
    assert len(page.errors) == 1
    page = sofie.press("Bed om penge tilbage", amount="400", reasons="Til overs.")
    assert "Krævet tilbage og endnu ikke kommet" in page.text
    assert "Der blev bedt om penge tilbage: 400 kr." in page.text
    assert "Du skal betale 400 kr. tilbage senest" in mine.look(f"/min-sag/{number}").text

    ole = Desk(app, story, "ole")
    ole.open(f"/sager/{number}/goer/write-off")
    page = ole.press("Afskriv det, der ikke kommer tilbage", reason="Foreningen er opløst.")
    assert story.case(case_id).state == "closed"
    assert "Afskrevet" in page.text
    assert "Foreningen er opløst." not in mine.look(f"/min-sag/{number}").text


def test_the_light_pool_has_none_of_it(app: Flask, story: World) -> None:
    case_id = scene.light(story)
    number = story.case(case_id).number
    mine = applicant(app, story, case_id)
    page = mine.look(f"/min-sag/{number}/rapport")
    assert page.field("spent") == ""
    assert "Læg sammen" not in page.text
    assert "Forskel" not in page.text
    story.do(case_id, "applicant", "report", report={**scene.TOLD, "spent": "9.500"})
    page = Desk(app, story, "sofie").open(f"/sager/{number}")
    for word in ("Stikprøve", "Trukket ud", "Send bilag", "Regnskabet"):
        assert word not in page.text
    assert "Send bilag" not in mine.look(f"/min-sag/{number}").text
