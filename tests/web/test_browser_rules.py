"""Headers, cookies, keys, languages, files: what the browser is told and what it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Blueprint, Flask, Response

from pool.db import Database
from pool.settings import Settings
from pool.web import access, assets, downloads
from pool.web.access import public
from tests.support.client import HostileClient
from tests.support.people import make_person, sign_in
from tests.web.conftest import FOUNDATION, KEY, Clock, MakeApp, MakeColleague


@pytest.fixture
def rooms() -> Sequence[str]:
    return FOUNDATION


POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


@pytest.mark.parametrize("path", ["/log-ind", "/no-such-page", "/health", "/privatliv"])
def test_the_content_policy_is_strict_everywhere(client: HostileClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_personal_pages_are_kept_nowhere(client: HostileClient, colleague: MakeColleague) -> None:
    assert client.get("/privatliv").headers["Cache-Control"] == "private, no-cache"
    assert client.post("/log-ind").headers["Cache-Control"] == "no-store"
    _, mine = colleague("chair")
    assert mine.get("/privatliv").headers["Cache-Control"] == "no-store"


def test_behind_tls_cookies_are_host_bound(
    make: MakeApp, settings: Settings, database: Database, clock: Clock
) -> None:
    secure = settings.model_copy(update={"base_url": "https://puljen.example.dk"})
    app = make(settings=secure)
    client = app.test_client()
    answer = client.get("/log-ind?lang=en", base_url="https://puljen.example.dk")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-puljen=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_without_tls_the_cookie_has_a_plain_name(client: HostileClient) -> None:
    cookie = client.get("/log-ind").headers["Set-Cookie"]
    assert cookie.startswith("puljen=")
    assert "Secure" not in cookie


def test_the_proxies_that_are_trusted_tell_the_address(make: MakeApp, settings: Settings) -> None:
    from pool.web.ratelimit import address

    app = make(settings=settings.model_copy(update={"proxies": 1}))
    blueprint = Blueprint("where", __name__)

    @blueprint.get("/where")
    @public
    def where() -> dict[str, str]:
        return {"address": address()}

    app.register_blueprint(blueprint)
    client = app.test_client()
    headers = {"X-Forwarded-For": "6.6.6.6, 10.0.0.7"}
    assert client.get("/where", headers=headers).json == {"address": "10.0.0.7"}
    headers = {"X-Forwarded-For": "2001:db8:1:2:3:4:5:6"}
    assert client.get("/where", headers=headers).json == {"address": "2001:db8:1:2"}


def test_without_proxies_nobody_else_tells_the_address(make: MakeApp) -> None:
    with make().test_request_context(headers={"X-Forwarded-For": "6.6.6.6"}):
        from pool.web.ratelimit import address

        assert address() != "6.6.6.6"


def test_a_new_key_signs_nobody_out(make: MakeApp, database: Database, clock: Clock) -> None:
    person = make_person(database, "Bo Bang", "chair", now=clock())
    old = make(keys=[KEY]).test_client()
    sign_in(old, person)
    cookie = old.get_cookie("puljen")
    assert cookie is not None
    for keys, status in [([KEY, b"new key"], 200), ([b"new key"], 303)]:
        client = make(keys=keys).test_client()
        client.set_cookie("puljen", cookie.value)
        assert client.get("/min-adgangskode").status_code == status


def test_forms_made_with_the_old_key_still_work(make: MakeApp) -> None:
    old = make(keys=[KEY]).test_client()
    assert isinstance(old, HostileClient)
    page = old.look("/log-ud")
    cookie = old.get_cookie("puljen")
    assert cookie is not None
    new = make(keys=[KEY, b"new key"]).test_client()
    assert isinstance(new, HostileClient)
    new.set_cookie("puljen", cookie.value)
    assert new.submit(page).status_code == 303


@pytest.mark.parametrize("cookie", ["x", "eyJzdGFmZiI6eyJpZCI6MX19.x.y", "", "æ"])
def test_a_made_up_cookie_is_nobodys(client: HostileClient, cookie: str) -> None:
    client.set_cookie("puljen", cookie)
    assert client.get("/min-adgangskode").status_code == 303
    assert client.get("/log-ind").status_code == 200


def test_danish_until_another_is_chosen(client: HostileClient) -> None:
    page = client.look("/log-ind")
    assert (page.root.attrib["lang"], page.root.attrib["dir"]) == ("da", "ltr")
    english = client.look(page.link("English"))
    assert english.root.attrib["lang"] == "en"
    assert english.heading == "Sign in"
    assert client.look("/privatliv").root.attrib["lang"] == "en"
    assert client.look("/privatliv?lang=da").root.attrib["lang"] == "da"


@pytest.mark.parametrize("lang", ["xx", "../da", "", "DA", "en'"])
def test_an_unknown_language_is_not_taken(client: HostileClient, lang: str) -> None:
    assert client.look(f"/log-ind?lang={lang}").root.attrib["lang"] == "da"


def test_the_settings_choose_the_first_language(make: MakeApp, settings: Settings) -> None:
    app = make(settings=settings.model_copy(update={"language": "en"}))
    client = app.test_client()
    assert isinstance(client, HostileClient)
    assert client.look("/log-ind").heading == "Sign in"


def test_the_language_links_keep_the_page(client: HostileClient) -> None:
    page = client.look("/log-ind?next=/privatliv&next=/x&_external=1")
    link = page.link("English")
    assert link == "/log-ind?next=/privatliv&next=/x&lang=en"
    answer = client.get(link)
    assert answer.headers["Content-Language"] == "en"


def test_pages_that_only_answer_posts_lead_to_the_front(app: Flask) -> None:
    blueprint = Blueprint("only", __name__)

    @blueprint.post("/only")
    @public
    def only() -> str:
        from flask import render_template

        return render_template("pages/signin/reset_dead.html")

    app.register_blueprint(blueprint)
    client = app.test_client()
    assert isinstance(client, HostileClient)
    assert client.page(client.post("/only")).link("English") == "/?lang=en"


def test_files_of_the_site_are_kept_for_good_under_their_hash(
    client: HostileClient, app: Flask
) -> None:
    with app.test_request_context():
        path = app.url_for("static", filename="favicon.svg")
    version = assets.content_hash(assets.FOLDER)
    assert path == f"/static/{version}/favicon.svg"
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers
    old = client.get("/static/000000000000/favicon.svg")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")
    for outside in ("../factory.py", "%2e%2e/factory.py", "no-such-file"):
        assert client.get(f"/static/{version}/{outside}").status_code == 404


def test_files_of_the_site_set_no_cookie(colleague: MakeColleague, app: Flask) -> None:
    """A sliding cookie on a style sheet would have it fetched anew with every page."""
    _, mine = colleague("chair")
    with app.test_request_context():
        path = app.url_for("static", filename="favicon.svg")
    for one in (path, path + "?lang=en", "/health"):
        answer = mine.get(one)
        assert "Set-Cookie" not in answer.headers, one
        assert "Cookie" not in answer.headers.get("Vary", ""), one


def test_the_hash_is_of_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    first = assets.content_hash(tmp_path)
    assert first == assets.content_hash(tmp_path)
    (tmp_path / "a").write_text("2")
    second = assets.content_hash(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, assets.content_hash(tmp_path)}) == 3


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Bevilling nr. 7.pdf", "Bevilling nr. 7.pdf"),
        ("Afgørelse på ansøgning.pdf", "Afgoerelse paa ansoegning.pdf"),
        ('x"; filename="evil.exe', "x_; filename=_evil.exe"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nSet-Cookie: x=y", "a__Set-Cookie: x=y"),
        ("文件.pdf", "pdf"),
        ("", "fil"),
    ],
)
def test_the_name_of_a_download(name: str, plain: str) -> None:
    header = downloads.disposition(name)
    assert header.startswith("attachment; ")
    assert "\r" not in header
    assert header.split('filename="')[1].split('"')[0].strip(".") == plain


def test_a_download_is_never_opened_inside(app: Flask) -> None:
    blueprint = Blueprint("files", __name__)

    @blueprint.get("/file/<kind>")
    @public
    def file(kind: str) -> Response:
        return downloads.send(b"<script>", "x.html", kind.replace("-", "/"))

    app.register_blueprint(blueprint)
    access.check_marks(app)
    client = app.test_client()
    for kind, shown in [
        ("text-html", "application/octet-stream"),
        ("image-svg+xml", "application/octet-stream"),
        ("application-pdf", "application/pdf"),
        ("text-csv", "text/csv; charset=utf-8"),
    ]:
        answer = client.get(f"/file/{kind}")
        assert answer.headers["Content-Type"] == shown
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_for_everybody(client: HostileClient) -> None:
    privacy = client.look("/privatliv")
    assert privacy.heading == "Sådan behandler vi personoplysninger"
    statement = client.look("/tilgaengelighed")
    assert statement.heading == "Tilgængelighedserklæring"
    for path in ("/privatliv", "/tilgaengelighed"):
        assert client.look(path + "?lang=en").root.attrib["lang"] == "en"
