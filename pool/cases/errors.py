"""What can keep a person from doing a thing, as errors the pages turn into sentences."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.explain import Explanation
from workflows.questions import AnswerFault


class CaseError(Exception):
    """Base of every refusal of the casework."""


class NotFound(CaseError):
    """No such case for this person: absent, of another pool, or locked by recusal."""


class Invalid(CaseError):
    """What was typed has faults; each names its field."""

    def __init__(self, faults: tuple[AnswerFault, ...]) -> None:
        super().__init__(", ".join(f"{fault.key}: {fault.code}" for fault in faults))
        self.faults = faults


class Refused(CaseError):
    """The rules say no. ``explanation`` has every reason and who could remove it."""

    def __init__(self, explanation: Explanation) -> None:
        super().__init__(f"{explanation.action}: {[o.code for o in explanation.obstacles]}")
        self.explanation = explanation


class Stale(CaseError):
    """Somebody else moved the case since the page was opened."""

    def __init__(self, case_id: int, seen: int, now: int) -> None:
        super().__init__(f"case {case_id}: seen version {seen}, now {now}")
        self.case_id = case_id
        self.seen = seen
        self.now = now


class TakenUp(CaseError):
    """The suggestion is no longer open: it became another case (``number``), or was answered
    (None)."""

    def __init__(self, number: str | None) -> None:
        super().__init__(number or "answered")
        self.number = number


class CommandReused(CaseError):
    """One command id with two contents or two actors: a fault or an attack, never a retry."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a pool takes no applications now. ``code``: ``no-year`` or ``empty``."""

    code: str


class PoolClosed(CaseError):
    """The pool takes no applications now."""

    def __init__(self, closed: Closed) -> None:
        super().__init__(closed.code)
        self.closed = closed
