"""What the workers keep an eye on: that the balances are the sum of the transfers, and that
nobody is surprised by an empty pool, or by one that has money again. All are safe to repeat and to
stop anywhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

import pool.identity as identity
import pool.journal as journal
import pool.ledger as ledger
import pool.outbox as outbox
from pool.cases import money, opening, waiting
from pool.cases.house import House
from pool.cases.letters import person_recipient
from pool.clock import local_day
from pool.identity.actor import SYSTEM
from pool.ledger import known_breaks
from pool.models.definition import Marker
from pool.plan import alarms

log = logging.getLogger(__name__)

ALARMED = ("admin", "finance")
"""Who is told that the books do not add up."""
EMPTIED, REFILLED = "year.emptied", "year.refilled"
"""Kinds of events in the year's stream of the journal."""


def fold(house: House, now: datetime) -> tuple[str, ...]:
    """Fold every transfer against the balances, check chains and guards; what is wrong, a line
    each, with the transfers it is about. A finding is journaled and mailed once a day until it is
    mended or acknowledged (``pool.ledger.known_breaks``)."""
    with house.database.read() as session:
        found = (
            *ledger.verify(session).faults,
            *known_breaks.faults_of(session, journal.verify(session)),
        )
        lines = alarms.lines(session, known_breaks.sort(session, found).new)
    if not lines:
        return ()

    def alarm(session: Session) -> None:
        journal.write(
            session,
            "system",
            "ledger.alarm",
            SYSTEM,
            now=now,
            data={"findings": len(lines)},
            personal={"lines": list(lines[:20])},
        )
        pools = (None, *house.definitions.keys)
        people = {
            person.id: person
            for role in ALARMED
            for pool in pools
            for person in identity.people_with(session, role, pool)
        }
        for person in people.values():
            outbox.put(
                session,
                event=f"alarm:{local_day(now).isoformat()}",
                template="alarm",
                to=person_recipient(person),
                case_id=None,
                pool=None,
                data={
                    "found_at": now.isoformat(),
                    "lines": list(lines[:20]),
                    "link": None,
                },
                now=now,
            )

    house.database.write(alarm)
    return lines


def low_balances(house: House, now: datetime) -> tuple[str, ...]:
    """Warn the secretariat and the chair when less is free than a limit of the definition's
    ``warnings``: once for each limit, and again only after there was as much as it again. Where
    several are passed at once one mail is enough, which names the lowest. Returns the keys of the
    pools warned of."""
    return _each_pool(house, now, _low, "the balance of %s could not be looked at")


def openings(house: House, now: datetime) -> tuple[str, ...]:
    """Notice that a pool is used up by its announced figures, and that it has money again; tell
    the secretariat once of each. Returns the keys of the pools that changed."""
    return _each_pool(house, now, _opening, "whether %s is open could not be looked at")


def _each_pool(
    house: House, now: datetime, look: Callable[..., bool], failed: str
) -> tuple[str, ...]:
    changed = []
    for definition in house.definitions.all():
        try:
            if house.database.write(partial(look, house=house, pool=definition.key, now=now)):
                changed.append(definition.key)
        except Exception:
            log.exception(failed, definition.key)
    return tuple(changed)


def _low(session: Session, house: House, pool: str, now: datetime) -> bool:
    definition = house.definitions.current(pool)
    year = local_day(now).year
    found = money.year(session, pool, year)
    if found is None or found.state != "open":
        return False
    crossed = []
    for limit in definition.limits.warnings:
        mark = _mark(session, f"low:{found.id}:{limit}")
        if found.free >= limit:
            mark.value = ""
        elif not mark.value:
            mark.value = now.isoformat()
            crossed.append(limit)
        session.add(mark)
    if not crossed:
        return False
    lowest = min(crossed)
    journal.write(
        session,
        f"book-year:{found.id}",
        "year.low-balance",
        SYSTEM,
        now=now,
        data={"pool": pool, "year": year, "free": found.free, "limit": lowest},
    )
    _tell(
        session,
        house,
        pool,
        ("secretariat", "chair"),
        event=f"low:{found.id}:{lowest}:{now.isoformat()}",
        template="low-balance",
        data={"year": year, "free": found.free, "limit": lowest},
        now=now,
    )
    return True


def _opening(session: Session, house: House, pool: str, now: datetime) -> bool:
    """By the announced figures, which are what the pool's page goes by: a decision nobody may know
    of yet closes nothing."""
    definition = house.definitions.current(pool)
    waiting_list = definition.has(waiting.FEATURE)
    state = opening.opening(session, pool, now)
    if state.free is None:
        return False  # no year that is open: nothing to be told of
    found = money.year(session, pool, state.year)
    assert found is not None, "its figures were read"
    mark = _mark(session, f"empty:{found.id}")
    was_empty, is_empty = bool(mark.value), state.free <= 0
    if was_empty == is_empty:
        return False
    mark.value = now.isoformat() if is_empty else ""
    session.add(mark)
    event = journal.write(
        session,
        f"book-year:{found.id}",
        EMPTIED if is_empty else REFILLED,
        SYSTEM,
        now=now,
        data={"pool": pool, "year": state.year, "free": state.free},
    )
    _tell(
        session,
        house,
        pool,
        ("secretariat",),
        event=f"empty:{found.id}:{event.n}",
        template="pool-empty" if is_empty else "pool-refilled",
        data={"year": state.year, "free": state.free, "waiting_list": waiting_list},
        now=now,
    )
    return True


def _mark(session: Session, key: str) -> Marker:
    return session.get(Marker, key, with_for_update=True) or Marker(key=key, value="")


def _tell(
    session: Session,
    house: House,
    pool: str,
    roles: tuple[str, ...],
    *,
    event: str,
    template: str,
    data: Mapping[str, Any],
    now: datetime,
) -> None:
    """One mail to each person with one of ``roles`` in the pool."""
    session.flush()
    if not house.definitions.current(pool).sends(template):
        return
    people = {
        person.id: person for role in roles for person in identity.people_with(session, role, pool)
    }
    for person in people.values():
        outbox.put(
            session,
            event=event,
            template=template,
            to=person_recipient(person),
            case_id=None,
            pool=pool,
            data={
                "pool_name": dict(house.definitions.current(pool).name),
                "link": {"path": f"/styring/{pool}/{data['year']}"},
                **data,
            },
            now=now,
        )
