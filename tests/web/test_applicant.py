"""The applicant's own case: opened by a link, answered, withdrawn, reported on."""

from __future__ import annotations

import time
from typing import Any, cast

import pytest
from flask import Flask
from sqlmodel import select

from pool.cases import recusal
from pool.db import Database
from pool.identity import tokens
from pool.models.case import CaseFile, Enquiry, Report
from pool.models.outbox import Message
from tests.support.client import HostileClient, Page
from tests.support.house import RECORD, World, make_world
from tests.support.people import hold_link
from tests.support.snapshot import changes, snapshot
from tests.web.applying import PDF, attachment
from tests.web.conftest import Clock


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def case_id(story: World) -> int:
    return story.apply()


@pytest.fixture
def mine(client: HostileClient, case_id: int, clock: Clock) -> HostileClient:
    """The applicant, who has opened the case by its link."""
    hold_link(client, f"case:{case_id}", clock())
    return client


@pytest.fixture
def elsewhere(app: Flask) -> HostileClient:
    """A browser whose session has ended, or another's."""
    return cast(HostileClient, app.test_client())


def _link(database: Database, case_id: int, clock: Clock, days: int = 365) -> str:
    raw = database.write(
        lambda s: tokens.mint(s, "case", f"case:{case_id}", now=clock(), days=days, once=False)
    )
    return f"/sag/{raw}"


def _ask(story: World, case_id: int) -> None:
    story.do(case_id, "sofie", "ask", questions="Hvem står for teltet?", due_on="2026-03-20")


def _grant(story: World, case_id: int, **inputs: Any) -> None:
    story.do(case_id, "karim", "grant", **inputs)


def _pay(story: World, case_id: int) -> None:
    story.do(case_id, "ole", "pay", reference="80012345", paid_on="2026-03-04")


def _messages(database: Database, template: str) -> list[Message]:
    return database.write(
        lambda s: list(s.exec(select(Message).where(Message.template == template)))
    )


def _page(client: HostileClient, last: str = "") -> Page:
    return client.look(f"/min-sag/BT-2026-1{last}")


# -- coming in


def test_opening_the_link_changes_nothing_and_the_press_opens_the_case(
    client: HostileClient, database: Database, case_id: int, clock: Clock
) -> None:
    link = _link(database, case_id, clock)
    before = snapshot(database)
    page = client.look(link)
    assert changes(before, snapshot(database)) == changes(before, before)
    assert client.get("/min-sag/BT-2026-1").status_code == 403
    case = client.follow(client.submit(page))
    assert case.heading == "Gadefest ved hjørnet"
    assert client.follow(client.submit(client.look(link))).heading == case.heading


def test_a_link_that_has_run_out_mails_a_new_one_at_one_press(
    client: HostileClient, database: Database, case_id: int, clock: Clock
) -> None:
    link = _link(database, case_id, clock, days=1)
    clock.advance(days=2)
    page = client.look(link, 410)
    assert page.heading == "Linket er udløbet"
    assert client.page(client.submit(page)).heading == "Se i din mail"
    [message] = _messages(database, "case-link")
    assert message.to_email == "lene@eksempel.example"
    assert message.data["link"] == {"purpose": "case", "subject": f"case:{case_id}"}
    assert client.get("/min-sag/BT-2026-1").status_code == 403


def test_a_link_nobody_was_given(client: HostileClient, story: World) -> None:
    assert client.look("/sag/no-such-link", 410).heading == "Linket virker ikke"
    assert {client.get(f"/sag/guess{n}").status_code for n in range(25)} == {410, 429}


def test_a_draft_link_opens_no_case(
    client: HostileClient, database: Database, case_id: int, clock: Clock
) -> None:
    raw = database.write(
        lambda s: tokens.mint(s, "draft", f"case:{case_id}", now=clock(), days=1, once=False)
    )
    assert client.get(f"/sag/{raw}").status_code == 410


@pytest.mark.parametrize(
    "path",
    ["", "/svar", "/rapport", "/traek-tilbage", "/breve/1", "/filer/1"],
)
def test_anothers_case_is_out_of_reach_and_not_even_there(
    story: World, mine: HostileClient, path: str
) -> None:
    story.apply(title="En andens sag")
    other = mine.get(f"/min-sag/BT-2026-2{path}")
    absent = mine.get(f"/min-sag/BT-2026-99{path}")
    assert other.status_code == absent.status_code == 403
    assert mine.page(other).text == mine.page(absent).text
    assert "En andens sag" not in other.text


def test_the_case_of_a_session_that_has_ended_asks_for_the_link(
    mine: HostileClient, clock: Clock
) -> None:
    clock.advance(hours=13)
    page = mine.look("/min-sag/BT-2026-1", 403)
    assert page.heading == "Åbn siden med dit link"


# -- what one sees


def test_the_case_says_where_it_is_in_the_applicants_words(mine: HostileClient) -> None:
    page = _page(mine)
    assert "Vi behandler din ansøgning" in page.text
    assert "Du har svar senest 25. marts 2026." in page.text
    assert "Har du ikke hørt fra os til den tid, så ring til os." in page.text
    assert "9.500 kr." in page.text
    assert "Telt 5.500 kr., mad 4.000 kr." in page.text
    assert "33 66 33 66" in page.text


def test_the_case_in_english(mine: HostileClient) -> None:
    page = mine.look("/min-sag/BT-2026-1?lang=en")
    assert "We are handling your application" in page.text
    assert "You have an answer by 25 March 2026." in page.text


def test_a_grant_with_its_letter(mine: HostileClient, story: World, case_id: int) -> None:
    _grant(story, case_id)
    page = _page(mine)
    assert "Du har fået støtte" in page.text
    assert "Arbejdsgruppen bevilgede det hele" in page.text
    assert "Før vi kan udbetale, skal vi vide, hvor pengene skal hen" in page.text
    letter = mine.get(page.link("Afgørelse"))
    assert letter.data.startswith(b"%PDF-")
    assert letter.content_type == "application/pdf"
    assert letter.headers["Content-Disposition"].startswith("attachment;")
    assert "BT-2026-1" in letter.headers["Content-Disposition"]


def test_a_refusal_with_reasons_and_guidance(
    mine: HostileClient, story: World, case_id: int
) -> None:
    story.do(
        case_id, "sofie", "refuse", reasons="Kriteriet om åbenhed er ikke opfyldt.", record=RECORD
    )
    page = _page(mine)
    assert "Du har fået afslag" in page.text
    assert "Kriteriet om åbenhed er ikke opfyldt." in page.text
    assert "Borgerrådgiveren" in page.text
    assert "Karim, Jens" not in page.text


def test_a_member_who_stays_out_and_the_journal_are_not_shown(
    mine: HostileClient, story: World, case_id: int
) -> None:
    recusal.declare(
        story.house, case_id, ground="Min bror søger", actor=story.actor("jens"), now=story.now
    )
    text = _page(mine).text
    assert "bror" not in text
    assert "Jens" not in text
    assert "Tilbage i" not in text


def test_letters_to_others_are_not_the_applicants(
    mine: HostileClient, story: World, database: Database, case_id: int
) -> None:
    _grant(story, case_id)
    others = [*_messages(database, "new-case"), *_messages(database, "supported")]
    assert others
    for message in others:
        assert mine.get(f"/min-sag/BT-2026-1/breve/{message.id}").status_code == 404


# -- answering


def test_a_question_is_answered_with_a_file(
    mine: HostileClient, story: World, database: Database, case_id: int
) -> None:
    _ask(story, case_id)
    page = _page(mine)
    assert "Hvem står for teltet?" in page.text
    assert "Svar senest 20. marts 2026." in page.text
    form = mine.look(page.link("Svar på spørgsmålet"))
    after = mine.follow(
        mine.submit(form, {"answer": "Det gør Ali.", "files": attachment()}, button="Send svaret")
    )
    assert "Tak. Vi har fået dit svar." in after.text
    assert story.case(case_id).state == "received"
    [enquiry] = database.write(lambda s: s.exec(select(Enquiry)).all())
    assert enquiry.answer == "Det gør Ali."
    assert _messages(database, "answer-received")
    kept = mine.get(after.link("tilbud.pdf"))
    assert kept.data == PDF
    assert mine.get("/min-sag/BT-2026-1/svar").status_code == 303, "nothing more to answer"


def test_an_empty_answer_and_a_bad_file_keep_the_typing(
    mine: HostileClient, story: World, case_id: int
) -> None:
    _ask(story, case_id)
    form = _page(mine, "/svar")
    empty = mine.page(mine.submit(form, {"answer": " "}, button="Send svaret"))
    assert empty.errors == ["Dit svar: Udfyld feltet."]
    bad = mine.page(
        mine.submit(
            form, {"answer": "Ali", "files": attachment(b"", "tom.pdf")}, button="Send svaret"
        )
    )
    assert "filen er tom" in bad.errors[0]
    assert bad.field("answer") == "Ali"
    assert story.case(case_id).state == "asked"


def test_answering_twice_answers_once(
    mine: HostileClient, story: World, database: Database, case_id: int
) -> None:
    _ask(story, case_id)
    form = _page(mine, "/svar")
    codes = [
        mine.submit(form, {"answer": "Ali"}, button="Send svaret").status_code for _ in range(2)
    ]
    assert codes == [303, 303]
    assert len(_messages(database, "answer-received")) == 1


def test_another_answer_from_the_same_page_is_not_lost_in_silence(
    mine: HostileClient, story: World, case_id: int
) -> None:
    _ask(story, case_id)
    form = _page(mine, "/svar")
    mine.submit(form, {"answer": "Ali"}, button="Send svaret")
    again = mine.submit(form, {"answer": "Nej, Bo"}, button="Send svaret")
    page = mine.page(again)
    assert again.status_code == 422
    assert page.field("answer") == "Nej, Bo"
    third = mine.submit(page, button="Send svaret")
    assert third.status_code == 422


def test_a_case_that_has_moved_meanwhile_says_so_and_keeps_the_typing(
    mine: HostileClient, story: World, case_id: int
) -> None:
    form = _page(mine, "/traek-tilbage")
    _ask(story, case_id)
    answer = mine.submit(form, {"reason": "Vi er flyttet"}, button="Ja, træk den tilbage")
    page = mine.page(answer)
    assert answer.status_code == 422
    assert "Nu står der: “Vi venter på svar fra dig”" in page.errors[0]
    assert page.field("reason") == "Vi er flyttet"
    assert story.case(case_id).state == "asked"
    mine.follow(mine.submit(page, button="Ja, træk den tilbage"))
    assert story.case(case_id).state == "withdrawn"


def test_an_answer_after_the_session_ended_loses_nothing_files_included(
    mine: HostileClient, elsewhere: HostileClient, story: World, database: Database, case_id: int
) -> None:
    _ask(story, case_id)
    form = _page(mine, "/svar")
    answer = elsewhere.submit(
        form, {"answer": "Det gør Ali.", "files": attachment()}, button="Send svaret"
    )
    assert elsewhere.page(answer).heading == "Vi har fået det"
    assert story.case(case_id).state == "received"
    assert len(database.write(lambda s: s.exec(select(CaseFile)).all())) == 1
    assert elsewhere.get("/min-sag/BT-2026-1").status_code == 403, "the pass opens nothing else"


def test_an_answer_days_later_waits_for_the_link_and_is_shown_filled(
    mine: HostileClient,
    elsewhere: HostileClient,
    story: World,
    database: Database,
    case_id: int,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _ask(story, case_id)
    form = _page(mine, "/svar")
    later = time.time() + 4 * 24 * 3600
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    answer = elsewhere.submit(form, {"answer": "Det gør Ali."}, button="Send svaret")
    waiting = elsewhere.page(answer)
    assert answer.status_code == 403
    assert "Det, du har skrevet, er bevaret på denne side" in waiting.text
    elsewhere.submit(elsewhere.look(_link(database, case_id, clock)))
    shown = elsewhere.page(elsewhere.submit(waiting))
    assert shown.field("answer") == "Det gør Ali."
    assert story.case(case_id).state == "asked", "nothing is done before the press"
    elsewhere.submit(shown, button="Send svaret")
    assert story.case(case_id).state == "received"


def test_a_pass_of_another_case_opens_nothing(
    mine: HostileClient, elsewhere: HostileClient, story: World, case_id: int, clock: Clock
) -> None:
    other_id = story.apply()
    for one in (case_id, other_id):
        _ask(story, one)
    form = _page(mine, "/svar")
    answer = elsewhere.post(
        "/min-sag/BT-2026-2/svar",
        data={"answer": "Fremmed", "page_pass": form.field("page_pass")},
    )
    assert answer.status_code == 403
    assert story.case(other_id).state == "asked"


def test_a_post_from_elsewhere_does_nothing(
    mine: HostileClient, story: World, case_id: int
) -> None:
    answer = mine.post("/min-sag/BT-2026-1/traek-tilbage", data={"reason": "Fremmed"})
    assert answer.status_code == 422
    assert mine.page(answer).field("reason") == "Fremmed"
    assert story.case(case_id).state == "received"


def test_the_language_changes_under_what_was_typed(
    mine: HostileClient, story: World, case_id: int
) -> None:
    _ask(story, case_id)
    answer = mine.submit(
        _page(mine, "/svar"),
        {"answer": "Det gør Ali.", "switch_language": "en"},
        button="Send svaret",
    )
    page = mine.page(answer)
    assert answer.status_code == 200
    assert page.heading == "Answer the question"
    assert page.field("answer") == "Det gør Ali."


# -- withdrawing and reporting


def test_withdrawing_frees_the_money(
    mine: HostileClient, story: World, client: HostileClient, case_id: int
) -> None:
    _grant(story, case_id)
    assert "86.500 kr." in client.look("/").text
    form = mine.look(_page(mine).link("Træk ansøgningen tilbage"))
    assert "9.500 kr. går tilbage til puljen" in form.text
    after = mine.follow(mine.submit(form, button="Ja, træk den tilbage"))
    assert "Ansøgningen er trukket tilbage" in after.text
    assert "96.000 kr." in client.look("/").text
    assert mine.get("/min-sag/BT-2026-1/traek-tilbage").status_code == 303


def test_what_was_paid_cannot_be_withdrawn(mine: HostileClient, story: World, case_id: int) -> None:
    form = _page(mine, "/traek-tilbage")
    _grant(story, case_id)
    _pay(story, case_id)
    page = mine.page(mine.submit(form, button="Ja, træk den tilbage"))
    refused = mine.submit(page, button="Ja, træk den tilbage")
    assert refused.status_code == 422
    assert story.case(case_id).state == "paid"
    assert "Træk ansøgningen tilbage" not in _page(mine).text


def test_the_report_and_what_was_not_spent(
    mine: HostileClient, story: World, database: Database, case_id: int
) -> None:
    _grant(story, case_id)
    _pay(story, case_id)
    page = _page(mine)
    assert "fortæl kort, hvordan det gik: senest 31. maj 2026" in page.text
    form = mine.look(page.link("Send rapporten"))
    assert "9.500 kr." in form.text
    empty = mine.page(mine.submit(form, button="Send rapporten"))
    assert len(empty.errors) == 3
    values = {"held": "yes", "participants": "120", "worked": "Alle kom.", "spent": "9.000 kr"}
    after = mine.follow(mine.submit(form, values, button="Send rapporten"))
    assert "Tak. Vi har fået din rapport." in after.text
    assert "500 kr. blev ikke brugt og skal betales tilbage." in after.text
    [report] = database.write(lambda s: s.exec(select(Report)).all())
    assert (report.held, report.participants, report.spent) == (True, 120, 900_000)
    assert mine.get("/min-sag/BT-2026-1/rapport").status_code == 303


def test_a_report_of_something_cancelled_needs_no_number(
    mine: HostileClient, story: World, database: Database, case_id: int
) -> None:
    _grant(story, case_id)
    _pay(story, case_id)
    values = {"held": "no", "worked": "Det regnede.", "spent": "0"}
    answer = mine.submit(_page(mine, "/rapport"), values, button="Send rapporten")
    assert answer.status_code == 303
    assert database.write(lambda s: s.exec(select(Report)).one()).participants is None
