"""Answers to a pool's questions, whatever the pool asks: read from its definition, so that every
pool can be measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from benchmarks.client import Form
from pool.clock import local_day, now
from workflows.definition import Definition, Question

AMOUNT = "24.500"
"""Kroner. More than the short forms go to: the whole form is filled in."""

PARAGRAPH = (
    "Vi er en gruppe naboer, der vil gøre pladsen til et sted, hvor man standser op. Fire lørdage "
    "laver vi mad sammen, sætter lys op og inviterer opgang for opgang, så også de, der ikke "
    "plejer at komme, bliver spurgt af nogen, de kender. "
)
REASONS = (
    "Gruppen har lagt vægt på, at aktiviteten foregår i området, at den når naboer, der ellers "
    "ikke mødes, og at prisen står i rimeligt forhold til, hvor mange der får glæde af den."
)


def answers(definition: Definition, form: Form, *, title: str, email: str) -> dict[str, str]:
    """What a person fills in on this page of the application. Of questions that hang on others
    those are left out that a no makes needless."""
    found: dict[str, str] = {}
    for name in form.names:
        key, _, rest = name.removeprefix("q_").partition("-")
        question = definition.question(key)
        if not name.startswith("q_") or question is None:
            continue
        if question.type == "budget":
            found |= _budget(name, rest, definition)
        elif question.asked_when is None or question.asked_when.question == "applicant_kind":
            found |= {name: _answer(question, form.choices.get(name, []), title, email)}
    return {name: value for name, value in found.items() if value}


def _answer(question: Question, choices: list[str], title: str, email: str) -> str:
    if question.key == "title":
        return title
    match question.type:
        case "amount":
            return AMOUNT
        case "yesno":
            return "no"
        case "choice" | "choices":
            return choices[0] if choices else ""
        case "date":
            return f"{local_day(now()) + timedelta(days=40):%d.%m.%Y}"
        case "number":
            return str(max(1, question.minimum or 0, 60 if question.maximum is None else 1))
        case "email":
            return email
        case "phone":
            return "22 33 44 55"
        case "long":
            return (PARAGRAPH * 3)[: min(700, question.max_length or 700)].strip()
        case "text":
            return _text(question)
        case _:  # a CVR number, a file: of associations only, or not needed
            return ""


def _text(question: Question) -> str:
    known: Mapping[str, str] = {"contact_name": "Lene Bruun", "organisation": "Naboerne ved Ruten"}
    return known.get(question.key, "Pladsen ved Ruten")[: question.max_length or 200]


def _budget(name: str, rest: str, definition: Definition) -> dict[str, str]:
    """Two lines that add up to the amount."""
    row, _, part = rest.partition("-")
    if row not in ("0", "1"):
        return {}
    posts = [post.key for post in definition.budget_posts]
    cells = {
        "post": posts[int(row) % len(posts)],
        "text": ("Mad til fire lørdage", "Lys og skilte")[int(row)],
        "amount": ("20.000", "4.500")[int(row)],
    }
    return {name: cells[part]}


def inputs(form: Form) -> dict[str, str]:
    """What a colleague fills in on an action's page; what stands there already is left."""
    known = {
        "reasons": REASONS,
        "reason": REASONS,
        "questions": "Hvem står for det på dagen?",
        "note": "Gennemgået.",
        "record-made_where": "meeting",
        "record-took_part": "Karim Holm, Jens Winther",
        "record-stayed_out": "",
    }
    found = {name: known[name] for name in form.names if name in known}
    if "advice" in form.names:
        found["advice"] = form.choices["advice"][0]
    return found
