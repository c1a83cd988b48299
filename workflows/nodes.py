"""Reading values out of a parsed file, noting every fault instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pool import money
from workflows.definition import LANGUAGES, Text
from workflows.faults import Fault, nearest
from workflows.positions import Path, line_of

NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*\Z")
"""How keys of questions, states, transitions and options look."""

_NOT: Mapping[type, str] = {
    str: "not-text",
    int: "not-number",
    bool: "not-boolean",
    dict: "not-table",
    list: "not-list",
}
"""The fault of a value that is of another type."""


class Report:
    """Gathers faults, giving each its line."""

    def __init__(self, file: str, lines: Mapping[Path, int]) -> None:
        self.file = file
        self.lines = lines
        self.faults: list[Fault] = []

    def add(self, path: Path, code: str, /, **params: str | int) -> None:
        self.faults.append(Fault(self.file, line_of(self.lines, path), code, params))


class Node:
    """A table of the file. Asking for a key marks it as known; :meth:`done` complains of the
    rest. A missing or wrong value is reported and a harmless one of the right type returned,
    so that reading can go on; whoever reads must not use the result if there are faults."""

    def __init__(self, report: Report, raw: Mapping[str, Any], path: Path) -> None:
        self.report = report
        self.raw = raw
        self.path = path
        self.known: set[str] = set()

    def fault(self, at: str | None, code: str, /, **params: str | int) -> None:
        self.report.add(self.path if at is None else (*self.path, at), code, **params)

    def has(self, key: str) -> bool:
        self.known.add(key)
        return key in self.raw

    def done(self) -> None:
        for key in self.raw:
            if key not in self.known:
                self.fault(key, "unknown-key", key=key, nearest=nearest(key, self.known))

    def _value(self, key: str, kind: type, required: bool) -> Any:
        self.known.add(key)
        if key not in self.raw:
            if required:
                self.fault(None, "missing-key", key=key, where=dotted(self.path))
            return None
        value = self.raw[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fault(key, _NOT[kind], key=key)
            return None
        return value

    # -- simple values

    def string(self, key: str, *, required: bool = True) -> str:
        value = self._value(key, str, required)
        if value is None:
            return ""
        if not value.strip():
            self.fault(key, "empty", key=key)
        return str(value).strip()

    def optional(self, key: str) -> str | None:
        return self.string(key) if self.has(key) else None

    def boolean(self, key: str, default: bool) -> bool:
        value = self._value(key, bool, required=False)
        return default if value is None else bool(value)

    def whole(self, key: str, default: int | None = None, *, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``; required where there is no default."""
        value = self._value(key, int, required=default is None)
        if value is None:
            return least if default is None else default
        if not least <= value <= most:
            self.fault(key, "out-of-range", key=key, least=least, most=most)
        return int(value)

    def money(self, key: str) -> int | None:
        """Øre from text such as ``"10.000 kr."``; None where the key is absent."""
        if not self.has(key):
            return None
        value = self._value(key, str, required=False)
        if value is None:
            return None
        try:
            return money.parse(value)
        except money.NotMoney:
            self.fault(key, "not-money", key=key, value=value)
            return None

    def amounts(self, key: str) -> tuple[int, ...]:
        """A list of amounts above nothing, øre, from texts such as ``"10.000 kr."``."""
        found: list[int] = []
        for number, value in enumerate(self._value(key, list, required=False) or ()):
            place = (*self.path, key, number)
            if not isinstance(value, str):
                self.report.add(place, _NOT[str], key=key)
                continue
            try:
                found.append(money.parse(value))
            except money.NotMoney:
                self.report.add(place, "not-money", key=key, value=value)
        return tuple(amount for amount in found if amount > 0)

    def one_of(self, key: str, known: Iterable[str], *, required: bool = True) -> str | None:
        known = tuple(known)
        self.known.add(key)
        if key not in self.raw and not required:
            return None
        value = self.string(key)
        if value and value not in known:
            self.fault(key, "unknown-value", key=key, value=value, nearest=nearest(value, known))
            return None
        return value or None

    def names(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of names, each once."""
        value = self._value(key, list, required)
        found: list[str] = []
        for number, name in enumerate(value or ()):
            place = (*self.path, key, number)
            if not isinstance(name, str):
                self.report.add(place, _NOT[str], key=key)
            elif name in found:
                self.report.add(place, "duplicate", key=key, name=name)
            else:
                found.append(name)
        return tuple(found)

    # -- texts and tables

    def text(self, key: str, *, required: bool = True) -> Text | None:
        table = self._value(key, dict, required)
        return None if table is None else read_text(self.report, table, (*self.path, key))

    def must_text(self, key: str) -> Text:
        return self.text(key) or {}

    def texts(self, key: str) -> tuple[Text, ...]:
        """A list of texts (``[{ da = …, en = … }, …]``)."""
        found: list[Text] = []
        for number, table in enumerate(self._value(key, list, True) or ()):
            path = (*self.path, key, number)
            if isinstance(table, dict):
                found.append(read_text(self.report, table, path))
            else:
                self.report.add(path, _NOT[dict], key=key)
        return tuple(found)

    def table(self, key: str, *, required: bool = False) -> Node:
        raw = self._value(key, dict, required)
        return Node(self.report, raw or {}, (*self.path, key))

    def tables(self, key: str | None = None) -> Iterator[tuple[str, Node]]:
        """The named tables inside this one (or inside its ``key``), in the file's order."""
        parent = self if key is None else self.table(key)
        for name, raw in parent.raw.items():
            parent.known.add(name)
            if not NAME.match(name):
                parent.fault(name, "bad-name", name=name)
            if isinstance(raw, dict):
                yield name, Node(self.report, raw, (*parent.path, name))
            else:
                parent.fault(name, _NOT[dict], key=name)


def read_text(report: Report, table: Mapping[str, Any], path: Path) -> Text:
    """A text in every language of the house."""
    for language, words in table.items():
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            report.add((*path, language), "unknown-language", language=language, known=known)
        elif not isinstance(words, str):
            report.add((*path, language), _NOT[str], key=language)
        elif not words.strip():
            report.add((*path, language), "empty", key=f"{path[-1]}.{language}")
    for language in LANGUAGES:
        if language not in table:
            report.add(path, "missing-language", language=language, where=dotted(path))
    return {k: v.strip() for k, v in table.items() if isinstance(v, str)}


def dotted(path: Path) -> str:
    """``transitions.pay.guards`` (list places as ``[2]``), for a message; never empty."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"
