"""Suggestions, what is typed in for somebody, helpers and the acute, through the pages."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import col, select

from pool.cases import starting
from pool.cases.submit import Suggested, suggest
from pool.db import Database
from pool.models.case import Applicant, Case
from tests.support.client import HostileClient
from tests.support.house import World, make_world
from tests.web.applying import SHORT, begin
from tests.web.caseworking import Desk
from tests.web.conftest import Clock

SAID = {
    "q_suggestion": "Stien bag skolen er mørk.",
    "q_place": "Stien bag skolen",
    "q_contact_name": "Aida",
    "q_email": "aida@eksempel.example",
}


@pytest.fixture
def story(app: Flask, database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


def all_cases(database: Database) -> list[Case]:
    with database.read() as session:
        return list(session.exec(select(Case).order_by(col(Case.id))).all())


def suggested(story: World, **changed: str) -> Case:
    raw = {key.removeprefix("q_"): value for key, value in SAID.items()} | changed
    command = Suggested(story.new_id(), "urban-life", "da", raw)
    return story.case(suggest(story.house, command, story.now).case_id)


# -- the residents' pages


def test_from_the_pools_page_to_the_receipt_of_a_suggestion(
    client: HostileClient, story: World, database: Database
) -> None:
    page = client.look("/puljer/urban-life")
    page = client.look(page.link("Skriv et forslag"))
    assert page.heading == "Har du et forslag?"
    assert "Hvor mange penge" not in page.text
    receipt = client.follow(client.submit(page, SAID, button="Send forslaget"))
    (case,) = all_cases(database)
    assert case.number in receipt.text
    assert "Du hører fra os senest" in receipt.text
    mine = client.look(receipt.link("Se dit forslag"))
    assert "Stien bag skolen er mørk." in mine.text
    story.do(case.id or 0, "sofie", "answer-suggestion", answer="Der kommer en lampe.")
    mine = client.look(mine.url)
    assert "Der kommer en lampe." in mine.text


def test_a_suggestion_from_nobody_in_particular(
    client: HostileClient, story: World, database: Database
) -> None:
    page = client.look("/forslag/urban-life")
    empty = client.submit(page, {}, button="Send forslaget")
    assert empty.status_code == 422
    assert len(client.page(empty).errors) == 2  # what, and where
    receipt = client.follow(
        client.submit(page, {**SAID, "q_contact_name": "", "q_email": ""}, button="Send forslaget")
    )
    assert "Skriv nummeret ned" in receipt.text


def test_a_program_that_fills_everything_sends_no_suggestion(
    client: HostileClient, story: World, database: Database
) -> None:
    page = client.look("/forslag/urban-life")
    trapped = client.submit(page, {**SAID, "website": "spam"}, button="Send forslaget")
    assert trapped.status_code == 422
    bare = client.post("/forslag/urban-life", data=SAID)
    assert bare.status_code == 422
    assert all_cases(database) == []
    assert client.get("/forslag/knowledge").status_code == 404
    assert "forslag" not in client.look("/puljer/knowledge").text.lower()


def test_the_short_form_folds_what_is_for_few(client: HostileClient, story: World) -> None:
    page = begin(client)
    folds = {one.attrib["id"]: one for one in page.all("details") if "id" in one.attrib}
    assert set(folds) == {"group-acute", "group-behalf"}
    assert not any("open" in one.attrib for one in folds.values())
    start = client.look("/ansoeg/urban-life")
    assert "er der 8 spørgsmål på én side" in start.text
    again = client.page(
        client.submit(page, {**SHORT, "q_behalf_phone": "22334455"}, button="Næste")
    )
    folds = {one.attrib["id"]: one for one in again.all("details") if "id" in one.attrib}
    assert "open" in folds["group-behalf"].attrib
    assert again.errors == ["Hvem hjælper du? Udfyld feltet."]


def test_a_helper_and_an_acute_case_on_one_page(
    client: HostileClient, story: World, sofie: Desk, database: Database
) -> None:
    page = begin(client)
    more = {
        "q_on_behalf_of": "Fatma Ali",
        "q_behalf_email": "fatma@eksempel.example",
        "q_unsafe_event": "yes",
        "q_urgent": "yes",
        "q_unsafe_what": "Slagsmål",
        "q_unsafe_where": "Ruten",
        "q_unsafe_when": "I går",
    }
    review = client.follow(client.submit(page, {**SHORT, **more}, button="Næste"))
    client.follow(client.submit(review, button="Send ansøgningen"))
    (case,) = all_cases(database)
    page = sofie.open(f"/sager/{case.number}")
    for words in ("Haster", "Slagsmål", "Ruten", "I går", "Fatma Ali", "fatma@eksempel.example"):
        assert words in page.text
    assert "Lene Bruun for Fatma Ali" in sofie.open("/sager/").text


# -- the secretariat's


def test_a_paper_application_is_typed_in(sofie: Desk, story: World, database: Database) -> None:
    sofie.open("/sager/")
    sofie.click("Skriv en ansøgning ind")
    sofie.press(
        "Næste",
        fields={
            "pool": "urban-life", "kind": "application", "channel": "paper",
            "received_on": "23.2.2026",
        },
    )  # fmt: skip
    sofie.press("Næste", fields={"q_amount": "9.500"})
    review = sofie.press("Næste", fields=dict(SHORT))
    assert "23. februar 2026" in review.text
    assert "Gadefest ved hjørnet" in sofie.open("/sager/ny").text
    sofie.click("Gadefest ved hjørnet")
    page = sofie.press("Opret ansøgningen")
    (case,) = all_cases(database)
    assert page.url == f"/sager/{case.number}"
    assert case.entered_by == "Sofie"
    assert "På papir" in page.text
    assert "Gadefest" not in sofie.open("/sager/ny").text


def test_how_it_came_is_corrected_and_a_draft_thrown_away(
    sofie: Desk, story: World, database: Database
) -> None:
    actor = story.actor("sofie")
    start = starting.Start("application", "paper", "23.2.2026")
    draft_id = starting.begin(story.house, "urban-life", start, actor, story.now)
    sofie.open(f"/sager/kladde/{draft_id}/gennemse")
    sofie.click("Ret, hvordan det kom")
    sofie.press("Gem", fields={"channel": "phone", "received_on": "40.2.2026"}, status=422)
    sofie.press("Gem", fields={"channel": "phone", "received_on": "24.2.2026"})
    assert "24. februar 2026" in sofie.open(f"/sager/kladde/{draft_id}/gennemse").text
    sofie.click("Kassér det")
    sofie.press("Kassér det")
    sofie.open(f"/sager/kladde/{draft_id}/gennemse", 404)
    assert all_cases(database) == []


def test_a_suggestion_becomes_an_own_initiative(
    sofie: Desk, story: World, database: Database
) -> None:
    origin = suggested(story)
    page = sofie.open(f"/sager/{origin.number}")
    assert "/goer/take-up" not in page.html, "it is done by entering the case"
    sofie.click("Gør det til en sag")
    sofie.press("Næste", fields={"kind": "initiative"}, status=422)
    sofie.press("Næste", fields={"kind": "initiative", "proposer": "Jens"})
    page = sofie.press("Næste", fields={"q_amount": "4.000"})
    assert 'value="Stien bag skolen"' in page.html
    words = {"q_safety": "Lys", "q_outreach": "Opslag", "q_budget_line": "Lampe"}
    sofie.press("Næste", fields={**words, "q_starts_on": "1.5.2026"})
    page = sofie.press("Opret gruppens eget initiativ")
    case = all_cases(database)[-1]
    assert case.kind == "initiative"
    assert page.link(origin.number) == f"/sager/{origin.number}"
    page = sofie.open(f"/sager/{origin.number}")
    assert page.link(case.number) == f"/sager/{case.number}"
    assert "Gør det til en sag" not in page.text
    assert case.number in sofie.open(f"/sager/{origin.number}/bliver-til").text


def test_whoever_is_second_is_led_to_what_it_became(
    sofie: Desk, story: World, database: Database
) -> None:
    origin = suggested(story)
    actor = story.actor("sofie")
    start = starting.Start("initiative", proposer="Jens")
    for _ in range(2):
        starting.begin(story.house, "urban-life", start, actor, story.now, origin_id=origin.id)
    fields = {"q_safety": "Lys", "q_outreach": "Opslag", "q_budget_line": "Lampe"}
    said = []
    for draft_id in (1, 2):
        sofie.open(f"/sager/kladde/{draft_id}/beloeb")
        sofie.press("Næste", fields={"q_amount": "4.000"})
        sofie.press("Næste", fields={**fields, "q_starts_on": "1.5.2026"})
        said.append(sofie.press("Opret gruppens eget initiativ"))
    assert len(all_cases(database)) == 2
    assert said[1].url == f"/sager/{origin.number}"
    assert f"forslaget er blevet til {all_cases(database)[-1].number}" in said[1].text


def test_the_answer_to_a_suggestion(sofie: Desk, story: World) -> None:
    origin = suggested(story, contact_name="", email="")
    sofie.open(f"/sager/{origin.number}")
    sofie.click("Svar på forslaget")
    assert "kan fortælles, hvis de ringer" in sofie.page.text
    page = sofie.press("Svar på forslaget", fields={"answer": "Tak, der kommer en lampe."})
    assert "Tak, der kommer en lampe." in page.text
    assert "Opgaver" not in " ".join(page.errors)


def test_what_is_begun_is_the_secretariats_alone(app: Flask, story: World) -> None:
    start = starting.Start("application", "paper")
    draft_id = starting.begin(story.house, "urban-life", start, story.actor("sofie"), story.now)
    jens = Desk(app, story, "jens")
    for path in ("", "/om", "/slet", "/gennemse", "/beloeb", "/senere"):
        assert jens.client.get(f"/sager/kladde/{draft_id}{path}").status_code in (403, 404)
    assert "Skriv en ansøgning ind" not in jens.open("/sager/").text


def test_who_applied_is_who_is_told_who_for(story: World, database: Database) -> None:
    case_id = story.apply(on_behalf_of="Fatma Ali", behalf_phone="22334455")
    with database.read() as session:
        applicant = session.get_one(Applicant, session.get_one(Case, case_id).applicant_id)
    assert applicant.for_phone == "22 33 44 55"
