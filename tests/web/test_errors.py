"""What a person sees when something is wrong."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence

import pytest
from flask import Blueprint, Flask, abort, request
from sqlalchemy import text
from sqlmodel import Session

from pool.cases import errors as cases
from pool.db import Database, WriteInRead
from pool.models.identity import Person
from pool.web import context
from pool.web.access import public
from pool.web.context import read, site
from pool.web.errors import Refused, SlowDown
from pool.web.logging import Masked
from tests.support.client import HostileClient
from tests.web.conftest import FOUNDATION, Clock

SECRET = "Zq4Wm1b0c9V7x2s5Kd8f3Gh6Jk0Lp1Qr9Tt4Yy7Uu2o"


@pytest.fixture
def rooms() -> Sequence[str]:
    return FOUNDATION


@pytest.fixture
def trouble(app: Flask, clock: Clock) -> Flask:
    blueprint = Blueprint("trouble", __name__)

    @blueprint.route("/trouble/<kind>", methods=["GET", "POST"])
    @public
    def view(kind: str) -> str:
        raised: dict[str, Exception] = {
            "refused": Refused("Grunden.", "Hjælperen."),
            "slow": SlowDown(130),
            "crash": ZeroDivisionError("secret detail"),
            "not-found": cases.NotFound("7"),
            "stale": cases.Stale(7, 1, 2),
            "reused": cases.CommandReused(),
            "closed": cases.PoolClosed(cases.Closed("empty")),
            "case": cases.CaseError(),
        }
        if kind in raised:
            raise raised[kind]
        abort(int(kind))

    @blueprint.get("/write-crash")
    @public
    def write_crash() -> str:
        def work(session: Session) -> None:
            session.add(Person(email="a@b.dk", name="A", created_at=clock()))
            session.flush()
            raise ZeroDivisionError

        site().database.write(work)
        return ""

    @blueprint.get("/write-in-read")
    @public
    def write_in_read() -> str:
        session = read()
        session.add(Person(email="a@b.dk", name="A", created_at=clock()))
        session.flush()
        return ""

    @blueprint.post("/big")
    @public
    def big() -> str:
        return str(len(request.files))

    @blueprint.get("/x/<token>")
    @public
    def link(token: str) -> str:
        logging.getLogger("pool.web").warning("odd link %s password=%s", token, "hemmelig")
        raise ZeroDivisionError(token)

    app.register_blueprint(blueprint)
    return app


@pytest.mark.parametrize(
    ("path", "status", "heading", "said"),
    [
        ("/trouble/403", 403, "Du kan ikke åbne denne side", "Sekretariatet kan hjælpe"),
        ("/trouble/refused", 403, "Du kan ikke åbne denne side", "Grunden. Hjælperen."),
        ("/trouble/404", 404, "Siden findes ikke", "forsiden"),
        ("/trouble/not-found", 404, "Siden findes ikke", "forsiden"),
        ("/no-such-page", 404, "Siden findes ikke", "forsiden"),
        ("/trouble/400", 400, "Det forstod vi ikke", "Der er ikke ændret noget"),
        ("/trouble/413", 413, "Det fylder for meget", "10 MB"),
        ("/trouble/slow", 429, "Lidt langsommere, tak", "om 3 minutter"),
        ("/trouble/stale", 409, "En anden har været her imens", "Åbn sagen igen"),
        ("/trouble/reused", 409, "Siden er allerede brugt", "ikke gjort igen"),
        ("/trouble/closed", 409, "Puljen tager ikke imod ansøgninger nu", "ringe"),
        ("/trouble/case", 409, "Det kan ikke gøres nu", "hvem der kan hjælpe"),
        ("/trouble/500", 500, "Noget gik galt hos os", "sig nummeret"),
        ("/trouble/crash", 500, "Noget gik galt hos os", "sig nummeret"),
    ],
)
def test_each_trouble_has_a_page_in_words(
    trouble: Flask, client: HostileClient, path: str, status: int, heading: str, said: str
) -> None:
    answer = client.get(path)
    page = client.page(answer)
    assert (answer.status_code, page.heading) == (status, heading)
    assert said in page.text
    assert answer.headers["X-Request-ID"] in page.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ZeroDivision" not in answer.text
    assert "secret detail" not in answer.text


def test_in_the_readers_language(trouble: Flask, client: HostileClient) -> None:
    page = client.look("/trouble/crash?lang=en", 500)
    assert page.heading == "Something went wrong with us"
    assert client.look("/no-such-page", 404).heading == "The page is not here"


def test_a_refusal_names_people_to_ask(trouble: Flask, client: HostileClient) -> None:
    page = client.look("/trouble/403", 403)
    with trouble.app_context():
        contacts = context.contacts()
    assert contacts
    for contact in contacts:
        assert contact.phone in page.text


def test_the_wrong_way_of_using_an_address(client: HostileClient) -> None:
    answer = client.post("/privatliv")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert client.page(answer).heading == "Sådan bruges siden ikke"


def test_waiting_is_said_to_programs_too(trouble: Flask, client: HostileClient) -> None:
    assert client.get("/trouble/slow").headers["Retry-After"] == "130"


def test_too_large_an_upload_is_a_page(trouble: Flask, client: HostileClient) -> None:
    trouble.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/big", data={"file": (io.BytesIO(b"x" * 2000), "x.pdf")})
    assert answer.status_code == 413
    assert client.page(answer).heading == "Det fylder for meget"


def test_too_large_an_upload_at_a_closed_door(client: HostileClient, app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    for path in ("/min-adgangskode", "/log-ind"):
        answer = client.post(
            path,
            data={"file": (io.BytesIO(b"x" * 2000), "x.pdf")},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert answer.status_code == 413, path


def test_a_crash_leaves_nothing_half_done(
    trouble: Flask, client: HostileClient, database: Database
) -> None:
    assert client.get("/write-crash").status_code == 500
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM person")).scalar() == 0


def test_a_page_that_writes_while_reading_is_a_fault(
    trouble: Flask, client: HostileClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/write-in-read").status_code == 500
    assert any(record.exc_info and record.exc_info[0] is WriteInRead for record in caplog.records)


def test_every_trouble_is_logged_with_its_number(
    trouble: Flask, client: HostileClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = client.get("/trouble/crash", headers={"X-Request-ID": "abc-123456"})
    assert answer.headers["X-Request-ID"] == "abc-123456"
    assert "abc-123456" in answer.text
    fields = [record.__dict__.get("fields") for record in caplog.records]
    line = next(one for one in fields if one)
    assert line["request"] == "abc-123456"
    assert line["rule"] == "/trouble/<kind>"
    assert line["status"] == 500
    assert any(record.exc_info for record in caplog.records)


def test_a_made_up_request_number_is_not_taken(client: HostileClient) -> None:
    answer = client.get("/health", headers={"X-Request-ID": "<script>x</script>"})
    assert "script" not in answer.headers["X-Request-ID"]


def test_no_line_of_the_log_holds_a_secret(
    trouble: Flask, client: HostileClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.get(f"/x/{SECRET}?token={SECRET}&next=/x/{SECRET}")
        client.get(f"/adgangskode/{SECRET}")
    lines = [Masked().format(record) for record in caplog.records]
    assert len(lines) >= 4
    for line in lines:
        assert SECRET not in line
        assert "hemmelig" not in line
    assert any("rule=/x/<token>" in line for line in lines)


def test_a_page_of_trouble_stands_without_its_frame(
    trouble: Flask, client: HostileClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise RuntimeError("no template")

    monkeypatch.setattr("pool.web.errors.render_template", fail)
    page = client.look("/trouble/crash", 500)
    assert page.heading == "Noget gik galt hos os"
    assert page.root.attrib["lang"] == "da"


def test_the_database_is_away(trouble: Flask, client: HostileClient, clock: Clock) -> None:
    def away() -> None:
        raise RuntimeError("no database")

    with client.session_transaction() as session:
        session["staff"] = {"id": 1, "epoch": 0}
    database = trouble.extensions[context.EXTENSION].database
    original = database.read
    database.read = away
    try:
        answer = client.get("/min-adgangskode")
        assert answer.status_code == 500
        assert client.page(answer).heading == "Noget gik galt hos os"
    finally:
        database.read = original
