"""What was typed about a meeting, made into values. Each raises :class:`CannotBe` with its
field."""

from __future__ import annotations

import re
from datetime import date

from pool.journal.canonical import storable
from pool.meetings.errors import CannotBe
from workflows import values

_CLOCK = re.compile(r"(?:kl\.?\s*)?([01]?\d|2[0-3])(?:[.:]([0-5]\d))?\Z", re.IGNORECASE)
MOST_DAYS = 60
LONGEST_NOTE = 4000
LONGEST_LINE = 200


def clock(typed: str, field: str, *, required: bool) -> str:
    """``17``, ``17.30`` or ``kl. 17:30`` as ``17:30``; empty for nothing."""
    text = typed.strip()
    if not text:
        if required:
            raise CannotBe(field, "required")
        return ""
    found = _CLOCK.match(text)
    if found is None:
        raise CannotBe(field, "no-time", text[:40])
    return f"{int(found[1]):02d}:{found[2] or '00'}"


def day(typed: str, field: str, *, required: bool) -> date | None:
    if not typed.strip():
        if required:
            raise CannotBe(field, "required")
        return None
    try:
        return values.day(typed)
    except values.Bad as bad:
        raise CannotBe(field, "no-day", typed.strip()[:40]) from bad


def days(typed: str, field: str) -> tuple[date, ...]:
    """Several, one on each line or with commas or semicolons between them, in order."""
    parts = [part.strip() for part in re.split(r"[\n;,]+", typed.replace("\r", "\n"))]
    found = [one for part in parts if part and (one := day(part, field, required=True))]
    if not found:
        raise CannotBe(field, "required")
    twice = next((one for one in found if found.count(one) > 1), None)
    if twice is not None:
        raise CannotBe(field, "twice", f"{twice:%d.%m.%Y}")
    return tuple(sorted(found[:MOST_DAYS]))


def line(typed: str, field: str, *, required: bool = False) -> str:
    """One line of at most 200 characters."""
    text = " ".join(storable(typed).split())
    if required and not text:
        raise CannotBe(field, "required")
    if len(text) > LONGEST_LINE:
        raise CannotBe(field, "too-long", str(LONGEST_LINE))
    return text


def note(typed: str, field: str, *, required: bool = False) -> str:
    """Text of several lines, at most 4.000 characters."""
    text = storable(typed).replace("\r\n", "\n").replace("\r", "\n").strip()
    if required and not text:
        raise CannotBe(field, "required")
    if len(text) > LONGEST_NOTE:
        raise CannotBe(field, "too-long", str(LONGEST_NOTE))
    return text


def whole(typed: str, field: str, least: int, most: int) -> int:
    try:
        return values.whole(typed, least, most)
    except values.Bad as bad:
        raise CannotBe(field, "number", typed.strip()[:40]) from bad
