"""The log over all messages: what each reader finds there, a message's whole story, sending again
and keeping back, the print queue, and the other way a refused address asks for."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, col, select, update

import pool.outbox as outbox
from pool.cases import recusal
from pool.db import Database
from pool.identity import people
from pool.models.outbox import Document, Message, MessageAttempt
from pool.outbox.queries import health
from pool.outbox.queue import QUEUES
from pool.web import who
from pool.web.access import public
from pool.web.context import read
from tests.look.gallery import chromium
from tests.support import samples
from tests.support.client import Page, words_of
from tests.support.house import World, make_world
from tests.support.people import make_person, sign_in
from tests.web.browsing import faults, needs_browser, served
from tests.web.caseworking import REASONS, Desk
from tests.web.conftest import Clock

MAIL = b"Subject: Kvittering\r\nTo: a@example.org\r\n\r\nVi har modtaget den.\r\n"


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


@pytest.fixture
def admin(app: Flask, story: World, clock: Clock) -> Any:
    client = app.test_client()
    sign_in(client, make_person(story.database, "Kim Admin", "admin", now=clock()))
    return client


def one(story: World, **wanted: Any) -> Message:
    with story.database.read() as session:
        found = session.exec(select(Message).filter_by(**wanted).order_by(col(Message.id))).all()
        session.expunge_all()
        return found[-1]


def put(story: World, message_id: int | None, **values: Any) -> None:
    """As the worker would have left it."""

    def work(session: Session) -> None:
        session.exec(update(Message).where(col(Message.id) == message_id).values(**values))

    story.database.write(work)


def plain(story: World, template: str, person: str, now: Any, **more: Any) -> Message:
    """A message of no case, to a colleague."""
    to = outbox.Recipient(person.title(), f"{person}@kk.example", person_id=story.people[person])
    return story.database.write(
        lambda s: outbox.put(
            s, event=f"test:{template}:{person}", template=template, to=to, case_id=None,
            pool="urban-life", data=samples.data(template), now=now, **more,
        )
    )  # fmt: skip


def lines(page: Page) -> list[str]:
    return [words_of(row) for row in page.all("tr")[1:]]


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_the_log_is_narrowed_and_searched(story: World, sofie: Desk, clock: Clock) -> None:
    case_id = story.apply(title="Fællesspisning på Ågade")
    story.apply(title="Noget andet", email="anden@eksempel.example")
    story.do(case_id, "karim", "refuse", reasons=REASONS)
    put(story, one(story, template="decision-refused").id, state="failed", last_reply="550 no")
    every = lines(sofie.open("/beskeder/"))
    assert len(every) >= 5
    for query, told in {
        "state=trouble": 1,
        "state=failed": 1,
        "template=receipt": 2,
        "kind=letter&text=anden@": 1,
        "text=ågade+afslag": 1,  # the case's title, and what the message is called
        "text=BT-2026-2&kind=letter": 1,
        "text=lene&template=decision-refused": 1,
        "text=%25": 0,
        "pool=knowledge": 0,
        "since=5.3.2026": 0,
        "since=4.3.2026&until=4.3.2026": len(every),
    }.items():
        assert len(lines(sofie.open(f"/beskeder/?{query}"))) == told, query
    assert "Det er ikke en dag" in sofie.open("/beskeder/?since=i+går").text
    for odd in ("page=99", "page=x", "state=x&kind=y&template=z&pool=q", "text=%00%F0%9F"):
        sofie.open(f"/beskeder/?{odd}")


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_message_tells_its_whole_story(story: World, sofie: Desk, clock: Clock) -> None:
    story.apply()
    receipt = one(story, template="receipt")

    def happened(session: Session) -> None:
        kept = outbox.store(
            session, name="1.eml", media_type="message/rfc822", body=MAIL, now=clock(),
            case_id=receipt.case_id,
        )  # fmt: skip
        for minute, outcome, reply in ((1, "later", "451 graylisted"), (6, "sent", "250 kept")):
            at = clock() + timedelta(minutes=minute)
            session.add(
                MessageAttempt(
                    message_id=receipt.id or 0, began_at=at, ended_at=at, outcome=outcome,
                    reply=reply,
                )
            )  # fmt: skip
        session.exec(
            update(Message)
            .where(col(Message.id) == receipt.id)
            .values(state="sent", attempts=2, mail_id=kept.id, sent_at=clock())
        )

    story.database.write(happened)
    page = sofie.open(f"/beskeder/{receipt.id}")
    shown = page.text
    assert shown.index("250 kept") < shown.index("451 graylisted") < shown.index("Skrevet")
    assert "Vi har modtaget den." in page.text
    assert sofie.client.get(page.link("Mailen, som den blev sendt (EML)")).data == MAIL
    sofie.click("Send igen")
    sofie.press("Send igen", reason="Den kom ikke frem.")
    again = one(story, template="receipt")
    assert again.resend_of == receipt.id
    assert "Sendt igen, nummer 1" in sofie.open(f"/beskeder/{receipt.id}").text
    page = sofie.open(f"/beskeder/{again.id}")
    assert "Sendt første gang" in page.text
    assert "Den kom ikke frem." in page.text


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_an_administrator_sees_state_and_address_and_nothing_of_the_case(
    story: World, admin: Any
) -> None:
    case_id = story.apply(title="Hemmelig titel")
    story.do(case_id, "karim", "refuse", reasons=REASONS)
    decision = one(story, template="decision-refused")
    put(story, decision.id, state="failed", last_reply="550 no such box", mail_id=None)
    address = decision.to_email or ""
    in_list = lines(admin.look("/beskeder/"))
    shown = words_of(admin.look(f"/beskeder/{decision.id}").main)
    for told in (" ".join(in_list), shown):
        assert address in told
        assert "Kunne ikke sendes" in told
        for hidden in ("Hemmelig", "BT-2026", "Lene Bruun", "afslag"):
            assert hidden not in told
    assert lines(admin.look("/beskeder/?template=decision-refused")) == []
    assert lines(admin.look("/beskeder/?text=afslag")) == []
    assert lines(admin.look("/beskeder/?text=Lene+Bruun")) == []
    assert len(lines(admin.look(f"/beskeder/?text={address}&state=trouble"))) == 1
    for path in ("mail", "brev", "send-igen", "kasser"):
        assert admin.get(f"/beskeder/{decision.id}/{path}").status_code == 404, path


def test_who_stays_out_meets_nothing_of_it(
    app: Flask, story: World, sofie: Desk, clock: Clock
) -> None:
    case_id = story.apply(title="Min nabos fest")
    receipt = one(story, template="receipt")
    story.database.write(lambda s: people.grant_role(s, story.people["sofie"], "admin", None))
    assert "Min nabos fest" in sofie.open(f"/beskeder/{receipt.id}").text
    recusal.declare(story.house, case_id, "Nabo", story.actor("sofie"), clock())
    assert (receipt.to_email or "") not in sofie.open("/beskeder/").text
    sofie.open(f"/beskeder/{receipt.id}", status=404)
    sofie.open(f"/beskeder/{receipt.id}/kasser", status=404)


def test_what_is_of_no_case_is_read_by_whom_it_went_to(
    story: World, sofie: Desk, app: Flask, clock: Clock
) -> None:
    agenda = plain(story, "agenda", "jens", clock())
    low = plain(story, "low-balance", "rune", clock())
    body = story.database.write(
        lambda s: (
            outbox.store(
                s, name="x.eml", media_type="message/rfc822", body=MAIL, now=clock(), case_id=None
            ).id
        )
    )
    for message in (agenda, low):
        put(story, message.id, state="sent", mail_id=body, sent_at=clock())
    assert "er kun for den, den blev sendt til" in sofie.open(f"/beskeder/{agenda.id}").text
    sofie.open(f"/beskeder/{agenda.id}/mail", status=404)
    assert sofie.client.get(f"/beskeder/{low.id}/mail").data == MAIL
    page = sofie.open(f"/beskeder/{agenda.id}/send-igen")
    sofie.press("Send igen", status=422)
    for _ in range(2):
        answer = sofie.client.submit(page, {"reason": "Bad om den."}, button="Send igen")
        assert answer.status_code == 303
    again = one(story, template="agenda")
    assert (again.resend_of, again.reason, again.decided_by) == (agenda.id, "Bad om den.", "Sofie")
    case_id = story.apply()
    clock.advance(minutes=1)
    recusal.declare(story.house, case_id, "Nabo", story.actor("jens"), clock())
    sofie.open(f"/beskeder/{agenda.id}/send-igen")
    sofie.press("Send igen", reason="Igen", status=422)
    assert "Den kan ikke sendes igen" in sofie.page.errors[0]
    sofie.open(f"/beskeder/{again.id}/kasser")
    sofie.press("Hold den tilbage", reason="Er aflyst")
    assert one(story, id=again.id).state == "discarded"


def test_a_letter_that_is_kept_back_stands_in_the_journal(story: World, sofie: Desk) -> None:
    story.apply()
    receipt = one(story, template="receipt")
    sofie.open(f"/beskeder/{receipt.id}")
    sofie.click("Hold den tilbage")
    sofie.press("Hold den tilbage", status=422)
    sofie.press("Hold den tilbage", reason="Skrevet af misforståelse")
    assert "Den er holdt tilbage" in sofie.page.text
    assert "Sofie: Skrevet af misforståelse" in sofie.page.text
    page = sofie.open("/sager/BT-2026-1")
    assert "En besked blev holdt tilbage: Kvittering" in page.text
    story.apply()
    later = one(story, template="receipt", state="queued")
    sofie.open(f"/beskeder/{later.id}/kasser")
    put(story, later.id, state="sent")
    sofie.press("Hold den tilbage", reason="For sent", status=422)
    assert "Den er sendt eller på vej" in sofie.page.errors[0]
    sofie.open(f"/beskeder/{later.id}/kasser", status=303)
    page = sofie.open(f"/beskeder/{later.id}")
    assert "Den er sendt eller på vej" in page.text
    assert "Hvorfor" not in page.text


def test_the_print_queue_is_fetched_in_one_file_and_noted_at_once(
    story: World, sofie: Desk
) -> None:
    for _ in range(2):
        story.apply(email="", phone="22334455")
    page = sofie.open("/beskeder/udskrift")
    assert len(lines(page)) == 2
    packed = sofie.client.get("/beskeder/udskrift/breve.zip")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        names = archive.namelist()
        first = archive.read(names[0])
    assert names == ["01 Brev BT-2026-1.pdf", "02 Brev BT-2026-2.pdf"]
    assert first.startswith(b"%PDF")
    answer = sofie.client.submit(page, button="De valgte er sendt med posten")
    assert answer.status_code == 422
    ids = [box.attrib["value"] for box in page.all("input") if box.attrib["name"] == "valgt"]
    answer = sofie.client.submit(page, {"valgt": ids[0]}, button="De valgte er sendt med posten")
    assert "1 brev er noteret" in sofie.client.follow(answer).text
    posted = one(story, state="posted")
    assert (posted.reason, posted.decided_by) == ("paper", "Sofie")
    with story.database.read() as session:
        assert session.get_one(Document, posted.document_id).body == first
    again = sofie.client.submit(page, {"valgt": ids}, button="De valgte er sendt med posten")
    assert "1 brev er noteret" in sofie.client.follow(again).text
    sofie.open("/beskeder/udskrift/breve.zip", status=404)


def test_a_refused_address_asks_for_another_way_on_the_case(story: World, sofie: Desk) -> None:
    story.apply(phone="22334455")
    receipt = one(story, template="receipt")
    assert "Der skal findes en anden vej" not in sofie.open("/sager/BT-2026-1").text
    put(story, receipt.id, state="failed", last_reply="550 no such box")
    assert "Kvittering" in sofie.open("/opgaver").text
    page = sofie.open("/sager/BT-2026-1")
    assert "Der skal findes en anden vej" in page.text
    assert "550 no such box" in page.text
    assert "22 33 44 55" in page.text
    sofie.click("Ret adressen, og send igen")
    sofie.press("Send igen", reason="Tastefejl", email="lene.b@eksempel.example")
    assert one(story, template="receipt").to_email == "lene.b@eksempel.example"
    assert "Der skal findes en anden vej" not in sofie.open("/sager/BT-2026-1").text
    put(story, one(story, template="receipt").id, state="failed", last_reply="550 again")
    sofie.open("/sager/BT-2026-1")
    sofie.press("Jeg har ringet")
    assert sofie.page.heading != "Opgaver"
    assert "Besked givet på telefon: Kvittering" in sofie.open("/sager/BT-2026-1").text


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_the_queues_say_how_they_stand(story: World, admin: Any, clock: Clock) -> None:
    story.apply()
    story.apply(email="anden@eksempel.example")
    first, *_ = (one(story, template="receipt"),)
    put(story, first.id, state="sent", sent_at=clock())
    with story.database.read() as session:
        links, letters, digests = health(session, clock())
        kinds = set(session.exec(select(Message.kind)))
    assert kinds <= {kind for some in QUEUES.values() for kind in some}
    assert (letters.queue, letters.sent_lately, letters.last_sent) == ("letters", 1, clock())
    assert letters.due == letters.queued >= 1
    assert letters.oldest_due == clock()
    assert (links.queued, digests.queued, digests.last_sent) == (0, 0, None)
    page = admin.look("/drift")
    assert "Breve og meddelelser" in page.text
    assert "Inden for den seneste time" in page.text


@needs_browser
def test_in_a_browser(app: Flask, story: World) -> None:
    case_id = story.apply(title="En meget lang titel " * 4)
    story.apply(email="", phone="22334455")
    story.do(case_id, "karim", "refuse", reasons=REASONS)
    decision = one(story, template="decision-refused")
    put(story, decision.id, state="failed", last_reply="550 " + "no-such-box" * 12)

    @public
    def door() -> tuple[str, int]:
        person = people.get(read(), story.people["sofie"])
        assert person is not None
        who.begin(person)
        return "", 204

    app.add_url_rule("/door", "door", door)
    paths = (
        "/beskeder/", f"/beskeder/{decision.id}", "/beskeder/udskrift",
        f"/beskeder/{decision.id}/kasser", "/sager/BT-2026-1",
    )  # fmt: skip
    with served(app) as address, chromium() as browser:
        page = browser.new_page()
        page.request.get(f"{address}/door")
        for path in paths:
            page.goto(address + path)
            assert page.url == address + path
            assert "\n".join(faults(page)) == ""
            if keep := os.environ.get("KEEP_PICTURES"):
                for width in (390, 1280):
                    page.set_viewport_size({"width": width, "height": 900})
                    name = path.strip("/").replace("/", "-")
                    page.screenshot(path=f"{keep}/{name}-{width}.png", full_page=True)
