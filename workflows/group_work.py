"""How a working group works on its cases, as a pool's file says it: criteria of assessment,
meetings, written votes, suggestions.

Frozen values, as in ``definition``, which offers these names too. Days are calendar days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

HALF = "half"
"""The quorum of more than half of those entitled."""

Quorum = int | Literal["half"]
Majority = Literal["simple", "two-thirds", "unanimous"]
CriterionType = Literal["scale", "yesno"]
CaseKind = Literal["application", "suggestion"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """Something an application is judged by: on a scale from 1 to ``most``, or yes or no."""

    key: str
    label: Mapping[str, str]
    help: Mapping[str, str] | None = None
    type: CriterionType = "scale"
    most: int = 5


@dataclass(frozen=True, slots=True)
class Assessment:
    """How members assess an application. ``hidden_until_own``: what the others gave is shown to
    nobody who has not given an own one."""

    criteria: tuple[Criterion, ...]
    hidden_until_own: bool = False

    def criterion(self, key: str) -> Criterion | None:
        return next((one for one in self.criteria if one.key == key), None)


def _needed(quorum: Quorum, entitled: int) -> int:
    """More than half of ``entitled``, or the number itself."""
    return quorum if isinstance(quorum, int) else entitled // 2 + 1


@dataclass(frozen=True, slots=True)
class MeetingRules:
    """``deadline_days``: so long before a meeting an application must be in to be taken there."""

    quorum: Quorum
    deadline_days: int

    def needed(self, entitled: int) -> int:
        """How many of ``entitled`` members must be there. Whoever stays out of a case is not
        entitled in it (forvaltningsloven §§3-6)."""
        return _needed(self.quorum, entitled)


@dataclass(frozen=True, slots=True)
class VoteRules:
    """A written procedure. ``days``: how long a vote is open where nothing else is said."""

    quorum: Quorum
    majority: Majority
    days: int

    def needed(self, entitled: int) -> int:
        """How many of ``entitled`` members must have voted, abstentions included."""
        return _needed(self.quorum, entitled)

    def carried(self, yes: int, no: int) -> bool:
        """Whether a proposal with so many votes is carried. Abstentions count for neither side;
        where nobody is for it nothing is carried."""
        if yes < 1:
            return False
        match self.majority:
            case "unanimous":
                return no == 0
            case "two-thirds":
                return 3 * yes >= 2 * (yes + no)
            case _:
                return yes > no


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The pool takes suggestions: what happened or is needed, without a budget. ``intro`` stands
    above their form."""

    intro: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """One report in ``one_in`` is drawn to be looked into."""

    one_in: int
