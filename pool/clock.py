"""The one place that asks the machine what time it is.

Everything below the entries is given the time as an argument; only entries (web, worker,
command line) call :func:`now`. Times are UTC with microseconds, days are Copenhagen's.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The calendar day it is in Copenhagen at ``moment`` (law time of the pools)."""
    return moment.astimezone(COPENHAGEN).date()


def local(moment: datetime) -> datetime:
    """``moment`` on Copenhagen's clock, for reading."""
    return moment.astimezone(COPENHAGEN)
