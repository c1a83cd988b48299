"""From the HTML of one letter's text to the plain blocks that are typeset.

The texts of letters and mails are HTML templates, escaped like every other. Of HTML they use what
a letter needs, and nothing else is understood: paragraphs, a title and two levels of headings,
lists, facts (``dl``), quotations, ``strong``, ``em``, ``a``, ``br``.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

Run = dict[str, Any]
"""``{"text": str}`` with ``"strong"``, ``"em"`` or ``"link"`` where it is so; ``{"br": True}``."""
Block = dict[str, Any]
"""``{"kind": "p"|"h1"|"h2"|"h3", "runs": [Run]}``, ``{"kind": "ul"|"ol"|"quote", "items":
[[Run]]}`` or ``{"kind": "facts", "rows": [[label, value]]}``, both lists of runs."""

_LEAVES = {"p", "h1", "h2", "h3", "li", "dt", "dd"}
_GROUPS = {"ul", "ol", "dl", "blockquote"}
_INLINE = {"strong", "em", "a", "br"}
_LONG = re.compile(r"\S{30,}")
_NEVER_SHOWN = frozenset({"Cc", "Cn", "Co", "Cs"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class LetterTextError(ValueError):
    """A template uses HTML that no letter has."""


def blocks(html: str) -> list[Block]:
    """The blocks of ``html`` in order. Raises :class:`LetterTextError`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[Block] = []
        self._group: Block | None = None
        self._leaf: str | None = None
        self._runs: list[Run] = []
        self._inline: list[tuple[str, str]] = []
        self._label: list[Run] = []

    def finished(self) -> list[Block]:
        if self._group is not None or self._leaf is not None or self._inline:
            raise LetterTextError("an element is not closed")
        return self._blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _GROUPS and self._group is None and self._leaf is None:
            kind = {"blockquote": "quote", "dl": "facts"}.get(tag, tag)
            self._group = {"kind": kind, ("rows" if tag == "dl" else "items"): []}
        elif tag in _LEAVES and self._leaf is None:
            self._leaf, self._runs = tag, []
        elif tag == "br" and self._leaf is not None:
            self._runs.append({"br": True})
        elif tag in _INLINE and self._leaf is not None:
            self._inline.append((tag, dict(attrs).get("href") or ""))
        else:
            raise LetterTextError(f"<{tag}> has no place here in a letter")

    def handle_endtag(self, tag: str) -> None:
        if tag in _INLINE:
            if tag != "br" and (not self._inline or self._inline.pop()[0] != tag):
                raise LetterTextError(f"</{tag}> closes nothing")
        elif tag in _GROUPS:
            if self._group is None or self._leaf is not None:
                raise LetterTextError(f"</{tag}> closes nothing")
            self._blocks.append(self._group)
            self._group = None
        elif tag == self._leaf:
            self._close_leaf(tag)
        else:
            raise LetterTextError(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self._leaf is None:
            if data.strip():
                raise LetterTextError(f"text outside a paragraph: {data.strip()[:40]!r}")
            return
        text = re.sub(r"[ \t\r\n]+", " ", data)
        if not self._runs or self._runs[-1].get("br"):
            text = text.lstrip(" ")
        if not text:
            return
        run: Run = {"text": text}
        for tag, href in self._inline:
            if tag == "a":
                run["link"] = href
            else:
                run[tag] = True
        self._runs.append(run)

    def _close_leaf(self, tag: str) -> None:
        runs, self._leaf = self._runs, None
        while runs and "text" in runs[-1] and not runs[-1]["text"].strip():
            runs.pop()
        if tag == "dt":
            self._label = runs
        elif tag == "dd":
            if self._group is None:
                raise LetterTextError("<dd> outside <dl>")
            self._group["rows"].append([self._label, runs])
        elif self._group is not None:
            self._group["items"].append(runs)
        elif runs:
            self._blocks.append({"kind": tag, "runs": runs})


def plain(text: str) -> str:
    """``text`` without control characters and lone halves of characters, which no font has, and
    without those that turn the direction of what follows."""
    shown = (unicodedata.category(c) not in _NEVER_SHOWN and c not in _TURNING for c in text)
    return "".join(itertools.compress(text, shown))


def breakable(text: str) -> str:
    """Zero-width spaces into words too long for a line, so that none leaves the paper."""
    return _LONG.sub(lambda word: "\u200b".join(_chunks(word[0], 20)), text)


def _chunks(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]
