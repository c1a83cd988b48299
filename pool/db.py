"""The database, the same way on SQLite and PostgreSQL: reads that cannot write, and units of
work that happen wholly or not at all.

SQLite: autocommit driver, WAL, ``synchronous=FULL``, an explicit ``BEGIN IMMEDIATE`` for every
unit of work, so that two readers never become two writers. PostgreSQL: READ COMMITTED with the
row locks the use cases take.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

T = TypeVar("T")
log = logging.getLogger(__name__)

ATTEMPTS = 5
_PG_RETRY = {"40001", "40P01", "55P03"}  # serialisation failure, deadlock, lock not available


def make_engine(url: str, **options: Any) -> Engine:
    """An engine with the house's settings for its dialect.

    ``url`` is SQLAlchemy's (``sqlite:///path``, ``postgresql+psycopg://…``); a plain
    ``postgresql://`` is read as psycopg's.
    """
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    options.setdefault("pool_size", 20)  # a request may hold two: one to read, one to write
    options.setdefault("max_overflow", 20)
    options.setdefault("hide_parameters", True)  # no error ever quotes what a person wrote
    if url.startswith("sqlite"):
        engine = create_engine(
            url, connect_args={"isolation_level": None, "timeout": 10}, **options
        )
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    options.setdefault("pool_pre_ping", True)
    engine = create_engine(
        url,
        connect_args={"options": "-c lock_timeout=10000 -c timezone=UTC"},
        **options,
    )
    return engine


def _sqlite_connect(connection: Any, _record: Any) -> None:
    # its own knows A to Z only: a search for "æble" must find "Æble" as on PostgreSQL
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "busy_timeout=10000",
        "secure_delete=ON",  # what is erased leaves the file too
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _sqlite_begin(connection: Any) -> None:
    mode = connection.get_execution_options().get("puljen_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


class WriteInRead(RuntimeError):
    """A reader tried to write: a fault in the program, never in the data."""


class Database:
    """An engine with the two ways of using it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(puljen_begin="IMMEDIATE")
        # A reader sees one moment on both engines, and the server itself refuses it a write.
        self._reader = (
            engine
            if self.is_sqlite
            else engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        )
        self.on_commit: list[Callable[[frozenset[str]], None]] = []
        """Called after a unit of work has committed with the names given to :func:`wake`."""

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking: one snapshot of the data; flushing raises :class:`WriteInRead`.
        What was loaded stays readable afterwards."""
        with Session(self._reader, expire_on_commit=False, autoflush=False) as session:
            event.listen(session, "before_flush", _refuse_flush)
            try:
                yield session
            finally:
                session.expunge_all()  # what was read stays readable

    def write(self, work: Callable[[Session], T], *, attempts: int = ATTEMPTS) -> T:
        """Run ``work`` as one unit: all or nothing, and again from the start (with jitter, at
        most ``attempts`` times) on a busy database, deadlock, lock timeout or serialisation
        failure. ``work`` must therefore do nothing outside the database.

        Objects it returns are detached but loaded.
        """
        for attempt in range(1, attempts + 1):
            session = Session(self._writer, expire_on_commit=False)
            try:
                result = work(session)
                session.commit()
                wanted = frozenset(session.info.get("wake", ()))
            except DBAPIError as error:
                session.rollback()
                if attempt == attempts or not retryable(error):
                    raise
                log.warning("unit of work tried again (%s): %s", attempt, error.orig)
                time.sleep(random.uniform(0.01, 0.05 * 2**attempt))  # noqa: S311 - jitter
                continue
            except BaseException:
                session.rollback()
                raise
            finally:
                session.close()
            for listener in self.on_commit:
                try:
                    listener(wanted)
                except Exception:  # what is committed stands; the sweep finds what is lost
                    log.exception("after-commit listener failed")
            return result
        raise AssertionError("unreachable")

    def ping(self) -> None:
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))


def wake(session: Session, queue: str) -> None:
    """Ask that workers of ``queue`` (``links``, ``letters``, ``digests``, ``default``) be
    woken once this unit commits."""
    session.info.setdefault("wake", set()).add(queue)


def retryable(error: DBAPIError) -> bool:
    """Whether the same unit may succeed when tried again."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in _PG_RETRY
    return isinstance(error, OperationalError) and (
        "locked" in str(error.orig) or "busy" in str(error.orig)
    )


def _refuse_flush(session: Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise WriteInRead("a read session has changes")
