"""A hostile reader: every page a test meets is parsed strictly and must be whole.

It also fills in and sends forms as a browser does (``submit``), hidden fields and all, and says
where it came from, as browsers do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from html5lib import treebuilders
from werkzeug.test import TestResponse

_CONTROLS = {"input", "select", "textarea"}
_WORDLESS = {"hidden", "submit", "button", "image", "reset"}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "for", "list")


class Page:
    """One answer's HTML, parsed. ``text`` is what a person reads."""

    def __init__(self, html: str, url: str = "/") -> None:
        self.html = html
        self.url = url
        parser = html5lib.HTMLParser(
            tree=treebuilders.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False
        )
        self.root: Element = parser.parse(html)

    def all(self, *tags: str) -> list[Element]:
        """Every element of these names, in the page's order."""
        return [one for one in self.root.iter() if one.tag in tags]

    @property
    def text(self) -> str:
        return words_of(self.root.find("body"))

    @property
    def heading(self) -> str:
        return words_of(self.all("h1")[0])

    @property
    def main(self) -> Element:
        return self.all("main")[0]

    def link(self, text: str) -> str:
        """The address of the link with these words."""
        for one in self.all("a"):
            if text in words_of(one):
                return one.attrib["href"]
        raise AssertionError(f"no link {text!r} on the page {self.heading!r}")

    def forms(self) -> list[Element]:
        """The forms a person fills in: all but the sign-out in the frame."""
        return list(self.main.iter("form"))

    def form(self, button: str | None = None) -> Element:
        """The form with a button of these words; without any, the only one."""
        forms = self.forms()
        if button is not None:
            forms = [one for one in forms if find_button(one, button) is not None]
        if len(forms) != 1:
            raise AssertionError(f"{len(forms)} forms with {button!r} on {self.heading!r}")
        return forms[0]

    def field(self, name: str) -> str:
        """What a field of the page holds."""
        for one in self.main.iter():
            if one.tag in _CONTROLS and one.attrib.get("name") == name:
                return _value(one) or ""
        raise AssertionError(f"no field {name!r} on {self.heading!r}")

    @property
    def errors(self) -> list[str]:
        """The sentences of the summary of errors."""
        for one in self.root.iter():
            if "data-error-summary" in one.attrib:
                return [words_of(item) for item in one.iter("li")]
        return []


def words_of(element: Element | None) -> str:
    """The text of an element, its white space made single."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def find_button(form: Element, text: str) -> Element | None:
    for one in form.iter("button"):
        if words_of(one).startswith(text) and one.attrib.get("type", "submit") == "submit":
            return one
    return None


def _value(control: Element) -> str | None:
    """What a browser would send of a control; None for nothing."""
    if control.tag == "textarea":
        return "".join(control.itertext())
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [one for one in options if "selected" in one.attrib] or options[:1]
        return chosen[0].attrib.get("value", words_of(chosen[0])) if chosen else None
    kind = control.attrib.get("type", "text")
    if kind in {"submit", "button", "image", "reset", "file"}:
        return None
    if kind in {"checkbox", "radio"}:
        return control.attrib.get("value", "on") if "checked" in control.attrib else None
    return control.attrib.get("value", "")


def filled(form: Element) -> list[tuple[str, str]]:
    """The fields of a form as they stand, as a browser would send them."""
    found = []
    for one in form.iter():
        name = one.attrib.get("name")
        if one.tag in _CONTROLS and name and "disabled" not in one.attrib:
            value = _value(one)
            if value is not None:
                found.append((name, value))
    return found


def check(page: Page) -> list[str]:
    """Everything that is wrong with a page."""
    return [*_structure(page), *_inline(page), *_names(page), *_references(page), *_forms(page)]


def _structure(page: Page) -> Iterator[str]:
    root = page.root
    if not root.attrib.get("lang") or root.attrib.get("dir") not in {"ltr", "rtl"}:
        yield "html without lang and dir"
    if not words_of(root.find("head/title")).strip(" –"):
        yield "no title"
    if len(page.all("h1")) != 1:
        yield f"{len(page.all('h1'))} h1"
    if len(page.all("main")) != 1:
        yield f"{len(page.all('main'))} main"
    level = 0
    for one in page.all(*_HEADINGS):
        now = int(one.tag[1])
        if now > level + 1 and level:
            yield f"heading {words_of(one)!r} jumps from h{level} to h{now}"
        level = now
        if not words_of(one):
            yield f"empty {one.tag}"
    for one in page.all("th"):
        if "scope" not in one.attrib:
            yield f"th {words_of(one)!r} without scope"
    for one in page.all("table"):
        if one.find("caption") is None and "aria-labelledby" not in one.attrib:
            yield "table without a caption"


def _inline(page: Page) -> Iterator[str]:
    for one in page.root.iter():
        if one.tag == "style" or (one.tag == "script" and "src" not in one.attrib):
            yield f"inline {one.tag}"
        for name, value in one.attrib.items():
            if name == "style" or name.startswith("on"):
                yield f"{one.tag} has {name}="
            if name in {"href", "src", "action", "formaction"}:
                if urlsplit(value).scheme not in {"", "http", "https", "mailto", "tel", "data"}:
                    yield f"{one.tag} leads to {value!r}"
                if one.tag in {"script", "link", "img", "use"} and urlsplit(value).netloc:
                    yield f"{one.tag} is fetched from {value!r}"
            if value in {"None", "undefined"} or "{{" in value or "%(" in value:
                yield f"{one.tag} has {name}={value!r}"
    for sign in ("{{", "{%", "%(", "Undefined", "Traceback (most"):
        if sign in page.text:
            yield f"the text holds {sign!r}"


def _names(page: Page) -> Iterator[str]:
    labelled = {one.attrib["for"] for one in page.all("label") if "for" in one.attrib}
    wrapped = {id(inner) for one in page.all("label") for inner in one.iter()}
    for one in page.all(*_CONTROLS):
        if one.attrib.get("type") in _WORDLESS:
            continue
        named = (
            one.attrib.get("id") in labelled
            or id(one) in wrapped
            or one.attrib.get("aria-label")
            or one.attrib.get("aria-labelledby")
        )
        if not named:
            yield f"{one.tag} {one.attrib.get('name')!r} without a label"
    for one in page.all("button", "a"):
        inside = any(image.attrib.get("alt") for image in one.iter("img"))
        if not (words_of(one) or one.attrib.get("aria-label") or inside):
            yield f"{one.tag} without words"
        if one.tag == "a" and "href" not in one.attrib:
            yield f"a without href: {words_of(one)!r}"
    for one in page.all("img"):
        if "alt" not in one.attrib:
            yield "img without alt"
    for one in page.all("fieldset"):
        if not words_of(one.find("legend")):
            yield "fieldset without a legend"


def _references(page: Page) -> Iterator[str]:
    ids = [one.attrib["id"] for one in page.root.iter() if "id" in one.attrib]
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"id {twice!r} stands {ids.count(twice)} times"
    for one in page.root.iter():
        for name in _REFERENCES:
            for target in one.attrib.get(name, "").split():
                if target not in ids:
                    yield f"{one.tag} {name}={target!r} leads nowhere"
        href = one.attrib.get("href", "") if one.tag == "a" else ""
        if href.startswith("#") and href[1:] not in ids:
            yield f"link {href!r} leads nowhere"


def _forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        if form.attrib.get("method", "get").lower() != "post":
            continue
        names = {one.attrib.get("name") for one in form.iter("input")}
        if "_restored" in names:
            continue  # shows a form filled and does nothing
        if "csrf_token" not in names:
            yield f"a form to {form.attrib.get('action', 'here')!r} without its guard"
        if "command_id" not in names:
            yield f"a form to {form.attrib.get('action', 'here')!r} without a command id"
    for one in page.root.iter():
        if one.attrib.get("aria-invalid") == "true" and "aria-describedby" not in one.attrib:
            yield f"{one.attrib.get('name')!r} is wrong and does not say why"


def check_headers(response: TestResponse) -> list[str]:
    """What is wrong with how the browser is told to treat an answer."""
    found = []
    policy = response.headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        found.append(f"content policy {policy!r}")
    if response.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("types may be guessed")
    if not response.headers.get("Cache-Control"):
        found.append("nothing said about caching")
    if not response.headers.get("X-Request-ID"):
        found.append("no request id")
    for cookie in response.headers.getlist("Set-Cookie"):
        if "HttpOnly" not in cookie or "SameSite=Lax" not in cookie:
            found.append(f"cookie {cookie.split('=')[0]!r} is open to scripts or strangers")
    return found


class HostileClient(FlaskClient):
    """Raises on any page that is not whole. ``client.page(...)`` gives the parsed page."""

    application: Flask

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)
        wrong = check_headers(response)
        redirects = 300 <= response.status_code < 400
        if response.mimetype == "text/html" and response.get_data() and not redirects:
            wrong += check(self.page(response))
        from pool.web.context import EXTENSION

        engine = self.application.extensions[EXTENSION].database.engine
        busy = getattr(engine.pool, "checkedout", lambda: 0)()
        if busy:
            wrong.append(f"{busy} database connections were not given back")
        if wrong:
            where = f"{response.request.method} {response.request.path} ({response.status_code})"
            raise AssertionError(f"{where}:\n  " + "\n  ".join(wrong))
        return response

    def page(self, response: TestResponse) -> Page:
        """The answer, parsed strictly."""
        return Page(response.get_data(as_text=True), response.request.full_path.rstrip("?"))

    def look(self, path: str, status: int = 200, **kwargs: Any) -> Page:
        """GET a page that answers with ``status``."""
        response = self.get(path, **kwargs)
        assert response.status_code == status, f"{path}: {response.status}"
        return self.page(response)

    def submit(
        self,
        page: Page,
        values: Mapping[str, Any] | None = None,
        *,
        button: str | None = None,
        **kwargs: Any,
    ) -> TestResponse:
        """Send a form of ``page`` as a browser does: what stands in it, with ``values`` instead
        where given (None takes a field out, a list sends several, ``(stream, name)`` a file)."""
        form = page.form(button)
        data: dict[str, list[Any]] = {}
        for name, value in filled(form):
            data.setdefault(name, []).append(value)
        pressed = find_button(form, button) if button else next(form.iter("button"), None)
        action = form.attrib.get("action", "")
        if pressed is not None:
            if pressed.attrib.get("name"):
                data[pressed.attrib["name"]] = [pressed.attrib.get("value", "")]
            action = pressed.attrib.get("formaction", action)
        for name, value in (values or {}).items():
            if value is None:
                data.pop(name, None)
            else:
                data[name] = value if isinstance(value, list) else [value]
        kwargs.setdefault("headers", {"Sec-Fetch-Site": "same-origin"})
        return self.post(urljoin(page.url, action) or page.url, data=data, **kwargs)

    def follow(self, response: TestResponse) -> Page:
        """The page a redirect leads to."""
        assert response.status_code in {302, 303}, f"{response.status}, not a redirect"
        return self.look(response.headers["Location"])
