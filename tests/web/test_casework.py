"""Handling a case from receipt to closing, page by page, without scripts."""

from __future__ import annotations

import pytest
from flask import Flask

from pool.db import Database
from tests.support.client import words_of
from tests.support.house import REPORT, World, make_world
from tests.web.caseworking import (
    FREE,
    REASONS,
    RECORD,
    Desk,
    decisions,
    free,
    number,
    sent,
)
from tests.web.conftest import Clock


@pytest.fixture
def story(app: Flask, database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def karim(app: Flask, story: World) -> Desk:
    """The chair."""
    return Desk(app, story, "karim")


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    """The secretariat."""
    return Desk(app, story, "sofie")


def test_the_chair_approves_in_three_clicks_from_the_list(story: World, karim: Desk) -> None:
    case_id = story.apply()
    karim.open("/sager/")
    karim.click("Gadefest ved hjørnet")
    karim.click("Bevilg det hele")
    assert karim.page.heading == "Afgør"
    karim.press("Afgør og send brevet")
    assert karim.clicks == 3
    assert karim.typed == []
    assert "Sagen er afgjort. Ansøgeren får besked på lene@eksempel.example." in karim.page.text
    assert story.case(case_id).state == "granted"
    assert free(story) == FREE - 950_000
    assert sent(story, case_id)[-2:] == ["decision-full", "supported"]


def test_one_page_and_two_clicks_once_it_is_open(story: World, karim: Desk) -> None:
    story.apply()
    karim.open("/sager/BT-2026-1/afgoer")
    karim.press("Afgør og send brevet", choose={"outcome": "grant"})
    assert karim.clicks == 2


@pytest.mark.parametrize(
    ("link", "typed", "outcome", "amount"),
    [
        ("Bevilg en del", {"amount": "8.000", "reasons": REASONS}, "part", 800_000),
        ("Giv afslag", {"reasons": REASONS}, "refused", 0),
    ],
)
def test_less_than_asked_costs_the_reasons_and_no_click_more(
    story: World, karim: Desk, link: str, typed: dict[str, str], outcome: str, amount: int
) -> None:
    case_id = story.apply()
    karim.open("/sager/")
    karim.click("Gadefest ved hjørnet")
    karim.click(link)
    karim.press("Afgør og send brevet", fields=typed, criterion="too-few")
    assert karim.clicks == 3
    [made] = decisions(story, case_id)
    assert (made.outcome, made.amount, made.reasons) == (outcome, amount, REASONS)
    assert (made.criterion, made.made_how, made.actor_name) == ("too-few", "system", "Karim")
    assert free(story) == FREE - amount
    assert REASONS in karim.page.text


def test_the_secretariat_records_what_the_group_decided(story: World, sofie: Desk) -> None:
    case_id = story.apply()
    sofie.open("/sager/BT-2026-1")
    sofie.click("Bevilg det hele")
    assert sofie.page.heading == "Registrér gruppens beslutning"
    sofie.press("Registrér og send brevet", status=422)
    assert sofie.page.errors == [
        "Hvordan blev det besluttet? Vælg en af mulighederne.",
        "Hvem deltog? Udfyld feltet.",
    ]
    sofie.press(
        "Registrér og send brevet",
        choose={"record-made_where": "meeting"},
        fields={
            "record-made_on": "2. marts 2026",
            "record-took_part": "Karim Holm\nJens Winther",
            "record-stayed_out": "Amina Yusuf, bor i afdelingen",
        },
    )
    [made] = decisions(story, case_id)
    assert (made.made_on.isoformat(), made.made_how) == ("2026-03-02", "meeting")
    assert made.took_part == "Karim Holm\nJens Winther"
    assert made.stayed_out == "Amina Yusuf, bor i afdelingen"
    assert made.actor_name == "Sofie"
    for seen in ("På et møde", "2. marts 2026", "Amina Yusuf, bor i afdelingen", "Sofie"):
        assert seen in sofie.page.text


def test_the_chair_may_record_too(story: World, karim: Desk) -> None:
    case_id = story.apply()
    karim.open("/sager/BT-2026-1/afgoer?valg=grant")
    karim.press("Afgør og send brevet", fields=RECORD)
    [made] = decisions(story, case_id)
    assert made.made_how == "mail"


def test_a_record_begun_is_finished(story: World, karim: Desk) -> None:
    """A day changed in the folded part is not passed over in silence."""
    case_id = story.apply()
    karim.open("/sager/BT-2026-1/afgoer?valg=grant")
    karim.press("Afgør og send brevet", status=422, fields={"record-made_on": "1.3.2026"})
    assert "Hvem deltog? Udfyld feltet." in karim.page.errors
    [folded] = [one for one in karim.page.all("details") if "besluttet" in words_of(one)[:40]]
    assert "open" in folded.attrib
    assert decisions(story, case_id) == []


def test_from_question_to_closing(
    story: World, sofie: Desk, app: Flask, clock: Clock, database: Database
) -> None:
    case_id = story.apply()
    at = f"/sager/{number(story, case_id)}"
    sofie.open(at)
    sofie.click("Spørg ansøgeren")
    sofie.press("Spørg ansøgeren", questions="Hvor mange kommer?")
    assert "Venter på ansøger" in sofie.page.text
    assert "Hvor mange kommer?" in sofie.page.text
    assert story.case(case_id).clock == "paused"
    sofie.click("Svar på spørgsmålet")
    assert sofie.page.heading == "Svar på spørgsmålet for ansøgeren"
    assert "Hvor mange kommer?" in sofie.page.text
    sofie.press("Svar på spørgsmålet", answer="Omkring 100, siger hun i telefonen.")
    assert story.case(case_id).clock == "running"

    sofie.click("Bevilg en del")
    sofie.press("Registrér og send brevet", amount="8.000", reasons=REASONS, fields=RECORD)
    assert free(story) == FREE - 800_000
    ole = Desk(app, story, "ole")
    ole.open(at)
    ole.click("Marker som udbetalt")
    ole.press("Marker som udbetalt", status=422)
    assert ole.page.errors == ["Bilagsnummer i regnskabet: Udfyld feltet."]
    ole.press("Marker som udbetalt", reference="BILAG-7")
    assert "8.000 kr. blev udbetalt den 4. marts 2026, bilag BILAG-7." in ole.page.text

    clock.advance(days=1)
    sofie.open(at)
    sofie.click("Send rapport")
    sofie.press(
        "Send rapport",
        choose={"report-held": "yes"},
        fields={
            "report-participants": "120",
            "report-worked": "Alle kom.",
            "report-spent": "7.500",
        },
    )
    assert "500 kr. blev ikke brugt og er ikke kommet tilbage." in sofie.page.text
    sofie.click("Registrer penge, der er kommet tilbage")
    assert sofie.page.field("returned") == "500"
    sofie.press("Registrer penge, der er kommet tilbage")
    assert free(story) == FREE - 750_000
    sofie.click("Afslut sagen")
    sofie.press("Afslut sagen")
    assert story.case(case_id).state == "closed"
    assert sent(story, case_id) == [
        "receipt", "new-case", "question", "decision-part", "supported", "payment", "closed",
    ]  # fmt: skip
    titles = [words_of(one) for one in sofie.page.all("p") if _is_title(one.attrib)]
    assert titles[:2] == ["Vi spurgte ansøgeren", "Ansøgeren svarede"]  # the conversation
    assert titles[2:] == [
        "Sagen afsluttet",
        "Penge kom tilbage: 500 kr.",
        "Rapport modtaget",
        "Markeret som udbetalt: 8.000 kr.",
        "Bevilget delvist: 8.000 kr.",
        "Svar modtaget",
        "Spørgsmål sendt til ansøgeren",
        "Ansøgning modtaget",
    ]


def _is_title(attributes: dict[str, str]) -> bool:
    return attributes.get("class") == "timeline-title"


def test_withdrawing_says_what_goes_back(story: World, sofie: Desk) -> None:
    case_id = story.apply()
    story.do(case_id, "karim", "grant")
    sofie.open("/sager/BT-2026-1")
    sofie.click("Træk ansøgningen tilbage")
    assert "9.500 kr., som er sat af, går tilbage til puljen." in sofie.page.text
    sofie.press("Træk ansøgningen tilbage", reason="Hun har ringet.")
    assert story.case(case_id).state == "withdrawn"
    assert free(story) == FREE
    assert "Hun har ringet." in sofie.page.text


def test_what_cannot_be_done_says_why_and_who_could_change_it(
    story: World, app: Flask, karim: Desk
) -> None:
    case_id = story.apply()
    story.do(case_id, "sofie", "ask", questions="Hvor?", due_on="2026-03-13")
    jens = Desk(app, story, "jens")
    page = jens.open("/sager/BT-2026-1")
    others = [words_of(one) for one in page.all("div") if one.attrib.get("class") == "blocked"]
    assert "Svar på spørgsmålet (kan ikke lade sig gøre nu)" in others[0]
    assert "Kan ændres af: ansøgeren eller sekretariatet" in others[0]
    page = karim.open("/sager/BT-2026-1/afgoer")
    assert "Sagen er “Venter på ansøger”, så der er ikke noget at afgøre nu." in page.text
    story.do(case_id, "applicant", "answer", answer="Her.")
    story.do(case_id, "karim", "grant")
    story.do(case_id, "ole", "pay", reference="B1", paid_on="2026-03-04")
    story.do(case_id, "applicant", "report", report=REPORT)
    sofie = Desk(app, story, "sofie")
    page = sofie.open("/sager/BT-2026-1")
    blocked = [words_of(one) for one in page.all("div") if one.attrib.get("class") == "blocked"]
    assert (
        "Afslut sagen (kan ikke lade sig gøre nu) 500 kr. blev ikke brugt og er ikke kommet "
        "tilbage. Kan ændres af: sekretariatet eller økonomimedarbejderen"
    ) in blocked
    page = sofie.open("/sager/BT-2026-1/goer/close")
    assert "500 kr. blev ikke brugt" in page.text
    assert page.forms() == []


def test_every_page_stands_in_english_too(story: World, karim: Desk, sofie: Desk) -> None:
    story.apply()
    karim.client.look("/?lang=en")
    page = karim.open("/sager/BT-2026-1")
    assert "What can be done now" in page.text
    karim.click("Grant a part")
    karim.press("Decide and send the letter", status=422)
    assert "Reasons, as they will stand in the letter: Fill in this field." in karim.page.errors
    karim.press("Decide and send the letter", amount="8.000", reasons=REASONS)
    assert "The applicant is told by mail to lene@eksempel.example." in karim.page.text


def test_what_stands_at_the_head_of_a_case(story: World, karim: Desk) -> None:
    story.apply()
    page = karim.open("/sager/BT-2026-1")
    figures = [words_of(one) for one in page.all("dl")[0].iter("div")]
    assert figures == [
        "Søgt 9.500 kr.",
        "Tilbage i puljen 2026 96.000 kr.",
        "Tilbage efter et ja til det hele 86.500 kr.",
    ]
    assert "Svar lovet senest 25. marts 2026" in page.text


def test_a_note_stands_in_the_journal_and_moves_nothing(story: World, sofie: Desk) -> None:
    case_id = story.apply()
    sofie.open("/sager/BT-2026-1")
    sofie.click("Skriv et notat")
    sofie.press("Gem notatet", status=422)
    assert sofie.page.errors == ["Notat: Udfyld feltet."]
    sofie.press("Gem notatet", note="Lene ringede.", on="31. februar 2026", status=422)
    assert sofie.page.field("note") == "Lene ringede."
    sofie.press("Gem notatet", on="2.3.2026")
    assert "Lene ringede." in sofie.page.text
    assert "Gælder den 2. marts 2026" in sofie.page.text
    assert story.case(case_id).state_version == 1


def test_a_note_pressed_twice_stands_once(story: World, sofie: Desk) -> None:
    story.apply()
    page = sofie.open("/sager/BT-2026-1/notat")
    for _ in range(2):
        answer = sofie.client.submit(page, {"note": "Lene ringede."}, button="Gem notatet")
        assert answer.status_code == 303
    assert sofie.open("/sager/BT-2026-1").text.count("Lene ringede.") == 1
