"""The year in sentences made of its figures, in the reader's language.

A sentence is written only where the figures it tells of are there, so each is true by
construction; nothing is praised, and what is not known is said to be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pool.render.words import Words
from pool.summary.asides import (
    by_pool,
    in_full,
    owed,
    own_and_members,
    reasons,
    reported,
    year_before,
)
from pool.summary.model import Summary
from pool.summary.whole import Whole, clauses, number, tidy

MOST = 8
"""A draft has no more sentences: it is to be read, and written on."""


def three(summary: Summary, words: Words) -> tuple[str, ...]:
    """What came in and was granted; what became of the money; what is uncertain."""
    whole = Whole.of(summary, words)
    return tuple(tidy(each) for each in (_came_in(whole), _went_out(whole), _uncertain(whole)))


def draft(summary: Summary, words: Words) -> str:
    """Four to eight sentences in paragraphs (an empty line between), for the group to write on."""
    whole = Whole.of(summary, words)
    first, second, last = three(summary, words)
    paragraphs: list[tuple[str, Sequence[Callable[[Whole], str]]]] = [
        (first, (by_pool, in_full, reasons)),
        (second, (year_before,)),
        ("", (reported, owed, own_and_members)),
        (last, ()),
    ]
    room = MOST - 3
    told = []
    for begin, more in paragraphs:
        sentences = [begin] if begin else []
        for make in more:
            made = tidy(make(whole)) if room else ""
            if made:
                sentences.append(made)
                room -= 1
        if sentences:
            told.append(" ".join(sentences))
    return "\n\n".join(told)


def _came_in(whole: Whole) -> str:
    words, counts = whole.words, whole.counts
    where = {"pools": whole.names, "year": whole.year}
    if not counts.received:
        return words.t("No application came in to %(pools)s for %(year)s.", **where)
    granted = whole.kr(whole.money.granted)
    if counts.received == 1:
        return _only_one(whole, where)
    parts = []
    if counts.granted:
        parts.append(
            whole.plural(
                "%(n)s was granted %(granted)s",
                "%(n)s were granted %(granted)s in all",
                counts.granted,
                granted=granted,
            )
        )
    if counts.refused:
        parts.append(whole.plural("%(n)s was refused", "%(n)s were refused", counts.refused))
    if counts.undecided:
        parts.append(
            whole.plural("%(n)s is not decided", "%(n)s are not decided", counts.undecided)
        )
    if counts.dropped:
        parts.append(
            whole.plural(
                "%(n)s was withdrawn or lapsed before a decision",
                "%(n)s were withdrawn or lapsed before a decision",
                counts.dropped,
            )
        )
    if counts.initiatives:
        return words.t(
            "There were %(number)s cases in %(pools)s for %(year)s, %(own)s: %(what)s.",
            number=number(counts.received),
            own=whole.plural(
                "of these %(n)s own initiative",
                "of these %(n)s own initiatives",
                counts.initiatives,
            ),
            what=clauses(words, parts),
            **where,
        )
    return words.t(
        "%(number)s applications came in to %(pools)s for %(year)s: %(what)s.",
        number=number(counts.received),
        what=clauses(words, parts),
        **where,
    )


def _only_one(whole: Whole, params: dict[str, str]) -> str:
    t, counts = whole.words.t, whole.counts
    if counts.granted:
        what = t("it was granted %(granted)s", granted=whole.kr(whole.money.granted))
    elif counts.refused:
        what = t("it was refused")
    elif counts.undecided:
        what = t("it is not decided")
    else:
        what = t("it was withdrawn or lapsed before a decision")
    if counts.initiatives:
        return t(
            "There was one case in %(pools)s for %(year)s, the working group's own initiative, and "
            "%(what)s.",
            what=what,
            **params,
        )
    return t(
        "One application came in to %(pools)s for %(year)s, and %(what)s.", what=what, **params
    )


def _went_out(whole: Whole) -> str:
    words, sums = whole.words, whole.money
    if not any(one.in_books for one in whole.summary.pools):
        return words.t(
            "The year %(year)s is not in the books, so there is no money to tell of.",
            year=whole.year,
        )
    if not sums.appropriated and not sums.granted and not sums.earmarked:
        return words.t("No money was set aside for %(year)s.", year=whole.year)
    known = not any(one.imported for one in whole.grants)  # a record of another pool ends earlier
    parts = []
    if sums.paid:
        parts.append(words.t("%(paid)s has been paid out", paid=whole.kr(sums.paid)))
    else:
        parts.append(
            words.t("nothing has been paid out" if known else "nothing is entered as paid")
        )
    if sums.held:
        parts.append(
            words.t(
                "%(held)s is granted and not paid out"
                if known
                else "%(held)s is granted and not entered as paid",
                held=whole.kr(sums.held),
            )
        )
    if sums.earmarked:
        parts.append(
            words.t(
                "%(earmarked)s is earmarked and not granted", earmarked=whole.kr(sums.earmarked)
            )
        )
    if sums.returned:
        parts.append(
            words.t("%(returned)s has come back or lapsed", returned=whole.kr(sums.returned))
        )
    told = {
        "budget": whole.kr(sums.budget),
        "parts": clauses(words, parts),
        "left": _left(whole),
    }
    if sums.relinquished:
        return words.t(
            "%(appropriated)s was set aside, and the budget is now %(budget)s: %(parts)s; "
            "%(left)s.",
            appropriated=whole.kr(sums.appropriated),
            **told,
        )
    return words.t("The budget is %(budget)s: %(parts)s; %(left)s.", **told)


def _left(whole: Whole) -> str:
    """What is free and what happens to it, what went back, what was carried over or moved."""
    words, free = whole.words, whole.money.free
    gone = whole.goes_back - free
    parts = []
    if free > 0 and whole.final:
        parts.append(
            words.t("%(free)s is left and goes back to the municipality", free=whole.kr(free))
        )
    elif free > 0:
        parts.append(
            words.t(
                "%(free)s is free and goes back to the municipality if it is not granted",
                free=whole.kr(free),
            )
        )
    elif free < 0:
        parts.append(
            words.t(
                "%(over)s more was granted or earmarked than the budget then was"
                if whole.money.earmarked
                else "%(over)s more was granted than the budget then was",
                over=whole.kr(-free),
            )
        )
    if gone > 0:
        parts.append(words.t("%(gone)s has gone back to the municipality", gone=whole.kr(gone)))
    if whole.carried_over > 0:
        parts.append(
            words.t(
                "%(carried)s was carried over to the next year",
                carried=whole.kr(whole.carried_over),
            )
        )
    if whole.moved_on > 0:
        parts.append(
            words.t("%(moved)s was moved to other accounts", moved=whole.kr(whole.moved_on))
        )
    return clauses(words, parts or [words.t("nothing is left to grant")])


def _uncertain(whole: Whole) -> str:
    words, unpaid, missing = whole.words, whole.unpaid, whole.unreported
    parts = []
    if unpaid:
        parts.append(
            whole.plural(
                "%(held)s of %(n)s grant is not entered as paid",
                "%(held)s of %(n)s grants is not entered as paid",
                len(unpaid),
                held=whole.kr(sum(one.held for one in unpaid)),
            )
        )
    if missing:
        parts.append(
            whole.plural("%(n)s report is missing", "%(n)s reports are missing", len(missing))
        )
    if whole.counts.undecided:
        parts.append(
            whole.plural(
                "%(n)s application awaits an answer",
                "%(n)s applications await an answer",
                whole.counts.undecided,
            )
        )
    if parts and whole.final:
        return words.t("This is the final account, and yet %(open)s.", open=clauses(words, parts))
    if parts:
        return words.t("The figures can still change: %(open)s.", open=clauses(words, parts))
    return _settled(whole)


def _settled(whole: Whole) -> str:
    words = whole.words
    if not whole.grants:
        return words.t(
            "Nothing is open: no application awaits an answer, and no grant its payment."
        )
    if any(one.imported for one in whole.grants):
        return words.t(
            "Nothing is open: every grant has been paid out or has come back;"
            " reports of imported cases are not known."
        )
    return words.t(
        "Nothing is open: every grant has been paid out or has come back, and no report is missing."
    )
