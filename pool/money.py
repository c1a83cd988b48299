"""Whole øre, and how Danes write them.

Amounts are ``int`` øre everywhere. ``parse`` understands what people type
(``10.000``, ``10000``, ``10.000,50``, ``10 000 kr``) and refuses the rest with a reason.
"""

from __future__ import annotations

import re

MAX_ORE = 10**11
"""The largest single amount the ledger takes: one billion kroner."""

_NBSP = "\u00a0"
_SHAPE = re.compile(
    r"""^(?P<kr>\d{1,3}(?:[. ]\d{3})+|\d+)      # 10.000, 10 000 or 10000
        (?:,(?P<ore>\d{1,2}|-))?$""",
    re.VERBOSE,
)
_ENGLISH_CENTS = re.compile(r"^\d+\.\d{1,2}$|^\d{1,3}(,\d{3})+(\.\d{1,2})?$")


class NotMoney(ValueError):
    """What was typed is no amount. ``code`` names the reason, for the catalogue:
    ``empty``, ``negative``, ``english``, ``shape``, ``too-large``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(typed: str) -> int:
    """Øre from what a person typed. Raises :class:`NotMoney`.

    ``10.50`` is refused, not guessed at: a Dane may mean ten kroner fifty or have lost a zero
    of ``10.500``.
    """
    text = typed.replace(_NBSP, " ").replace("\u202f", " ").strip().lower()
    text = re.sub(r"^(dkk|kr\.?)\s*|\s*(dkk|kr\.?|kroner|krone)$", "", text).strip()
    if not text:
        raise NotMoney("empty")
    if text[0] in "-−–":
        raise NotMoney("negative")
    if _ENGLISH_CENTS.match(text) and not _SHAPE.match(text):
        raise NotMoney("english")
    found = _SHAPE.match(text)
    if not found:
        raise NotMoney("shape")
    kroner = int(re.sub(r"[. ]", "", found["kr"]))
    ore_text = found["ore"]
    ore = 0 if ore_text in (None, "-") else int(ore_text.ljust(2, "0"))
    total = kroner * 100 + ore
    if total > MAX_ORE:
        raise NotMoney("too-large")
    return total


def show(ore: int, *, unit: bool = True) -> str:
    """``123456`` → ``1.234,56 kr.``; whole kroner without øre: ``96.000 kr.``

    The space before the unit does not break.
    """
    sign = "−" if ore < 0 else ""
    kroner, rest = divmod(abs(ore), 100)
    text = f"{kroner:,}".replace(",", ".")
    if rest:
        text += f",{rest:02d}"
    return f"{sign}{text}{_NBSP}kr." if unit else f"{sign}{text}"
