"""Who is to be paid: the number, its form, and which numbers go with which way of paying.

Pure checks; nothing is looked up. A CVR number whose check digit is wrong is taken and marked
``doubtful`` (some valid ones lack it); an EAN number must be right, since an electronic invoice
to a wrong one is lost; of a CPR number the form and a possible day are demanded
(``workflows.cpr``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from stdnum import ean as ean_number
from stdnum.dk import cvr as register

from workflows import cpr, values
from workflows.questions import AnswerFault

KINDS: Mapping[str, tuple[str, ...]] = {
    "applicant": ("cvr", "ean", "cpr"),
    "invoice": ("cvr", "ean"),
    "receipts": ("cvr", "cpr"),
    "internal": ("unit", "ean"),
}
"""Each way of paying, and what the receiver may be known by. A supplier is no private person; a
unit of the municipality has an account of its own (``unit``) or an EAN number."""
WAYS = tuple(KINDS)
NUMBERS = ("cvr", "ean", "cpr", "unit")
FIELDS = ("way", "number_kind", "number", "name", "reference")
LONGEST: Mapping[str, int] = {"number": 60, "name": 200, "reference": 100}


class Refused(ValueError):
    """What was typed cannot be used. ``faults`` have keys such as ``payee.number``."""

    def __init__(self, faults: list[AnswerFault]) -> None:
        super().__init__("payee")
        self.faults = tuple(faults)


def check(raw: Any, today: date | None = None) -> dict[str, Any]:
    """``{"way", "number_kind", "number", "name", "reference", "doubtful"}`` out of what was typed
    (or out of such a dict). Numbers come back as digits only; a unit's account as one line.

    ``today``: nobody is paid before being born. Raises :class:`Refused` with every fault.
    """
    if not isinstance(raw, Mapping):
        raise Refused([AnswerFault("payee", "unreadable")])
    found: dict[str, Any] = {"reference": "", "doubtful": False}
    faults: list[AnswerFault] = []
    for field in FIELDS:
        given = raw.get(field)
        if values.blank(given):
            if field != "reference":
                code = "required-choice" if field in ("way", "number_kind") else "required"
                faults.append(AnswerFault(f"payee.{field}", code))
            continue
        try:
            found[field] = _field(field, given, found)
        except values.Bad as bad:
            faults.append(AnswerFault(f"payee.{field}", bad.code, bad.params))
    if "number" in found and "number_kind" in found:
        try:
            found["number"], found["doubtful"] = _number(
                found["number_kind"], found["number"], today
            )
        except values.Bad as bad:
            faults.append(AnswerFault("payee.number", bad.code, bad.params))
    if faults:
        raise Refused(faults)
    return found


def _field(field: str, given: Any, found: Mapping[str, Any]) -> str:
    if field == "way":
        return values.one_of(given, WAYS)
    if field == "number_kind":
        kind = values.one_of(given, NUMBERS)
        if kind not in KINDS.get(found.get("way", ""), NUMBERS):
            raise values.Bad("payee-kind")
        return kind
    text = values.line(given, LONGEST[field])
    if field in ("name", "reference") and cpr.spelled_in(text):
        raise values.Bad("cpr-elsewhere")
    return text


def _number(kind: str, typed: str, today: date | None) -> tuple[str, bool]:
    """The number without spaces, and whether it is doubtful. Raises :class:`values.Bad`."""
    if kind == "unit":
        if cpr.spelled_in(typed):
            raise values.Bad("cpr-elsewhere")
        return typed, False
    if kind == "cpr":
        return _cpr(typed, today), False
    if kind == "ean":
        digits = re.sub(r"[\s.\u00a0-]", "", typed)
        if not re.fullmatch(r"\d{13}", digits, re.ASCII):
            raise values.Bad("ean")
        if not ean_number.is_valid(digits):
            raise values.Bad("ean-check")
        return digits, False
    digits = re.sub(r"[\s.\u00a0-]", "", typed).upper().removeprefix("DK")
    if not re.fullmatch(r"[1-9]\d{7}", digits, re.ASCII):
        raise values.Bad("cvr")
    return digits, not register.is_valid(digits)


def _cpr(typed: str, today: date | None) -> str:
    digits = cpr.digits(typed)
    if digits is None:
        raise values.Bad("cpr")
    birth = cpr.born(digits)
    if birth is None or (today is not None and birth > today):
        raise values.Bad("cpr-day")
    return digits
