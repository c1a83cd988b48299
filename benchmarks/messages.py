"""What a message costs: from the decision to the relay, with nobody else asking and with others at
it; how many go a second through Celery and in a bare loop; a sweep that finds nothing.
"""

from __future__ import annotations

import sqlite3
import statistics
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from benchmarks import place, story
from benchmarks.client import KeepAlive, Unexpected
from pool.clock import now
from pool.db import Database
from pool.models.base import metadata
from pool.outbox.delivery import deliver_some
from tests.support.outbox import outgoing, queue
from workflows.loading import load_all

POOL = "urban-life"
CYCLES, BESIDE, QUEUED = 60, 3, 300
SENT_ROWS = 100_000
SENT_WITHIN = 180.0
_SINCE = "SELECT date, sent_at FROM message WHERE template LIKE 'decision-%' AND id > ?"


@dataclass(frozen=True, slots=True)
class Measured:
    """``value`` in ``unit`` (``ms`` or ``a second``)."""

    what: str
    value: float
    unit: str


def measure(folder: Path, *, cycles: int = CYCLES, queued: int = QUEUED, rows: int = SENT_ROWS) -> (
    list[Measured]
):  # fmt: skip
    """All of it, in ``folder``."""
    place.make_ready(folder / "bare" / "data")
    found = _bare(folder / "bare" / "data", queued, rows)
    data_dir = folder / "running" / "data"
    place.make_ready(data_dir)
    with place.running(data_dir) as here:
        found += _decisions(here, cycles, "idle", beside=0)
        found += _decisions(here, cycles, "loaded", beside=BESIDE)
        found.append(_through_celery(here.database, queued))
    return found


def _decisions(here: place.Place, cycles: int, how: str, *, beside: int) -> list[Measured]:
    """The wait of each decision's message, from the unit of work that made it until the relay
    took it, while ``beside`` others tell the same story."""
    teller, first, over = here.teller(POOL), _newest(here.database), threading.Event()

    def company() -> None:
        line = KeepAlive(here.stack.port)
        try:
            other = story.Teller(
                load_all(None)[POOL],
                {role: place.sign_in(line, role) for role in place.OFFICE},
                place.newcomers(line),
                story.watch(here.database),
            )
            while not over.is_set():
                other.cycle(story.Tale())
        finally:
            line.close()

    others = [threading.Thread(target=company) for _ in range(beside)]
    for other in others:
        other.start()
    try:
        for _ in range(cycles):
            teller.cycle(story.Tale())
    finally:
        over.set()
        for other in others:
            other.join()
    _until_sent(here.database)
    with closing(sqlite3.connect(here.database)) as line:
        waits = [_seconds(sent) - _seconds(made) for made, sent in line.execute(_SINCE, (first,))]
    cut = statistics.quantiles(waits, n=100, method="inclusive")
    what = f"decision to relay, {how}"
    return [
        Measured(f"{what}, p50", 1000 * cut[49], "ms"),
        Measured(f"{what}, p99", 1000 * cut[98], "ms"),
    ]


def _through_celery(file: Path, count: int) -> Measured:
    """From the first to the last mail of a queue, as the worker takes it."""
    first, database = _newest(file), place.open_database(file.parent)
    _queue(database, count)
    database.engine.dispose()
    _until_sent(file)
    with closing(sqlite3.connect(file)) as line:
        asked = "SELECT min(sent_at), max(sent_at) FROM message WHERE id > ?"
        begun, ended = line.execute(asked, (first,)).fetchone()
    took = _seconds(ended) - _seconds(begun)
    return Measured("mails through Celery", (count - 1) / took, "a second")


def _bare(data_dir: Path, count: int, rows: int) -> list[Measured]:
    """The same delivery in a loop of this process, and a round that finds nothing to send."""
    database = place.open_database(data_dir)
    with place.relay(data_dir.with_name("mails")) as url:
        deliver_some(database, outgoing(url), now())
        _queue(database, count)
        began = time.perf_counter()
        sent = deliver_some(database, outgoing(url), now(), 10 * count, seconds=SENT_WITHIN)
        a_second = sent / (time.perf_counter() - began)
        _sent_rows(database, rows)
        took = []
        for _ in range(20):
            began = time.perf_counter()
            deliver_some(database, outgoing(url), now())
            took.append(time.perf_counter() - began)
    database.engine.dispose()
    return [
        Measured("mails in a bare loop", a_second, "a second"),
        Measured(f"an empty sweep, {rows:,} sent", 1000 * statistics.median(took), "ms"),
    ]


def _queue(database: Database, count: int) -> None:
    def work(session: Session) -> None:
        for number in range(count):
            queue(session, number, event=f"benchmark:{number}", case_id=None, now=now())

    database.write(work)


def _sent_rows(database: Database, count: int) -> None:
    """Copies of a sent message."""
    table = metadata.tables["message"]

    def work(session: Session) -> None:
        model = session.execute(table.select().where(table.c.state == "sent").limit(1)).one()
        whole: dict[str, Any] = dict(model._mapping)
        del whole["id"]
        connection = session.connection()
        for start in range(0, count, 1000):
            some = [whole | {"event": f"old:{n}"} for n in range(start, min(start + 1000, count))]
            connection.execute(insert(table), some)

    database.write(work)


def _newest(file: Path) -> int:
    with closing(sqlite3.connect(file)) as line:
        return int(line.execute("SELECT coalesce(max(id), 0) FROM message").fetchone()[0])


def _until_sent(file: Path) -> None:
    began = time.monotonic()
    with closing(sqlite3.connect(file)) as line:
        asked = "SELECT count(*) FROM message WHERE state IN ('queued', 'leased', 'sending')"
        while line.execute(asked).fetchone()[0]:
            if time.monotonic() - began > SENT_WITHIN:
                raise Unexpected("the messages are not sent")
            time.sleep(0.05)


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
