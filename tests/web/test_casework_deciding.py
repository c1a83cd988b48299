"""The decision page when something is in the way: nothing typed is lost, nothing is done twice."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, select

import pool.ledger as ledger
from pool.db import Database
from pool.identity import passwords, people
from pool.models.case import CaseFile
from pool.models.files import StoredFile
from tests.support.client import Page, words_of
from tests.support.house import World, make_world
from tests.support.people import PASSWORD
from tests.web.caseworking import FREE, REASONS, RECORD, Desk, decisions, free, sent
from tests.web.conftest import Clock
from tests.web.world import PDF

DECIDE = "/sager/BT-2026-1/afgoer"
SEND = "Afgør og send brevet"
LOOK = "Se brevet først"


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def karim(app: Flask, story: World) -> Desk:
    return Desk(app, story, "karim")


def paper(page: Page) -> list[str]:
    return [words_of(one) for one in page.all("div") if one.attrib.get("class") == "paper"]


def test_the_preview_is_the_letter_and_does_nothing(story: World, karim: Desk) -> None:
    case_id = story.apply()
    karim.open(f"{DECIDE}?valg=grant-part")
    page = karim.press(LOOK, status=200, amount="8.000", reasons=REASONS)
    letter, mail = paper(page)
    assert "Du har fået bevilget 8.000 kr." in letter
    assert REASONS in letter
    assert "Afgørelsen kan ikke indbringes" in letter
    assert "BT-2026-1" in mail
    assert "Tilbage i puljen bagefter 88.000 kr." in page.text
    assert (page.field("amount"), page.field("reasons").strip()) == ("8.000", REASONS)
    assert decisions(story, case_id) == []
    assert sent(story, case_id) == ["receipt", "new-case"]
    karim.press(SEND)
    [made] = decisions(story, case_id)
    assert made.amount == 800_000


def test_a_letter_in_english_is_shown_with_the_danish_that_counts(
    story: World, karim: Desk
) -> None:
    story.apply(lang="en")
    karim.open(f"{DECIDE}?valg=refuse")
    page = karim.press(LOOK, status=200, reasons="Too few people.")
    letters = [one for one in page.all("div") if one.attrib.get("class") == "paper"]
    assert [one.attrib["lang"] for one in letters] == ["en", "da", "en"]
    assert "We cannot support your activity" in words_of(letters[0])


def test_the_sentences_offered_are_in_the_letters_language(story: World, karim: Desk) -> None:
    story.apply(lang="en")
    page = karim.open(DECIDE)
    phrases = [one for one in page.all("p") if "data-phrase" in one.attrib]
    assert {one.attrib["lang"] for one in phrases} == {"en"}
    assert len(phrases) > 5


def test_typing_survives_a_preview_with_faults(story: World, karim: Desk) -> None:
    story.apply()
    karim.open(DECIDE)
    page = karim.press(LOOK, status=422, amount="mange", reasons=REASONS)
    assert page.errors == ["Hvad er besluttet? Vælg en af mulighederne."]
    page = karim.press(LOOK, choose={"outcome": "grant-part"}, status=422)
    assert "Skriv et beløb i kroner" in page.errors[0]
    assert (page.field("amount"), page.field("reasons").strip()) == ("mange", REASONS)
    assert paper(page) == []


def test_the_enter_key_only_shows_the_letter(story: World, karim: Desk) -> None:
    """A browser presses the form's first button: that must not be the one that sends."""
    case_id = story.apply()
    page = karim.open(f"{DECIDE}?valg=grant")
    first = next(page.form().iter("button"))
    assert first.attrib["value"] == "preview"
    karim.client.submit(page)
    assert decisions(story, case_id) == []


def test_more_than_is_free(story: World, app: Flask, karim: Desk) -> None:
    other = story.apply(amount="10.000")
    story.do(other, "karim", "grant")
    case_id = story.apply(amount="9.000")
    spent = [story.apply(amount="10.000") for _ in range(8)]
    for one in spent:
        story.do(one, "karim", "grant")
    assert free(story) == 600_000
    page = karim.open("/sager/BT-2026-2")
    assert "Tilbage efter et ja til det hele −3.000 kr. Det er ikke nok." in page.text
    blocked = [one for one in page.all("div") if one.attrib.get("class") == "blocked"]
    why = words_of(blocked[0])
    assert why.startswith("Bevilg det hele (kan ikke lade sig gøre nu) ")
    assert "9.000 kr." in why
    assert "6.000 kr." in why
    assert why.endswith("Kan ændres af: økonomimedarbejderen")
    karim.click("Bevilg en del")
    karim.press(SEND, status=422, amount="7.000", reasons=REASONS)
    assert len(karim.page.errors) == 1
    assert "Bevilget beløb" in karim.page.errors[0]
    assert karim.page.field("amount") == "7.000"
    page = karim.press(LOOK, status=422)
    assert "Tilbage i puljen bagefter −1.000 kr." in page.text
    karim.press(SEND, amount="6.000")
    assert free(story) == 0
    [made] = decisions(story, case_id)
    assert made.amount == 600_000


def test_the_ledger_has_the_last_word(
    story: World, karim: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody took the money between the look and the hold."""
    case_id = story.apply()

    def short(*_: Any, **__: Any) -> None:
        raise ledger.NotEnough(free=50_000, wanted=800_000, account_id=1)

    karim.open(f"{DECIDE}?valg=grant-part")
    monkeypatch.setattr(ledger, "hold", short)
    karim.press(SEND, status=422, amount="8.000", reasons=REASONS)
    [error] = karim.page.errors
    assert "Der er kun 500 kr. tilbage i puljen." in error
    assert karim.page.field("reasons").strip() == REASONS
    assert decisions(story, case_id) == []
    monkeypatch.undo()
    karim.press(SEND)
    assert free(story) == FREE - 800_000


def test_who_comes_second_sees_what_happened_and_loses_nothing(
    story: World, app: Flask, karim: Desk
) -> None:
    case_id = story.apply()
    karim.open(f"{DECIDE}?valg=grant-part")
    story.do(case_id, "sofie", "refuse", reasons="Uden for området.", record=_record())
    karim.press(SEND, status=422, amount="8.000", reasons=REASONS)
    assert "En anden har været her i mellemtiden" in karim.page.errors[0]
    assert "Det er sket i mellemtiden Afslag" in karim.page.text
    assert "Sofie" in karim.page.text
    assert karim.page.field("amount") == "8.000"
    assert karim.page.field("reasons").strip() == REASONS
    karim.press(SEND, status=422)
    assert "Sagen er “Afslag”." in karim.page.errors[0]
    assert len(decisions(story, case_id)) == 1
    assert free(story) == FREE


def _record() -> dict[str, str]:
    return {"made_on": "2026-03-03", "made_where": "mail", "took_part": "Karim"}


def test_after_a_question_and_its_answer_the_same_press_works(story: World, karim: Desk) -> None:
    case_id = story.apply()
    karim.open(f"{DECIDE}?valg=grant")
    story.do(case_id, "sofie", "ask", questions="Hvor?", due_on="2026-03-13")
    story.do(case_id, "applicant", "answer", answer="Her.")
    karim.press(SEND, status=422)
    assert "Svar modtaget" in karim.page.text
    karim.press(SEND)
    assert len(decisions(story, case_id)) == 1


def test_a_double_click_decides_once_and_says_so_twice(story: World, karim: Desk) -> None:
    case_id = story.apply()
    page = karim.open(f"{DECIDE}?valg=grant")
    answers = [karim.client.submit(page, button=SEND) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert len(decisions(story, case_id)) == 1
    assert free(story) == FREE - 950_000
    assert sent(story, case_id).count("decision-full") == 1


def test_a_page_sent_before_with_something_else_is_asked_about(story: World, karim: Desk) -> None:
    case_id = story.apply()
    page = karim.open(f"{DECIDE}?valg=refuse")
    karim.client.submit(page, {"reasons": REASONS}, button=SEND)
    again = karim.client.submit(page, {"reasons": "Noget andet."}, button=SEND)
    assert again.status_code == 422
    assert "Siden er sendt før med et andet indhold" in karim.client.page(again).errors[0]
    assert len(decisions(story, case_id)) == 1


def test_typing_survives_signing_in_again(
    story: World, app: Flask, karim: Desk, database: Database
) -> None:
    case_id = story.apply()
    page = karim.open(f"{DECIDE}?valg=grant-part")
    _set_password(story, "karim")
    with karim.client.session_transaction() as session:
        session.clear()
    answer = karim.client.submit(page, {"amount": "8.000", "reasons": REASONS}, button=SEND)
    assert answer.status_code == 403
    door = karim.client.page(answer)
    typed = {"email": "karim@test.example", "password": PASSWORD}
    between = karim.client.page(karim.client.submit(door, typed, button="Log ind"))
    back = karim.client.page(karim.client.submit(between, button="Fortsæt"))
    assert back.heading == "Afgør"
    assert (back.field("amount"), back.field("reasons").strip()) == ("8.000", REASONS)
    assert "Filer kunne ikke bevares: vælg dem en gang til." in back.text
    assert decisions(story, case_id) == []
    assert karim.client.submit(back, button=SEND).status_code == 303
    assert len(decisions(story, case_id)) == 1


def _set_password(story: World, name: str) -> None:
    hashed = passwords.hash_password(PASSWORD)

    def work(session: Session) -> None:
        person = people.get(session, story.people[name])
        assert person is not None
        people.set_password(session, person, hashed)

    story.database.write(work)


def test_evidence_is_kept_with_the_decision(story: World, app: Flask) -> None:
    case_id = story.apply()
    sofie = Desk(app, story, "sofie")
    page = sofie.open(f"{DECIDE}?valg=grant")
    typed = {**RECORD, "files": (io.BytesIO(PDF), "mail fra formanden.pdf")}
    looked = sofie.client.page(sofie.client.submit(page, typed, button=LOOK))
    assert "Filer kunne ikke bevares: vælg dem en gang til." in looked.text
    typed["files"] = (io.BytesIO(PDF), "mail fra formanden.pdf")
    answer = sofie.client.submit(looked, typed, button="Registrér og send brevet")
    page = sofie.client.follow(answer)
    assert "mail fra formanden.pdf" in page.text
    [made] = decisions(story, case_id)
    with story.database.read() as session:
        [kept] = session.exec(select(CaseFile).where(CaseFile.decision_id == made.id)).all()
        assert kept.purpose == "evidence"
    got = sofie.client.get(page.link("mail fra formanden.pdf"))
    assert got.data == PDF
    assert got.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_cannot_be_taken_stops_the_decision(story: World, app: Flask) -> None:
    case_id = story.apply()
    sofie = Desk(app, story, "sofie")
    page = sofie.open(f"{DECIDE}?valg=grant")
    typed = {**RECORD, "files": (io.BytesIO(b"MZ\x90\x00"), "referat.exe")}
    answer = sofie.client.submit(page, typed, button="Registrér og send brevet")
    assert answer.status_code == 422
    assert "referat.exe" in sofie.client.page(answer).errors[0]
    assert decisions(story, case_id) == []
    with story.database.read() as session:
        assert session.exec(select(StoredFile)).all() == []


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_sentence_left_open_is_not_sent(story: World, karim: Desk, lang: str) -> None:
    case_id = story.apply(lang=lang)
    page = karim.open(f"{DECIDE}?valg=refuse")
    phrase = next(words_of(one) for one in page.all("p") if "data-phrase" in one.attrib)
    assert phrase.endswith("…")
    karim.press(SEND, status=422, reasons=phrase)
    assert "Skriv i stedet de forhold" in karim.page.errors[0]
    karim.press(SEND, reasons=phrase.replace("…", "der står tre mennesker i budgettet."))
    assert len(decisions(story, case_id)) == 1


def test_what_is_not_asked_for_is_left_out(story: World, karim: Desk) -> None:
    """Fields hidden by the choice may hold something: it must not reach the letter."""
    case_id = story.apply()
    karim.open(f"{DECIDE}?valg=grant")
    karim.press(SEND, amount="1", reasons="Et udkast.", criterion="too-few")
    [made] = decisions(story, case_id)
    assert (made.outcome, made.amount, made.reasons) == ("full", 950_000, "")


def test_tampering_is_no_way_round(story: World, app: Flask, karim: Desk) -> None:
    case_id = story.apply()
    page = karim.open(f"{DECIDE}?valg=grant")
    for values in (
        {"state_version": "x"},
        {"state_version": "99999999999999999999"},
        {"outcome": "pay"},
        {"outcome": "nonsense"},
        {"csrf_token": "forged"},
    ):
        assert karim.client.submit(page, values, button=SEND).status_code == 422
    jens = Desk(app, story, "jens")
    assert jens.client.get(DECIDE).status_code == 403
    assert decisions(story, case_id) == []


def test_whose_pool_it_is(story: World, app: Flask, colleague: Any) -> None:
    """A chair of the other pool is nobody here."""
    story.apply()
    _, client = colleague("chair", pool="knowledge")
    for path in (DECIDE, "/sager/BT-2026-1", "/sager/BT-2026-1/notat"):
        assert client.get(path).status_code == 404
    assert "BT-2026-1" not in client.look("/sager/").text
