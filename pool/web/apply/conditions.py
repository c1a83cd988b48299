"""When a question is to be answered, in words: for a page without scripts."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pool.render.words import Words
from workflows.definition import Definition, Question

_FEW = 3  # so many choices are named in full in the words of a condition


def with_condition(
    definition: Definition, question: Question, words: Words, help_text: str | None
) -> str:
    """The help with a sentence before it on when to answer. The sentence is for a page without
    scripts: with them the question comes and goes by itself (``conditional.js``)."""
    note = _condition_note(definition, question, words)
    if note is None:
        return help_text or ""
    return Markup("<span data-when-note>{} </span>{}").format(note, help_text or "")


def _condition_note(definition: Definition, question: Question, words: Words) -> str | None:
    rule = question.asked_when
    other = definition.question(rule.question) if rule else None
    if rule is None or other is None:
        return None
    about = words.text(other.label)
    if rule.answered:
        return words.t("Only to be answered if you have answered “%(question)s”.", question=about)
    if not rule.equals:
        return words.t("Only to be answered if it follows from “%(question)s”.", question=about)
    if other.type == "yesno":
        answer = words.t("Yes") if rule.equals[0] is True else words.t("No")
        return words.t(
            "Only to be answered if you say %(answer)s to “%(question)s”.",
            answer=answer.lower(),
            question=about,
        )
    named = {o.key: words.text(o.label) for o in other.options}
    these = [label for key, label in named.items() if key in rule.equals]
    others = [label for key, label in named.items() if key not in rule.equals]
    if len(these) > _FEW and len(others) < len(these):
        return words.t(
            "Not to be answered if you choose %(answers)s in “%(question)s”.",
            answers=_quoted(others, words),
            question=about,
        )
    return words.t(
        "Only to be answered if you choose %(answers)s in “%(question)s”.",
        answers=_quoted(these, words),
        question=about,
    )


def _quoted(labels: Sequence[str], words: Words) -> str:
    quoted = [words.t("“%(text)s”", text=label) for label in labels]
    if len(quoted) < 2:
        return "".join(quoted)
    return words.t("%(first)s or %(last)s", first=", ".join(quoted[:-1]), last=quoted[-1])
