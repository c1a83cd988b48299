"""What a big year has besides: asked against granted, the days, the year's course and breakdowns,
each picture with its table."""

from __future__ import annotations

from collections.abc import Iterator

from pool.render.paper import (
    Block,
    Chart,
    Column,
    Fact,
    Facts,
    Heading,
    Level,
    Series,
    Table,
    Value,
    total_of,
)
from pool.render.words import Words
from pool.summary import telling_words as call
from pool.summary.model import Breakdown, Group, PoolYear

MOST_BARS = 24
"""More groups than this are shown in their table only."""


def details(one: PoolYear, words: Words, prefix: str, level: Level) -> Iterator[Block]:
    """Asked against granted, days against the promise, the course of the year, breakdowns."""
    t = words.t
    yield Heading(f"{prefix}details-head", level, t("Asked for and granted"))
    yield _asked(one, words, prefix)
    yield _days(one, words, prefix)
    if one.course and one.in_books:
        yield Heading(f"{prefix}course-head", level, t("The course of the year"))
        yield _course(one, words, prefix)
    for breakdown in one.breakdowns:
        if breakdown.groups:
            title = call.by_title(breakdown.by, words)
            yield Heading(f"{prefix}{breakdown.by}-head", level, title)
            yield _breakdown(one, breakdown, words, prefix)


def _asked(one: PoolYear, words: Words, prefix: str) -> Facts:
    t = words.t
    unknown = sum(grant.asked is None for grant in one.grants)
    known = unknown < len(one.grants)
    share = (
        (200 * one.granted_of_known + one.asked_granted) // (2 * one.asked_granted)
        if one.asked_granted
        else None
    )
    return Facts(
        f"{prefix}asked",
        t("Asked for and granted, where both are known"),
        (
            Fact(
                "asked_granted",
                t("Asked for by those who were granted"),
                one.asked_granted if known else None,
                "money",
            ),
            Fact(
                "granted_of_known",
                t("Granted to them"),
                one.granted_of_known if known else None,
                "money",
            ),
            Fact("share", t("Granted of what was asked for"), share, "percent"),
            Fact(
                "asked_unknown",
                t("Grants where what was asked for is not known"),
                unknown,
                "number",
            ),
        ),
    )


def _days(one: PoolYear, words: Words, prefix: str) -> Facts:
    t, d = words.t, one.days
    rows = [Fact("measured", t("Cases measured"), d.measured, "number")]
    if d.measured:
        rows += [
            Fact("median", t("Days until half were answered"), d.median, "number"),
            Fact("ninth", t("Days until nine of ten were answered"), d.ninth, "number"),
            Fact("longest", t("Days the longest took"), d.longest, "number"),
            Fact("in_time", t("Answered as promised"), d.in_time, "number"),
            Fact("late", t("Answered later than promised"), d.late, "number"),
        ]
    rows.append(Fact("unknown", t("Cases whose days are not known"), d.unknown, "number"))
    note = t("The promise is %(n)s working days.", n=d.promise_days) if d.promise_days else None
    return Facts(f"{prefix}days", t("From application to decision"), tuple(rows), None, note)


def _course(one: PoolYear, words: Words, prefix: str) -> Chart:
    t = words.t
    months = one.course
    first, last = months[0], months[-1]
    series = (
        Series(t("Budget"), tuple(month.budget for month in months)),
        Series(t("Disposed"), tuple(month.disposed for month in months)),
        Series(t("Paid out"), tuple(month.paid for month in months)),
    )
    table = Table(
        f"{prefix}course-table",
        t("The money at the end of each month"),
        (
            Column("month", t("Month"), "month"),
            Column("budget", t("Budget"), "money"),
            Column("disposed", t("Disposed"), "money"),
            Column("paid", t("Paid out"), "money"),
            Column("free", t("Left to dispose of"), "money"),
        ),
        tuple((m.month, m.budget, m.disposed, m.paid, m.free) for m in months),
        sheet=_sheet(t("The course of the year"), one, prefix),
    )
    return Chart(
        f"{prefix}course",
        t("The money through %(year)s", year=one.year),
        t(
            "Three lines by month, from %(first)s to %(last)s. At the end the budget is "
            "%(budget)s, disposed %(disposed)s and paid out %(paid)s.",
            first=words.month(first.month),
            last=words.month(last.month),
            budget=words.money(last.budget),
            disposed=words.money(last.disposed),
            paid=words.money(last.paid),
        ),
        "course",
        tuple(month.month for month in months),
        series,
        "money",
        table,
    )


def _breakdown(one: PoolYear, made: Breakdown, words: Words, prefix: str) -> Chart | Table:
    t = words.t
    title = call.by_title(made.by, words)
    month = made.by == "month"
    columns = (
        Column("group", call.by(made.by, words)),
        Column("cases", t("Applications"), "number", sums=not made.several),
        Column("grants", t("Grants"), "number", sums=not made.several),
        Column("asked", t("Asked for by those who were granted"), "money", sums=not made.several),
        Column("asked_unknown", t("Asked amount not known"), "number", aside=True),
        Column("granted", t("Granted in all"), "money", sums=not made.several),
        Column("disposed", t("Disposed"), "money", sums=not made.several),
    )
    names = [_name(group, words, month=month) for group in made.groups]
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            name,
            g.cases,
            g.grants,
            None if g.grants and g.asked_unknown == g.grants else g.asked,
            g.asked_unknown,
            g.granted,
            g.disposed,
        )
        for name, g in zip(names, made.groups, strict=True)
    )
    unknown = sum(group.asked_unknown for group in made.groups)
    notes = []
    if made.several:
        notes.append(t("A case can stand in more than one line, so the lines do not add up."))
    if any(group.rest for group in made.groups):
        notes.append(t("Groups of fewer than five cases are put together."))
    if unknown and not made.several:
        notes.append(
            words.plural(
                "What was asked for is not known of %(n)s grant; the sum of what was asked for is "
                "without it.",
                "What was asked for is not known of %(n)s grants; the sum of what was asked for is "
                "without them.",
                unknown,
            )
        )
    table = Table(
        f"{prefix}{made.by}-table",
        title,
        columns,
        rows,
        None if made.several else total_of(columns, rows, t("In all")),
        " ".join(notes) or None,
        sheet=_sheet(call.by(made.by, words), one, prefix),
    )
    if len(made.groups) > MOST_BARS:
        return table
    most = max(zip(made.groups, names, strict=True), key=lambda pair: pair[0].granted)
    alt = words.plural(
        "Bars for %(n)s group. The longest is %(name)s with %(amount)s granted.",
        "Bars for %(n)s groups. The longest is %(name)s with %(amount)s granted.",
        len(names),
        name=most[1],
        amount=words.money(most[0].granted),
    )
    return Chart(
        f"{prefix}{made.by}",
        title,
        alt,
        "bars",
        tuple(names),
        (Series(t("Granted in all"), tuple(group.granted for group in made.groups)),),
        "money",
        table,
    )


def _name(group: Group, words: Words, *, month: bool) -> str:
    if group.label:
        return words.text(group.label)
    if group.rest:
        return words.t("Others together")
    if group.key is None:
        return words.t("Not told")
    return words.month(group.key) if month else group.key


def _sheet(name: str, one: PoolYear, prefix: str) -> str:
    return f"{name} {one.prefix or one.pool}" if prefix else name
