"""What comes back by itself, when, and which use case does it.

Each may be begun twice and stopped anywhere; none relies on having run at its time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlmodel import Session

from pool import schedule
from pool import settings as settings_room
from pool.books import taking as books
from pool.cases import deadlines, digests, forgetting, messages_failed, search
from pool.cases.house import House
from pool.identity import signin, tokens
from pool.imports import runs as imports
from pool.meetings import ballots, papers
from pool.plan import heads, snapshots, waiting, watch
from pool.schedule import Daily, Every, Spec
from pool.summary import editions_files, yearly

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """A kind of recurring work. ``do`` returns how much there was to do."""

    when: Every | Daily
    do: Callable[[House, datetime], int]


def _due_dates(house: House, now: datetime) -> int:
    return deadlines.fire_due(house, now)


def _drafts(house: House, now: datetime) -> int:
    waiting_files = imports.forget(house, now) + books.forget(house, now)
    return sum(forgetting.sweep(house, now)) + waiting_files


def _fold(house: House, now: datetime) -> int:
    faults = watch.fold(house, now)
    for fault in faults:
        log.error("the books do not add up: %s", fault)
    return len(faults)


def _low_balances(house: House, now: datetime) -> int:
    return len(watch.low_balances(house, now))


def _openings(house: House, now: datetime) -> int:
    return len(watch.openings(house, now))


def _waiting_list(house: House, now: datetime) -> int:
    return waiting.call(house, now)


def _snapshots(house: House, now: datetime) -> int:
    return snapshots.take(house, now)


def _chain_heads(house: House, now: datetime) -> int:
    return heads.weekly(house, settings_room.load().anchor_addresses, now)


def _forget(house: House, now: datetime) -> int:
    def work(session: Session) -> int:
        return (
            tokens.forget_old(session, now)
            + signin.forget_old(session, now)
            + schedule.forget_done(session, now)
        )

    return house.database.write(work)


def _summary_yearly(house: House, now: datetime) -> int:
    settings = settings_room.load()
    return yearly.draft_due(house, now, day=settings.summary_due, pools=settings.summary_pool_keys)


def _ring_or_print(house: House, now: datetime) -> int:
    return messages_failed.ring_or_print(house, now)


def _digests(house: House, now: datetime) -> int:
    return digests.tell_due(house, now)


DUTIES: dict[str, Duty] = {
    "ring-or-print": Duty(Every(timedelta(minutes=1)), _ring_or_print),
    "digests": Duty(Daily(time(7)), _digests),  # weekly ones on the week's first working day
    "due-dates": Duty(Every(timedelta(minutes=1)), _due_dates),
    "low-balances": Duty(Every(timedelta(minutes=5)), _low_balances),
    "openings": Duty(Every(timedelta(minutes=5)), _openings),
    "waiting-list": Duty(Every(timedelta(minutes=5)), _waiting_list),
    "snapshots": Duty(Daily(time(2, 45)), _snapshots),
    "drafts": Duty(Daily(time(3, 15)), _drafts),
    "forget": Duty(Daily(time(3, 45)), _forget),
    "fold": Duty(Daily(time(4, 15)), _fold),
    "chain-heads": Duty(Daily(time(5, 15)), _chain_heads),  # in each week once
    "summary-yearly": Duty(Daily(time(6, 15)), _summary_yearly),
}


def _signin_locked(house: House, payload: Mapping[str, Any], now: datetime) -> bool:
    house.database.write(lambda session: signin.tell_locked(session, payload, now))
    return True


Errand = Callable[[House, Mapping[str, Any], datetime], bool]
"""Work asked for once, in slices of some twenty seconds: given its job's payload (ids and codes);
True when all of it is done. How far it came stands in the database."""

ERRANDS: dict[str, Errand] = {
    editions_files.ERRAND: editions_files.work,
    imports.ERRAND: imports.work,
    papers.ERRAND: papers.work,
    search.ERRAND: search.work,
    signin.LOCKED: _signin_locked,
    ballots.CLOSE: ballots.close_due,
    ballots.REMIND: ballots.remind_due,
}
"""By the kind of the job that asks for it (``pool.schedule.ensure``)."""


def specs() -> tuple[Spec, ...]:
    """The kinds as the schedule wants them."""
    return tuple(Spec(kind, duty.when) for kind, duty in DUTIES.items())
