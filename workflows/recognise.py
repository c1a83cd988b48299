"""Which of a pool's reasons a reason written elsewhere amounts to."""

from __future__ import annotations

from workflows.definition import Definition


def criterion(definition: Definition, text: str) -> str | None:
    """The key of the first refusal reason one of whose words (``recognise``) occurs in ``text``,
    whatever its capitals and line ends; None where none does. For reading records in: a person
    who decides chooses for themselves."""
    flat = " ".join(text.casefold().split())
    for reason in definition.refusal_reasons:
        if any(word.casefold() in flat for word in reason.recognise):
            return reason.key
    return None
