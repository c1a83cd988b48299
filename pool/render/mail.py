"""Mails from templates: a subject, plain text and HTML, in one language, with the Danish after it
where a text with effect in law is in another.

``templates/mails/<name>.txt`` has the blocks ``subject`` and ``body``, with ``foot.txt`` set after
it; ``<name>.html`` is the body alone, from its ``h1`` on, set into ``frame.html``. It keeps to the
HTML that :mod:`pool.render.sheet` understands, so that it can be printed as a letter.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2.ext import extract_from_ast
from markupsafe import Markup

from pool.render.environment import environment_for
from pool.render.words import AUTHORITATIVE, words

WIDTH = 72
"""Of the line between two languages in plain text."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What a recipient reads. ``subject`` is one line."""

    subject: str
    text: str
    html: str
    lang: str


def mail(template: str, lang: str, data: Mapping[str, Any], *, legal: bool = False) -> Mail:
    """Render ``template`` for a reader of ``lang``.

    ``data`` is plain JSON as the outbox froze it, ``link`` an address or None. ``legal`` sets the
    Danish text after any other language. A value that is missing raises
    :class:`jinja2.UndefinedError`.
    """
    lang = words(lang).lang
    langs = [lang, AUTHORITATIVE] if legal and lang != AUTHORITATIVE else [lang]
    texts, sections = [], []
    subject = ""
    for spoken in langs:
        one_subject, text = _text(template, spoken, data)
        subject = subject or one_subject
        texts.append(text)
        sections.append((words(spoken), one_subject, body(template, spoken, data)))
    html = (
        environment_for(lang)
        .get_template("mails/frame.html")
        .render(subject=subject, sections=sections, data=data)
    )
    heading = f"\n\n{'-' * WIDTH}\n{words(AUTHORITATIVE).name.capitalize()}\n\n"
    return Mail(subject, heading.join(texts) + "\n", html, lang)


def subject(template: str, lang: str, data: Mapping[str, Any]) -> str:
    """The subject alone, on one line; of a link nothing is asked."""
    source = environment_for(words(lang).lang).get_template(f"mails/{template}.txt")
    return " ".join("".join(source.blocks["subject"](source.new_context(dict(data)))).split())


def body(template: str, lang: str, data: Mapping[str, Any], *, folder: str = "mails") -> Markup:
    """The HTML of one language, without the frame. For letters too."""
    source = environment_for(lang).get_template(f"{folder}/{template}.html")
    made = source.render(data).strip()
    opening, closing = own_words(data, lang)
    if opening or closing:
        paragraphs = environment_for(lang).filters["paragraphs"]
        first = str(paragraphs(opening)) if opening else ""
        made = made.replace("</h1>", f"</h1>\n{first}", 1)
        made += f"\n{paragraphs(closing)}" if closing else ""
    return Markup(made)  # noqa: S704 - an escaping environment made it


def own_words(data: Mapping[str, Any], lang: str) -> tuple[str, str]:
    """The first and the last paragraph that a person gave a draft (``data["own"]``), besides what
    the template says; empty where there is none."""
    own = data.get("own") or {}
    parts = [own.get(part) or {} for part in ("opening", "closing")]
    first, last = [part.get(lang) or part.get(AUTHORITATIVE) or "" for part in parts]
    return first, last


@cache
def template_version(template: str, letter: str | None = None, lang: str = AUTHORITATIVE) -> str:
    """Twelve hex digits that change with the files the message is made of, and with what the
    catalogues make of their words in ``lang`` and in Danish, which may stand beside it."""
    names = [
        f"mails/{template}.txt",
        f"mails/{template}.html",
        "mails/frame.html",
        "mails/foot.txt",
        "mails/parts.html",
        "mails/parts.txt",
    ]
    if letter is not None:
        names += [f"letters/{letter}.html", "letters/parts.html", "letters/letter.typ"]
    digest = hashlib.sha256()
    spoken = [words(one) for one in sorted({lang, AUTHORITATIVE})]
    for name in names:
        source = files("templates").joinpath(name).read_bytes()
        digest.update(source)
        for text in _texts(name, source.decode()):
            digest.update(repr([one.stands(text) for one in spoken]).encode())
    return digest.hexdigest()[:12]


def _texts(name: str, source: str) -> list[str | tuple[str, ...]]:
    """The English texts, and pairs of singular and plural, a template asks the catalogues for."""
    if name.endswith(".typ"):
        return []
    parsed = environment_for(AUTHORITATIVE).parse(source)
    calls = extract_from_ast(parsed, ("_", "ngettext"))
    return [
        text if isinstance(text, str) else tuple(one for one in text if one)
        for *_, text in calls
        if text
    ]


def _text(template: str, lang: str, data: Mapping[str, Any]) -> tuple[str, str]:
    source = environment_for(lang).get_template(f"mails/{template}.txt")
    context = source.new_context(dict(data))
    line = "".join(source.blocks["subject"](context))
    text = "".join(source.blocks["body"](source.new_context(dict(data))))
    foot = environment_for(lang).get_template("mails/foot.txt").render(data=data)
    opening, closing = own_words(data, lang)
    heading, _, rest = _squeezed(text).partition("\n\n")
    told = "\n\n".join(part for part in (heading, opening, rest, closing) if part)
    return " ".join(line.split()), _squeezed(f"{told}\n\n{foot}")


def _squeezed(text: str) -> str:
    """At most one blank line in a row, none around."""
    return re.sub(r"\n\s*\n+", "\n\n", text).strip()
