"""What was sent, sending it again, and what must be told by telephone or on paper."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, col, select, update

from pool.db import Database
from pool.models.outbox import Message
from tests.support.client import words_of
from tests.support.house import World, make_world
from tests.web.caseworking import REASONS, Desk
from tests.web.conftest import Clock


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


def rows(story: World, **wanted: Any) -> list[Message]:
    with story.database.read() as session:
        found = session.exec(select(Message).filter_by(**wanted).order_by(col(Message.id))).all()
        session.expunge_all()
        return list(found)


def put(story: World, message_id: int | None, **values: Any) -> None:
    """As the worker would have left it."""

    def work(session: Session) -> None:
        session.exec(update(Message).where(col(Message.id) == message_id).values(**values))

    story.database.write(work)


def test_ring_or_print(story: World, sofie: Desk) -> None:
    case_id = story.apply(email="", phone="22334455")
    story.do(case_id, "karim", "refuse", reasons=REASONS)
    sofie.open("/indbakke")
    sofie.click("Ring, eller skriv et brev ud og send det")
    assert [words_of(one) for one in sofie.page.all("h3")] == ["Kvittering", "Afgørelse: afslag"]
    assert "22 33 44 55" in sofie.page.text
    letter = sofie.client.get("/sager/BT-2026-1/breve/3")
    assert letter.data.startswith(b"%PDF")
    sofie.press("Jeg har ringet BT-2026-1 Kvittering")
    assert "Det er noteret, at Lene Bruun har fået besked." in sofie.page.text
    sofie.press("Det er sendt med posten BT-2026-1 Afgørelse")
    assert "Alle har fået besked." in sofie.page.text
    receipt, decision = rows(story, channel="print")
    assert receipt.document_id is None  # nothing was printed
    assert (receipt.state, receipt.reason, receipt.decided_by) == ("posted", "phone", "Sofie")
    assert (decision.state, decision.reason) == ("posted", "paper")
    page = sofie.open("/sager/BT-2026-1")
    assert "Besked givet på telefon: Kvittering" in page.text
    assert "Skrevet ud og sendt med posten: Afgørelse: afslag" in page.text
    kept = sofie.client.get(page.link("Afgørelse: afslag (PDF)"))
    assert kept.data == letter.data  # the bytes that were posted


def test_told_twice_is_told_once(story: World, sofie: Desk) -> None:
    story.apply(email="", phone="22334455")
    page = sofie.open("/opgaver")
    for _ in range(2):
        answer = sofie.client.submit(page, button="Jeg har ringet")
        assert answer.status_code == 303
    assert sofie.open("/sager/BT-2026-1").text.count("Besked givet på telefon: Kvittering") == 1
    anew = sofie.client.submit(page, {"command_id": None}, button="Jeg har ringet")
    assert "Det er allerede noteret." in sofie.client.follow(anew).text


def test_a_stale_button_is_asked_for_again(story: World, sofie: Desk) -> None:
    story.apply(email="", phone="22334455")
    page = sofie.open("/opgaver")
    answer = sofie.client.submit(page, {"csrf_token": "old"}, button="Jeg har ringet")
    assert answer.status_code == 422
    assert "tryk igen" in sofie.client.page(answer).errors[0]
    assert rows(story, state="posted") == []


@pytest.mark.parametrize("state", ["sent", "failed", "unknown"])
def test_a_letter_is_sent_again(story: World, sofie: Desk, state: str) -> None:
    story.apply()
    [receipt] = rows(story, template="receipt")
    put(story, receipt.id, state=state, last_reply="550 no such box")
    if state != "sent":
        assert "Kom ikke igennem" in sofie.open("/opgaver").text
        assert "550 no such box" in sofie.page.text
    sofie.open("/sager/BT-2026-1")
    sofie.click("Send igen")
    assert sofie.page.heading == "Send igen"
    sofie.press("Send igen", status=422)
    assert sofie.page.errors == ["Hvorfor sendes den igen? Udfyld feltet."]
    page = sofie.page
    for _ in range(2):
        answer = sofie.client.submit(page, {"reason": "Den kom ikke frem."}, button="Send igen")
        assert answer.status_code == 303
    first, again = rows(story, template="receipt")
    assert (again.resend_of, again.reason, again.decided_by) == (
        first.id, "Den kom ikke frem.", "Sofie",
    )  # fmt: skip
    page = sofie.open("/sager/BT-2026-1")
    assert "Sendt igen: Kvittering" in page.text
    assert "Kvittering (sendt igen)" in page.text
    assert "Kom ikke igennem" not in sofie.open("/opgaver").text


def test_what_is_on_its_way_is_not_sent_again(story: World, sofie: Desk) -> None:
    story.apply()
    [receipt] = rows(story, template="receipt")
    page = sofie.open(f"/sager/BT-2026-1/beskeder/{receipt.id}")
    answer = sofie.client.submit(page, {"reason": "Nu!"}, button="Send igen")
    assert answer.status_code == 422
    assert "stadig på vej" in sofie.client.page(answer).errors[0]


def test_a_message_belongs_to_its_case(story: World, sofie: Desk) -> None:
    story.apply()
    story.apply(title="En anden")
    [_, other] = rows(story, template="receipt")
    for path in (f"breve/{other.id}", f"beskeder/{other.id}", "filer/1"):
        assert sofie.client.get(f"/sager/BT-2026-1/{path}").status_code == 404
    page = sofie.open(f"/sager/BT-2026-2/beskeder/{other.id}")
    forged = sofie.client.post(
        f"/sager/BT-2026-1/beskeder/{other.id}",
        data={"csrf_token": page.field("csrf_token"), "reason": "x"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert forged.status_code == 404


def test_the_sent_letter_is_the_decisions(story: World, app: Flask) -> None:
    case_id = story.apply()
    story.do(case_id, "karim", "grant-part", amount="8.000", reasons=REASONS)
    for name in ("sofie", "rune", "ole", "maja"):
        desk = Desk(app, story, name)
        page = desk.open("/sager/BT-2026-1")
        got = desk.client.get(page.link("Afgørelse: bevilget delvist (PDF)"))
        assert got.data.startswith(b"%PDF"), name
        assert got.headers["Content-Disposition"].startswith("attachment")
    [receipt] = rows(story, template="receipt")
    assert Desk(app, story, "rune").client.get(
        f"/sager/BT-2026-1/breve/{receipt.id}"
    ).status_code == 404  # fmt: skip


@pytest.mark.parametrize("name", ["jens", "birgit"])
def test_the_letter_shows_nobody_an_address_they_may_not_see(
    story: World, app: Flask, name: str
) -> None:
    case_id = story.apply()
    story.do(case_id, "karim", "grant")
    [letter] = rows(story, template="decision-full")
    put(story, letter.id, state="failed", last_reply="550 lene@eksempel.example: no such box")
    desk = Desk(app, story, name)
    page = desk.open("/sager/BT-2026-1")
    assert "Afgørelse: bevilget" in page.text
    assert "(PDF)" not in page.text
    assert "eksempel.example" not in page.text
    assert desk.client.get(f"/sager/BT-2026-1/breve/{letter.id}").status_code == 404


def test_who_is_out_of_reach_is_told_of_when_deciding(story: World, app: Flask) -> None:
    story.apply(email="", phone="22334455")
    karim = Desk(app, story, "karim")
    karim.open("/sager/BT-2026-1")
    assert "Ingen e-mail: ansøgeren får besked på telefon eller papir." in karim.page.text
    karim.click("Bevilg det hele")
    assert "Ansøgeren har ingen e-mail" in karim.page.text
    karim.press("Afgør og send brevet")
    assert "beskeden venter under “Opgaver”" in karim.page.text
