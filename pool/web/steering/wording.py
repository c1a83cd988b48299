"""The figures and transfers in words."""

from __future__ import annotations

from datetime import date

from pool.summary import Behind
from pool.web.language import speak, t
from pool.web.roles import role_name

LABELS = {
    "budget": "Budget",
    "earmarked": "Earmarked",
    "granted": "Granted in all",
    "disposed": "Disposed",
    "paid": "Paid out",
    "returned": "Money back",
    "free": "Left to dispose of",
}
"""Figures as labels: the words a status uses."""

MEANINGS = {
    "budget": "What the pool was given for the year, less what was taken back.",
    "earmarked": "Set aside for a purpose, and not granted from yet.",
    "granted": "All grants that have been announced, also those that came back later.",
    "disposed": "What is granted, less what has come back.",
    "paid": "What has been paid out. What came back of it stands under money back.",
    "returned": "Unspent, cancelled and lapsed: it can be granted anew.",
    "free": "What can still be granted in the year.",
}
"""Figures explained, each over the transfers behind it."""

KINDS = {
    "appropriate": "Budget given to the pool",
    "relinquish": "Budget taken back",
    "earmark": "Earmarked",
    "unearmark": "Earmark ended",
    "hold": "Money granted",
    "void": "Grant given up before it was paid",
    "post": "Paid out",
    "return": "Given back",
}
"""Kinds of transfers as labels."""


def because(line: Behind) -> str:
    """Why a transfer counts: ``Money granted``, ``Taken back: Paid out``."""
    code = line.because
    early = code.endswith("-early")
    taken_back = code.startswith("reversed-")
    kind = code.removesuffix("-early").removeprefix("reversed-")
    text = t(KINDS[kind])
    if early:
        text = t("%(what)s, before it was announced", what=text)
    if taken_back:
        text = t("Taken back: %(what)s", what=text)
    return text


def about_day(day: date, precision: str) -> str:
    """``18.10.2024``, or as much of it as is known: ``10.2024``, ``2024``."""
    if precision == "year":
        return f"{day:%Y}"
    return f"{day:%m.%Y}" if precision == "month" else speak().short_day(day)


def by(line: Behind) -> str:
    """Who did it: a colleague's name, else the part they play."""
    return line.name or role_name("system" if line.actor == "person" else line.actor)
