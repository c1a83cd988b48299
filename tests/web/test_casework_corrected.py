"""A mail that did not get through: the address is corrected, or the applicant is told otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, col, select, update

import pool.journal as journal
from pool.db import Database
from pool.identity import tokens
from pool.models.case import Applicant
from pool.models.outbox import Message
from tests.support.house import World, make_world
from tests.web.caseworking import Desk
from tests.web.conftest import Clock

AT = "/sager/BT-2026-1"
WHY = "Der manglede et bogstav."


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def sofie(app: Flask, story: World) -> Desk:
    return Desk(app, story, "sofie")


def troubled(story: World, template: str = "receipt", state: str = "failed") -> Message:
    def work(session: Session) -> Message:
        session.exec(
            update(Message)
            .where(col(Message.template) == template)
            .values(state=state, last_reply="550 no such box")
        )
        return session.exec(select(Message).where(Message.template == template)).one()

    return story.database.write(work)


def messages(story: World, **wanted: Any) -> list[Message]:
    with story.database.read() as session:
        found = session.exec(select(Message).filter_by(**wanted).order_by(col(Message.id)))
        return list(found)


def address(story: World) -> str | None:
    with story.database.read() as session:
        return session.exec(select(Applicant.email)).one()


def test_a_mistyped_address_is_corrected(story: World, sofie: Desk, app: Flask) -> None:
    case_id = story.apply(email="lene@eksempl.example")
    failed = troubled(story)
    link = story.database.write(
        lambda s: tokens.mint(s, "case", f"case:{case_id}", now=story.now, days=30, once=False)
    )
    page = sofie.open(f"{AT}/beskeder/{failed.id}")
    assert page.field("email") == "lene@eksempl.example"
    typed = {"reason": WHY, "email": "Lene@Eksempel.example "}
    for _ in range(2):
        assert sofie.client.submit(page, typed, button="Send igen").status_code == 303
    [first, again] = messages(story, template="receipt")
    assert (first.to_email, first.state) == ("lene@eksempl.example", "failed")
    assert (again.to_email, again.state) == ("Lene@eksempel.example", "queued")
    assert address(story) == "Lene@eksempel.example"
    with story.database.read() as session:
        [event] = journal.read(session, f"case:{case_id}", kinds=("case.resend",))
        assert event.personal == {"reason": WHY, "email": "Lene@eksempel.example"}
        assert tokens.peek(session, link, "case", story.now) is None
    assert "Rettet e-mail: Lene@eksempel.example" in sofie.open(AT).text
    jens = Desk(app, story, "jens").open(AT).text
    assert WHY in jens
    assert "eksempel.example" not in jens
    # what is sent again later goes to the right one
    page = sofie.open(f"{AT}/beskeder/{failed.id}")
    assert page.field("email") == "Lene@eksempel.example"
    sofie.press("Send igen", reason="Igen", email="")
    assert messages(story, template="receipt")[-1].to_email == "Lene@eksempel.example"


def test_the_address_is_judged_as_in_the_form(story: World, sofie: Desk) -> None:
    story.apply()
    failed = troubled(story)
    sofie.open(f"{AT}/beskeder/{failed.id}")
    sofie.press("Send igen", status=422, email="lene at example", reason=WHY)
    assert sofie.page.errors == ["Ansøgerens e-mail: Skriv en e-mailadresse som navn@eksempel.dk."]
    assert sofie.page.field("reason") == WHY
    assert sofie.page.field("email") == "lene at example"
    assert len(messages(story, template="receipt")) == 1
    assert address(story) == "lene@eksempel.example"


def test_an_address_left_alone_is_not_written_down(story: World, sofie: Desk) -> None:
    case_id = story.apply()
    failed = troubled(story)
    sofie.open(f"{AT}/beskeder/{failed.id}")
    sofie.press("Send igen", reason=WHY)
    with story.database.read() as session:
        [event] = journal.read(session, f"case:{case_id}", kinds=("case.resend",))
    assert event.personal == {"reason": WHY}


def test_a_colleagues_address_is_not_corrected_here(story: World, sofie: Desk) -> None:
    story.apply(phone="22334455")
    failed = troubled(story, "new-case")
    page = sofie.open(f"{AT}/beskeder/{failed.id}")
    assert "Ansøgerens e-mail" not in page.text
    forged = {"reason": WHY, "email": "a@b.example"}
    assert sofie.client.submit(page, forged, button="Send igen").status_code == 303
    assert messages(story, template="new-case")[-1].to_email == failed.to_email
    assert address(story) == "lene@eksempel.example"


@pytest.mark.parametrize("state", ["failed", "unknown"])
@pytest.mark.parametrize(("button", "how"), [("ringet", "phone"), ("posten", "paper")])
def test_what_did_not_get_through_is_told_otherwise(
    story: World, sofie: Desk, state: str, button: str, how: str
) -> None:
    story.apply(phone="22334455")
    troubled(story, state=state)
    page = sofie.open("/opgaver")
    assert "22 33 44 55" in page.text
    assert sofie.client.get(page.link("(PDF)")).data.startswith(b"%PDF")
    names = {"ringet": "Jeg har ringet", "posten": "Det er sendt med posten"}
    sofie.press(f"{names[button]} BT-2026-1 Kvittering")
    assert "Kom ikke igennem" not in sofie.page.text
    [receipt] = messages(story, template="receipt")
    assert (receipt.state, receipt.reason) == ("posted", how)
    assert (receipt.document_id is not None) is (how == "paper")


def test_typing_is_kept_when_a_page_is_sent_twice_with_other_words(
    story: World, sofie: Desk
) -> None:
    story.apply()
    failed = troubled(story)
    page = sofie.open(f"{AT}/beskeder/{failed.id}")
    assert sofie.client.submit(page, {"reason": "Først"}, button="Send igen").status_code == 303
    answer = sofie.client.submit(page, {"reason": WHY}, button="Send igen")
    assert answer.status_code == 422
    again = sofie.client.page(answer)
    assert again.field("reason") == WHY
    assert again.field("command_id") != page.field("command_id")
    assert sofie.client.submit(again, button="Send igen").status_code in (303, 422)


def test_another_button_of_an_old_page_is_asked_for_again(story: World, sofie: Desk) -> None:
    story.apply(email="", phone="22334455")
    story.apply(email="", phone="22334455", title="En anden")
    page = sofie.open("/opgaver")
    first = sofie.client.submit(page, button="Jeg har ringet BT-2026-1")
    assert first.status_code == 303
    answer = sofie.client.submit(page, button="Jeg har ringet BT-2026-2")
    assert answer.status_code == 422
    again = sofie.client.page(answer)
    assert again.heading == "Opgaver"
    assert len(again.errors) == 1
    assert sofie.client.submit(again, button="Jeg har ringet BT-2026-2").status_code == 303
    assert [one.state for one in messages(story, template="receipt")] == ["posted", "posted"]
