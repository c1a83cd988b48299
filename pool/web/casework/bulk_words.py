"""What many cases said to one act, in words: why not, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pool.ledger as ledger
from pool.cases.announcing_drafts import Edited
from pool.cases.bulk_firing import Outcome
from pool.cases.errors import CommandReused, Invalid, Refused, Stale
from pool.models.case import Case
from pool.outbox import MessageStateError
from pool.web.casework.wording import hindrances
from pool.web.context import read
from pool.web.forms import fault_text
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import Definition
from workflows.explain import Explanation
from workflows.questions import AnswerFault


def not_allowed(explanation: Explanation, definition: Definition) -> list[str]:
    """Every reason why not, a sentence each."""
    return [one.sentence for one in hindrances(explanation, definition, speak())]


def faulty(faults: Sequence[AnswerFault]) -> list[str]:
    """What is wrong with what was typed."""
    return [fault_text(fault, speak()) for fault in faults]


def refused(error: Exception, definition: Definition) -> list[str]:
    """Why one case was left as it is."""
    match error:
        case Refused():
            return not_allowed(error.explanation, definition)
        case Invalid():
            return faulty(error.faults)
        case Stale():
            return [t("Somebody else changed the case meanwhile. Look at it and try again.")]
        case CommandReused():
            return [t("This page was sent before with something else in it.")]
        case ledger.NotEnough():
            left = speak().money(error.free)
            return [t("The pool has only %(free)s left.", free=left)]
        case ledger.YearClosed():
            return [t("The books of the year take no more.")]
        case Edited():
            return [
                t(
                    "A colleague has changed the letter since you saw it, so it was not sent. "
                    "Look at it again."
                )
            ]
        case MessageStateError():
            return [t("The letter is no draft any more: the decision was announced or undone.")]
        case _:
            return [t("The case is not here for you.")]


@dataclass(frozen=True, slots=True)
class Results:
    """A line for each case, in their order, and how many are told of by their number alone:
    those that their reader may not see (any more)."""

    rows: Sequence[dict[str, Any]]
    gone: int = 0

    @property
    def done(self) -> int:
        return sum(bool(row["done"]) for row in self.rows)


def results(outcomes: Sequence[Outcome], *, wanted: int) -> Results:
    """How the ``wanted`` cases went. One that its reader may not see is not named."""
    found: list[dict[str, Any]] = []
    for outcome in outcomes:
        case = read().get(Case, outcome.order.case_id)
        if case is None:
            continue
        definition = house().definitions.version(read(), case.pool, case.definition_version)
        move = definition.transition(outcome.order.action)
        if outcome.result is not None:
            done = definition.state(outcome.result.state).staff
            found.append(_line(case, t("Done: %(state)s", state=speak().text(done)), "ok", []))
            continue
        error = outcome.error
        assert error is not None, "an outcome has one of the two"
        if move is None or type(error).__name__ == "NotFound":
            continue
        found.append(_line(case, t("Not done"), "stop", refused(error, definition)))
    return Results(found, wanted - len(found))


def _line(case: Case, said: str, tone: str, why: list[str]) -> dict[str, Any]:
    return {
        "number": case.number,
        "title": case.title,
        "said": said,
        "tone": tone,
        "why": why,
        "done": tone == "ok",
    }
