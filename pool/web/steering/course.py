"""The course of a year: budget, disposed, paid and free from day to day, one picture for the page
and the PDF, and its months in a table. Amounts are øre."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

import pool.ledger as ledger
from pool.render.paper import Chart, Column, Series, Table
from pool.render.words import Words

NAMES = {
    "budget": "Budget",
    "disposed": "Disposed",
    "paid": "Paid out",
    "free": "Left to dispose of",
}
"""The lines, as the figures are called."""


def chart(year: int, steps: Sequence[ledger.Step], until: date, words: Words) -> Chart | None:
    """The picture with its table; None where nothing was moved. It runs from the year's first day
    to ``until`` or the last transfer's, whichever is later, but in the year or after it."""
    if not steps:
        return None
    t = words.t
    first = date(year, 1, 1)
    end = max(steps[-1].day, min(until, date(year, 12, 31)), first)
    drawn = _within(steps, first, end)
    last = drawn[-1]
    series = tuple(
        Series(t(label), tuple(getattr(step, name) for step in drawn))
        for name, label in NAMES.items()
    )
    return Chart(
        id="course",
        title=t("The money through %(year)s", year=year),
        alt=t(
            "Four lines by day, from %(first)s to %(last)s. At the end the budget is %(budget)s, "
            "%(disposed)s is disposed of, %(paid)s is paid out and %(free)s is left.",
            first=words.day(first),
            last=words.day(end),
            budget=words.money(last.budget),
            disposed=words.money(last.disposed),
            paid=words.money(last.paid),
            free=words.money(last.free),
        ),
        form="steps",
        labels=tuple(step.day.isoformat() for step in drawn),
        series=series,
        kind="money",
        table=_table(drawn, words),
    )


def _within(steps: Sequence[ledger.Step], first: date, end: date) -> list[ledger.Step]:
    """What was moved before the year stands at its first day; at ``end`` it stands still."""
    nothing = ledger.Step(first, 0, 0, 0, 0)
    before = [step for step in steps if step.day <= first]
    begin = before[-1] if before else nothing
    drawn = [ledger.Step(first, begin.budget, begin.disposed, begin.paid, begin.free)]
    drawn += [step for step in steps if step.day > first]
    if drawn[-1].day < end:
        last = drawn[-1]
        drawn.append(ledger.Step(end, last.budget, last.disposed, last.paid, last.free))
    return drawn


def _table(drawn: Sequence[ledger.Step], words: Words) -> Table:
    t = words.t
    return Table(
        "course-months",
        t("The money at the end of each month"),
        (
            Column("month", t("Month"), "month"),
            *(Column(name, t(label), "money") for name, label in NAMES.items()),
        ),
        tuple(
            (f"{end:%Y-%m}", step.budget, step.disposed, step.paid, step.free)
            for end, step in _months(drawn)
        ),
        sheet=t("The course of the year"),
    )


def _months(drawn: Sequence[ledger.Step]) -> Iterator[tuple[date, ledger.Step]]:
    """The last step of each month, also of those in which nothing moved."""
    end = _month_end(drawn[0].day)
    for step, after in pairwise([*drawn, None]):
        assert step is not None
        while after is None or after.day > end:
            yield end, step
            if after is None and end >= drawn[-1].day:
                return
            end = _month_end(end + timedelta(days=1))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
