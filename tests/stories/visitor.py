"""A browser without a screen: pages and forms over HTTP, quick enough to be interrupted often."""

from __future__ import annotations

import html
import http.client
import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

from pool.clock import local_day
from tests.support.stack import RunningStack

DROPPED = (OSError, http.client.HTTPException)
"""What a request ends with when the server dies under it."""

_FORM = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", re.DOTALL)
_HIDDEN = re.compile(r"<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">")


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    url: str
    body: str

    def hidden(self, with_field: str = "command_id") -> dict[str, str]:
        """The hidden fields of the last form that has ``with_field``."""
        forms = [dict(_HIDDEN.findall(inside)) for inside in _FORM.findall(self.body)]
        found = [one for one in forms if with_field in one and one.get("page", "") != "sign-out"]
        assert found, self.body
        return {name: html.unescape(value) for name, value in found[-1].items()}


class Visitor:
    """Somebody with cookies and, since one house may not send too many applications an hour, an
    address of their own (127.0.0.1 and on, by ``number``)."""

    def __init__(self, stack: RunningStack, number: int = 1) -> None:
        self.stack = stack
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._jar),
            _From(f"127.0.{number >> 8}.{number & 255}"),
        )

    def cookies(self) -> str:
        """What this browser sends along, for a request by other means."""
        return "; ".join(f"{one.name}={one.value}" for one in self._jar)

    def get(self, path: str) -> Page:
        return self._ask(path, None)

    def post(self, path: str, fields: Mapping[str, str]) -> Page:
        return self._ask(path, urlencode(fields).encode())

    def _ask(self, path: str, data: bytes | None) -> Page:
        address = path if path.startswith("http") else self.stack.url + path
        try:
            with self._opener.open(address, data, timeout=30) as answer:
                return Page(answer.status, answer.url, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Page(error.code, address, error.read().decode())

    def until_done(self, act: Callable[[], Page], seconds: float = 60) -> Page:
        """``act`` again and again until an answer comes that is none of the server's dying."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                page = act()
            except DROPPED:
                page = None
            if page is not None and page.status < 500:
                return page
            assert time.monotonic() < deadline, "no answer"
            time.sleep(0.1)

    # -- the pages

    def enter(self, who: str) -> None:
        page = self.get("/demo")
        done = self.post("/demo", page.hidden() | {"person": who})
        assert done.status == 200, done.body

    def draft(self, answers: Mapping[str, str], pool: str = "urban-life") -> Page:
        """A short application up to its review page."""
        start = self.get(f"/ansoeg/{pool}")
        first = self.post(f"/ansoeg/{pool}", start.hidden() | {"q_amount": answers["q_amount"]})
        assert "/kladde/" in first.url, first.body
        review = self.post(first.url, first.hidden() | dict(answers))
        assert review.url.endswith("/gennemse"), review.body
        return review


class _From(urllib.request.HTTPHandler):
    """Connections from a given address."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def http_open(self, req: urllib.request.Request) -> Any:
        def connect(host: str, **options: Any) -> http.client.HTTPConnection:
            return http.client.HTTPConnection(host, source_address=(self._address, 0), **options)

        return self.do_open(connect, req)


def short_answers(title: str, email: str, amount: str = "100") -> dict[str, str]:
    """Answers to the short form of urban-life."""
    return {
        "q_amount": amount,
        "q_title": title,
        "q_starts_on": (local_day(datetime.now(UTC)) + timedelta(weeks=8)).strftime("%d.%m.%Y"),
        "q_place": "Ruten",
        "q_safety": "Flere mennesker på pladsen gør den tryg.",
        "q_outreach": "Opslag i opgangene",
        "q_budget_line": "Suppe",
        "q_contact_name": "Naboen",
        "q_email": email,
        "command_id": str(uuid.uuid4()),
    }
