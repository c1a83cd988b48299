"""The reader's language: the setting's until another is chosen with ``?lang=``, then the session's.

Opening a page in another language is a GET and writes nothing but the reader's own cookie.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from flask import Flask, Response, g, has_request_context, request, session, url_for

from pool.render.words import Words, languages, words
from pool.web.context import site


class Choice(NamedTuple):
    """A language as the switcher shows it."""

    code: str
    name: str
    """What the language calls itself."""
    url: str
    """This page in that language."""
    chosen: bool


def choose() -> None:
    """Before every request: settle ``g.lang``, ``g.dir`` and ``g.words``."""
    known = languages()
    asked = request.args.get("lang", "")
    if asked in known:
        if session.get("lang") != asked:
            session["lang"] = asked
    else:
        asked = session.get("lang", "")
    use(asked if asked in known else site().settings.language)


def use(code: str) -> None:
    """Speak ``code`` for the rest of this request."""
    g.words = words(code)
    g.lang = g.words.lang
    g.dir = g.words.dir


def speak() -> Words:
    """The words of this request's language."""
    if "words" not in g:
        use(site().settings.language)
    return cast(Words, g.words)


def lang() -> str:
    """The language of this request, such as ``da``."""
    return speak().lang


def t(msgid: str, /, **params: Any) -> str:
    """``msgid`` in the reader's language."""
    return speak().t(msgid, **params)


def choices() -> list[Choice]:
    """Every language there is. A page that only answers a POST leads to the front page."""
    return [Choice(code, _name(code), _address(code), code == lang()) for code in languages()]


def _name(code: str) -> str:
    name = words(code).name
    return name[:1].upper() + name[1:]


def _address(code: str) -> str:
    rule = request.url_rule if has_request_context() else None
    if rule is None or rule.endpoint == "static" or "GET" not in (rule.methods or ()):
        return f"/?lang={code}"
    values: dict[str, Any] = request.args.to_dict(flat=False)
    values.update(request.view_args or {})
    values["lang"] = code
    for name in [name for name in values if name.startswith("_")]:
        del values[name]  # url_for would take it for an option of its own
    return url_for(rule.endpoint, **values)


def _label(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", lang())
    return response


def install(app: Flask) -> None:
    app.before_request(choose)
    app.after_request(_label)
