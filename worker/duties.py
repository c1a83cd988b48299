"""What comes back by itself, when, and which use case does it.

Each may be begun twice and stopped anywhere; none relies on having run at its time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session

from pool import schedule
from pool.cases import deadlines, forgetting
from pool.cases.house import House
from pool.identity import signin, tokens
from pool.plan import watch
from pool.schedule import Daily, Every, Spec

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Duty:
    """A kind of recurring work. ``do`` returns how much there was to do."""

    when: Every | Daily
    do: Callable[[House, datetime], int]


def _due_dates(house: House, now: datetime) -> int:
    return deadlines.fire_due(house, now)


def _drafts(house: House, now: datetime) -> int:
    return sum(forgetting.sweep(house, now))


def _fold(house: House, now: datetime) -> int:
    faults = watch.fold(house, now)
    for fault in faults:
        log.error("the books do not add up: %s", fault)
    return len(faults)


def _low_balances(house: House, now: datetime) -> int:
    return len(watch.low_balances(house, now))


def _forget(house: House, now: datetime) -> int:
    def work(session: Session) -> int:
        return (
            tokens.forget_old(session, now)
            + signin.forget_old(session, now)
            + schedule.forget_done(session, now)
        )

    return house.database.write(work)


DUTIES: dict[str, Duty] = {
    "due-dates": Duty(Every(timedelta(minutes=1)), _due_dates),
    "low-balances": Duty(Every(timedelta(minutes=5)), _low_balances),
    "drafts": Duty(Daily(time(3, 15)), _drafts),
    "forget": Duty(Daily(time(3, 45)), _forget),
    "fold": Duty(Daily(time(4, 15)), _fold),
}


def specs() -> tuple[Spec, ...]:
    """The kinds as the schedule wants them."""
    return tuple(Spec(kind, duty.when) for kind, duty in DUTIES.items())
