"""One pool's year in facts: the money, the applications, what is uncertain, refusals, and what is
told every year whether it is much or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pool.render.paper import (
    Block,
    Column,
    Fact,
    Facts,
    Heading,
    Level,
    Para,
    Table,
    Value,
    clipped,
    total_of,
)
from pool.render.words import Words
from pool.summary import telling_words as call
from pool.summary.model import Counts, PoolYear
from pool.summary.telling_grants import awaited, table_id


def money(one: PoolYear, words: Words, prefix: str, level: Level) -> Iterator[Block]:
    """The money in the field's words, then the applications, each with last year beside, and how
    it was decided."""
    t = words.t
    yield Heading(f"{prefix}money-head", level, t("The money"))
    beside = str(one.before.year) if one.before else None
    if one.in_books:
        source = t("Source of the budget: %(source)s", source=one.source) if one.source else None
        rows = _money(one, words, prefix)
        yield Facts(f"{prefix}money", t("Where the money is"), rows, beside, source, str(one.year))
    else:
        yield Para(
            f"{prefix}money",
            t("%(year)s is not in the books of this pool: its money is not known.", year=one.year),
        )
    yield Facts(
        f"{prefix}counts",
        t("The applications"),
        _counts(one, words),
        beside,
        _imported(one, words),
        str(one.year),
    )
    yield _always(one, words, prefix)


def _money(one: PoolYear, words: Words, prefix: str) -> tuple[Fact, ...]:
    t, m = words.t, one.money
    old = one.before.money if one.before else None
    next_year = one.year + 1

    def fact(key: str, label: str, **how: object) -> Fact:
        before = getattr(old, key) if old else None
        return replace(Fact(key, label, getattr(m, key), "money", before), **how)  # type: ignore[arg-type]

    def summed(key: str, column: str) -> tuple[str, str] | None:
        """Only where the grants in the table are all there is to that figure."""
        same = sum(getattr(grant, column) for grant in one.grants) == getattr(m, key)
        return (table_id(prefix), column) if one.grants and same else None

    given_up = bool(m.relinquished or (old and old.relinquished))
    rows = [
        *(
            (
                fact("appropriated", t("Set aside in all")),
                fact("relinquished", t("Of this back, carried over or moved")),
                fact("budget", t("Budget"), made_of=("appropriated", "-relinquished")),
            )
            if given_up
            else (fact("budget", t("Budget")),)
        ),
        fact("earmarked", t("Earmarked")),
        fact("granted", t("Granted in all"), sum_of=summed("granted", "granted")),
        fact("returned", t("Money back"), sum_of=summed("returned", "returned")),
        fact("disposed", t("Disposed"), strong=True, made_of=("granted", "-returned")),
        fact("paid", t("Paid out"), sum_of=summed("paid", "paid")),
        fact("held", t("Granted, not paid out yet"), sum_of=summed("held", "held")),
        fact("out", t("With the activities"), made_of=("disposed", "-held")),
    ]
    left: tuple[str, ...] = ("budget", "-earmarked", "-disposed")
    if m.gone or (old and old.gone):
        rows.append(fact("gone", t("Came back after the year was closed, and left the pool")))
        left = (*left, "-gone")
    rows.append(fact("free", t("Left to dispose of"), strong=True, made_of=left))
    rows += [
        Fact(
            "carried_over",
            t("Left at the end of the year, carried over to %(year)s", year=next_year),
            one.carried_over,
            "money",
        ),
        Fact(
            "goes_back",
            t("Left at the end of the year, back to the municipality"),
            one.goes_back,
            "money",
        ),
    ]
    if one.moved_on:
        rows.append(Fact("moved_on", t("Moved to other accounts"), one.moved_on, "money"))
    return tuple(rows)


def _counts(one: PoolYear, words: Words) -> tuple[Fact, ...]:
    t, now = words.t, one.counts
    old: Counts | None = one.before.counts if one.before else None
    parts = ["full", "part", "granted_unknown", "refused", "undecided", "dropped"]
    labels = {
        "full": t("Granted in full"),
        "part": t("Granted in part"),
        "granted_unknown": t("Granted; what was asked for is not known"),
        "refused": t("Refused"),
        "undecided": t("Not decided yet"),
        "dropped": t("Withdrawn or lapsed before a decision"),
    }
    if not now.granted_unknown and not (old and old.granted_unknown):
        parts.remove("granted_unknown")
    own: tuple[Fact, ...] = ()
    if now.initiatives or (old and old.initiatives):
        before = old.initiatives if old else None
        label = t("of these the group's own initiatives")
        own = (Fact("own", label, now.initiatives, "number", before),)
    return (
        *(
            Fact(key, labels[key], getattr(now, key), "number", getattr(old, key) if old else None)
            for key in parts
        ),
        Fact(
            "received",
            t("Applications received"),
            now.received,
            "number",
            old.received if old else None,
            strong=True,
            made_of=tuple(parts),
        ),
        *own,
    )


def _imported(one: PoolYear, words: Words) -> str | None:
    if not one.imported:
        return None
    return words.plural(
        "%(n)s case was imported from another record: applied for, decided and announced outside "
        "this system, with that record's reasons. What it does not tell is not known here.",
        "%(n)s cases were imported from another record: applied for, decided and announced outside "
        "this system, with that record's reasons. What it does not tell is not known here.",
        one.imported,
    )


def uncertain(one: PoolYear, words: Words, prefix: str) -> Iterator[Block]:
    """Of several pools what is open in each, which the sentences at the beginning tell of all
    together; and the open holds by name."""
    t = words.t
    holds = [grant for grant in one.grants if grant.held]
    if prefix:
        told = _open(one, len(holds), words)
        text = t("Open: %(what)s.", what="; ".join(told)) if told else t("Nothing is open.")
        yield Para(f"{prefix}uncertain", text)
    if holds:
        named = "; ".join(
            f"{clipped(g.title, _TITLE)}{g.number and f' ({g.number})'} {words.money(g.held)}"
            for g in holds[:_NAMED]
        )
        more = len(holds) - _NAMED
        if more > 0:
            named = t("%(named)s; and %(n)s more, in the list of the grants", named=named, n=more)
        yield Para(f"{prefix}holds", t("Granted and not paid out: %(named)s", named=named))


def _open(one: PoolYear, holds: int, words: Words) -> list[str]:
    told = []
    if holds:
        told.append(
            words.plural(
                "%(n)s grant is not paid out yet", "%(n)s grants are not paid out yet", holds
            )
        )
    if one.money.earmarked:
        amount = words.money(one.money.earmarked)
        told.append(words.t("%(earmarked)s is earmarked and not granted", earmarked=amount))
    if one.counts.undecided:
        told.append(
            words.plural(
                "%(n)s application awaits an answer",
                "%(n)s applications await an answer",
                one.counts.undecided,
            )
        )
    missing = sum(awaited(grant) for grant in one.grants)
    if missing:
        told.append(words.plural("%(n)s report is missing", "%(n)s reports are missing", missing))
    return told


_NAMED = 12
"""Open holds named in the text; every other is marked in the table of the grants."""
_TITLE = 60
"""Characters of a title in the text; the table of the grants has it whole."""


def refusals(
    one: PoolYear, words: Words, prefix: str, level: Level, *, several: bool
) -> Iterator[Block]:
    t = words.t
    yield Heading(f"{prefix}refusals-head", level, t("Why applications were refused"))
    if not one.refusals:
        yield Para(f"{prefix}refusals", t("None has been refused."))
        return
    unknown = any(reason.asked_unknown for reason in one.refusals)
    columns = (
        Column("reason", t("Reason")),
        Column("count", t("Refusals"), "number", sums=True),
        Column("asked", t("Asked for"), "money", sums=True),
        *(
            (Column("asked_unknown", t("Asked amount not known"), "number", sums=True),)
            if unknown
            else ()
        ),
    )
    rows: list[tuple[Value, ...]] = []
    for reason in one.refusals:
        # Where it is known of none of them the sum is not nothing.
        few = reason.asked is None and reason.asked_unknown < reason.count
        more = (reason.asked_unknown,) if unknown else ()
        rows.append((words.text(reason.label), reason.count, "–" if few else reason.asked, *more))
    total = total_of(columns, rows, t("In all"))
    known = any(reason.asked_unknown < reason.count for reason in one.refusals)
    hidden = any(row[2] == "–" for row in rows)
    if known:
        asked = "–" if one.refused_asked is None else one.refused_asked
        total = (*total[:2], asked, *total[3:])
    sheet = t("Refusals")
    yield Table(
        f"{prefix}refusals",
        t("Refusals by reason"),
        columns,
        tuple(rows),
        total,
        t("Sums of fewer than five amounts are not shown, nor what they could be told from.")
        if hidden
        else None,
        sheet=f"{sheet} {one.prefix or one.pool}" if several else sheet,
    )


def _always(one: PoolYear, words: Words, prefix: str) -> Facts:
    """What is told every year, also when it is nothing."""
    t = words.t
    outside = sum(one.outside_meeting.values())
    rows = [
        Fact("initiatives", t("Grants to the group's own initiatives"), one.initiatives, "number"),
        Fact("initiatives_granted", t("Granted to them"), one.initiatives_granted, "money"),
        Fact("member_units", t("Grants to units of members"), one.member_units, "number"),
        Fact(
            "member_units_granted", t("Granted to these units"), one.member_units_granted, "money"
        ),
        Fact("recusal_cases", t("Cases somebody stayed out of"), one.recusal_cases, "number"),
        Fact("recusals", t("Times somebody stayed out"), one.recusals, "number"),
        Fact("outside", t("Decisions recorded outside a meeting"), outside, "number"),
        *(
            Fact(
                f"outside_{how}",
                t("of these: %(how)s", how=call.decided_how(how, words).lower()),
                n,
                "number",
            )
            for how, n in sorted(one.outside_meeting.items())
            if n
        ),
    ]
    owed = one.deliverable
    if owed is not None:
        parts = []
        if owed.done:
            parts.append(t("Happened: %(what)s", what=_titles(owed.done, words)))
        if owed.under_way:
            parts.append(t("Under way: %(what)s", what=_titles(owed.under_way, words)))
        value = ". ".join(parts) or t("Has not happened")
        rows.append(Fact("deliverable", words.text(owed.label), value, "text"))
    return Facts(f"{prefix}always", t("How it was decided"), tuple(rows))


def _titles(titles: Sequence[str], words: Words) -> str:
    named = "; ".join(clipped(title, _TITLE) for title in titles[:_NAMED])
    more = len(titles) - _NAMED
    if more <= 0:
        return named
    return words.t("%(named)s; and %(n)s more, in the list of the grants", named=named, n=more)
