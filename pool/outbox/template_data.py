"""What a mail or letter is told, held to what ``templates`` says it must be.

:func:`check` is asked when a message is queued, so that a wrong word in the data is a fault where
it was made and not a mail that never leaves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pool.outbox.letter_templates import LETTERS
from pool.outbox.templates import TEMPLATES


class TemplateDataError(ValueError):
    """The data does not fit the template. ``problems`` says how, a line each."""

    def __init__(self, template: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"{template}: {'; '.join(problems)}")
        self.template = template
        self.problems = problems


def freeze(data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` as it will be stored: a copy of plain JSON, days and moments as ISO text, without
    what no database takes (NUL, lone halves of characters)."""
    frozen: dict[str, Any] = _clean(
        json.loads(json.dumps(dict(data), default=_iso, allow_nan=False))
    )
    return frozen


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode("utf-8").replace("\0", "")
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return value


def check(template: str, letter: str | None, data: Mapping[str, Any]) -> None:
    """Raise :class:`TemplateDataError` unless ``data`` has exactly the keys, of the right types,
    that the mail and its letter need."""
    if template not in TEMPLATES:
        raise TemplateDataError(template, ("there is no such mail",))
    if letter is not None and letter not in LETTERS:
        raise TemplateDataError(letter, ("there is no such letter",))
    keys = dict(TEMPLATES[template].keys) | {"own": "own~"}
    if letter is not None:
        keys |= LETTERS[letter]
    problems = [
        f"{key} is missing" for key, kind in keys.items() if key not in data and kind[-1] != "~"
    ]
    problems += [f"{key} is not known" for key in data if key not in keys]
    problems += [
        f"{key} is no {kind}: {data[key]!r}"
        for key, kind in keys.items()
        if key in data and not _is(kind, data[key])
    ]
    if problems:
        raise TemplateDataError(template, tuple(problems))


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _is(kind: str, value: Any) -> bool:
    if kind.endswith("?"):
        return value is None or _is(kind[:-1], value)
    kind = kind.removesuffix("~")
    if kind in ("int", "ore"):
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "lines":
        return isinstance(value, list) and all(isinstance(line, str) for line in value)
    if kind == "waits":
        return isinstance(value, list) and all(
            isinstance(row, dict)
            and row.keys() == {"case", "wants", "due_on", "overdue", "href"}
            and all(_is("str", row[key]) for key in ("case", "wants", "href"))
            and _is("day?", row["due_on"])
            and _is("bool", row["overdue"])
            for row in value
        )
    if kind == "texts":
        return (
            isinstance(value, dict)
            and "da" in value
            and all(isinstance(text, str) for text in value.values())
        )
    if kind == "own":
        return isinstance(value, dict) and all(
            part in ("opening", "closing") and _is("texts", words) for part, words in value.items()
        )
    if kind == "posts":
        return isinstance(value, list) and all(
            isinstance(row, dict)
            and row.keys() == {"label", "amount"}
            and _is("texts", row["label"])
            and _is("ore", row["amount"])
            for row in value
        )
    if kind == "instalments":
        return isinstance(value, list) and all(
            isinstance(row, dict)
            and row.keys() in ({"amount", "due_on"}, {"amount", "due_on", "n", "of"})
            and all(_is("int", row.get(key, 0)) for key in ("n", "of"))
            and _is("ore", row["amount"])
            and _is("day", row["due_on"])
            for row in value
        )
    if kind == "contact":
        return (
            isinstance(value, dict)
            and value.keys() == {"name", "phone", "email", "hours"}
            and all(_is("texts", value[key]) for key in ("name", "hours"))
            and all(isinstance(value[key], str) for key in ("phone", "email"))
        )
    if kind == "link":
        return (
            isinstance(value, dict)
            and value.keys() in ({"purpose", "subject"}, {"purpose", "subject", "until"}, {"path"})
            and all(isinstance(part, str) for part in value.values())
        )
    if not isinstance(value, str):
        return False
    if kind == "str":
        return True
    parse = date.fromisoformat if kind == "day" else datetime.fromisoformat
    try:
        parse(value)
    except ValueError:
        return False
    return True
