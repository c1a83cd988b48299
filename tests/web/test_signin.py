"""The colleagues' door."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask
from sqlmodel import Session, select
from werkzeug.test import TestResponse

from pool.db import Database
from pool.identity import people, tokens
from pool.models.identity import Person, Token
from pool.models.outbox import Message
from tests.support.client import HostileClient, Page
from tests.support.people import PASSWORD, make_person
from tests.web.conftest import FOUNDATION, Clock, MakeColleague


@pytest.fixture
def rooms() -> Sequence[str]:
    return FOUNDATION


@pytest.fixture
def person(database: Database, clock: Clock) -> Person:
    return make_person(database, "Amina Holm", "secretariat", now=clock(), password=True)


def _sign_in(client: HostileClient, person: Person, password: str = PASSWORD) -> TestResponse:
    page = client.look("/log-ind")
    return client.submit(page, {"email": person.email.upper(), "password": password})


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_colleague_signs_in_and_out(client: HostileClient, person: Person) -> None:
    answer = _sign_in(client, person)
    assert answer.status_code == 303
    page = client.look("/min-adgangskode")
    assert "Amina Holm" in page.text
    assert client.look("/log-ud").heading == "Vil du logge ud?"
    out = client.submit(client.look("/log-ud"), button="Log ud")
    assert out.headers["Location"] == "/"
    assert client.get("/min-adgangskode").status_code == 303


def test_opening_the_sign_out_page_signs_nobody_out(colleague: MakeColleague) -> None:
    _, client = colleague("secretariat")
    client.get("/log-ud")
    assert client.get("/min-adgangskode").status_code == 200


def test_sign_out_without_the_guard_signs_nobody_out(colleague: MakeColleague) -> None:
    _, client = colleague("secretariat")
    assert client.post("/log-ud").status_code == 422
    assert client.get("/min-adgangskode").status_code == 200


@pytest.mark.parametrize("email", ["amina.holm@kk.example", "nobody@kk.example", "no address"])
def test_a_wrong_sign_in_is_answered_the_same_for_everybody(
    client: HostileClient, person: Person, email: str
) -> None:
    page = client.look("/log-ind")
    answer = client.submit(page, {"email": email, "password": "wrong"})
    assert answer.status_code == 422
    shown = client.page(answer)
    assert shown.errors == ["E-mailadressen og adgangskoden passer ikke sammen"]
    assert shown.field("email") == email
    assert shown.field("password") == ""


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_too_many_attempts_wait(client: HostileClient, person: Person, clock: Clock) -> None:
    for _ in range(6):
        assert _sign_in(client, person, "wrong").status_code == 422
    answer = _sign_in(client, person)
    assert answer.status_code == 429
    assert "Prøv igen om 15 minutter" in client.page(answer).errors[0]
    clock.advance(minutes=16)
    assert _sign_in(client, person).status_code == 303


def test_an_empty_form_says_what_is_missing_in_danish(client: HostileClient) -> None:
    answer = client.submit(client.look("/log-ind"))
    assert answer.status_code == 422
    assert client.page(answer).errors == [
        "E-mail: Skriv din e-mailadresse",
        "Adgangskode: Skriv din adgangskode",
    ]


def test_the_session_is_a_new_one_after_signing_in(client: HostileClient, person: Person) -> None:
    page = client.look("/log-ind?lang=en")
    with client.session_transaction() as session:
        session["links"] = {"case:1": 9_999_999_999}
        before = session["csrf_token"]
    client.submit(page, {"email": person.email, "password": PASSWORD})
    with client.session_transaction() as session:
        assert session["lang"] == "en"
        assert "links" not in session
        assert session.get("csrf_token") != before
        assert session.permanent


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/%5Cevil.example",
        "javascript:alert(1)",
        "/log-ind\r\nX: y",
        "/no-such-page",
        " /min-adgangskode",
        "/\t/evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(client: HostileClient, person: Person, target: str) -> None:
    page = client.look("/log-ind")
    answer = client.submit(page, {"email": person.email, "password": PASSWORD, "next": target})
    assert answer.status_code == 303
    assert answer.headers["Location"] in {"/", "/sager"}


def test_signing_in_leads_where_one_was_going(client: HostileClient, person: Person) -> None:
    away = client.get("/min-adgangskode?x=1&y=%C3%A6")
    assert away.status_code == 303
    page = client.look(away.headers["Location"])
    answer = client.submit(page, {"email": person.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/min-adgangskode?x=1&y=%C3%A6"


def test_a_session_ends_when_its_epoch_does(colleague: MakeColleague, database: Database) -> None:
    person, client = colleague("secretariat")
    assert client.get("/min-adgangskode").status_code == 200

    def change(session: Session) -> None:
        found = people.find_by_email(session, person.email)
        assert found is not None
        people.set_password(session, found, "x")

    database.write(change)
    assert client.get("/min-adgangskode").status_code == 303


def test_a_locked_colleague_is_out_at_once(colleague: MakeColleague, database: Database) -> None:
    person, client = colleague("secretariat")

    def lock(session: Session) -> None:
        found = people.find_by_email(session, person.email)
        assert found is not None
        people.set_active(session, found, False)

    database.write(lock)
    assert client.get("/min-adgangskode").status_code == 303


def test_a_session_lasts_twelve_hours_from_its_last_use(
    colleague: MakeColleague, app: Flask
) -> None:
    assert app.permanent_session_lifetime.total_seconds() == 12 * 3600
    _, client = colleague("secretariat")
    cookie = client.get("/min-adgangskode").headers["Set-Cookie"]
    assert "Expires=" in cookie  # sliding: sent anew with every answer


def _forgotten(client: HostileClient, email: str) -> Page:
    answer = client.submit(client.look("/glemt-adgangskode"), {"email": email})
    assert answer.status_code == 200
    return client.page(answer)


def _messages(database: Database) -> list[Message]:
    with database.read() as session:
        found = list(session.exec(select(Message)))
        session.expunge_all()
    return found


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_forgotten_password_is_answered_the_same_for_everybody(
    client: HostileClient, person: Person, database: Database
) -> None:
    known = _forgotten(client, person.email)
    unknown = _forgotten(client, "nobody@kk.example")
    assert known.text.replace(person.email, "X") == unknown.text.replace("nobody@kk.example", "X")
    (message,) = _messages(database)
    assert (message.template, message.kind, message.to_email) == (
        "signin-reset",
        "link",
        person.email,
    )
    assert message.data["link"] == {"purpose": "reset", "subject": f"person:{person.id}"}


def test_a_double_press_sends_one_link(
    client: HostileClient, person: Person, database: Database
) -> None:
    page = client.look("/glemt-adgangskode")
    for _ in range(2):
        client.submit(page, {"email": person.email})
    assert len(_messages(database)) == 1


def test_links_are_not_poured_out(
    client: HostileClient, person: Person, database: Database
) -> None:
    for _ in range(5):
        _forgotten(client, person.email)
    assert len(_messages(database)) == 3


def _mint(database: Database, person: Person, clock: Clock) -> str:
    return database.write(
        lambda s: tokens.mint(s, "reset", f"person:{person.id}", now=clock(), minutes=30, once=True)
    )


NEW = "en ny og lang adgangskode"


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_new_password_by_link_works_once(
    client: HostileClient, person: Person, database: Database, clock: Clock
) -> None:
    path = f"/adgangskode/{_mint(database, person, clock)}"
    for _ in range(3):  # a mail program that opens links by itself uses nothing up
        page = client.look(path)
    assert "Amina Holm" in page.text
    answer = client.submit(page, {"password_new": NEW, "password_again": NEW})
    assert answer.headers["Location"] == "/log-ind"
    assert "Din nye adgangskode gælder nu" in client.follow(answer).text
    assert client.get(path).status_code == 410
    assert _sign_in(client, person, NEW).status_code == 303


def test_a_new_password_ends_the_other_links(
    client: HostileClient, person: Person, database: Database, clock: Clock
) -> None:
    one, other = (f"/adgangskode/{_mint(database, person, clock)}" for _ in range(2))
    client.submit(client.look(one), {"password_new": NEW, "password_again": NEW})
    assert client.get(other).status_code == 410


def test_a_bad_new_password_uses_the_link_not_up(
    client: HostileClient, person: Person, database: Database, clock: Clock
) -> None:
    path = f"/adgangskode/{_mint(database, person, clock)}"
    page = client.look(path)
    for values, said in [
        ({"password_new": "kort", "password_again": "kort"}, "Brug mindst 12 tegn"),
        ({"password_new": NEW, "password_again": "noget andet"}, "De to er ikke ens"),
        ({"password_new": person.email, "password_again": person.email}, "Dit navn eller din"),
        ({"password_new": "", "password_again": ""}, "Skriv en ny adgangskode"),
    ]:
        answer = client.submit(page, values)
        assert answer.status_code == 422
        page = client.page(answer)
        assert said in page.text
    assert client.submit(page, {"password_new": NEW, "password_again": NEW}).status_code == 303


def test_an_old_or_strange_link_offers_a_new_one(
    client: HostileClient, person: Person, database: Database, clock: Clock
) -> None:
    path = f"/adgangskode/{_mint(database, person, clock)}"
    clock.advance(minutes=31)
    for one in (path, "/adgangskode/" + "x" * 43):
        page = client.look(one, 410)
        assert page.link("Send mig et nyt link") == "/glemt-adgangskode"


def test_a_links_secret_is_kept_out_of_referrers(client: HostileClient) -> None:
    answer = client.get("/adgangskode/" + "x" * 43)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_tables_hold_no_live_link(
    client: HostileClient, person: Person, database: Database, clock: Clock
) -> None:
    raw = _mint(database, person, clock)
    client.get(f"/adgangskode/{raw}")
    with database.read() as session:
        for token in session.exec(select(Token)):
            assert raw not in str(token.model_dump())


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_a_colleague_changes_the_password(
    client: HostileClient, app: Flask, person: Person
) -> None:
    _sign_in(client, person)
    elsewhere = app.test_client()
    assert isinstance(elsewhere, HostileClient)
    _sign_in(elsewhere, person)
    page = client.look("/min-adgangskode")
    wrong = client.submit(page, {"password": "x", "password_new": NEW, "password_again": NEW})
    assert wrong.status_code == 422
    assert client.page(wrong).errors == [
        "Din nuværende adgangskode: Det er ikke din nuværende adgangskode"
    ]
    right = client.submit(page, {"password": PASSWORD, "password_new": NEW, "password_again": NEW})
    assert right.status_code == 303
    assert client.get("/min-adgangskode").status_code == 200
    assert elsewhere.get("/min-adgangskode").status_code == 303
