"""The Jinja environment of everything a person reads: pages and mails alike.

The same globals and filters are installed in both, so that a macro works in either:
``_(text, **params)``, ``ngettext(one, many, n, **params)``, ``words()``; filters ``money`` (øre),
``day``, ``month``, ``short_day``, ``moment``, ``text`` (a text in several languages), ``told`` (a
report's blocks); for what people typed, ``paragraphs`` (HTML that keeps their lines) and ``quoted``
(plain text, each line marked).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pool.render.paper_page import told
from pool.render.words import Words, words

_BLANK_LINES = re.compile(r"\n\s*\n")


def install(environment: Environment, current: Callable[[], Words]) -> None:
    """Give ``environment`` the house's globals and filters. ``current`` is asked, at every use,
    which language is being read."""
    environment.globals.update(
        _=lambda msgid, /, **params: current().t(msgid, **params),
        ngettext=lambda one, many, n, /, **params: current().plural(one, many, n, **params),
        words=current,
    )
    environment.filters.update(
        money=lambda ore: current().money(ore),
        day=lambda day: current().day(day),
        month=lambda day: current().month(day),
        short_day=lambda day: current().short_day(day),
        moment=lambda moment: current().moment(moment),
        text=lambda text: current().text(text),
        told=told,
        paragraphs=paragraphs,
        quoted=quoted,
    )


def paragraphs(typed: str) -> Markup:
    """``<p>`` around what blank lines part, ``<br>`` for the other line ends; all else escaped."""
    parts = [part.strip() for part in _BLANK_LINES.split("\n".join(typed.splitlines()))]
    line_end = Markup("<br>")
    return Markup("\n").join(
        Markup("<p>{}</p>").format(line_end.join(part.splitlines())) for part in parts if part
    )


def quoted(typed: str) -> str:
    """For plain text mails: ``> `` before each line."""
    return "\n".join(f"> {line}".rstrip() for line in typed.strip().splitlines())


def autoescape(name: str | None) -> bool:
    """Everything is escaped but plain text files."""
    return name is None or not name.endswith((".txt", ".txt.jinja"))


def jinja_environment(current: Callable[[], Words], **options: Any) -> Environment:
    """An environment on the ``templates`` package that escapes, and fails on a missing value."""
    environment = Environment(
        loader=PackageLoader("templates", ""),
        autoescape=autoescape,  # noqa: S701 - a function: all but .txt
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    install(environment, current)
    return environment


@cache
def environment_for(lang: str) -> Environment:
    """One language's own environment, for mails: no request to ask for the language."""
    spoken = words(lang)
    return jinja_environment(lambda: spoken)
