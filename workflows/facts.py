"""What is known of a case, and who is asking: all that the rules look at.

Pure values, gathered by the casework inside its unit of work. Amounts are øre.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

YearState = Literal["open", "closing", "closed"]


@dataclass(frozen=True, slots=True)
class Facts:
    """One case as it stands.

    ``granted`` is what the decision gave; ``held``, ``paid`` and ``returned`` are the ledger's
    sums for the case (``paid`` without what came back subtracted). ``free`` is what the pool
    has left in the case's year.
    """

    state: str
    today: date
    """The day it is in Copenhagen."""
    year: int
    year_state: YearState | None
    """None: no year was opened in the books."""
    asked: int | None = None
    free: int = 0
    spoken_for: int = 0
    """What earlier applications ask for that wait for money, or have waited and are not decided."""
    granted: int = 0
    held: int = 0
    paid: int = 0
    returned: int = 0
    spent: int | None = None
    """As reported; None until a report says so."""
    imported: bool = False
    """Out of another pool's records: what was not published there is not known here, and was
    decided already."""
    complete: bool = False
    """No required answer is missing (``questions.missing`` is empty)."""
    open_questions: int = 0
    open_hearings: int = 0
    """Facts from others sent to the applicant and not yet answered or run out (§19): the day is
    today or lies ahead."""
    report_received: bool = False
    recommended: bool = False
    """A recommendation to the group has been made."""
    decided: bool = False
    decided_by: int | None = None
    """Person id of who entered the decision."""
    decided_before: frozenset[int] = frozenset()
    """Person ids of those who entered the decisions whose grant it raised or lowered."""
    announced: bool = False
    """The decision in force has been made known to the applicant."""
    recused: frozenset[int] = frozenset()
    """Person ids of those with an interest in this case (§§3–6)."""
    received_on: date | None = None
    promised_on: date | None = None
    """The day an answer was last promised for; kept while the clock is paused."""
    paused_on: date | None = None
    """Since when the clock is paused; None while it runs."""
    decided_on: date | None = None
    """The day the decision in force was made."""
    paid_on: date | None = None
    """The day of the first payment."""
    last_paid_on: date | None = None
    """The day of the newest payment that stands."""
    starts_on: date | None = None
    ends_on: date | None = None
    kind: str = "application"
    """``application``, ``suggestion``, ``initiative``."""
    urgent: bool = False
    hearing_unended: bool = False
    """A hearing was begun and neither answered nor called off; its day may have passed."""
    heard_since: bool = False
    """The applicant was heard since the decision in force, and the hearing is over."""
    checklist_done: bool = False
    """Every point of the pool's checklist has a mark."""
    letter_unsent: bool = False
    """A decision is in force, and no letter of it to the applicant has left."""
    open_ballot: bool = False
    """The group is voting on the case in writing."""
    vote_failed: bool = False
    """The group voted on the case as it is now, and did not carry it, or too few voted."""
    at_meeting: bool = False
    """The case is a point of a meeting that is open, and not decided there yet."""
    grant_type: str = "fixed"
    """Of the decision in force: ``fixed`` or ``deficit``."""
    advance: int | None = None
    """Of a deficit guarantee: what is paid beforehand."""
    income: int | None = None
    """As reported: what came in besides the grant."""
    other_pools: frozenset[str] = frozenset()
    """Keys of the house's other pools, to which a case can be sent."""
    earmarks: Mapping[int, int] = field(default_factory=dict)
    """What is left of the year's earmarks, by the account's id; those that have something."""
    own_earmark: int = 0
    """What is left of the earmark the grant came from."""
    payee_known: bool = False
    """Who is to be paid has been told."""
    listed: bool = False
    """A payment of the case is on a payment list, neither paid nor dropped."""
    by_list: bool = False
    """This very move pays a line of a released list: put there by whoever fires it."""
    instalments_left: int = 0
    """Instalments that are not paid; 0 where the grant has none."""
    payment_standing: bool = False
    """A payment has not failed, nothing of it came back, and its year is not closed, or
    the present one takes grants, so that it can be paid again of that one's money."""
    payments: Mapping[int, date] = field(default_factory=dict)
    """Those that stand so, by their id, with the day each was paid on; the oldest first."""
    return_standing: bool = False
    """The newest money that came back can still be taken out of the books: the year's state allows
    it, and where it went it still is."""
    payment_year_missing: bool = False
    """It would stand, but its year is closed and the present one takes no grants."""
    reminders: int = 0
    """How often the applicant was reminded of the report that is due."""
    report_posts: tuple[str, ...] = ()
    """Posts of the budget that the report must account for; none where it need not."""
    spot_check: Literal["", "drawn", "checked"] = ""
    """Whether the report was drawn to be looked into, and whether that was done."""
    claim: int = 0
    """What was asked back by a day and has not come yet; 0 where nothing is asked."""
    payments_held: bool = False
    """Payments are held in the whole house: after an old copy of the database was put back somebody
    has to compare first."""
    next_year_open: bool = False
    """The year after the one that holds the money takes new grants."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who wants to act, with the roles held *for this pool*.

    The applicant of the case has ``{"applicant"}`` and no person id, a worker ``{"system"}``.
    """

    person_id: int | None
    roles: frozenset[str]
