"""Every part of the look on one page, with sample data: to be looked at, and to be tested.

``python -m tests.look.gallery FOLDER`` writes pictures of it at three widths, light and dark,
from left to right and from right to left.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from playwright.sync_api import Browser, Page, sync_playwright
from wtforms import (
    BooleanField,
    Form,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice

from pool.render.environment import jinja_environment
from pool.render.words import words

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "pool" / "web" / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
WIDTHS = (320, 390, 1280)
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class Sample(Form):  # type: ignore[misc]
    """One question of each kind."""

    title = StringField("Hvad vil I lave?")
    safety = TextAreaField(
        "Hvordan skaber aktiviteten tryghed, og hvordan mindsker den kriminalitet?"
    )
    amount = StringField("Hvor meget søger I?", [validators.InputRequired("Skriv et beløb.")])
    starts_on = StringField("Hvornår begynder det?")
    kind = RadioField(
        "Hvem søger?",
        choices=[
            SelectChoice("person", "En beboer"),
            SelectChoice("group", "En gruppe beboere"),
            SelectChoice("association", "En forening"),
        ],
    )
    urgent = RadioField(
        "Haster det?", choices=[SelectChoice("yes", "Ja"), SelectChoice("no", "Nej")]
    )
    what = StringField("Hvad haster?")
    focus = SelectMultipleField(
        "Hvad handler det om?",
        choices=[
            SelectChoice("life", "Trygt byliv"),
            SelectChoice("work", "Uddannelse og beskæftigelse"),
        ],
    )
    place = SelectField(
        "Hvor foregår det?",
        choices=[SelectChoice("", "Vælg"), SelectChoice("tingbjerg", "Tingbjerg/Utterslevhuse")],
    )
    email = StringField("E-mail", [validators.Optional()])
    files = MultipleFileField("Bilag", [validators.Optional()])
    search = StringField("Søg i sagerne")
    agree = BooleanField("Jeg må søge på foreningens vegne")


def sample_form(*, faults: bool) -> Sample:
    """The form, filled in; with faults at a text, a group and an amount if asked for."""
    form = Sample(
        data={
            "title": "Marionetteater midt i byggeriet",
            "kind": "association",
            "urgent": "yes",
            "focus": ["life"],
            "amount": "12,50,0" if faults else "24.500",
        }
    )
    if faults:
        form.amount.errors = ["Beløbet kan ikke læses. Skriv for eksempel 12.500."]
        form.kind.errors = ["Vælg, hvem der søger."]
        form.safety.errors = ["Fortæl, hvordan aktiviteten skaber tryghed."]
    return form


def environment(lang: str) -> Environment:
    """The pages' environment without Flask: only ``url_for`` of a static file is there."""

    def url_for(endpoint: str, *, filename: str) -> str:
        if endpoint != "static":
            raise ValueError(endpoint)
        return f"/static/{filename}"

    made = jinja_environment(lambda: words(lang))
    made.loader = ChoiceLoader([cast(Any, made.loader), FileSystemLoader(HERE)])
    made.globals["url_for"] = url_for
    return made


def render(name: str = "gallery.html", lang: str = "da", direction: str = "ltr") -> str:
    """The gallery (or another sample page of this folder) as HTML."""
    faults = name == "faults.html"
    contact = SimpleNamespace(
        name={"da": "Tryghedssekretariatet", "en": "The safety secretariat"},
        phone="12 34 56 78",
        email="tryghed@example.dk",
        hours={"da": "Mandag til torsdag kl. 9–15", "en": "Monday to Thursday 9–15"},
    )
    codes = (("da", "Dansk"), ("en", "English"))
    return (
        environment(lang)
        .get_template(name)
        .render(
            lang="ar" if direction == "rtl" else lang,
            dir=direction,
            languages=[
                {"code": code, "name": own, "url": f"?lang={code}", "chosen": code == lang}
                for code, own in codes
            ],
            banners=["demo", "mail"] if name == "gallery.html" else [],
            current_user=SimpleNamespace(name="Mette Sekretær") if name == "gallery.html" else None,
            sign_out_url="#",
            demo_url="#",
            sign_in_url="#",
            privacy_url="#",
            accessibility_url="#",
            pool_contact=contact,
            menu_items=[
                {"text": "Sager", "href": "#", "current": True, "count": 4},
                {"text": "Puljer og penge", "href": "#"},
                {"text": "Beskeder", "href": "#", "count": 1},
                {"text": "Medarbejdere", "href": "#"},
            ],
            form=sample_form(faults=faults),
            faults=faults,
            at=datetime(2024, 10, 18, 10, 5, tzinfo=UTC),
            status=404,
            heading="Siden er her ikke",
            text="Adressen kan være skrevet forkert, eller siden kan være taget ned.",
            help_text="Begynd på forsiden, eller ring til os.",
            contacts=[],
            request_id="7f3a-11",
        )
    )


class _Handler(BaseHTTPRequestHandler):
    saved: list[bytes]
    policy: str

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path.startswith("/static/"):
            file = STATIC / address.path.removeprefix("/static/")
            if not file.is_file():
                self.send_error(404)
                return
            self._answer(200, file.read_bytes(), TYPES[file.suffix])
            return
        asked = {key: values[0] for key, values in parse_qs(address.query).items()}
        name = address.path.strip("/") or "gallery.html"
        page = render(name, asked.get("lang", "da"), asked.get("dir", "ltr"))
        self._answer(200, page.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.saved.append(body)
        self._answer(200, b"{}", "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


@contextmanager
def served(policy: str) -> Iterator[tuple[str, list[bytes]]]:
    """The sample pages at an address of this machine, under a content security policy; and what
    was posted to it."""
    posts: list[bytes] = []
    handler = type("Handler", (_Handler,), {"saved": posts, "policy": policy})
    server = ThreadingHTTPServer(("127.0.0.1", 0), cast(Any, handler))
    thread = threading.Thread(target=functools.partial(server.serve_forever, 0.05), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", posts
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium; a test that asks for it is left out where there is none."""
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("/usr/bin/chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_ARGS
        )
        try:
            yield browser
        finally:
            browser.close()


def pictures(folder: Path, policy: str, wanted: Callable[[str], bool]) -> None:
    """Write PNG files of the sample pages into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with served(policy) as (address, _), chromium() as browser:
        for name in ("gallery", "faults", "front", "error"):
            for width in WIDTHS:
                for scheme in ("light", "dark"):
                    for direction in ("ltr", "rtl"):
                        label = f"{name}-{width}-{scheme}-{direction}"
                        if not wanted(label):
                            continue
                        page: Page = browser.new_page(
                            viewport={"width": width, "height": 900},
                            color_scheme=cast(Any, scheme),
                        )
                        page.goto(f"{address}/{name}.html?dir={direction}")
                        page.screenshot(path=folder / f"{label}.png", full_page=True)
                        page.close()


if __name__ == "__main__":
    from pool.web.security import POLICY

    parts = sys.argv[2:]
    pictures(Path(sys.argv[1]), POLICY, lambda label: not parts or any(p in label for p in parts))
