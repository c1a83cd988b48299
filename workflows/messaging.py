"""Who is told what, and when: what a pool's file says of its messages, reminders and delays.

Frozen values, as in ``definition``, which offers these names too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workflows.vocabulary_messages import BEFORE, OPTIONAL

Approval = Literal["same", "another"]


@dataclass(frozen=True, slots=True)
class Messages:
    """``on``: the optional messages that are sent (``vocabulary.OPTIONAL``). ``drafts``: letters'
    templates that wait until a person lets them go. ``approval``: who may do so."""

    on: frozenset[str] = BEFORE
    drafts: frozenset[str] = frozenset()
    approval: Approval = "same"

    def sends(self, template: str) -> bool:
        """Whether a message is sent in this pool. What a pool cannot choose always is."""
        return template in self.on or template not in OPTIONAL


@dataclass(frozen=True, slots=True)
class Delay:
    """A promised day that cannot be kept; all days are working days. The secretariat is warned
    ``warn_days`` before it. Where ``automatic``, and nobody acts, the applicant is told
    ``notice_days`` before it, with ``reason``, and promised a day ``more_days`` later."""

    warn_days: int
    notice_days: int
    more_days: int
    automatic: bool = False
    reason: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reminders:
    """Calendar days. ``answer_before``: so long before an answer is due it is asked for again;
    ``payee_after``: so long after an applicant was asked whom to pay."""

    answer_before: int = 3
    payee_after: int = 7
