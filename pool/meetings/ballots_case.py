"""What a member must know of a case to vote on it, in their language: for the mail and the page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from pool.cases import facts
from pool.models.case import Case, Recommendation
from pool.render.words import Words
from workflows.definition import Definition
from workflows.inputs import check_inputs

LONG = 700
"""Characters of a long answer; the whole of it stands on the case's page."""
ANSWERS = 2
"""So many of the long answers, the form's first ones."""
ADVICE = {"full": "Full grant", "part": "Part grant", "refused": "Refusal"}


def pairs(
    session: Session, definition: Definition, case: Case, words: Words
) -> list[tuple[str, str]]:
    """Label and value: where, when, what it is about, and the beginning of what was written."""
    found: list[tuple[str, str]] = []
    place = definition.place_in_words(case.place)
    if place is not None:
        found.append((words.t("Where"), words.text(place)))
    if case.starts_on is not None:
        days = words.day(case.starts_on)
        if case.ends_on is not None and case.ends_on != case.starts_on:
            days = f"{days} – {words.day(case.ends_on)}"
        found.append((words.t("When"), days))
    area = next((one for one in definition.focus_areas if one.key == case.focus_area), None)
    if area is not None:
        found.append((words.t("About"), words.text(area.label)))
    given = facts.answers(session, case.id or 0)
    written = [
        (words.text(question.label), _short(str(given[question.key])))
        for question in definition.questions
        if question.type == "long" and given.get(question.key)
    ]
    return found + written[:ANSWERS]


def terms(
    definition: Definition, action: str, given: Mapping[str, Any], today: date, words: Words
) -> list[tuple[str, str]]:
    """Label and value of what is proposed besides amount and reasons: by post, on what terms.
    ``given``: the transition's inputs as typed."""
    checked = check_inputs(definition, action, given, today=today, voted=True).values
    posts = {post.key: words.text(post.label) for post in definition.budget_posts}
    found = [
        (posts.get(key, key), words.money(ore))
        for key, ore in (checked.get("by_post") or {}).items()
    ]
    if checked.get("grant_type") == "deficit":
        found.append((words.t("Granted as"), words.t("A deficit guarantee")))
        if checked.get("advance"):
            found.append((words.t("Paid in advance"), words.money(checked["advance"])))
    if checked.get("earmark"):
        found.append((words.t("Out of earmarked money"), words.t("Yes")))
    found += [
        (
            words.t("Instalment %(n)s of %(of)s, %(day)s", n=n, of=len(parts), day=words.day(due)),
            words.money(amount),
        )
        for parts in [checked.get("instalments") or []]
        for n, (amount, due) in enumerate(((one["amount"], one["due_on"]) for one in parts), 1)
    ]
    if checked.get("early_start"):
        found.append((words.t("May have begun already"), words.t("Yes")))
    if checked.get("conditions"):
        found.append((words.t("On condition that"), str(checked["conditions"])))
    return found


def lines(session: Session, definition: Definition, case: Case, words: Words) -> list[str]:
    """As :func:`pairs`, a line each."""
    return [f"{label.rstrip(':?')}: {' '.join(value.split())}"
            for label, value in pairs(session, definition, case, words)]  # fmt: skip


def recommended(session: Session, definition: Definition, case: Case, words: Words) -> list[str]:
    """What is recommended and why, a line each; none where nothing is."""
    if not definition.has("recommendation"):
        return []
    last = session.exec(
        select(Recommendation)
        .where(col(Recommendation.case_id) == case.id)
        .order_by(col(Recommendation.number).desc())
        .limit(1)
    ).first()
    if last is None:
        return []
    advice = words.t(ADVICE[last.advice])
    if last.amount:
        advice = f"{advice}, {words.money(last.amount)}"
    return [advice, " ".join(last.reasons.split())]


def _short(text: str) -> str:
    if len(text) <= LONG:
        return text
    return text[:LONG].rsplit(" ", 1)[0].rstrip(" .,;") + " …"
