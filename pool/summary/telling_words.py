"""What a summary calls its things: labels in a reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from pool.render.words import Words
from pool.summary.model import PoolYear, Request, Text


def axis(request: Request, words: Words) -> str:
    """What counts in the figures, in a sentence."""
    day = words.day(request.as_of)
    if request.axis == "recorded" and not request.day_is_over:
        return words.t(
            "Counted is what was written down by %(moment)s.", moment=words.moment(request.known_at)
        )
    if request.axis == "recorded":
        return words.t("Counted is what was written down by the end of %(day)s.", day=day)
    return words.t(
        "Counted is what is about a day up to and with %(day)s, as it was known %(moment)s.",
        day=day,
        moment=words.moment(request.known_at),
    )


def edition(request: Request, words: Words) -> str:
    if request.edition == "provisional":
        return words.t("Provisional summary of how the money was disposed")
    return words.t("Final summary of how the money was disposed")


def decided_how(how: str, words: Words) -> str:
    """Where a decision was made; the key itself for a way that has no name here."""
    t = words.t
    return {
        "system": t("Decided here by the chair"),
        "meeting": t("At a meeting"),
        "mail": t("By mail"),
        "phone": t("By telephone"),
        "written": t("In writing"),
    }.get(how, how)


def applicant_kind(kind: str, words: Words) -> str:
    t = words.t
    return {
        "person": t("Private person"),
        "group": t("Group of residents"),
        "association": t("Association"),
        "housing": t("Housing organisation"),
        "institution": t("Institution"),
        "municipal": t("Part of the municipality"),
        "company": t("Company"),
    }.get(kind, kind)


def outcome(key: str, words: Words) -> str:
    t = words.t
    return {
        "full": t("In full"),
        "part": t("In part"),
        "granted": t("Granted; what was asked for is not known"),
    }.get(key, key)


def by(question: str, words: Words) -> str:
    """What a breakdown goes by, as the head of its column."""
    t = words.t
    return {
        "focus_area": t("Focus area"),
        "result": t("Result"),
        "month": t("Month"),
        "place": t("Place"),
        "applicant_kind": t("Kind of applicant"),
    }.get(question, question)


def by_title(question: str, words: Words) -> str:
    t = words.t
    return {
        "focus_area": t("The money by focus area"),
        "result": t("The money by result of the theory of change"),
        "month": t("The money by month of the decision"),
        "place": t("The money by place"),
        "applicant_kind": t("The money by kind of applicant"),
    }.get(question, question)


def labels(pool: PoolYear, question: str, keys: Iterable[str], words: Words) -> str:
    """The names of ``keys``, a comma between."""
    known: dict[str, Text] = pool.labels.get(question, {})
    return ", ".join(words.text(known[key]) if key in known else key for key in keys)


def joined(names: list[str], words: Words) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return words.t("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])
