"""A list taken out as a spreadsheet: the same cases, real figures, and nothing that runs."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

import pool.journal as journal
from pool.cases import exporting, recusal
from pool.db import Database
from tests.support.client import HostileClient, Page
from tests.support.house import World, make_world
from tests.support.office import cells, formulas
from tests.web.caseworking import Desk
from tests.web.conftest import Clock


@pytest.fixture
def story(database: Database, clock: Clock) -> World:
    world = make_world(database, clock())
    world.apply(title="=1+1", contact_name="@Ærø", amount="9.500")
    world.apply(title="-2+3", contact_name="+4522334455", amount="100,50")
    granted = world.apply(title="Østergade", amount="500")
    world.do(granted, "karim", "grant")
    return world


def took(client: HostileClient, page: Page, button: str) -> bytes:
    answer = client.submit(page, {}, button=button)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    return bytes(answer.data)


def rows_of(body: bytes) -> list[dict[str, str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


def test_csv_has_what_the_page_has_and_nothing_runs(story: World, app: Flask) -> None:
    sofie = Desk(app, story, "sofie")
    page = sofie.open("/sager/?sort=title&state=all")
    rows = rows_of(took(sofie.client, page, "Hent listen som CSV"))
    assert [row["Titel"] for row in rows] == ["'=1+1", "'-2+3", "Østergade"]
    assert [row["Ansøger"] for row in rows] == ["'@Ærø", "'+4522334455", "Lene Bruun"]
    assert [row["Søgt"] for row in rows] == ["9500,00", "100,50", "500,00"]
    assert [row["Bevilget"] for row in rows] == ["", "", "500,00"]
    assert rows[2]["Status"] == "Bevilget"
    assert rows[0]["E-mail"] == "lene@eksempel.example"
    assert set(rows[0]) >= {"Sagsnummer", "Pulje", "Slags", "Modtaget", "Frist", "Udfald"}
    narrow = sofie.open("/sager/?text=ster&state=all")
    assert len(rows_of(took(sofie.client, narrow, "Hent listen som CSV"))) == 1


def test_a_workbook_has_real_amounts_and_days(story: World, app: Flask) -> None:
    sofie = Desk(app, story, "sofie")
    body = took(sofie.client, sofie.open("/sager/?sort=number&dir=asc"), "Hent listen som regneark")
    assert formulas(body) == []
    sheets = cells(body)
    head, *rows = sheets["Sager"]
    first = dict(zip(head, rows[0], strict=True))
    assert (first["Titel"], first["Ansøger"], first["Søgt"]) == ("=1+1", "@Ærø", 9500.0)
    assert first["Modtaget"] == date(2026, 3, 4)
    assert "Åbne sager" in str(sheets["Overblik"])


def test_each_gets_the_cases_and_columns_they_may_see(story: World, app: Flask) -> None:
    def taken(name: str) -> list[dict[str, str]]:
        desk = Desk(app, story, name)
        page = desk.open("/sager/?state=all&sort=number")
        return rows_of(took(desk.client, page, "Hent listen som CSV"))

    assert len(taken("jens")) == 3
    assert "E-mail" not in taken("jens")[0]
    assert [row["Titel"] for row in taken("birgit")] == ["Østergade"]
    recusal.declare(story.house, 1, "Min nabo", story.actor("jens"), story.now)
    assert [row["Titel"] for row in taken("jens")] == ["'-2+3", "Østergade"]


def test_it_stands_in_the_record_who_took_what(
    story: World, app: Flask, database: Database
) -> None:
    sofie = Desk(app, story, "sofie")
    took(sofie.client, sofie.open("/sager/?text=øster&state=all&year=2026"), "Hent listen som CSV")
    with database.read() as session:
        [event] = journal.read(session, "system", kinds=["cases.exported"])
    assert event.actor_name == "Sofie"
    assert event.data == {"form": "csv", "count": 1, "total": 1, "narrowed": [], "year": 2026}
    assert event.personal == {"text": "øster"}


def test_a_list_that_is_too_long_is_told_of(
    story: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pool.web.casework import listing

    monkeypatch.setattr(exporting, "MOST", 2)
    monkeypatch.setattr(exporting, "SLICE", 1)
    monkeypatch.setattr(listing, "MOST", 2)
    sofie = Desk(app, story, "sofie")
    page = sofie.open("/sager/?state=all&sort=title")
    assert "En fil rummer de første 2 sager" in page.text
    body = took(sofie.client, page, "Hent listen som CSV").decode("utf-8-sig").splitlines()
    assert len(body) == 4
    assert body[-1].startswith("Kun de første 2 af 3 sager er med i filen.")
    book = cells(took(sofie.client, page, "Hent listen som regneark"))
    assert "Kun de første 2 af 3 sager" in str(book["Overblik"])


def test_without_its_guard_nothing_is_taken(story: World, app: Flask, database: Database) -> None:
    sofie = Desk(app, story, "sofie")
    answer = sofie.client.post("/sager/liste.csv?state=all")
    assert answer.status_code == 422
    assert sofie.client.page(answer).heading == "Sager"
    assert sofie.client.get("/sager/liste.csv").status_code == 404
    assert sofie.client.post("/sager/liste.exe").status_code in {404, 405}
    with database.read() as session:
        count = text("SELECT count(*) FROM journal_event WHERE kind = 'cases.exported'")
        assert session.execute(count).scalar_one() == 0
