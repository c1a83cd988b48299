"""The page that lists every word a definition may use."""

from __future__ import annotations

from collections.abc import Mapping

from workflows import vocabulary as words
from workflows.definition import LANGUAGES

_INTRO = """\
# The words of a definition

A pool is one TOML file: `workflows/definitions/*.toml` are those of the plan, and the folder in
`PULJEN_DEFINITIONS_DIR` adds more. The quickest way to a new pool is to copy the file that is most
like it, give it a `key` and a `prefix` of its own, and change it until `puljen workflow check FILE`
says that there is no fault. Every text stands in the languages {languages}. Amounts are written as
people write them (`"10.000 kr."`). Any change is a new `version`.

This page is made from the programme's vocabulary. A name that is not on it is a fault."""


def vocabulary_page() -> str:
    """Markdown, English: the reader writes definitions."""
    guards = {name: text["en"] for name, text in words.GUARDS.items()}
    features = {name: sentence["en"] for name, sentence in words.FEATURES.items()}
    reserved = {name: f"Type: {' or '.join(types)}." for name, types in
                words.RESERVED_QUESTIONS.items()}  # fmt: skip
    needed = ", ".join(f"`{name}`" for name in words.NEEDED_QUESTIONS)
    parts = [
        _INTRO.format(languages=" and ".join(LANGUAGES)),
        _section("Roles", words.ROLES),
        _section("Guards: conditions of a transition", guards),
        _section("Inputs: what a transition asks for", words.INPUTS),
        _section("Effects: what a transition does", words.EFFECTS),
        _section("Letters: to the applicant", words.LETTERS),
        _section("Notices: to others", words.NOTICES),
        _section("Messages a pool switches on, in [messages] on", words.OPTIONAL),
        _section(
            "Letters that may wait as drafts, in [messages] drafts",
            {name: f"Of the letter {letter}." for name, letter in words.DRAFTS.items()},
        ),
        _section("Due dates", words.DEADLINES),
        _section("Features: off unless switched on", features),
        _section("Types of question", words.QUESTION_TYPES),
        _section("Questions with a meaning of their own", reserved),
        f"Both forms must ask {needed}.",
    ]
    return "\n\n".join(parts) + "\n"


def _section(title: str, entries: Mapping[str, str]) -> str:
    lines = (f"- `{name}`: {sentence}" for name, sentence in entries.items())
    return f"## {title}\n\n" + "\n".join(lines)
