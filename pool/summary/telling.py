"""From figures to a report: the blocks of a summary, in one language.

Below thirty cases it is the short form: sentences, money, grants, refusals and what is always
told; above it breakdowns, days and charts come along, and the grants stand last. What is not known
stays None here; no form may count it as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pool.render.paper import Block, Column, Heading, Level, Paper, Para, Table, Value, total_of
from pool.render.words import Words
from pool.summary import sentences
from pool.summary import telling_words as call
from pool.summary.model import ChainHead, PoolYear, Summary
from pool.summary.telling_charts import details
from pool.summary.telling_grants import grants
from pool.summary.telling_pool import money, refusals, uncertain

MOST_PARAGRAPHS = 40
"""Of the group's own words, each to be asked about by itself; the last has what is left of them."""
_BLANK_LINES = re.compile(r"\n\s*\n")


def tell(
    summary: Summary,
    words: Words,
    *,
    own_words: str,
    sha256: str,
    state: str = "draft",
    received: str | None = None,
) -> Paper:
    """The report of ``summary``. ``own_words`` are the group's, a blank line between paragraphs;
    ``sha256`` is of the figures' JSON; ``state`` is the edition's (draft, submitted, received) and
    ``received`` says when and by whom it was noted."""
    blocks: list[Block] = [*_opening(summary, words, state, received)]
    several = len(summary.pools) > 1
    if several:
        blocks += [
            Heading("pools-head", 2, words.t("The pools together")),
            _all_pools(summary, words),
        ]
    for one in summary.pools:
        prefix = f"{one.pool}-" if several else ""
        if several:
            blocks.append(Heading(f"{prefix}head", 2, words.text(one.name)))
        blocks += _pool(summary, one, words, prefix, 3 if several else 2)
    made = state == "draft" and own_words == sentences.draft(summary, words)
    blocks += _own(own_words, words, made=made)
    return Paper(
        title=_title(summary, words),
        subtitle=call.edition(summary.request, words),
        lang=words.lang,
        dir=words.dir,
        blocks=tuple(blocks),
        stamp=_stamp(summary, words, sha256),
        small=summary.small,
    )


def _title(summary: Summary, words: Words) -> str:
    first, *others = [words.text(one.name) for one in summary.pools]
    names = [first, *(f"the {n[4:]}" if n.startswith("The ") else n for n in others)]
    return f"{call.joined(names, words)} {summary.request.year}"


def _opening(summary: Summary, words: Words, state: str, received: str | None) -> Iterator[Block]:
    t = words.t
    yield Para("as-of", call.axis(summary.request, words))
    if state == "received":
        told = received or ""
        yield Para(
            "state", t("The steering group has noted the summary. %(how)s", how=told).strip()
        )
    elif state == "submitted":
        yield Para("state", t("Laid before the steering group."))
    else:
        yield Para("state", t("A draft: not laid before the steering group yet."))
    yield Heading("three-head", 2, t("The year in short"))
    for place, sentence in enumerate(sentences.three(summary, words), 1):
        yield Para(f"three-{place}", sentence)


def _pool(
    summary: Summary, one: PoolYear, words: Words, prefix: str, level: Level
) -> Iterator[Block]:
    yield from money(one, words, prefix, level)
    yield from uncertain(one, words, prefix)
    if summary.small:
        yield from grants(one, words, prefix, level)
    yield from refusals(one, words, prefix, level, several=bool(prefix))
    if not one.small:
        yield from details(one, words, prefix, level)
    if not summary.small:
        yield from grants(one, words, prefix, level)


def _all_pools(summary: Summary, words: Words) -> Table:
    t = words.t
    columns = (
        Column("pool", t("Pool")),
        Column(
            "received",
            t("Applications"),
            "number",
            sums=True,
            under="pool",
            phrase=t("%(n)s applied", n="{}"),
        ),
        Column(
            "grants",
            t("Grants"),
            "number",
            sums=True,
            under="pool",
            phrase=t("%(n)s granted", n="{}"),
        ),
        Column("refused", t("Refusals"), "number", sums=True, aside=True),
        Column("budget", t("Budget"), "money", sums=True),
        Column(
            "earmarked",
            t("Earmarked"),
            "money",
            sums=True,
            under="budget",
            phrase=t("%(amount)s earmarked", amount="{}"),
            unknown="",
        ),
        Column("granted", t("Granted in all"), "money", sums=True),
        Column(
            "returned",
            t("Money back"),
            "money",
            sums=True,
            under="granted",
            phrase=t("%(amount)s back", amount="{}"),
            unknown="",
        ),
        Column("disposed", t("Disposed"), "money", sums=True),
        Column("paid", t("Paid out"), "money", sums=True),
        Column("free", t("Left to dispose of"), "money", sums=True),
    )
    rows: list[tuple[Value, ...]] = []
    for one in summary.pools:
        m, c = one.money, one.counts
        amounts: tuple[Value, ...] = (
            (m.budget, m.earmarked, m.granted, m.returned, m.disposed, m.paid, m.free)
            if one.in_books
            else (None,) * 7
        )
        rows.append((words.text(one.name), c.received, c.granted, c.refused, *amounts))
    return Table(
        "pools",
        t("All pools"),
        columns,
        tuple(rows),
        total_of(columns, rows, t("In all")),
        sheet=t("All pools"),
    )


def _own(own_words: str, words: Words, *, made: bool) -> Iterator[Block]:
    """``made``: nobody has touched the draft, so they are nobody's own yet."""
    t = words.t
    parts = [" ".join(one.split()) for one in _BLANK_LINES.split(own_words.replace("\r\n", "\n"))]
    parts = [one for one in parts if one]
    if len(parts) > MOST_PARAGRAPHS:
        last = MOST_PARAGRAPHS - 1
        parts[last:] = [" ".join(parts[last:])]
    if parts:
        draft = t("The working group's own words: a draft made of the figures")
        yield Heading("own-head", 2, draft if made else t("The working group's own words"))
        for place, part in enumerate(parts, 1):
            yield Para(f"own-{place}", part, own=True)


def _stamp(summary: Summary, words: Words, sha256: str) -> tuple[tuple[str, str], ...]:
    t, request = words.t, summary.request
    kind = t("Provisional") if request.edition == "provisional" else t("Final")
    on = t("the day of writing") if request.axis == "recorded" else t("the day it is about")
    until = words.day(request.as_of)
    if request.axis == "recorded" and not request.day_is_over:
        until = words.moment(request.known_at)
    return (
        (t("Pools and year"), f"{', '.join(request.pools)} · {request.year}"),
        (t("Edition"), kind),
        (t("Counted by"), f"{on} · {until}"),
        (t("Known at"), words.moment(request.known_at)),
        (t("Fingerprint of the figures (SHA-256)"), sha256),
        *((_head_name(head, words), f"{head.n} · {head.hash}") for head in summary.heads),
        (t("Made by"), f"Puljen {summary.software}"),
    )


def _head_name(head: ChainHead, words: Words) -> str:
    kind, _, name = head.chain.partition(":")
    if kind == "ledger":
        return words.t("Newest line of the books, %(name)s", name=name)
    if name:
        return words.t("Newest line of the journal, %(name)s", name=name)
    return words.t("Newest lines of the journal, all together")
