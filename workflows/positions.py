"""Which line each key of a TOML text stands on.

The standard reader gives values without positions. This scanner walks a text that
``tomllib`` has already accepted (so it need not judge, only find its way) and maps every path
(keys, and numbers for places in arrays) to the line, counted from 1, where it is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_MULTI_BASIC = re.compile(r'"""(?:[^\\]|\\.)*?"""(?P<more>"{0,2})(?!")', re.DOTALL)
_MULTI_LITERAL = re.compile(r"'''.*?'''(?P<more>'{0,2})(?!')", re.DOTALL)
_SCALAR = re.compile(r"[^,\]\}#\r\n]+")


def positions(text: str) -> dict[Path, int]:
    """Line of every key path of ``text``, which must be valid TOML.

    Of a table written in several places (``[a.b]`` before ``[a]``, dotted keys) the first
    counts; a header of its own counts more than being named on the way to another.
    """
    return _Scanner(text).scan()


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of ``path``, or of the nearest enclosing table that has one; 1 at worst."""
    for length in range(len(path), 0, -1):
        found = lines.get(path[:length])
        if found is not None:
            return found
    return 1


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.passed: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while True:
            self.take(_BLANK)
            if self.at >= len(self.text):
                break
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
        return {**self.passed, **self.lines}

    # -- moving

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        taken = found.group() if found else ""
        self.at += len(taken)
        self.line += taken.count("\n")
        return taken

    def skip(self, literal: str) -> bool:
        if self.text.startswith(literal, self.at):
            self.at += len(literal)
            return True
        return False

    # -- keys

    def key(self) -> list[str]:
        """A dotted key: its parts, unquoted."""
        parts: list[str] = []
        while True:
            self.take(_SPACE)
            if self.text[self.at] == '"':
                parts.append(_unescape(self.take(_BASIC)))
            elif self.text[self.at] == "'":
                parts.append(self.take(_LITERAL)[1:-1])
            else:
                parts.append(self.take(_BARE))
            self.take(_SPACE)
            if not self.skip("."):
                return parts

    def header(self) -> Path:
        line = self.line
        array = self.skip("[[")
        if not array:
            self.skip("[")
        parts = self.key()
        self.skip("]]" if array else "]")
        path = self.resolve((), parts[:-1], line)
        path = (*path, parts[-1])
        if array:
            number = self.counts.get(path, 0)
            self.counts[path] = number + 1
            self.lines.setdefault(path, line)
            path = (*path, number)
        elif path in self.counts:
            path = (*path, self.counts[path] - 1)
        self.lines.setdefault(path, line)
        return path

    def resolve(self, base: Path, parts: list[str], line: int) -> Path:
        """Walk through tables, into the newest element where one is an array of tables."""
        path = base
        for part in parts:
            path = (*path, part)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
            else:
                self.passed.setdefault(path, line)
        return path

    # -- values

    def pair(self, table: Path) -> None:
        line = self.line
        parts = self.key()
        path = (*self.resolve(table, parts[:-1], line), parts[-1])
        self.lines.setdefault(path, line)
        self.skip("=")
        self.take(_SPACE)
        self.value(path)

    def value(self, path: Path) -> None:
        rest = self.text[self.at : self.at + 3]
        if rest == '"""':
            self.take(_MULTI_BASIC)
        elif rest == "'''":
            self.take(_MULTI_LITERAL)
        elif rest[:1] == '"':
            self.take(_BASIC)
        elif rest[:1] == "'":
            self.take(_LITERAL)
        elif rest[:1] == "[":
            self.array(path)
        elif rest[:1] == "{":
            self.inline(path)
        else:
            self.take(_SCALAR)

    def array(self, path: Path) -> None:
        self.skip("[")
        number = 0
        while True:
            self.take(_BLANK)
            if self.skip("]"):
                return
            place = (*path, number)
            self.lines.setdefault(place, self.line)
            self.value(place)
            number += 1
            self.take(_BLANK)
            self.skip(",")

    def inline(self, path: Path) -> None:
        self.skip("{")
        while True:
            self.take(_BLANK)
            if self.skip("}"):
                return
            self.pair(path)
            self.take(_BLANK)
            self.skip(",")


def _unescape(quoted: str) -> str:
    """The characters of a basic TOML string used as a key."""
    long = re.sub(r"\\U([0-9A-Fa-f]{8})", lambda found: chr(int(found[1], 16)), quoted[1:-1])
    return str(json.loads('"' + long.replace("\t", "\\t") + '"'))
