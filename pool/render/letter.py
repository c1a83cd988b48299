"""Letters as tagged PDF (PDF/UA-1), typeset by typst from plain data.

The same arguments give the same bytes, and a letter never fails for a character.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pool import clock
from pool.render.mail import body
from pool.render.sheet import LetterTextError, blocks
from pool.render.typeset import typeset
from pool.render.words import AUTHORITATIVE, Words, words


def letter(template: str, lang: str, data: Mapping[str, Any], *, moment: datetime) -> bytes:
    """The PDF of ``templates/letters/<template>.html`` for a reader of ``lang``, the Danish text
    after any other language. ``data`` is plain JSON; ``moment`` goes into the file's metadata."""
    parts = []
    for spoken in _both(lang):
        html = body(template, spoken.lang, data, folder="letters")
        signature = spoken.text(data["signature"])
        day = data["decided_on"]
        told = spoken.month(day) if data.get("precision") == "month" else spoken.day(day)
        parts.append(_part(spoken, html, told, signature))
    return _typeset(lang, parts, data, data["recipient"], moment)


def printed(
    template: str,
    lang: str,
    data: Mapping[str, Any],
    *,
    recipient: Sequence[str],
    moment: datetime,
    legal: bool = False,
) -> bytes:
    """A mail set as a letter, for somebody without e-mail. ``data["link"]`` must be None."""
    parts = []
    for spoken in _both(lang) if legal else [words(lang)]:
        signature = spoken.text(data["pool_name"]) if data.get("pool_name") else ""
        html = body(template, spoken.lang, data)
        parts.append(_part(spoken, html, spoken.day(clock.local_day(moment)), signature))
    return _typeset(lang, parts, data, recipient, moment)


def _both(lang: str) -> list[Words]:
    first = words(lang)
    return [first] if first.lang == AUTHORITATIVE else [first, words(AUTHORITATIVE)]


def _part(spoken: Words, html: str, day: str, signature: str) -> dict[str, Any]:
    title, *rest = blocks(html)
    if title["kind"] != "h1":
        raise LetterTextError("a letter's text begins with <h1>")
    return {
        "lang": spoken.lang,
        "dir": spoken.dir,
        "name": spoken.name,
        "day": day,
        "number_label": spoken.t("Case number"),
        "contact_label": spoken.t("Do you have questions?"),
        "heading": "".join(run.get("text", " ") for run in title["runs"]),
        "blocks": rest,
        "signature": signature,
    }


def _typeset(
    lang: str,
    parts: list[dict[str, Any]],
    data: Mapping[str, Any],
    recipient: Sequence[str],
    moment: datetime,
) -> bytes:
    spoken = words(lang)
    contact = data.get("contact")
    number = data.get("case_number")
    for part in parts:
        own = words(part["lang"])
        part["pool"] = own.text(data["pool_name"]) if data.get("pool_name") else "Puljen"
        part["contact"] = contact and {
            "name": own.text(contact["name"]),
            "phone": contact["phone"],
            "email": contact["email"],
            "hours": own.text(contact["hours"]),
        }
    sheet = {
        "title": parts[0]["heading"] + (f" ({number})" if number else ""),
        "lang": spoken.lang,
        "dir": spoken.dir,
        "number": number,
        "page_text": spoken.t("Page {page} of {pages}"),
        "recipient": [line for line in (" ".join(one.split()) for one in recipient) if line],
        "parts": parts,
    }
    return typeset("letters/letter.typ", sheet, moment=moment)
