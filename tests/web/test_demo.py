"""The demonstration's pages: they exist where the database is marked, and nowhere else."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any, cast

import pytest
from flask import Flask

from pool.db import Database
from pool.demo.people import PEOPLE, add_people
from pool.outbox.mailbox import Folder
from pool.settings import Settings
from pool.web.demo.mails import linked
from tests.look.gallery import chromium
from tests.support.client import HostileClient, Page
from tests.support.snapshot import changes, snapshot
from tests.web.browsing import faults, needs_browser, served
from tests.web.conftest import Clock, MakeApp
from tests.web.route_map import DEMO_ROUTES

PAGES = (
    "/demo",
    "/demo/postkasse",
    "/demo/postkasse/000001.eml",
    "/demo/postkasse/000001.eml/vist",
    "/demo/postkasse/000001.eml/stil.css",
    "/demo/postkasse/000001.eml/bilag/1",
)

HTML = """<!doctype html>
<html lang="da" dir="ltr"><head><meta charset="utf-8"><title>Kvittering</title>
<style>h1 { color: rgb(1, 2, 3); }</style>
</head><body><main><h1>Tak</h1><p><a href="{link}">Se din sag</a></p></main></body></html>"""

HOSTILE = """<head></head><body><h1>Hej</h1><form action="/log-ud"><button>Tryk</button></form>
<script>document.title = "ran"; parent.document.title = "ran"</script>
<img src="https://elsewhere.example/pixel.png" onerror="document.title = 'ran'"></body>"""

PDF = b"%PDF-1.4 a letter"


def keep(
    folder: Folder,
    subject: str,
    *,
    html: str = HTML,
    text: str = "Se din sag:\nhttp://127.0.0.1:9/sag/abc\n",
    to: str = "Lene Bruun <lene@eksempel.example>",
) -> str:
    mail = EmailMessage()
    mail["From"] = "Puljen <puljen@localhost>"
    mail["To"] = to
    mail["Subject"] = subject
    mail.set_content(text)
    mail.add_alternative(html.replace("{link}", "http://127.0.0.1:9/sag/abc"), subtype="html")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="Afgørelse.pdf")
    return folder.keep(mail.as_bytes())


@pytest.fixture
def app(make: MakeApp, database: Database, clock: Clock) -> Flask:
    database.write(lambda session: add_people(session, clock()))
    return make(demo=True)


@pytest.fixture
def folder(settings: Settings) -> Folder:
    return Folder(settings.data_dir / "mailbox")


def test_without_the_mark_none_of_it_exists(make: MakeApp, folder: Folder) -> None:
    keep(folder, "Kvittering")
    app = make(demo=False)
    client = app.test_client()
    for path in PAGES:
        assert client.get(path).status_code == 404, path
    answer = client.post("/demo", data={"person": "sofie"})
    assert answer.status_code == 404
    assert not [one for one in app.view_functions if one.startswith("demo.")]
    assert set(DEMO_ROUTES) == {
        one for one in make(demo=True).view_functions if one.startswith("demo.")
    }


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("person", PEOPLE, ids=lambda one: one.email)
def test_one_click_and_one_is_that_person(client: HostileClient, person: Any, lang: str) -> None:
    page = client.look(f"/demo?lang={lang}")
    assert person.name in page.text
    assert getattr(person, lang) in page.text
    key = person.email.partition("@")[0]
    landed = client.follow(client.submit(page, {"person": key}))
    assert person.name in landed.text
    with client.session_transaction() as session:
        assert session["lang"] == lang
    again = client.look("/demo")
    assert again.text.count("Du er logget ind" if lang == "da" else "You are signed in") == 1


def test_a_button_for_everybody(client: HostileClient) -> None:
    page = client.look("/demo")
    buttons = [one.attrib.get("value") for one in page.form("Log ind").iter("button")]
    assert buttons == [one.email.partition("@")[0] for one in PEOPLE]


def test_somebody_who_is_not_there(client: HostileClient, database: Database) -> None:
    page = client.look("/demo")
    assert client.submit(page, {"person": "nobody"}).status_code == 404
    assert client.submit(page, {"person": None}).status_code == 404
    with client.session_transaction() as session:
        assert "staff" not in session


def test_a_forged_click_signs_nobody_in(client: HostileClient) -> None:
    answer = client.post("/demo", data={"person": "sofie"})
    assert answer.status_code == 422
    assert client.page(answer).errors
    with client.session_transaction() as session:
        assert "staff" not in session


def test_changing_person_keeps_nothing_of_the_one_before(client: HostileClient) -> None:
    client.submit(client.look("/demo"), {"person": "sofie"})
    with client.session_transaction() as session:
        session["links"] = {"case:1": 9_999_999_999}
    client.submit(client.look("/demo"), {"person": "birgit"})
    with client.session_transaction() as session:
        assert "links" not in session


def test_looking_changes_nothing(client: HostileClient, folder: Folder, database: Database) -> None:
    keep(folder, "Kvittering")
    before = snapshot(database)
    for path in PAGES:
        assert client.get(path).status_code == 200, path
    assert not changes(before, snapshot(database))


def test_an_empty_mailbox_says_so(client: HostileClient) -> None:
    assert "Der er ikke kommet mails endnu" in client.look("/demo/postkasse").text


def test_the_mailbox_lists_the_newest_first(client: HostileClient, folder: Folder) -> None:
    keep(folder, "Kvittering for BT-2026-1")
    keep(folder, "Et spørgsmål til BT-2026-1", to="ali@eksempel.example")
    page = client.look("/demo/postkasse")
    rows = [" ".join(one.itertext()).split() for one in page.all("tr")[1:]]
    assert ["spørgsmål" in " ".join(one) for one in rows] == [True, False]
    assert "Lene Bruun" in page.text
    assert "ali@eksempel.example" in page.text
    opened = client.look(page.link("Kvittering"))
    assert opened.heading == "Kvittering for BT-2026-1"


def test_a_mail_with_its_links_its_files_and_its_headers(
    client: HostileClient, folder: Folder
) -> None:
    page = client.look(f"/demo/postkasse/{keep(folder, 'Afgørelse')}")
    assert page.link("http://127.0.0.1:9/sag/abc") == "http://127.0.0.1:9/sag/abc"
    assert "Puljen <puljen@localhost>" in page.text
    assert "multipart/mixed" in page.text
    answer = client.get(page.link("Afgørelse.pdf"))
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/demo/postkasse/000001.eml/bilag/2").status_code == 404
    assert client.get("/demo/postkasse/000001.eml/bilag/0").status_code == 404


@pytest.mark.parametrize("name", ["000009.eml", "..%2Fputljen.sqlite", "000001.eml.part", "x"])
def test_a_name_that_is_no_mail(client: HostileClient, folder: Folder, name: str) -> None:
    keep(folder, "Kvittering")
    for end in ("", "/vist", "/stil.css", "/bilag/1"):
        assert client.get(f"/demo/postkasse/{name}{end}").status_code == 404


def test_a_mails_own_html_is_kept_in_a_frame_where_nothing_runs(app: Flask, folder: Folder) -> None:
    name = keep(folder, "<script>alert(1)</script>", html=HOSTILE, text="<b>fed</b>")
    plain = app.test_client()
    shown = super(HostileClient, cast(HostileClient, plain)).open(f"/demo/postkasse/{name}/vist")
    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    sandbox = policy.partition("sandbox ")[2]
    assert "allow-scripts" not in sandbox
    assert "allow-same-origin" not in sandbox
    assert "allow-forms" not in sandbox
    page = cast(HostileClient, plain).look(f"/demo/postkasse/{name}")
    frame = page.all("iframe")[0]
    assert frame.attrib["sandbox"] == sandbox
    assert page.heading == "<script>alert(1)</script>"
    assert "<b>fed</b>" in page.text


def test_no_page_of_ours_allows_a_frame_but_the_one_round_a_mail(
    client: HostileClient, folder: Folder
) -> None:
    name = keep(folder, "Kvittering")
    for path in ("/demo", "/demo/postkasse"):
        assert "frame-src" not in client.get(path).headers["Content-Security-Policy"]
    answer = client.get(f"/demo/postkasse/{name}")
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_mails_style_is_served_beside_it(client: HostileClient, folder: Folder) -> None:
    name = keep(folder, "Kvittering")
    shown = client.look(f"/demo/postkasse/{name}/vist")
    assert not shown.all("style")
    sheet = client.get(shown.all("link")[0].attrib["href"])
    assert sheet.mimetype == "text/css"
    assert "rgb(1, 2, 3)" in sheet.text


def test_addresses_in_plain_text_become_links() -> None:
    links = ("http://x.dk/a", "http://x.dk/a/b?c=1&d=2")
    text = "Se <her>: http://x.dk/a/b?c=1&d=2 eller http://x.dk/a"
    assert linked(text, links) == (
        'Se &lt;her&gt;: <a href="http://x.dk/a/b?c=1&amp;d=2">http://x.dk/a/b?c=1&amp;d=2</a>'
        ' eller <a href="http://x.dk/a">http://x.dk/a</a>'
    )
    assert linked("<b>", ()) == "&lt;b&gt;"


def test_the_banner_leads_here(client: HostileClient) -> None:
    page: Page = client.look("/log-ind")
    assert page.link("Log ind som en anden") == "/demo"


@needs_browser
def test_in_a_browser(make: MakeApp, database: Database, clock: Clock, settings: Settings) -> None:
    """axe finds nothing; a mail is styled; a script in it never runs; its link opens the case."""
    database.write(lambda session: add_people(session, clock()))
    app = make(demo=True)
    folder = Folder(settings.data_dir / "mailbox")
    with served(app) as address, chromium() as browser:
        good = keep(folder, "Kvittering", html=HTML.replace("{link}", f"{address}/demo/postkasse"))
        bad = keep(folder, "Fælde", html=HOSTILE)
        page = browser.new_page()
        found = []
        for path in ("/demo", "/demo/postkasse", f"/demo/postkasse/{good}"):
            page.goto(address + path)
            found += faults(page)
        assert not found, "\n".join(found)
        page.goto(f"{address}/demo/postkasse/{good}")
        frame = page.frame_locator("iframe")
        heading = frame.get_by_role("heading", name="Tak")
        assert heading.evaluate("one => getComputedStyle(one).color") == "rgb(1, 2, 3)"
        frame.get_by_role("link", name="Se din sag").click()
        page.wait_for_url(f"{address}/demo/postkasse")
        page.goto(f"{address}/demo/postkasse/{bad}")
        page.frame_locator("iframe").get_by_role("button", name="Tryk").click()
        assert page.title() == "Fælde – Puljen"
        assert page.frames[1].title() != "ran"
        page.goto(f"{address}/demo/postkasse/{bad}/vist")
        assert page.title() != "ran"
