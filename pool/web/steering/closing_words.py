"""The end of a year in words."""

from __future__ import annotations

from pool.plan.closing import ClosingError
from pool.plan.closing_shapes import Hold
from pool.web.language import speak, t
from pool.web.steering.wording import about_day

STATES = {
    "open": "Open",
    "closing": "Being closed",
    "closed": "Closed for good",
}
"""A year's states, as labels."""

BEGUN = "The closing has begun. Nothing new can be granted of the year."
TAKEN_BACK = "The year is open again."
REST = "%(amount)s was given back to the municipality."
CLOSED = "The year is closed for good, and the newest links of the chains are mailed."

WORTH = {
    "unannounced": "Decided, and not announced yet",
    "question": "The applicant has been asked something and has not answered",
    "undecided": "Not decided: nothing can be granted of a year that is being closed",
    "unreported": "Paid, and not reported on yet: what comes back after the end is owed to the "
    "municipality",
}
"""What is good to know of a case, by code."""


def refused(error: ClosingError) -> str:
    """Why a step was not taken."""
    words, told = speak(), error.params
    match error.code:
        case "closed":
            return t("The year is closed for good.")
        case "not-closing":
            return t("The closing has not begun, so nothing was done.")
        case "rest-moved":
            return t(
                "Meanwhile the rest has become %(amount)s, so nothing was given back. Look at it "
                "and press again.",
                amount=words.money(told["now"]),
            )
        case "nothing-left":
            return t("There is nothing left to give back.")
        case "not-empty":
            return t(
                "The year is not empty: %(held)s is held and %(rest)s is left.",
                held=words.money(told["held"]),
                rest=words.money(told["rest"]),
            )
        case "undecided":
            return speak().plural(
                "Meanwhile %(n)s application is not decided, so the year was not closed. Look at "
                "it and press again.",
                "Meanwhile %(n)s applications are not decided, so the year was not closed. Look "
                "at it and press again.",
                told["now"],
            )
        case _:
            return t("The year cannot be closed by you, or is not in the books.")


def since(hold: Hold) -> str:
    """The day it has been held since, as exactly as it is known."""
    return about_day(hold.since, hold.precision)
