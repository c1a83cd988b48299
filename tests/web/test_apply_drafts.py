"""A draft on its way: its link, its files, and a page that was open for too long."""

from __future__ import annotations

import io
import logging
from typing import cast

import pytest
from flask import Flask
from PIL import Image
from sqlmodel import select

from pool.db import Database
from pool.identity import tokens
from pool.models.draft import DraftFile
from pool.models.files import StoredFile
from pool.models.identity import Token
from pool.models.outbox import Message
from tests.support.client import HostileClient, Page, filled
from tests.support.house import World, make_world
from tests.support.snapshot import changes, snapshot
from tests.web.applying import (
    PDF,
    SHORT,
    STEPS,
    attachment,
    begin,
    cases,
    draft,
    fill,
    send,
    token_of,
)
from tests.web.conftest import Clock


@pytest.fixture(autouse=True)
def story(database: Database, clock: Clock) -> World:
    """Both pools are open."""
    return make_world(database, clock())


@pytest.fixture
def elsewhere(app: Flask) -> HostileClient:
    """Another browser."""
    return cast(HostileClient, app.test_client())


def _messages(database: Database) -> list[Message]:
    return database.write(lambda s: list(s.exec(select(Message))))


def _link(database: Database, clock: Clock, days: int = 60) -> str:
    """The address the worker puts into a mail."""
    return "/kladde/" + database.write(
        lambda s: tokens.mint(
            s, "draft", f"draft:{draft(database).id}", now=clock(), days=days, once=False
        )
    )


def _last(page: Page, last: str) -> str:
    return page.url.rpartition("/")[0] + f"/{last}"


# -- the link


def test_the_link_is_mailed_and_can_be_copied(client: HostileClient, database: Database) -> None:
    page = client.follow(client.submit(begin(client), button="Gem, og fortsæt senere"))
    assert page.heading == "Din kladde er gemt"
    assert page.field("email") == ""
    copied = [e for e in page.all("input") if e.attrib.get("id") == "draft-link"]
    assert copied[0].attrib["value"].endswith(f"/kladde/{token_of(page)}")
    after = client.follow(client.submit(page, {"email": "lene@eksempel.example"}))
    assert "Linket er på vej til lene@eksempel.example." in after.text
    [message] = _messages(database)
    assert message.template == "draft-saved"
    assert message.data["link"] == {"purpose": "draft", "subject": f"draft:{draft(database).id}"}
    assert after.field("email") == "lene@eksempel.example"


def test_a_link_to_no_address_is_not_mailed(client: HostileClient, database: Database) -> None:
    page = client.look(_last(begin(client), "senere"))
    answer = client.submit(page, {"email": "lene@"})
    assert answer.status_code == 422
    assert "Skriv en e-mailadresse" in client.page(answer).errors[0]
    assert client.page(answer).field("email") == "lene@"
    assert _messages(database) == []


def test_mailing_the_link_again_and_again_is_slowed_down(client: HostileClient) -> None:
    page = client.look(_last(begin(client), "senere"))
    codes = [client.submit(page, {"email": "a@b.example"}).status_code for _ in range(4)]
    assert codes == [303, 303, 303, 429]


def test_opening_the_mailed_link_changes_nothing_and_the_press_goes_on(
    client: HostileClient, elsewhere: HostileClient, database: Database, clock: Clock
) -> None:
    page = begin(client, "25.000")
    client.submit(page, STEPS["activity"], button="Næste")
    link = _link(database, clock)
    before = snapshot(database)
    shown = elsewhere.look(link)
    assert changes(before, snapshot(database)) == changes(before, before)
    assert shown.heading == "Fortsæt din ansøgning"
    assert "Marionetteater i byggeriet" in shown.text
    assert elsewhere.follow(elsewhere.submit(shown)).heading == "Trygheden"
    assert elsewhere.follow(elsewhere.submit(elsewhere.look(link))).heading == "Trygheden"


def test_a_draft_speaks_its_own_language_until_another_is_chosen(
    client: HostileClient, elsewhere: HostileClient, database: Database, clock: Clock
) -> None:
    client.look("/?lang=en")
    begin(client)
    link = _link(database, clock)
    assert elsewhere.look(link).heading == "Go on with your application"
    assert elsewhere.look(f"{link}?lang=da").heading == "Fortsæt din ansøgning"
    assert elsewhere.look(link).heading == "Fortsæt din ansøgning"


def test_a_link_that_has_run_out_mails_a_new_one_at_one_press(
    client: HostileClient, elsewhere: HostileClient, database: Database, clock: Clock
) -> None:
    client.submit(begin(client), {**SHORT, "q_title": ""}, button="Næste")
    link = _link(database, clock, days=1)
    clock.advance(days=2)
    for path in (link, f"{link}/ansoegning", f"{link}/gennemse", f"{link}/senere"):
        page = elsewhere.look(path, 410)
        assert page.heading == "Linket er udløbet"
    assert _messages(database) == []
    answer = elsewhere.submit(page)
    assert elsewhere.page(answer).heading == "Se i din mail"
    [message] = _messages(database)
    assert (message.template, message.to_email) == ("draft-saved", "lene@eksempel.example")


def test_a_link_that_has_run_out_answers_the_same_without_an_address(
    client: HostileClient, elsewhere: HostileClient, database: Database, clock: Clock
) -> None:
    begin(client)
    link = _link(database, clock, days=1)
    clock.advance(days=2)
    answer = elsewhere.submit(elsewhere.look(link, 410))
    assert elsewhere.page(answer).heading == "Se i din mail"
    assert "33 66 33 66" in elsewhere.page(answer).text
    assert _messages(database) == []


def test_a_draft_past_its_time_is_gone(client: HostileClient, clock: Clock) -> None:
    page = begin(client)
    clock.advance(days=61)
    assert client.look(page.url, 410).heading in {"Der er ingen kladde her", "Linket er udløbet"}
    assert client.submit(page, SHORT, button="Næste").status_code == 410


def test_a_link_nobody_was_given_opens_nothing_and_guessing_is_slowed_down(
    client: HostileClient,
) -> None:
    assert client.look("/kladde/no-such-link", 410).heading == "Der er ingen kladde her"
    codes = {client.get(f"/kladde/guess{n}/gennemse").status_code for n in range(25)}
    assert codes == {410, 429}


def test_the_link_ends_when_the_application_is_sent(
    client: HostileClient, elsewhere: HostileClient
) -> None:
    page = begin(client)
    send(client, fill(client, page))
    for path in (page.url, _last(page, "gennemse"), f"/kladde/{token_of(page)}"):
        assert elsewhere.look(path, 410).heading == "Ansøgningen er sendt"
    again = elsewhere.submit(page, SHORT, button="Næste")
    assert elsewhere.page(again).heading == "Ansøgningen er sendt"


def test_who_has_the_old_link_only_cannot_reach_the_case(
    client: HostileClient, elsewhere: HostileClient, database: Database
) -> None:
    review = fill(client, begin(client))
    send(client, review)
    answer = elsewhere.post(review.url, data={"command_id": "8b8f1c6e-0000-4000-8000-000000000000"})
    assert answer.status_code == 410
    number = cases(database)[0].number
    assert elsewhere.get(f"/sag/kvittering?nr={number}").status_code == 403
    assert elsewhere.get(f"/min-sag/{number}").status_code == 403


# -- a page that was open for too long


def test_a_page_sent_after_the_session_ended_loses_nothing(
    client: HostileClient, elsewhere: HostileClient, database: Database
) -> None:
    page = begin(client)
    answer = elsewhere.submit(page, SHORT, button="Næste")
    assert elsewhere.follow(answer).heading == "Gennemse og send"
    assert draft(database).raw["title"] == SHORT["q_title"]


def test_a_post_from_elsewhere_keeps_the_typing_on_the_page_and_saves_nothing(
    client: HostileClient, elsewhere: HostileClient, database: Database
) -> None:
    page = begin(client)
    stale = {**SHORT, "csrf_token": "old", "page_pass": "forged"}
    answer = elsewhere.submit(page, stale, button="Næste")
    shown = elsewhere.page(answer)
    assert answer.status_code == 422
    assert "Siden har ligget for længe" in shown.errors[0]
    assert shown.field("q_title") == SHORT["q_title"]
    assert "title" not in draft(database).raw
    assert elsewhere.submit(shown, button="Næste").status_code == 303


def test_a_pass_is_for_its_own_draft(
    client: HostileClient, elsewhere: HostileClient, database: Database
) -> None:
    mine, other = begin(client), begin(client, "8.000")
    values = {**SHORT, "csrf_token": "old", "page_pass": other.field("page_pass")}
    assert elsewhere.submit(mine, values, button="Næste").status_code == 422


def test_a_pass_runs_out_with_the_draft(
    client: HostileClient, elsewhere: HostileClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = begin(client)
    later = __import__("time").time() + 61 * 24 * 3600
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    assert elsewhere.submit(page, SHORT, button="Næste").status_code == 422


def test_a_script_saves_quietly(
    client: HostileClient, elsewhere: HostileClient, database: Database
) -> None:
    page = begin(client)
    [form] = page.forms()
    values = dict(filled(form)) | {"q_title": "Halvt"}
    for browser in (client, elsewhere):
        answer = browser.post(form.attrib["data-autosave"], data=values)
        assert (answer.status_code, answer.data) == (204, b"")
    assert draft(database).raw["title"] == "Halvt"
    assert draft(database).done == ["start"]
    refused = elsewhere.post(form.attrib["data-autosave"], data={"q_title": "Fremmed"})
    assert refused.status_code == 422
    assert draft(database).raw["title"] == "Halvt"


# -- files


def _contact(client: HostileClient) -> Page:
    return client.look(_last(begin(client, "25.000"), "contact"))


def test_files_are_attached_listed_fetched_and_removed(
    client: HostileClient, elsewhere: HostileClient, database: Database
) -> None:
    page = _contact(client)
    shown = client.follow(
        client.submit(page, {"q_files": attachment(), "q_contact_name": "Lene"}, button="Vedhæft")
    )
    assert "tilbud.pdf" in shown.text
    assert shown.field("q_contact_name") == "Lene"
    href = shown.link("tilbud.pdf")
    fetched = elsewhere.get(href)
    assert fetched.data == PDF
    assert fetched.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    after = client.follow(client.submit(shown, button="Fjern tilbud.pdf"))
    assert "tilbud.pdf" not in after.text
    assert after.field("q_contact_name") == "Lene"
    assert client.get(href).status_code == 404
    assert database.write(lambda s: s.exec(select(StoredFile)).all()) == []


def test_a_file_stays_when_something_else_on_the_page_is_wrong(client: HostileClient) -> None:
    answer = client.submit(
        _contact(client), {"q_files": attachment(), "q_email": "lene@"}, button="Næste"
    )
    page = client.page(answer)
    assert answer.status_code == 422
    assert "tilbud.pdf" in page.text
    assert any("Skriv en e-mailadresse" in one for one in page.errors)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "tom.pdf", "filen er tom"),
        (b"MZ\x90\x00 program", "x.exe", "vi kan ikke modtage den slags filer"),
        (PDF, "plakat.jpg", "filens navn passer ikke til indholdet"),
        (PDF + b" " * 5000, "stor.pdf", "filen fylder mere end 10 MB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "gammel.doc", "gammelt Office-format"),
    ],
)
def test_a_file_that_is_not_taken_is_told_why(
    client: HostileClient,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    data: bytes,
    name: str,
    said: str,
) -> None:
    monkeypatch.setattr("pool.files.storing.MAX_BYTES", 4000)
    answer = client.submit(
        _contact(client),
        {**STEPS["contact"], "q_files": [attachment(data, name), attachment()]},
        button="Næste",
    )
    page = client.page(answer)
    assert answer.status_code == 422
    assert said in page.errors[0]
    assert name in page.errors[0]
    assert page.field("q_contact_name") == "Yusuf Nasser"
    assert "tilbud.pdf" in page.text, "the fit one is kept"
    assert len(database.write(lambda s: s.exec(select(DraftFile)).all())) == 1


def test_a_picture_loses_the_place_it_was_taken(client: HostileClient, database: Database) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (55.0, 43.0, 1.0)
    exif[0x010F] = "Secret camera"
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "JPEG", exif=exif)
    page = _contact(client)
    sent = attachment(data.getvalue(), "sted.jpg")
    shown = client.follow(client.submit(page, {"q_files": sent}, button="Vedhæft"))
    kept = client.get(shown.link("sted.jpg"))
    assert b"Secret camera" not in kept.data
    assert not dict(Image.open(io.BytesIO(kept.data)).getexif())


def test_too_many_files_are_told(client: HostileClient) -> None:
    many = [attachment(PDF + b"%d" % n + b"\n%%EOF", f"{n}.pdf") for n in range(11)]
    answer = client.submit(_contact(client), {"q_files": many}, button="Vedhæft")
    assert answer.status_code == 422
    assert "højst 10 filer" in client.page(answer).errors[0]


def test_too_many_uploads_are_slowed_down_and_the_typing_is_kept(
    app: Flask, client: HostileClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    throttle = app.extensions["puljen"].throttle
    monkeypatch.setattr(throttle, "hit", lambda name, _who: name != "upload-address")
    values = {"q_files": attachment(), "q_contact_name": "Lene"}
    page = client.page(client.submit(_contact(client), values, button="Vedhæft"))
    assert "mange filer på kort tid" in page.errors[0]
    assert page.field("q_contact_name") == "Lene"


def test_files_of_another_draft_are_out_of_reach(client: HostileClient) -> None:
    page = _contact(client)
    shown = client.follow(client.submit(page, {"q_files": attachment()}, button="Vedhæft"))
    href = shown.link("tilbud.pdf")
    other = _contact(client)
    number = href.rpartition("/")[2]
    assert client.get(_last(other, f"filer/{number}")).status_code == 404
    client.submit(other, {"remove_q_files": number}, button="Næste")
    assert client.get(href).status_code == 200


def test_attached_files_go_with_the_case(client: HostileClient, database: Database) -> None:
    page = begin(client, "25.000")
    client.submit(client.look(_last(page, "contact")), {"q_files": attachment()}, button="Vedhæft")
    review = fill(client, page)
    assert "tilbud.pdf" in review.text
    send(client, review)
    [stored] = database.write(lambda s: s.exec(select(StoredFile)).all())
    assert stored.sealed_at is not None


# -- the log


def test_no_live_link_is_ever_logged(
    client: HostileClient, caplog: pytest.LogCaptureFixture, database: Database
) -> None:
    with caplog.at_level(logging.DEBUG):
        page = begin(client)
        client.look(f"/kladde/{token_of(page)}")
        send(client, fill(client, page))
        client.get(page.url)
    logged = "\n".join(f"{r.getMessage()} {vars(r)}" for r in caplog.records)
    assert "/kladde/<token>" in logged
    assert token_of(page) not in logged
    stored = database.write(lambda s: [t.digest for t in s.exec(select(Token))])
    assert stored
    assert token_of(page) not in stored
