"""How the house itself fares: what waits to be sent, what is done again and again, whether the
books add up, who may do what. Read by its administrators; a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

import pool.identity as identity
import pool.journal as journal
import pool.ledger as ledger
from pool import schedule
from pool.cases.house import House
from pool.models.definition import DefinitionVersion
from pool.models.identity import Person, PersonRole
from pool.models.outbox import Message, Relay
from pool.models.schedule import Job, Recurring
from pool.outbox import queries as outbox

FOLD = "fold"
"""The recurring work that folds the books anew."""

LATE = timedelta(minutes=15)
"""What is due is taken up within seconds; later than this nobody takes it."""


@dataclass(frozen=True, slots=True)
class Fold:
    """The last time every balance was compared with its transfers. ``findings``: how many things
    did not agree."""

    at: datetime
    findings: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a pool's definition that was used. ``current``: new cases begin with it."""

    pool: str
    number: int
    sha256: str
    first_used_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who signs in, with their roles by pool (None: in all)."""

    person: Person
    roles: Mapping[str | None, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Condition:
    """The house at one moment."""

    messages: Mapping[str, int]
    oldest_waiting: datetime | None
    """Since when the oldest message that is due has waited."""
    queues: tuple[outbox.QueueHealth, ...]
    troubled: int
    """Messages a person must look at."""
    relay: Relay
    paused_until: datetime | None
    duties: tuple[Recurring, ...]
    late: tuple[Recurring, ...]
    """Of these, those that should have been begun and were not."""
    pending: int
    given_up: tuple[Job, ...]
    fold: Fold | None
    heads: tuple[ledger.Head, ...]
    streams: tuple[journal.Head, ...]
    """The journal's chains but those of cases and years, which are counted."""
    case_streams: int
    year_streams: int
    versions: tuple[Version, ...]
    people: tuple[Colleague, ...]


def condition(session: Session, house: House, now: datetime) -> Condition:
    """Everything at once."""
    duties = tuple(schedule.state_of_recurring(session))
    streams = journal.heads(session)
    return Condition(
        messages=outbox.counts(session),
        oldest_waiting=session.execute(
            select(func.min(col(Message.next_try_at))).where(
                col(Message.state) == "queued", col(Message.next_try_at) <= now
            )
        ).scalar_one(),
        queues=outbox.health(session, now),
        troubled=len(outbox.troubled(session)),
        relay=outbox.relay_row(session),
        paused_until=outbox.paused(session, now),
        duties=duties,
        late=tuple(duty for duty in duties if duty.next_due < now - LATE),
        pending=len(schedule.pending(session)),
        given_up=tuple(schedule.given_up(session)),
        fold=_fold(session, duties),
        heads=tuple(ledger.heads(session)),
        streams=tuple(one for one in streams if ":" not in one.stream),
        case_streams=sum(one.stream.startswith("case:") for one in streams),
        year_streams=sum(one.stream.startswith("book-year:") for one in streams),
        versions=_versions(session, house),
        people=_people(session),
    )


def _fold(session: Session, duties: tuple[Recurring, ...]) -> Fold | None:
    """A fold that finds something writes an alarm while it runs."""
    duty = next((one for one in duties if one.kind == FOLD), None)
    if duty is None or duty.last_good is None:
        return None
    alarms = journal.read(session, "system", kinds=("ledger.alarm",))
    began = duty.last_started or duty.last_good
    of_it = [alarm for alarm in alarms if alarm.recorded_at >= began]
    return Fold(duty.last_good, int(of_it[-1].data.get("findings", 0)) if of_it else 0)


def _versions(session: Session, house: House) -> tuple[Version, ...]:
    rows = session.execute(
        select(DefinitionVersion).order_by(
            col(DefinitionVersion.pool), col(DefinitionVersion.version).desc()
        )
    ).scalars()
    current = {(one.key, one.version) for one in house.definitions.all()}
    return tuple(
        Version(
            row.pool,
            row.version,
            row.sha256,
            row.first_used_at,
            (row.pool, row.version) in current,
        )
        for row in rows
    )


def _people(session: Session) -> tuple[Colleague, ...]:
    roles: dict[int, dict[str | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in session.execute(select(PersonRole)).scalars():
        roles[row.person_id][row.pool].add(row.role)
    return tuple(
        Colleague(
            person,
            {pool: frozenset(held) for pool, held in roles[person.id or 0].items()},
        )
        for person in identity.everybody(session)
    )
