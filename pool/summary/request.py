"""What is asked for by a summary: whose year, and as of which moment on which axis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pool.clock import local_day
from workflows.calendar import end_of_day_utc

Edition = Literal["provisional", "final"]
Axis = Literal["recorded", "effective"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. The same request gives the same figures for ever.

    On the ``recorded`` axis what was written by the end of ``as_of`` counts. On the ``effective``
    axis what is about a day up to ``as_of`` counts, as far as it was written by ``known_at``.
    """

    pools: tuple[str, ...]
    year: int
    edition: Edition
    axis: Axis
    as_of: date
    known_at: datetime

    @property
    def effective_cut(self) -> date | None:
        """The last day that counts on the effective axis; None on the recorded one."""
        return self.as_of if self.axis == "effective" else None

    @property
    def day_is_over(self) -> bool:
        """Whether all that was written on ``as_of`` counts; not where it is asked for on the very
        day, or as it was known earlier."""
        return self.known_at >= end_of_day_utc(self.as_of)

    @classmethod
    def make(
        cls,
        pools: tuple[str, ...],
        year: int,
        edition: Edition,
        *,
        now: datetime,
        as_of: date | None = None,
        axis: Axis = "recorded",
        known_at: datetime | None = None,
    ) -> Request:
        """A request with what was left out filled in: today, and what is known now. Nothing after
        ``now`` can be known."""
        day = as_of or local_day(now)
        known = min(known_at or now, now)
        if axis == "recorded":
            known = min(known, end_of_day_utc(day))
        return cls(pools, year, edition, axis, day, known)
