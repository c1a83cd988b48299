"""Working days of a Danish municipality, and the end of a day in law time.

The public holidays come from the ``holidays`` library (which knows that the Great Prayer Day went
after 2023). Closed besides, by custom and agreement: Constitution Day, Christmas Eve and
New Year's Eve.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from pool.clock import COPENHAGEN

CLOSED = ((6, 5), (12, 24), (12, 31))
"""(month, day) of the days a municipality is closed on without their being holidays by law."""

_SATURDAY = 5


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    import holidays  # slow to import: only when it is needed

    return frozenset(holidays.country_holidays("DK", years=year))


def is_working_day(day: date) -> bool:
    """Neither weekend nor holiday nor one of :data:`CLOSED`."""
    return (
        day.weekday() < _SATURDAY
        and (day.month, day.day) not in CLOSED
        and day not in _holidays(day.year)
    )


def add_working_days(day: date, count: int) -> date:
    """The ``count``-th working day after ``day`` (which itself does not count). For 0 the day
    itself, or the next working day. Raises ValueError for a negative count."""
    if count < 0:
        raise ValueError("working days are counted forwards")
    while not is_working_day(day) and count == 0:
        day += timedelta(days=1)
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Working days after ``first``, up to and with ``last``; 0 where ``last`` is not later."""
    days = (last - first).days
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, days + 1))


def end_of_day_utc(day: date) -> datetime:
    """The last second of ``day`` in Copenhagen, as UTC: what is due *that day* is due then."""
    return datetime.combine(day, time(23, 59, 59), COPENHAGEN).astimezone(UTC)
