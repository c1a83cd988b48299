"""The December job: once a year the provisional summary is drafted, and the secretariat told.

``steering group … is briefed ultimo the year`` (the plan): the day is a setting. Begun late, or
by two workers at once, it still happens once.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from pool.cases.house import House
from pool.clock import local_day
from pool.identity.actor import SYSTEM
from pool.models.summary import SummaryEdition
from pool.summary import editions
from pool.summary import editions_mails as mails
from pool.summary.model import Request
from pool.summary.steering import years

log = logging.getLogger(__name__)

LATE = 31
"""Days of January in which last year's summary is still drafted, where nobody was there to do it
in December."""


def draft_due(
    house: House, now: datetime, *, day: tuple[int, int], pools: Sequence[str] = ()
) -> int:
    """Draft the summary that is due: how many (0 or 1). ``day`` is the month and day of the year
    it falls due on (Copenhagen); ``pools`` whose it is, else every pool whose year is in the
    books, together in one."""
    year, as_of = _due(local_day(now), day)
    if year is None:
        return 0
    key = _key(year, pools)
    with house.database.read() as session:
        if _there(session, key):
            return 0
        wanted = pools or house.definitions.keys
        found = tuple(one for one in wanted if year in years(session, one))
        if len(found) < len(pools):
            log.warning("of the pools of the year's summary only %s are in the books", found)
        if not found:
            return 0
        found = editions.largest_first(session, found, year)
        request = Request.make(found, year, "provisional", now=now, as_of=as_of)
        prepared = editions.prepare(session, house, request, key=key, by=SYSTEM.name, now=now)

    def work(session: Session) -> int:
        edition, new = editions.store(session, prepared, now)
        if new:
            mails.drafted(session, edition, now)
        return int(new)

    return house.database.write(work)


def _due(today: date, day: tuple[int, int]) -> tuple[int | None, date]:
    """The year whose summary is due, and the day it is as of."""
    if (today.month, today.day) >= day:
        return today.year, today
    if today.month == 1 and today.day <= LATE:
        return today.year - 1, date(today.year - 1, 12, 31)
    return None, today


def _key(year: int, pools: Sequence[str]) -> str:
    whose = "+".join(sorted(pools)) or "all"
    if len(whose) > 80:
        whose = hashlib.sha256(whose.encode()).hexdigest()
    return f"yearly:{year}:{whose}"


def _there(session: Session, key: str) -> bool:
    return (
        session.exec(select(SummaryEdition.id).where(col(SummaryEdition.key) == key)).one_or_none()
        is not None
    )
