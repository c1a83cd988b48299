"""Letters as tagged PDF (PDF/UA-1), typeset by typst from plain data.

The same arguments give the same bytes: fonts come with the package, never from the machine, and
the time is given. A character no font has is left out or boxed; a letter never fails for one.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from pool import clock
from pool.render.mail import body
from pool.render.sheet import LetterTextError, blocks, breakable
from pool.render.words import AUTHORITATIVE, Words, words

_FONTS = ("fontpkg_noto_sans", "fontpkg_almarai", "fontpkg_noto_sans_arabic")
"""Packages of fonts. Almarai first for Arabic: its glyphs are whole letters, so that a name can be
searched for and read aloud; the other has the letters of Kurdish, Pashto and Sindhi too."""
_NEVER_SHOWN = frozenset({"Cc", "Cn", "Co", "Cs"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSHOWN = re.compile(r"the text `(\".*?\")` could not be displayed", re.DOTALL)


def letter(template: str, lang: str, data: Mapping[str, Any], *, moment: datetime) -> bytes:
    """The PDF of ``templates/letters/<template>.html`` for a reader of ``lang``, the Danish text
    after any other language. ``data`` is plain JSON; ``moment`` goes into the file's metadata."""
    parts = []
    for spoken in _both(lang):
        html = body(template, spoken.lang, data, folder="letters")
        signature = spoken.text(data["signature"])
        parts.append(_part(spoken, html, data["decided_on"], signature))
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
        signature = spoken.text(data["pool_name"]) if "pool_name" in data else ""
        html = body(template, spoken.lang, data)
        parts.append(_part(spoken, html, clock.local_day(moment), signature))
    return _typeset(lang, parts, data, recipient, moment)


def _both(lang: str) -> list[Words]:
    first = words(lang)
    return [first] if first.lang == AUTHORITATIVE else [first, words(AUTHORITATIVE)]


def _part(spoken: Words, html: str, day: date | str, signature: str) -> dict[str, Any]:
    title, *rest = blocks(html)
    if title["kind"] != "h1":
        raise LetterTextError("a letter's text begins with <h1>")
    return {
        "lang": spoken.lang,
        "dir": spoken.dir,
        "name": spoken.name,
        "day": spoken.day(day),
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
        part["pool"] = own.text(data["pool_name"]) if "pool_name" in data else "Puljen"
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
    return _compile(sheet, moment)


def _compile(sheet: dict[str, Any], moment: datetime) -> bytes:
    text = json.dumps(_cleaned(sheet), ensure_ascii=False)
    for _ in range(20):
        try:
            return typst.compile(
                files("templates").joinpath("letters/letter.typ").read_bytes(),
                font_paths=_fonts(),
                sys_inputs={"sheet": text},
                pdf_standards=["ua-1"],
                timestamp=int(moment.timestamp()),
            )
        except typst.TypstError as error:
            unshown = {
                character
                for found in _UNSHOWN.findall(f"{error.message}\n{error.diagnostic}")
                for character in found[1:-1]
            }
            boxed = "".join(_shown(c) if c in unshown else c for c in text)
            if boxed == text:
                raise
            text = boxed
    raise ValueError("the letter has too many characters no font can show")


def _shown(character: str) -> str:
    """What stands for a character no font has: nothing for a picture, a box for a letter."""
    if character.isascii():
        return character
    return "□" if unicodedata.category(character)[0] in "LN" else ""


def _cleaned(value: Any) -> Any:
    """Without control characters and lone halves of characters, which no font has, and without
    those that turn the direction of what follows; words too long for a line can be broken."""
    if isinstance(value, str):
        shown = (unicodedata.category(c) not in _NEVER_SHOWN and c not in _TURNING for c in value)
        return breakable("".join(itertools.compress(value, shown)))
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {key: one if key == "link" else _cleaned(one) for key, one in value.items()}
    return value


@cache
def _fonts() -> typst.Fonts:
    folders = [str(files(name).joinpath("files")) for name in _FONTS]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)
