"""What a case wants of somebody, in words: for the inbox and for digests."""

from __future__ import annotations

from collections.abc import Mapping

from pool.cases import wants
from workflows.definition import Transition

WANTS: Mapping[int, str] = {
    wants.MOVE: "To be handled",
    wants.VOTE: "Vote in writing",
    wants.CONFIRM: "The vote is over: confirm what it led to",
    wants.ASSESS: "Give your assessment",
    wants.WRITTEN: "The applicant has written: read and answer",
    wants.LATE: "What the applicant owes is late: remind them, or go on",
    wants.CHECK: "Look into the vouchers",
    wants.BACK: "A payment did not arrive: see where it is to go, and pay it again",
    wants.TELL: "Ring, or print and post a letter",
    wants.TROUBLE: "A mail did not get through",
}
"""By code, texts of the catalogues; of a move the pool's own label is said, or that it is to be
decided."""
DECIDE = "To be decided"


def of_move(step: Transition) -> str | Mapping[str, str]:
    """What a step is called where it is wanted: a text of the catalogues, or the pool's own."""
    return DECIDE if step.outcome else step.label
