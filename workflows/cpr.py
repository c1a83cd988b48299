"""The Danish civil registration number: its form, and how it is kept out of what is written down.

A number is ``ddmmyyssss``. The check digit (modulus 11) is no demand: numbers given since October
2007 need not fulfil it (CPR-kontoret, "Personnummeret i CPR").
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from stdnum.dk import cpr as register
from stdnum.exceptions import ValidationError

MASK = "******-****"

_DASH = r"\-\u00ad\u2010-\u2015\u2212"
_CODED = r"%20|%2[BEFbef]|%5[Ff]|%[Cc]2%[Aa]0|%2[Dd]|%[Ee]2%80%9[0-5]|%[Ee]2%88%92"
_SEPARATOR = rf"(?:[ \t\u00a0\u2009\u202f+._/{_DASH}]|{_CODED})"
_WRITTEN = re.compile(
    # A digest, or the id of a command: what looks like a number in it is none.
    r"(?P<other>(?<![0-9A-Za-z])"
    r"(?:[0-9a-fA-F]{32,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![0-9A-Za-z]))"
    # No digit stands before it, but for those of a character written by its code (%22, \u00e6).
    r"|(?:(?<![0-9])|(?<=%[0-9A-Fa-f][0-9])|(?<=\\u[0-9A-Fa-f]{4})|(?<=\\x[0-9A-Fa-f]{2}))(?:"
    rf"(?P<day>[0-9]{{6}}){_SEPARATOR}{{0,3}}"
    rf"|(?P<dd>[0-9]{{2}})(?P<by>[ ._/{_DASH}])(?P<mm>[0-9]{{2}})(?P=by)(?P<yy>[0-9]{{2}})"
    rf"(?:(?P=by)|[{_DASH}]|%2[Dd])"
    r")(?P<serial>[0-9]{4})(?![0-9])"
)
_REPLACED = 60
"""Hospitals and authorities give numbers of their own with 60 added to the day."""
_WHOLE_DAY = re.compile(
    r"(?<!\d)(?:\d{1,2}([-./ ])\d{1,2}\1(?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})(?!\d)"
)
_GROUPS = re.compile(r"[0-9]+|[^\W\d_]+")


def digits(typed: str) -> str | None:
    """The ten digits of what was typed, or None where the form is another."""
    found = _WRITTEN.fullmatch(typed.strip())
    return _ten(found) if found else None


def born(number: str) -> date | None:
    """The day in ``number`` (ten digits), in the century its seventh digit tells; None where
    there is no such day."""
    try:
        return register.get_birth_date(number)
    except ValidationError:
        return None


def checked(number: str) -> bool:
    """Its check digit is right. Valid numbers may lack it."""
    return register.checksum(number) == 0


def shown(number: str) -> str:
    """``010190-1234``"""
    return f"{number[:6]}-{number[6:]}"


def mask(text: str) -> str:
    """``text`` with everything that may be such a number made unreadable. Rather one number too
    many: an invoice's ten digits that begin with a day of the calendar are masked too."""
    return _WRITTEN.sub(lambda found: MASK if _possible(_ten(found)) else found[0], text)


def named_in(text: str) -> bool:
    """Whether ``text`` holds what may be such a number."""
    return any(_possible(_ten(found)) for found in _WRITTEN.finditer(text))


def spelled_in(text: str) -> bool:
    """Whether ``text``, which is kept in clear, holds what may be such a number however it is
    divided: ten digits in a row, whatever stands between them but letters and whole dates."""
    if named_in(text):
        return True
    plain = "".join(
        str(unicodedata.digit(sign, sign)) for sign in unicodedata.normalize("NFKC", text)
    )
    groups = _GROUPS.findall(_WHOLE_DAY.sub(" x ", plain))
    for first in range(len(groups)):
        joined = ""
        for group in groups[first:]:
            joined += group
            if len(joined) >= 10 or not group.isdigit():
                break
        if len(joined) == 10 and joined.isdigit() and _possible(joined):
            return True
    return False


def _ten(found: re.Match[str]) -> str | None:
    """The ten digits that were found; None where it is something else."""
    if found["serial"] is None:
        return None
    return (found["day"] or found["dd"] + found["mm"] + found["yy"]) + str(found["serial"])


def _possible(number: str | None) -> bool:
    """A day and month of the calendar, whatever the century."""
    if number is None:
        return False
    day, month = int(number[:2]), int(number[2:4])
    if day > _REPLACED:
        day -= _REPLACED
    try:
        date(2000, month, day)
    except ValueError:
        return False
    return True
