"""Days as people write and read them, in Danish and in English."""

from __future__ import annotations

import re
from datetime import date

MONTHS: dict[str, tuple[str, ...]] = {
    "da": (
        "januar", "februar", "marts", "april", "maj", "juni",
        "juli", "august", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)

_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})\Z")
_NUMBERS = re.compile(
    r"(?:d(?:en)?\.?\s+)?(?P<d>\d{1,2})\s*[./-]\s*(?P<m>\d{1,2})\s*[./ -]\s*(?P<y>\d{4}|\d{2})\Z"
)
_WORDS = re.compile(
    r"(?:d(?:en)?\.?\s+|the\s+)?(?P<d>\d{1,2})(?:\.|st|nd|rd|th)?\s+(?P<m>[a-z]{3,9})\.?,?\s+"
    r"(?P<y>\d{4})\Z"
)


class NotADay(ValueError):
    """What was typed is no day. ``code``: ``date-shape`` (not understood), ``date-no-year``,
    ``date-none`` (no such day in the calendar), ``date-far`` (outside this century)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(typed: str) -> date:
    """The day in ``2024-10-18``, ``18.10.2024``, ``18/10-2024``, ``18/10 24``, ``18. oktober
    2024``, ``18 October 2024``. Day before month always. Raises :class:`NotADay`."""
    text = re.sub(r"\s+", " ", plain_digits(typed)).strip().lower()
    for shape in (_ISO, _NUMBERS, _WORDS):
        if found := shape.match(text):
            break
    else:
        code = "date-no-year" if _without_year(text) else "date-shape"
        raise NotADay(code)
    month = found["m"]
    number = int(month) if month.isdigit() else _month(month)
    year = int(found["y"])
    if number is None:
        raise NotADay("date-shape")
    try:
        day = date(year + 2000 if year < 100 else year, number, int(found["d"]))
    except ValueError as error:
        raise NotADay("date-none") from error
    if not EARLIEST <= day <= LATEST:
        raise NotADay("date-far")
    return day


def plain_digits(text: str) -> str:
    """Digits of any script as 0-9: an Arabic or Urdu keyboard types its own."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)


def _month(name: str) -> int | None:
    """The month whose Danish or English name begins with ``name``."""
    for names in MONTHS.values():
        hits = [place for place, full in enumerate(names, 1) if full.lower().startswith(name)]
        if len(hits) == 1:
            return hits[0]
    return None


def _without_year(text: str) -> bool:
    if re.fullmatch(r"\d{1,2}\s*[./-]\s*\d{1,2}\.?", text):
        return True
    found = re.fullmatch(r"(?:den )?\d{1,2}\.? ([a-z]{3,9})\.?", text)
    return bool(found) and _month(found[1] if found else "") is not None


def show(day: date, lang: str) -> str:
    """``18. oktober 2024`` or ``18 October 2024``; Danish where the language is not known."""
    names = MONTHS.get(lang, MONTHS["da"])
    dot = "" if lang == "en" else "."
    return f"{day.day}{dot} {names[day.month - 1]} {day.year}"
