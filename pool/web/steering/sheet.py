"""The grants as CSV that a Danish spreadsheet opens by itself: UTF-8 with its mark, semicolons,
decimal commas. A cell that a spreadsheet would run as a formula is told to be text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from pool.render.words import Words
from pool.summary import Overview

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell must not begin with."""


def grants(view: Overview, words: Words) -> bytes:
    """A row for each grant, one for those the reader stays out of, and the sums."""
    t = words.t
    rows: list[list[str]] = [
        [
            t("Case number"),
            t("Activity"),
            t("Applicant"),
            t("Focus area"),
            t("Day of the decision"),
            t("Status"),
            t("Asked for"),
            t("Granted in all"),
            t("Paid out"),
            t("Money back"),
            t("Participants"),
            t("What came of it"),
        ]
    ]
    for one in view.grants:
        rows.append(
            [
                safe(one.number),
                safe(one.title),
                safe(one.applicant or t("Private person")),
                safe(words.text(one.focus_area)) if one.focus_area else "",
                f"{one.decided_on:%Y-%m}"
                if one.precision == "month"
                else words.short_day(one.decided_on),
                safe(words.text(one.state_name)),
                "" if one.asked is None else number(one.asked),
                number(one.granted),
                number(one.paid),
                number(one.returned),
                "" if one.participants is None else str(one.participants),
                safe(one.result),
            ]
        )
    if view.withheld.count:
        hidden = view.withheld
        name = words.plural(
            "%(n)s grant you stay out of", "%(n)s grants you stay out of", hidden.count
        )
        rows.append(_sums(name, hidden.granted, hidden.paid, hidden.returned))
    sums = view.status
    rows.append(_sums(t("In all"), sums.granted, sums.paid, sums.returned))
    return table(rows)


def _sums(name: str, granted: int, paid: int, returned: int) -> list[str]:
    amounts = [number(granted), number(paid), number(returned)]
    return ["", name, "", "", "", "", "", *amounts, "", ""]


def table(rows: Iterable[Iterable[str]]) -> bytes:
    """``rows`` as the file's bytes."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def number(ore: int) -> str:
    """``1234,56``: kroner as a number, without unit."""
    sign = "-" if ore < 0 else ""
    kroner, rest = divmod(abs(ore), 100)
    return f"{sign}{kroner},{rest:02d}"


def safe(typed: str) -> str:
    """What people typed, as text whatever it begins with."""
    return f"'{typed}" if typed.startswith(_FORMULA) else typed
