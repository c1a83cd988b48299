"""What a move sends is shown before it is made, as it is then sent; and nothing is left behind."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import Session, col, select, update

import pool.outbox as outbox
from pool.cases.view import case_view
from pool.db import Database
from pool.models.outbox import Message
from pool.render.mail import mail
from pool.web.casework import sending
from tests.support.house import RECORD, World, make_world
from tests.support.snapshot import changes, snapshot
from tests.web.caseworking import REASONS, Desk
from tests.web.conftest import Clock

SHOW = "Vis, hvad der sendes"
PLACE = "(et personligt link, der laves, når mailen sendes)"


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


@pytest.fixture
def woken(app: Flask, database: Database) -> list[frozenset[str]]:
    """What workers were woken for; asked of the application that was made."""
    seen: list[frozenset[str]] = []
    database.on_commit.append(seen.append)
    return seen


def newest(story: World, template: str) -> Message:
    with story.database.read() as session:
        statement = select(Message).where(Message.template == template)
        found = session.exec(statement.order_by(col(Message.id).desc())).first()
        assert found is not None
        return found


def as_read(message: Message) -> tuple[str, str]:
    legal = outbox.TEMPLATES[message.template].legal
    link = PLACE if message.to_email else None
    made = mail(message.template, message.lang, {**message.data, "link": link}, legal=legal)
    return made.subject, " ".join(made.text.split())


def test_a_question_is_shown_as_it_is_sent(
    story: World, sofie: Desk, woken: list[frozenset[str]]
) -> None:
    story.apply()
    sofie.open("/sager/BT-2026-1/goer/ask")
    before = snapshot(story.database)
    woken.clear()
    page = sofie.press(SHOW, status=200, questions="Hvor mange\nkommer der?", due_on="2026-03-18")
    assert changes(before, snapshot(story.database)) == []
    assert not any(woken), "nobody is woken for what is not kept"
    shown = page.text
    assert "Det her bliver sendt" in shown
    assert "Lene Bruun, lene@eksempel.example" in shown
    assert "Straks" in shown
    assert page.field("questions") == "Hvor mange\nkommer der?", "what was typed is kept"

    sofie.press("Spørg ansøgeren")  # the id was not used up
    subject, text = as_read(newest(story, "question"))
    assert subject in shown
    assert text in shown
    assert PLACE in text


def test_faults_and_refusals_stand_where_they_do_otherwise(story: World, sofie: Desk) -> None:
    case_id = story.apply()
    sofie.open("/sager/BT-2026-1/goer/ask")
    page = sofie.press(SHOW, status=422, questions="")
    assert any(one.startswith("Hvad skal du vide?") for one in page.errors), page.errors
    assert "Det her bliver sendt" not in page.text
    story.do(case_id, "karim", "grant")  # meanwhile
    before = snapshot(story.database)
    page = sofie.press(SHOW, status=422, questions="Hvor mange?")
    assert "En anden har været her" in page.errors[0]
    assert "Det her bliver sendt" not in page.text
    assert snapshot(story.database) == before


def test_a_payment_with_nobody_to_mail_to(story: World, sofie: Desk, app: Flask) -> None:
    """On paper: whom to ring, no link, and the very letter to open."""
    case_id = story.apply(email="", phone="22334455")
    story.do(case_id, "karim", "grant")
    ole = Desk(app, story, "ole")
    ole.open("/sager/BT-2026-1/goer/pay")
    typed = {"reference": "B-17", "paid_on": "2026-03-04"}
    before = snapshot(story.database)
    page = ole.press(SHOW, status=200, fields=typed)
    assert "ingen e-mail: ring, eller skriv ud" in page.text
    assert PLACE not in page.text
    shown = page.text
    letter = ole.client.submit(page, button="Brevet, som det bliver (PDF) Lene Bruun")
    assert letter.status_code == 200
    assert letter.data.startswith(b"%PDF")
    assert letter.headers["Content-Disposition"].startswith("attachment")
    assert snapshot(story.database) == before
    ole.press("Marker som udbetalt")
    message = newest(story, "payment")
    assert message.state == "waiting"
    assert as_read(message)[1] in shown


def test_what_would_not_go_after_all(story: World, sofie: Desk) -> None:
    case_id = story.apply()
    story.do(case_id, "sofie", "grant", record=RECORD)
    sofie.open("/sager/BT-2026-1/goer/undo")
    before = snapshot(story.database)
    page = sofie.press(SHOW, status=200, reason="Forkert sag")
    assert "Sendes alligevel ikke" in page.text
    assert "Afgørelse: bevilget" in page.text
    assert snapshot(story.database) == before


def test_writing_to_the_applicant_and_sending_again(story: World, sofie: Desk) -> None:
    story.apply()
    sofie.open("/sager/BT-2026-1/skriv")
    before = snapshot(story.database)
    shown = sofie.press(SHOW, status=200, text="Vi ses på torsdag.")
    assert snapshot(story.database) == before
    sofie.press("Send beskeden")
    assert as_read(newest(story, "message-to-applicant"))[1] in shown.text

    receipt = newest(story, "receipt")
    story.database.write(lambda session: _failed(session, receipt.id))
    sofie.open(f"/sager/BT-2026-1/beskeder/{receipt.id}")
    before = snapshot(story.database)
    shown = sofie.press(SHOW, status=200, reason="Forkert adresse", email="ny@eksempel.example")
    assert snapshot(story.database) == before
    assert "ny@eksempel.example" in shown.text
    sofie.press("Send igen")
    again = newest(story, "receipt")
    assert again.to_email == "ny@eksempel.example"
    assert as_read(again)[1] in shown.text


def test_a_letter_in_both_languages_with_its_pdf(story: World, app: Flask) -> None:
    case_id = story.apply(lang="en")
    story.do(case_id, "karim", "grant")
    karim = Desk(app, story, "karim")
    karim.open("/sager/BT-2026-1/goer/revoke")
    typed = {"reasons": "Vilkårene er ikke opfyldt.", "unheard": "Ansøgeren bad om det."}
    before = snapshot(story.database)
    page = karim.press(SHOW, status=200, fields=typed)
    papers = [one for one in page.all("div") if one.attrib.get("class") == "paper"]
    assert [one.attrib["lang"] for one in papers] == ["en", "da", "en"], "letters, then the mail"
    letter = karim.client.submit(page, button="Brevet, som det bliver (PDF) Lene Bruun")
    assert letter.data.startswith(b"%PDF")
    assert snapshot(story.database) == before


def test_a_pdf_that_is_not_there_and_a_page_that_shows_nothing(story: World, app: Flask) -> None:
    """Neither makes the move."""
    case_id = story.apply()
    story.do(case_id, "karim", "grant-part", amount="8.000", reasons=REASONS)
    sofie = Desk(app, story, "sofie")
    page = sofie.open("/sager/BT-2026-1/goer/undo")
    before = snapshot(story.database)
    forged = sofie.client.submit(page, {"reason": "x", "do": "pdf-99"})
    assert forged.status_code == 200, "what is sent is shown"
    with story.database.read() as session:
        view = case_view(session, story.house, case_id, story.actor("sofie"), story.now)
        undo = view.definition.transition("undo")
        assert sending.offered(view, story.actor("sofie"), undo)
        assert not sending.offered(view, story.actor("jens"), undo), "sees no address"
    assert snapshot(story.database) == before


def _failed(session: Session, message_id: int | None) -> None:
    session.exec(update(Message).where(col(Message.id) == message_id).values(state="failed"))
