"""The December job: once a year the provisional summary is drafted, and the secretariat told.

``steering group … is briefed ultimo the year`` (the plan): the day is a setting. Begun late, or
by two workers at once, it still happens once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import SYSTEM
from pool.models.summary import SummaryEdition
from pool.summary import editions
from pool.summary import editions_mails as mails
from pool.summary import editions_people as people
from pool.summary.model import Request
from pool.summary.steering import years

log = logging.getLogger(__name__)

LATE = 31
"""Days of January in which last year's summary is still drafted, where nobody was there to do it
in December."""


def draft_due(
    house: House, now: datetime, *, day: tuple[int, int], pools: Sequence[str] = ()
) -> int:
    """Draft the summaries that are due: how many. ``day`` is the month and day of the year they
    fall due on (Copenhagen); ``pools`` whose they are, else every pool whose year is in the books.

    All in one where somebody can work on all of them, else one for each pool, so that none is
    made that nobody can open. A pool nobody can work on waits until somebody can.
    """
    year, as_of = _due(local_day(now), day)
    if year is None:
        return 0
    with house.database.read() as session:
        groups = _groups(session, pools or house.definitions.keys, year, told=bool(pools))
        prepared = [
            editions.prepare(
                session,
                house,
                Request.make(group, year, "provisional", now=now, as_of=as_of),
                key=_key(year, group),
                by=SYSTEM.name,
                now=now,
            )
            for group in groups
        ]
    return sum(house.database.write(partial(_store, one, now)) for one in prepared)


def _store(prepared: dict[str, Any], now: datetime, session: Session) -> int:
    edition, new = editions.store(session, prepared, now)
    if new:
        mails.drafted(session, edition, now)
    return int(new)


def _groups(
    session: Session, wanted: Sequence[str], year: int, *, told: bool
) -> list[tuple[str, ...]]:
    """The pools that still lack their summary, as they come together; ``told``: they are named
    in a setting."""
    drafted = _drafted(session, year)
    left = [one for one in dict.fromkeys(wanted) if one not in drafted]
    found = [one for one in left if year in years(session, one)]
    if told and len(found) < len(left):
        log.warning("of the pools of the year's summary only %s are in the books", found)
    able = []
    for pool in found:
        if people.secretaries(session, [pool]):
            able.append(pool)
        else:
            log.warning("nobody can work on the year's summary of %s: it is not drafted", pool)
    ordered = editions.largest_first(session, able, year)
    if not ordered or people.secretaries(session, ordered):
        return [ordered] if ordered else []
    return [(one,) for one in ordered]


def _due(today: date, day: tuple[int, int]) -> tuple[int | None, date]:
    """The year whose summary is due, and the day it is as of."""
    if (today.month, today.day) >= day:
        return today.year, today
    if today.month == 1 and today.day <= LATE:
        return today.year - 1, date(today.year - 1, 12, 31)
    return None, today


def _key(year: int, pools: Sequence[str]) -> str:
    whose = "+".join(sorted(pools))
    if len(whose) > 80:
        whose = hashlib.sha256(whose.encode()).hexdigest()
    return f"yearly:{year}:{whose}"


def _drafted(session: Session, year: int) -> set[str]:
    """The pools that have their summary of the year, alone or with others: the setting or the
    roles may have changed since."""
    rows = session.exec(
        select(SummaryEdition.pools).where(col(SummaryEdition.key).startswith(f"yearly:{year}:"))
    )
    return {pool for pools in rows for pool in pools}
