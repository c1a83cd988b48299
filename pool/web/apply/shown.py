"""Answers in words: for the review before sending, and for whoever reads the case."""

from __future__ import annotations

from typing import Any

from pool.render.words import Words
from workflows.definition import Definition, Question
from workflows.questions import shown


def in_words(
    definition: Definition, question: Question, value: Any, words: Words
) -> str | list[str]:
    """``value`` (as checked by ``workflows.questions``) as a person reads it; several lines of a
    budget or several choices as a list. No answer is empty."""
    if value is None or value == "" or value == []:
        return ""
    match question.type:
        case "yesno":
            return words.t("Yes") if value else words.t("No")
        case "choice":
            return ", ".join(words.text(one.label) for one in shown(definition, question, value))
        case "choices":
            return [words.text(one.label) for one in shown(definition, question, value)]
        case "date":
            return words.day(str(value))
        case "amount":
            return words.money(int(value))
        case "budget":
            return [*(_line(definition, row, words) for row in value), _total(value, words)]
        case _:
            return str(value)


def _line(definition: Definition, row: dict[str, Any], words: Words) -> str:
    post = next((p for p in definition.budget_posts if p.key == row["post"]), None)
    name = words.text(post.label) if post else str(row["post"])
    what = f"{name} – {row['text']}" if row["text"] else name
    return f"{what}: {words.money(row['amount'])}"


def _total(rows: list[dict[str, Any]], words: Words) -> str:
    return words.t("Total: %(sum)s", sum=words.money(sum(row["amount"] for row in rows)))
