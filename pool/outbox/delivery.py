"""Delivering: what the worker does with the outbox.

Every step that writes is a short unit of work; letters are made and the relay is spoken to between
them. A worker may die at any point: before ``sending`` is committed the message goes back to the
queue, after it the outcome is ``unknown`` until the relay has answered.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from pool.db import Database
from pool.models.outbox import Message
from pool.outbox import claiming, queries, relay
from pool.outbox.channels import Line
from pool.outbox.one_delivery import Delivery, held_since
from pool.outbox.outgoing import STEPS, Addresses, Outgoing
from pool.outbox.queue import QUEUES

log = logging.getLogger(__name__)

__all__ = ["STEPS", "Addresses", "Outgoing", "deliver_some"]


LINKS_FIRST = timedelta(minutes=1)
"""So long a link that is due has the rate limit's next mail; then its worker must be gone."""


def deliver_some(
    database: Database,
    outgoing: Outgoing,
    now: datetime,
    limit: int = 100,
    *,
    seconds: float = 60,
    queue: str | None = None,
) -> int:
    """Sweep, then try messages that are due, at most ``limit`` and none begun after ``seconds``;
    returns how many were tried. ``queue``: of this one only (:data:`pool.outbox.queue.QUEUES`).

    All go over one line, which is opened when the first needs it. Ends early where the relay
    cannot be reached or is paused; a pause because it fell silent after the final dot is not for
    links, which somebody waits for and which run out by themselves. ``now`` is when the call
    began; the steps count on from there.
    """
    started = time.monotonic()

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    with database.read() as session:
        left_behind = claiming.left_behind(session, moment())
    if left_behind:
        _sweep(database, outgoing, moment())
    if outgoing.relay is None:
        return 0
    tried = 0
    line: Line | None = None
    kinds = QUEUES[queue] if queue is not None else None
    try:
        while tried < limit and time.monotonic() - started < seconds:
            waits = _next(database, outgoing, moment(), kinds)
            if waits is None:
                break
            if isinstance(waits, datetime):
                pause = (waits - moment()).total_seconds()
                if pause > seconds - (time.monotonic() - started):
                    break
                time.sleep(max(pause, 0.005))
                continue
            tried += 1
            outgoing.on_step("claimed")
            line = line or outgoing.relay.open(outgoing.timeouts)
            if not Delivery(database, outgoing, line, moment, waits).run():
                break
    finally:
        if line is not None:
            line.close()
    return tried


def _sweep(database: Database, outgoing: Outgoing, now: datetime) -> None:
    try:
        database.write(lambda session: claiming.sweep(session, now, outgoing.on_end))
    except Exception:
        log.exception("what follows a message's end failed; its state is written without it")
        database.write(lambda session: claiming.sweep(session, now))


def _next(
    database: Database, outgoing: Outgoing, now: datetime, kinds: Sequence[str] | None
) -> Message | datetime | None:
    """A claimed message; from when on the rate limit allows one; or None: nothing to do now."""
    per_minute = outgoing.per_minute
    with database.read() as session:
        row = queries.relay_row(session)
        if row.paused_until is not None and row.paused_until > now:
            if row.failures or (kinds is not None and "link" not in kinds):
                return None
            kinds = ("link",)
        since = held_since(session)
        if not claiming.due(session, now, kinds=kinds, since=since):
            return None
        free_at = relay.free_at(session, now, per_minute)
        if free_at > now:
            return free_at
        gives_way = per_minute and kinds is not None and "link" not in kinds
        if gives_way and claiming.due(
            session, now, kinds=("link",), since=since, fresher_than=LINKS_FIRST
        ):
            return now + timedelta(seconds=min(1.0, 60 / per_minute))

    def claim(session: Session) -> Message | datetime | None:
        if not relay.take_slot(session, now, per_minute):
            return relay.free_at(session, now, per_minute)
        found = claiming.claim(session, now, outgoing.lease, kinds=kinds, since=held_since(session))
        if found is None:
            session.rollback()  # the slot is not used
        return found

    return database.write(claim)
