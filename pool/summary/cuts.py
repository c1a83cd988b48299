"""What counts as of a moment, as SQL conditions: the one place where the two axes are told apart.

*Recorded* axis: everything written by the end of a day, and decisions announced by then.
*Effective* axis: besides, only what is about a day up to the last one: a transfer's
``effective_on`` (known by month only: the month's last day), a decision's ``made_on``, the day an
application or report came, a recusal was declared, a case ended. What cites a transfer is never
before it, and nothing that moved for a decision is before that decision.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from pool.clock import local_day
from pool.models.case import IMPORT, Case, Decision
from pool.models.casework import DecisionEnd
from pool.models.journal import JournalEvent, JournalStream
from pool.models.ledger import Transfer
from pool.summary.model import Request
from workflows.calendar import end_of_day_utc


def after(day: date) -> datetime:
    """The first moment that is no longer ``day`` in Copenhagen, UTC."""
    return end_of_day_utc(day) + timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Cut:
    """``last_day`` None: the recorded axis."""

    known_at: datetime
    last_day: date | None

    @classmethod
    def of(cls, request: Request) -> Cut:
        return cls(request.known_at, request.effective_cut)

    def moment(self, column: Any) -> ColumnElement[bool]:
        """A moment at which something both happened and was written."""
        known: ColumnElement[bool] = column <= self.known_at
        return known if self.last_day is None else and_(known, column < after(self.last_day))

    def announced(self, of: Any = Decision) -> ColumnElement[bool]:
        """The decision was known to the applicant by then. One that was announced later is
        undisclosed then, and so is what it moved; one that was undone before its letter went was
        never made, once the undoing is known."""
        known = and_(
            col(of.announced_at) <= self.known_at,
            col(of.id).not_in(
                select(col(DecisionEnd.decision_id)).where(
                    col(DecisionEnd.how) == "undone", col(DecisionEnd.ended_at) <= self.known_at
                )
            ),
        )
        return known if self.last_day is None else and_(known, col(of.made_on) <= self.last_day)

    def reopened(self, end: Any) -> ColumnElement[bool]:
        """The end of a decision, outer-joined, is that it was taken up again by then."""
        parts = [col(end.how) == "reopened", col(end.ended_at) <= self.known_at]
        if self.last_day is not None:
            parts.append(col(end.effective_on) <= self.last_day)
        return and_(*parts)

    def moved(self, cited: Any) -> ColumnElement[bool]:
        """The transfer counts. ``cited`` is the transfer it cites, outer-joined; so must
        :class:`Decision` be."""
        parts: list[ColumnElement[bool]] = [
            col(Transfer.recorded_at) <= self.known_at,
            or_(col(Transfer.decision_id).is_(None), self.announced()),
        ]
        if self.last_day is not None:
            parts.append(col(Transfer.effective_on) <= self.last_day)
            parts.append(or_(cited.id.is_(None), cited.effective_on <= self.last_day))
        return and_(*parts)

    def known_case(self) -> ColumnElement[bool]:
        """The case counts as one by what was known then: it is no suggestion, it had been entered
        (one that came on paper or from another pool is entered after it was received), and it had
        not been sent on to another pool, where it counts instead."""
        entered = (
            select(literal(1))
            .select_from(JournalEvent)
            .join(JournalStream, col(JournalStream.id) == col(JournalEvent.stream_id))
            .where(
                col(JournalStream.key) == literal("case:") + cast(col(Case.id), String),
                col(JournalEvent.n) == 1,
                col(JournalEvent.recorded_at) <= self.known_at,
            )
            .correlate(Case)
        )
        other = aliased(Case, name="sent_on")
        sent_on = select(col(other.origin_id)).where(col(other.origin_kind) == "forwarded")
        return and_(
            col(Case.kind) != "suggestion",
            col(Case.received_at) <= self.known_at,
            or_(col(Case.channel).in_(("online", IMPORT)), entered.exists()),
            or_(
                col(Case.closed_at).is_(None),
                col(Case.closed_at) > self.known_at,
                col(Case.id).not_in(sent_on),
            ),
        )

    def there(self, decision_id: Any) -> ColumnElement[bool]:
        """The case was there: received, or decided (an imported case has no day of receipt).
        ``decision_id`` is that of its decision in force, outer-joined."""
        known = self.known_case()
        if self.last_day is None:
            return known
        came = and_(col(Case.channel) != IMPORT, col(Case.received_at) < after(self.last_day))
        return and_(known, or_(came, decision_id.is_not(None)))

    @property
    def day(self) -> date:
        """The last day that can count."""
        return self.last_day or local_day(self.known_at)

    def month_ends(self, year: int) -> list[tuple[int, Cut]]:
        """This cut at the end of each month of ``year`` that has begun, the last one cut where
        this one is."""
        found = []
        for month in range(1, 13):
            if date(year, month, 1) > self.day:
                break
            last = date(year, month, calendar.monthrange(year, month)[1])
            if self.last_day is not None:
                cut = Cut(self.known_at, min(last, self.last_day))
            else:
                cut = Cut(min(end_of_day_utc(last), self.known_at), None)
            found.append((month, cut))
        return found
