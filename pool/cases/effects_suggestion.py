"""Answering a suggestion, or making a case of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pool.cases.effects import Firing
from pool.cases.errors import Invalid
from pool.models.case import Case
from workflows.questions import AnswerFault


def reply(firing: Firing) -> None:
    """The answer stands in the journal, in the letter, and on its author's page."""
    firing.personal["answer"] = firing.inputs["answer"]


def take_up(firing: Firing) -> None:
    """Nobody says of a suggestion that it became a case which did not come out of it."""
    became = firing.session.get(Case, firing.inputs["becomes"])
    if became is None or (became.origin_id, became.origin_kind) != (
        firing.case_id,
        "suggestion",
    ):
        raise Invalid((AnswerFault("becomes", "case"),))
    firing.data["becomes"] = became.id


EFFECTS: Mapping[str, Callable[[Firing], None]] = {"reply": reply, "take-up": take_up}
