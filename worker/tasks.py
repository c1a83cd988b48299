"""The tasks. All mean *look now*: what there is to do stands in the database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from pool import clock, schedule
from pool import settings as settings_room
from pool.cases import messages_failed
from pool.cases.house import House
from pool.holds import marks
from pool.models.schedule import Job
from pool.outbox.kept import make_kept
from pool.schedule import LeaseLost
from worker import delivery, queue
from worker.app import BEGIN_WITHIN, DEFAULT, DELIVERING, DIGESTS, LETTERS, LINKS, app
from worker.duties import DUTIES, ERRANDS, specs
from worker.links import addresses
from worker.parts import house

log = logging.getLogger(__name__)


MOST = 500
"""Mails of one call."""


def _deliver(name: str) -> int:
    """Send what is due of one queue; how many were tried. What is left after a minute is left to
    the next call: one that has more to do says so at once."""
    settings = settings_room.load()
    here = house()
    begun, longest = time.monotonic(), BEGIN_WITHIN.total_seconds()
    tried = delivery.deliver(
        here.database,
        settings,
        addresses(settings.base_url),
        clock.now(),
        limit=MOST,
        queue=name,
        seconds=longest,
        on_end=messages_failed.on_end,
    )
    if tried == MOST or (tried and time.monotonic() - begun >= longest):
        queue.wake({name})
    elif name == LETTERS:
        tried += _kept(here)
    return tried


@app.task(name=f"deliver-{LINKS}")
def deliver_links() -> int:
    """Links somebody waits for."""
    return _deliver(LINKS)


@app.task(name=f"deliver-{LETTERS}")
def deliver_letters() -> int:
    """Letters and notices. Letters are made by this worker alone, so that one process has what
    sets type in its memory."""
    return _deliver(LETTERS)


@app.task(name=f"deliver-{DIGESTS}")
def deliver_digests() -> int:
    """What was collected for those who chose so."""
    return _deliver(DIGESTS)


def _kept(here: House) -> int:
    """Where no mail waits: some of the letters that are kept and never sent."""
    made = make_kept(here.database, clock.now(), limit=5)
    if made:
        queue.wake({LETTERS})
    return made


@app.task(name="tick")
def tick() -> int:
    """Put in line what comes back, then do the jobs that are due; how many were done.

    Mail is looked at too: a wake-up that was lost is made good here.
    """
    here = house()
    marks.follow(here.database, settings_room.load(), clock.now())
    here.database.write(lambda session: schedule.due_recurring(session, clock.now(), specs()))
    queue.wake(DELIVERING)
    begun, done = time.monotonic(), 0
    while time.monotonic() - begun < BEGIN_WITHIN.total_seconds():
        job = here.database.write(
            lambda session: schedule.claim_due(session, clock.now(), (*DUTIES, *ERRANDS))
        )
        if job is None:
            break
        done += _do(here, job)
    return done


def _do(here: House, job: Job) -> bool:
    now = clock.now()
    try:
        if job.kind in ERRANDS:
            return _errand(here, job, now)
        found = DUTIES[job.kind].do(here, now)
    except Exception as error:
        log.exception("%s went wrong", job.kind)
        why = type(error).__name__
        _end(here, lambda session: schedule.fail(session, job, why, clock.now()))
        return False
    if found:
        log.info("%s: %s", job.kind, found)
    return _end(here, lambda session: schedule.finish(session, job, clock.now(), result=found))


def _errand(here: House, job: Job, now: datetime) -> bool:
    """A slice of an errand. What is left is due at once again: others get their turn between."""
    if ERRANDS[job.kind](here, job.payload, now):
        return _end(here, lambda session: schedule.finish(session, job, clock.now()))
    _end(here, lambda session: schedule.go_on(session, job, clock.now()))
    queue.wake({DEFAULT})
    return True


def _end(here: House, work: Callable[[Session], object]) -> bool:
    try:
        here.database.write(work)
    except LeaseLost:
        log.warning("a job took longer than its lease; another worker has it")
        return False
    return True
