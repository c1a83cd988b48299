"""Tagged PDF (PDF/UA-1) from a typst template and plain data, for letters and reports alike.

The same arguments give the same bytes: fonts come with the package, never from the machine, and
the time is given. A character no font has is left out or boxed; a document never fails for one.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from pool.render.sheet import breakable, plain

_FONTS = ("fontpkg_noto_sans", "fontpkg_almarai", "fontpkg_noto_sans_arabic")
"""Packages of fonts. Almarai first for Arabic: its glyphs are whole letters, so that a name can be
searched for and read aloud; the other has the letters of Kurdish, Pashto and Sindhi too."""
_UNSHOWN = re.compile(r"the text `(\".*?\")` could not be displayed", re.DOTALL)
_AS_THEY_ARE = frozenset({"link", "svg", "exact"})
"""Keys of the data whose text is no prose: addresses, pictures, what is to be copied as it is."""
_PROBE = b"""#let all = json(bytes(sys.inputs.sheet))
#set document(title: "x")
#set text(font: ("Noto Sans", "Almarai", "Noto Sans Arabic"))
#for one in all { text(one); parbreak() }
"""
_PLAIN = frozenset(map(chr, range(0x20, 0x17F))) | frozenset("–—’‘“”…−·•≤≥€\u00a0\u200b\n")
"""Characters the fonts are known to have: nothing is asked about them."""


def typeset(template: str, sheet: dict[str, Any], *, moment: datetime) -> bytes:
    """The PDF of ``templates/<template>`` with ``sheet`` (plain JSON) as ``sys.inputs.sheet``.

    Every text of ``sheet`` is cleaned of what cannot be shown, but what stands under the keys
    ``link``, ``svg`` and ``exact``. Raises ``typst.TypstError`` where the template is at fault.
    """
    text = json.dumps(cleaned(sheet), ensure_ascii=False)
    source = files("templates").joinpath(template).read_bytes()
    return _compile(source, _boxed(text, _strange(text)), moment)


def _strange(text: str) -> set[str]:
    """The characters of ``text`` that no font has. They are tried by themselves first, which is
    quick: a compiler that stops at one after the other in a long report is not."""
    left = sorted(set(text) - _PLAIN)
    found: set[str] = set()
    while left:
        try:
            _run(_PROBE, json.dumps(left, ensure_ascii=False), 0)
        except typst.TypstError as error:
            told = _told(error) & set(left)
            if not told:  # something else than a font is missing: the document itself will say
                break
            found |= told
            left = [one for one in left if one not in told]
        else:
            break
    return found


def _compile(source: bytes, text: str, moment: datetime) -> bytes:
    for _ in range(20):
        try:
            return _run(source, text, int(moment.timestamp()))
        except typst.TypstError as error:
            boxed = _boxed(text, _told(error))
            if boxed == text:
                raise
            text = boxed
    raise ValueError("the document has too many characters no font can show")


def _run(source: bytes, text: str, timestamp: int) -> bytes:
    return typst.compile(
        source,
        font_paths=_fonts(),
        sys_inputs={"sheet": text},
        pdf_standards=["ua-1"],
        timestamp=timestamp,
    )


def _told(error: typst.TypstError) -> set[str]:
    return {
        character
        for found in _UNSHOWN.findall(f"{error.message}\n{error.diagnostic}")
        for character in found[1:-1]
    }


def _boxed(text: str, unshown: set[str]) -> str:
    return "".join(_shown(c) if c in unshown else c for c in text) if unshown else text


def _shown(character: str) -> str:
    """What stands for a character no font has: nothing for a picture, a box for a letter."""
    if character.isascii():
        return character
    return "□" if unicodedata.category(character)[0] in "LN" else ""


def cleaned(value: Any) -> Any:
    """Without control characters and lone halves of characters, which no font has, and without
    those that turn the direction of what follows; words too long for a line can be broken."""
    if isinstance(value, str):
        return breakable(plain(value))
    if isinstance(value, list | tuple):
        return [cleaned(one) for one in value]
    if isinstance(value, dict):
        return {key: one if key in _AS_THEY_ARE else cleaned(one) for key, one in value.items()}
    return value


@cache
def _fonts() -> typst.Fonts:
    folders = [str(files(name).joinpath("files")) for name in _FONTS]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)
