"""The table of grants: what for, how much, what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from pool.render.paper import Block, Column, Heading, Level, Para, Table, Value, total_of
from pool.render.words import Words
from pool.summary import telling_words as call
from pool.summary.model import Grant, PoolYear

FEW = 12
"""Up to so many grants of one pool there is room on two pages for longer texts."""


def table_id(prefix: str) -> str:
    return f"{prefix}grants"


def grants(one: PoolYear, words: Words, prefix: str, level: Level) -> Iterator[Block]:
    t = words.t
    yield Heading(f"{prefix}grants-head", level, t("The grants"))
    if not one.grants:
        yield Para(f"{prefix}grants-none", t("Nothing has been granted yet."))
    several = bool(prefix)
    columns = _columns(one, words, several=several, few=not several and len(one.grants) <= FEW)
    rows = tuple(_row(grant, one, words, several=several) for grant in one.grants)
    sheet = t("Grants")
    yield Table(
        table_id(prefix),
        t("Grants of %(pool)s in %(year)s", pool=words.text(one.name), year=one.year),
        columns,
        rows,
        total_of(columns, rows, t("In all"), at="title"),
        " ".join(_notes(one, words)) or None,
        sheet=f"{sheet} {one.prefix or one.pool}" if several else sheet,
        alone=True,
    )


def _columns(one: PoolYear, words: Words, *, several: bool, few: bool) -> tuple[Column, ...]:
    t = words.t
    back = t("%(amount)s back", amount="{}")
    waits = t("%(amount)s not paid yet", amount="{}")
    took_part = t("%(n)s took part", n="{}")
    length = 110 if few else 58
    told = any(grant.reported or awaited(grant) for grant in one.grants)
    """Where there is nothing to tell of any grant, paper and page spare the column."""
    return (
        *((Column("pool", t("Pool"), aside=True),) if several else ()),
        Column("title", t("Activity")),
        Column("number", t("Case number"), under="title"),
        Column("applicant", t("Applicant"), under="title"),
        Column("applicant_kind", t("Kind of applicant"), aside=True),
        Column("focus_area", t("Focus area"), aside=True),
        Column("results", t("Results"), aside=True),
        Column("place", t("Place"), aside=True),
        Column("decided", t("Day of the decision"), "day", under="title"),
        Column("how", t("Decided how"), aside=True),
        Column("outcome", t("Outcome"), aside=True),
        *((Column("carried", t("Carried over"), under="title"),) if carries(one) else ()),
        Column("initiative", t("Own initiative"), under="title"),
        Column("member_unit", t("Unit of a member"), under="title"),
        Column("imported", t("Imported"), under="title"),
        Column("purpose", t("What it is for"), under="title", clip=length),
        Column("result", t("What came of it"), clip=length, aside=not told),
        Column("took_place", t("Took place"), under="result" if told else None, aside=not told),
        Column(
            "participants",
            t("Participants"),
            "number",
            under="result" if told else None,
            aside=not told,
            phrase=took_part,
            unknown="",
        ),
        Column("asked", t("Asked for"), "money", sums=True),
        Column("granted", t("Granted in all"), "money", sums=True),
        Column("returned", t("Money back"), "money", sums=True, under="granted", phrase=back),
        Column("disposed", t("Disposed"), "money", sums=True, aside=True),
        Column("paid", t("Paid out"), "money", sums=True),
        Column("held", t("Not paid out yet"), "money", sums=True, under="title", phrase=waits),
    )


def _row(one: Grant, pool: PoolYear, words: Words, *, several: bool) -> tuple[Value, ...]:
    t = words.t
    decided: Value = one.decided_on
    if one.precision == "month":
        decided = f"{one.decided_on:%Y-%m}"
    area = (one.focus_area,) if one.focus_area else ()
    return (
        *((words.text(pool.name),) if several else ()),
        one.title,
        one.number,
        one.applicant or call.applicant_kind(one.applicant_kind, words),
        call.applicant_kind(one.applicant_kind, words),
        call.labels(pool, "focus_area", area, words),
        call.labels(pool, "result", one.results, words),
        one.place or "",
        decided,
        call.decided_how(one.made_how, words),
        call.outcome(one.outcome, words),
        *((_carried(one, words),) if carries(pool) else ()),
        t("own initiative") if one.initiative else "",
        t("a member's unit") if one.member_unit else "",
        t("imported") if one.imported else "",
        " ".join(one.purpose.split()),
        " ".join(one.result.split()),
        _took_place(one, words),
        one.participants,
        one.asked,
        one.granted,
        one.returned,
        one.disposed,
        one.paid,
        one.held,
    )


def carries(one: PoolYear) -> bool:
    """Whether a grant of it was carried over, into the year or out of it."""
    return any(grant.carried_from or grant.carried_to for grant in one.grants)


def _carried(one: Grant, words: Words) -> str:
    told = []
    if one.carried_from is not None:
        told.append(words.t("carried over from %(year)s", year=one.carried_from))
    if one.carried_to is not None:
        told.append(words.t("carried over to %(year)s", year=one.carried_to))
    return ", ".join(told)


def _took_place(one: Grant, words: Words) -> str:
    if one.took_place is not None:
        return words.t("Took place") if one.took_place else words.t("Did not take place")
    return words.t("No report yet") if awaited(one) else ""


def awaited(one: Grant) -> bool:
    """Whether a report is still to come: of what was paid and not given up. Of an imported grant
    none is expected."""
    return one.paid > 0 and one.disposed > 0 and not one.reported and not one.imported


def _notes(one: PoolYear, words: Words) -> Iterator[str]:
    unknown = sum(grant.asked is None for grant in one.grants)
    if unknown:
        yield words.plural(
            "What was asked for is not known of %(n)s grant; the sum of what was asked for is "
            "without it.",
            "What was asked for is not known of %(n)s grants; the sum of what was asked for is "
            "without them.",
            unknown,
        )
    if any(grant.imported for grant in one.grants):
        yield words.t(
            "Imported: decided and announced elsewhere, and read from that record. Where it gives "
            "only the month of a decision, only the month stands here."
        )
