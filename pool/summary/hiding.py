"""What a reader who stays out of a case does not read in an edition: it counts, and is not named.

The stored figures stay as they are; only what one reader is shown is another.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from sqlmodel import Session

from pool.models.summary import SummaryEdition, SummaryQuestion
from pool.render.words import Words
from pool.summary.model import Deliverable, Grant, PoolYear, Summary, from_json
from pool.summary.steering import stays_out

NOT_SHOWN = "–"
"""Stands for who applied, which is neither an organisation nor a private person here."""


def hidden_cases(
    session: Session, edition: SummaryEdition, person_id: int | None
) -> frozenset[int]:
    """The grants of the edition, by case, that somebody has declared an interest in."""
    out = stays_out(session, person_id)
    if not out:
        return out
    named = {one.case_id for year in from_json(edition.figures).pools for one in year.grants}
    return out & named


def without(summary: Summary, hidden: Collection[int], words: Words) -> Summary:
    """``summary`` with the cases ``hidden`` unnamed, in the language of ``words``. Every sum is
    as it was."""
    if not hidden:
        return summary
    return replace(summary, pools=tuple(_year(one, hidden, words) for one in summary.pools))


def text_without(text: str, summary: Summary, hidden: Collection[int], words: Words) -> str:
    """What people wrote, without the titles and numbers of the cases ``hidden``."""
    names = {
        name
        for year in summary.pools
        for one in year.grants
        if one.case_id in hidden
        for name in (" ".join(one.title.split()), one.number)
        if name
    }
    if not names:
        return text
    longest_first = sorted(names, key=len, reverse=True)
    found = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first)
    return re.sub(rf"(?<!\w)(?:{found})(?!\w)", lambda _: _title(words), text, flags=re.IGNORECASE)


def questions_without(
    questions: list[SummaryQuestion], edition: SummaryEdition, hidden: Collection[int], words: Words
) -> list[SummaryQuestion]:
    """The questions as the reader sees them: copies that are of no session."""
    if not hidden:
        return questions
    summary = from_json(edition.figures)

    def shown(one: SummaryQuestion) -> SummaryQuestion:
        fields = one.model_dump()
        for name in ("question", "answer"):
            if fields[name]:
                fields[name] = text_without(fields[name], summary, hidden, words)
        return SummaryQuestion(**fields)

    return [shown(one) for one in questions]


def _title(words: Words) -> str:
    return words.t("A case you stay out of")


def _year(year: PoolYear, hidden: Collection[int], words: Words) -> PoolYear:
    titles = {one.title for one in year.grants if one.case_id in hidden}
    owed = year.deliverable
    return replace(
        year,
        grants=tuple(_unnamed(one, words) if one.case_id in hidden else one for one in year.grants),
        deliverable=owed
        and Deliverable(
            owed.label, _titles(owed.done, titles, words), _titles(owed.under_way, titles, words)
        ),
    )


def _titles(told: tuple[str, ...], hidden: set[str], words: Words) -> tuple[str, ...]:
    return tuple(_title(words) if one in hidden else one for one in told)


def _unnamed(one: Grant, words: Words) -> Grant:
    return replace(
        one,
        title=_title(words),
        number="",
        applicant=NOT_SHOWN,
        applicant_kind="",
        focus_area=None,
        results=(),
        place=None,
        purpose="",
        result="",
        participants=None,
        took_place=None,
        initiative=False,
        member_unit=False,
    )
