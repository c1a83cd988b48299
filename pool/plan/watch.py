"""What the workers keep an eye on: that the balances are the sum of the transfers, and that
nobody is surprised by an empty pool. Both are safe to repeat and to stop anywhere."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from sqlmodel import Session

import pool.identity as identity
import pool.journal as journal
import pool.ledger as ledger
import pool.outbox as outbox
from pool.cases import money
from pool.cases.house import House
from pool.cases.letters import person_recipient
from pool.clock import local_day
from pool.identity.actor import SYSTEM
from pool.models.definition import Marker

log = logging.getLogger(__name__)

ALARMED = ("admin", "finance")
"""Who is told that the books do not add up."""


def fold(house: House, now: datetime) -> tuple[str, ...]:
    """Fold every transfer against the balances, check chains and guards; what is wrong, a line
    each. A finding is journaled and mailed once a day until it is mended."""
    with house.database.read() as session:
        lines = tuple(str(finding) for finding in ledger.verify(session).faults)
        lines += tuple(str(finding) for finding in journal.verify(session))
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
    """Warn the secretariat and the chair, once, when less than the definition's ``low_balance``
    is free; again only after it has been above. Returns the keys of the pools warned of."""
    warned = []
    for definition in house.definitions.all():
        try:
            low = house.database.write(partial(_low, house=house, pool=definition.key, now=now))
        except Exception:
            log.exception("the balance of %s could not be looked at", definition.key)
            continue
        if low:
            warned.append(definition.key)
    return tuple(warned)


def _low(session: Session, house: House, pool: str, now: datetime) -> bool:
    definition = house.definitions.current(pool)
    year = local_day(now).year
    found = money.year(session, pool, year)
    if found is None or found.state != "open":
        return False
    key = f"low:{pool}:{year}"
    mark = session.get(Marker, key, with_for_update=True)
    if found.free >= definition.limits.low_balance:
        if mark is not None and mark.value:
            mark.value = ""
            session.add(mark)
        return False
    if mark is not None and mark.value:
        return False
    mark = mark or Marker(key=key, value="")
    mark.value = now.isoformat()
    session.add(mark)
    session.flush()
    journal.write(
        session,
        f"book-year:{found.id}",
        "year.low-balance",
        SYSTEM,
        now=now,
        data={
            "pool": pool,
            "year": year,
            "free": found.free,
            "limit": definition.limits.low_balance,
        },
    )
    people = {
        person.id: person
        for role in ("secretariat", "chair")
        for person in identity.people_with(session, role, pool)
    }
    for person in people.values():
        outbox.put(
            session,
            event=f"{key}:{now.isoformat()}",
            template="low-balance",
            to=person_recipient(person),
            case_id=None,
            pool=pool,
            data={
                "pool_name": dict(definition.name),
                "year": year,
                "free": found.free,
                "limit": definition.limits.low_balance,
                "link": {"path": f"/styring/{pool}/{year}"},
            },
            now=now,
        )
    return True
