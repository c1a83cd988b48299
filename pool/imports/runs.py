"""A file on its way in: tried, begun, brought in row by row, done.

``prepare`` reads and tries it and does nothing else: that is the dry run. ``start`` leaves the work
to a worker, ``run_now`` does it here. Each row is a unit of work of its own, and what was done
stands in the database, so that an import that was stopped anywhere goes on where it was, also by
two workers at once, and a second import of the same rows changes nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

import pool.identity as identity
import pool.journal as journal
from pool import schedule
from pool.cases import money
from pool.cases.house import House
from pool.db import wake
from pool.identity.actor import SYSTEM, Actor
from pool.imports import bringing, columns, reading
from pool.imports import budget as budgets
from pool.imports.looking import CannotRun, counts, loaded, runs, sums, unfinished, view
from pool.imports.trying import keep, tried
from pool.models.base import known
from pool.models.imports import ImportRow, ImportRun

__all__ = [
    "ERRAND",
    "KEPT_DAYS",
    "SLICE",
    "YEARS",
    "CannotRun",
    "Progress",
    "again",
    "drop",
    "forget",
    "prepare",
    "run_now",
    "runs",
    "stalled",
    "start",
    "table",
    "unfinished",
    "view",
    "work",
]

ERRAND = "import-cases"
"""The kind of the job a worker finds :func:`work` by."""
SLICE = 20.0
"""Seconds after which :func:`work` lets others have their turn."""
YEARS = range(2000, 2201)
KEPT_DAYS = 30
"""Days after which a file that was tried and never begun is erased."""

Progress = Callable[[int, int, str], None]
"""Called after each row: how many are done, of how many, and the row's new state."""


def prepare(
    house: House,
    *,
    pool: str,
    year: int,
    budget: int | None,
    source: str,
    name: str,
    body: bytes,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    person: Actor,
    now: datetime,
) -> int:
    """Read ``body`` and try every row; returns the run's id, its state ``checked``.

    ``budget`` (øre) is what the year would be opened with where it is not in the books.
    ``mapping`` is field → heading; guessed where None. Where a required field has no column yet,
    the run has no rows: choose the columns with :func:`again`.

    Raises :class:`CannotRun` and :class:`~pool.imports.reading.Unreadable`.
    """
    if pool not in house.definitions:
        raise CannotRun("no-pool", pool=pool)
    if year not in YEARS:
        raise CannotRun("no-year", year=year)
    with house.database.read() as session:
        budgets.free(session, pool, year, budget)  # before a large file is read for nothing
    book = reading.sheets(body, name, sheet)
    with house.database.read() as session:
        found = tried(
            session, house, book, pool=pool, year=year, budget=budget, mapping=mapping, now=now
        )

    def store(session: Session) -> int:
        run = ImportRun(
            pool=pool,
            year=year,
            budget=budget,
            source=source.strip()[:500],
            file_name=name[-200:] or "-",
            sha256=hashlib.sha256(body).hexdigest(),
            body=body,
            person_id=person.person_id,
            person_name=person.name,
            created_at=now,
        )
        keep(session, run, found)
        return known(run.id)

    return house.database.write(store)


def again(
    house: House,
    run_id: int,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    now: datetime,
) -> None:
    """Try the file of a run that was not begun anew, with other columns or another sheet. Raises
    as :func:`prepare`, and where it was begun."""
    with house.database.read() as session:
        run = _whole(session, run_id)
    if run.state != "checked":
        raise CannotRun("not-checked", state=run.state)
    book = reading.sheets(run.body, run.file_name, sheet if sheet is not None else run.sheet)
    with house.database.read() as session:
        found = tried(
            session,
            house,
            book,
            pool=run.pool,
            year=run.year,
            budget=run.budget,
            mapping=mapping,
            now=now,
        )
    house.database.write(lambda session: keep(session, _locked(session, run_id, "checked"), found))


def table(house: House, run_id: int) -> reading.Book:
    """The file of a run as it was read, for choosing columns."""
    with house.database.read() as session:
        run = _whole(session, run_id)
    return reading.sheets(run.body, run.file_name, run.sheet)


# Begun, brought in, done


def start(house: House, run_id: int, actor: Actor, now: datetime) -> None:
    """Leave the import to a worker: the year is opened where it is not, and rows come in from now
    on. Where it was begun already it goes on; where it is done nothing happens. Raises
    :class:`CannotRun`."""

    def begin(session: Session) -> None:
        _begin(session, run_id, actor, now)
        if loaded(session, run_id).state != "running":
            return
        key = _key(run_id)
        schedule.ensure(session, key, now, ERRAND, {"run": run_id})
        schedule.revive(session, key, now)  # where it was tried too often and given up
        wake(session, "default")

    house.database.write(begin)


def stalled(session: Session, run: ImportRun) -> bool:
    """Whether it was begun and no worker will go on with it: its job was given up, or there never
    was one (``run_now``, stopped or still at it). :func:`start` takes it up again."""
    key = _key(known(run.id))
    return run.state == "running" and not any(
        job.key == key for job in schedule.pending(session, key)
    )


def work(house: House, payload: Mapping[str, Any], now: datetime) -> bool:
    """A slice of a run's rows (the errand). True when there are none left."""
    begun = time.monotonic()
    return _bring(house, int(payload["run"]), now, stop=lambda: time.monotonic() - begun > SLICE)


def run_now(
    house: House, run_id: int, actor: Actor, now: datetime, progress: Progress | None = None
) -> None:
    """Bring all rows in here and now, from the beginning or from where it was stopped. Where there
    is nothing to bring in, nothing is written but that it is done. Raises :class:`CannotRun`."""
    with house.database.read() as session:
        run = loaded(session, run_id)
        idle = run.state == "checked" and not counts(session, run_id).get("good")
        missing = columns.missing(run.mapping)
    if idle and not missing:
        house.database.write(
            lambda session: _end(_locked(session, run_id, "checked"), session, now)
        )
        return
    house.database.write(lambda session: _begin(session, run_id, actor, now))
    _bring(house, run_id, now, progress=progress)


def drop(house: House, run_id: int, actor: Actor, now: datetime) -> None:
    """Do not import it: what was read is erased, file and rows; that there was one stays, with its
    hash. Raises :class:`CannotRun` where it was begun."""
    del actor  # nothing happened that the record would tell of

    house.database.write(lambda session: _erase(session, run_id, now))


def forget(house: House, now: datetime) -> int:
    """Drop what was tried more than :data:`KEPT_DAYS` ago and never begun: such a file tells of
    people and serves nothing any more. How many there were. Safe to run twice."""
    with house.database.read() as session:
        old = list(
            session.execute(
                select(col(ImportRun.id)).where(
                    col(ImportRun.state) == "checked",
                    col(ImportRun.created_at) <= now - timedelta(days=KEPT_DAYS),
                )
            ).scalars()
        )
    erased = 0
    for run_id in old:
        try:
            house.database.write(partial(_erase, run_id=run_id, now=now))
        except CannotRun:
            continue  # begun or dropped at this very moment
        erased += 1
    return erased


def _erase(session: Session, run_id: int, now: datetime) -> None:
    run = _locked(session, run_id, "checked")
    session.execute(delete(ImportRow).where(col(ImportRow.run_id) == run_id))
    run.body, run.state, run.finished_at = b"", "dropped", now
    session.add(run)


def _key(run_id: int) -> str:
    return f"{ERRAND}:{run_id}"


def _whole(session: Session, run_id: int) -> ImportRun:
    """The run with its file."""
    found = session.get(ImportRun, run_id)
    if found is None:
        raise CannotRun("no-run", run=run_id)
    return found


def _locked(session: Session, run_id: int, *states: str) -> ImportRun:
    found: ImportRun | None = session.execute(
        select(ImportRun)
        .where(col(ImportRun.id) == run_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise CannotRun("no-run", run=run_id)
    if states and found.state not in states:
        raise CannotRun("not-checked", state=found.state)
    return found


def _begin(session: Session, run_id: int, actor: Actor, now: datetime) -> None:
    """``checked`` → ``running``; nothing where it was begun before. Whoever begins it acts for
    every row, whoever handed the file in."""
    run = _locked(session, run_id)
    if run.state in ("running", "done"):
        return
    if run.state != "checked":
        raise CannotRun("not-checked", state=run.state)
    if missing := columns.missing(run.mapping):
        raise CannotRun("columns-missing", fields=list(missing))
    of = counts(session, run_id)
    if not of.get("good"):
        raise CannotRun("nothing-good")
    year_id = budgets.opened(session, run, actor, now)
    run.state = "running"
    if actor.person_id is not None:
        run.person_id, run.person_name = actor.person_id, actor.name
    session.add(run)
    journal.write(
        session,
        f"book-year:{year_id}",
        "import.started",
        actor,
        now=now,
        data=_told(run, of),
        personal={"file": run.file_name, "source": run.source},
    )


def _told(run: ImportRun, of: Mapping[str, int]) -> dict[str, Any]:
    return {
        "run": run.id,
        "pool": run.pool,
        "year": run.year,
        "sha256": run.sha256,
        "rows": {state: of[state] for state in sorted(of)},
    }


def _bring(
    house: House,
    run_id: int,
    now: datetime,
    *,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> bool:
    with house.database.read() as session:
        run = loaded(session, run_id)
        if run.state != "running":
            return True
        actor = _actor(session, run)
        of = counts(session, run_id)
        waiting = list(
            session.execute(
                select(col(ImportRow.id))
                .where(col(ImportRow.run_id) == run_id, col(ImportRow.state) == "good")
                .order_by(col(ImportRow.line))
            ).scalars()
        )
    if run.pool not in house.definitions:
        house.database.write(lambda session: _give_up(session, run_id, now))
        return True
    total = sum(of.values())
    for place, row_id in enumerate(waiting, start=1):
        state = bringing.bring(house, row_id, actor, now)
        if progress is not None:
            progress(total - len(waiting) + place, total, state)
        if stop() and place < len(waiting):
            return False
    house.database.write(lambda session: _finish(session, run_id, actor, now))
    return True


def _actor(session: Session, run: ImportRun) -> Actor:
    """Who began it, with the roles they have now; the software where nobody signed in."""
    person = identity.get(session, run.person_id) if run.person_id is not None else None
    return identity.actor(session, person, run.pool) if person is not None else SYSTEM


def _finish(session: Session, run_id: int, actor: Actor, now: datetime) -> None:
    run = _locked(session, run_id)
    if run.state != "running":
        return
    year = money.year(session, run.pool, run.year)
    assert year is not None, "opened when it was begun"
    journal.write(
        session,
        f"book-year:{year.id}",
        "import.done",
        actor,
        now=now,
        data=_told(run, counts(session, run_id)) | {"granted": sums(session, run_id).imported},
    )
    _end(run, session, now)


def _end(run: ImportRun, session: Session, now: datetime) -> None:
    run.state, run.finished_at = "done", now
    session.add(run)


def _give_up(session: Session, run_id: int, now: datetime) -> None:
    """The pool is gone: what is in stays in."""
    session.execute(
        update(ImportRun)
        .where(col(ImportRun.id) == run_id, col(ImportRun.state) == "running")
        .values(state="failed", finished_at=now)
    )
