"""One keep-alive client, and persons who use it: each with cookies of their own.

Forms are read from the pages as a browser reads them, hidden fields included, and sent back with
what a person changed.
"""

from __future__ import annotations

import html
import http.client
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask

Headers = list[tuple[str, str]]


class Unexpected(RuntimeError):
    """A page that does not say what the story needs; ``str()`` says which and what it said."""


class Line(Protocol):
    """The way to the pages."""

    def ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Headers, bytes]:
        """One request: (status, headers, body)."""
        ...


class KeepAlive:
    """One HTTP connection to this machine that is kept."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connections = 0
        """How often it had to be made: 1 where it was kept."""

    def ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Headers, bytes]:
        if self._connection.sock is None:
            self._connection.connect()
            self.connections += 1
        self._connection.request(method, path, body, dict(headers))
        answer = self._connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def close(self) -> None:
        self._connection.close()


class InProcess:
    """The same application without server and network, to count what it asks the database."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client(use_cookies=False)

    def ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, Headers, bytes]:
        with self._client.open(path, method=method, data=body, headers=dict(headers)) as answer:
            return answer.status_code, list(answer.headers), answer.get_data()


@dataclass
class Form:
    """A form of a page, as it stands: ``fields`` are what a browser would send."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Every field a person may fill in, in the page's order."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """The values of its radio buttons and lists, by name."""

    def filled(self, changed: Mapping[str, str]) -> list[tuple[str, str]]:
        """What is sent when ``changed`` was filled in."""
        kept = [(name, value) for name, value in self.fields if name not in changed]
        return [*kept, *changed.items()]


_TAG = re.compile(r"<(/?)(a|form|input|select|option|textarea)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def _attributes(inside: str) -> dict[str, str]:
    return {
        name: html.unescape(value) if "&" in value else value
        for name, value in _ATTRIBUTE.findall(inside)
    }


class _Reader:
    """Collects a page's POST forms and links. A quick reader of this house's own HTML, where an
    attribute stands in double quotes and holds no ``>``: the client's work is in every figure,
    so it must be little."""

    def __init__(self, text: str) -> None:
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select = ""
        for tag in _TAG.finditer(text):
            if tag[1]:
                self._end(tag[2])
            else:
                self._begin(tag[2], _attributes(tag[3]), text, tag.end())

    def _begin(self, tag: str, given: Mapping[str, str], text: str, at: int) -> None:
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._form = Form(given.get("action", ""))
            if given.get("method", "").lower() == "post":
                self.forms.append(self._form)
        elif self._form is None:
            return
        elif tag == "option":
            self._option(self._form, given)
        elif given.get("name"):
            self._control(self._form, tag, given, text, at)

    def _end(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""

    def _option(self, form: Form, given: Mapping[str, str]) -> None:
        if not self._select:
            return
        form.choices[self._select].append(given.get("value", ""))
        if "selected" in given:
            form.fields.append((self._select, given.get("value", "")))

    def _control(self, form: Form, tag: str, given: Mapping[str, str], text: str, at: int) -> None:
        name, kind = given["name"], given.get("type", "text")
        if kind in {"submit", "file"}:
            return
        if kind != "hidden" and name not in form.names:
            form.names.append(name)
        if tag == "select":
            self._select = name
            form.choices[name] = []
        elif tag == "textarea":
            written = text[at : text.index("</textarea>", at)]
            form.fields.append((name, html.unescape(written).removeprefix("\n")))
        elif kind in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given:
                form.fields.append((name, given.get("value", "on")))
        else:
            form.fields.append((name, given.get("value", "")))


@dataclass(frozen=True)
class Page:
    """An answer. ``path`` is where the redirects ended."""

    status: int
    path: str
    media_type: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @cached_property
    def _read(self) -> _Reader:
        return _Reader(self.text)

    def form(self, with_field: str = "command_id") -> Form:
        """The last form with a field of that name, signing out apart."""
        for one in reversed(self._read.forms):
            names = {*one.names, *(name for name, _ in one.fields)}
            if with_field in names and ("page", "sign-out") not in one.fields:
                return one
        raise Unexpected(f"{self.path} has no form with {with_field!r}:\n{self.text}")

    def links(self, part: str) -> list[str]:
        """The addresses of its links with ``part`` in them."""
        return [one for one in self._read.links if part in one]


class Person:
    """Somebody with cookies and an ``address``, as a proxy in front of the server would tell it.
    ``requests`` counts what was asked, redirects included."""

    def __init__(self, line: Line, address: str = "127.0.0.1") -> None:
        self.line = line
        self.address = address
        self.requests = 0
        self._cookies: dict[str, str] = {}

    def get(self, path: str, *, status: int = 200) -> Page:
        return self._follow("GET", path, None, status)

    def send(self, page: Page, changed: Mapping[str, str], *, with_field: str = "command_id",
             status: int = 200) -> Page:  # fmt: skip
        """Fill in a form of ``page``, press its button, and follow to the page after it."""
        form = page.form(with_field)
        path = urljoin(page.path, form.action) if form.action else page.path
        return self._follow("POST", path, urlencode(form.filled(changed)).encode(), status)

    def _follow(self, method: str, path: str, body: bytes | None, status: int) -> Page:
        path = _local(path)
        for _ in range(5):
            found, headers, content = self._ask(method, path, body)
            if found not in (301, 302, 303, 307, 308):
                break
            path = _local(urljoin(path, _one(headers, "location")))
            method, body = "GET", None
        if found != status:
            raise Unexpected(f"{found} for {method} {path}:\n{content.decode(errors='replace')}")
        return Page(found, path, _one(headers, "content-type"), content)

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[int, Headers, bytes]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "X-Forwarded-For": self.address,
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        found, given, content = self.line.ask(method, path, body, headers)
        self.requests += 1
        self._keep(value for name, value in given if name.lower() == "set-cookie")
        return found, given, content

    def _keep(self, cookies: Iterable[str]) -> None:
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if value:
                self._cookies[name.strip()] = value
            else:
                self._cookies.pop(name.strip(), None)


def _local(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _one(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")
