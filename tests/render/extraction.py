"""Every text that is asked for by its English words, in templates and code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract

ROOT = Path(__file__).parents[2]
_KEYWORDS = {"_": None, "t": None, "ngettext": (1, 2), "plural": (1, 2)}
_PLURALS = {"ngettext", "plural"}

Key = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Use:
    """One place a text is used: ``key`` is the English, or the pair of singular and plural."""

    place: str
    key: Key


def in_templates(folder: Path = ROOT / "templates") -> Iterator[Use]:
    """By Babel's own reader of Jinja."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".html", ".txt") or not path.is_file():
            continue
        with path.open("rb") as file:
            found = extract(
                "jinja2.ext:babel_extract",
                file,
                keywords=_KEYWORDS,
                options={"encoding": "utf-8", "silent": "false"},
            )
            for line, message, _, _ in found:
                yield Use(f"{path.relative_to(ROOT)}:{line}", _key(message))


def in_code() -> Iterator[Use]:
    """Calls of ``_``, ``t`` and ``plural``, as functions or methods, with words written out."""
    for room in ("pool", "worker", "workflows"):
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    for key in _called(node):
                        yield Use(f"{path.relative_to(ROOT)}:{node.lineno}", key)


def _called(call: ast.Call) -> Iterator[Key]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else None
    name = call.func.id if isinstance(call.func, ast.Name) else name
    if name not in _KEYWORDS:
        return
    if name in _PLURALS:
        words = [one for arg in call.args[:2] for one in _literals(arg)]
        if len(words) == 2:
            yield (words[0], words[1])
    elif call.args:
        yield from _literals(call.args[0])


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _key(message: str | tuple[str | None, ...]) -> Key:
    if isinstance(message, str):
        return message
    one, many = message[:2]
    assert one is not None
    assert many is not None
    return (one, many)
