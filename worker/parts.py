"""What the tasks of one process work with, made at the first task."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from celery.signals import worker_process_init

from pool import settings as settings_room
from pool.cases.house import Definitions, House
from pool.db import Database, make_engine
from worker import queue
from workflows.loading import load_all


@lru_cache(maxsize=1)
def house() -> House:
    """The database and the definitions of the settings in force. What a task commits wakes the
    workers it asks for, as on the pages."""
    settings = settings_room.load()
    database = Database(make_engine(settings.database_url))
    database.on_commit.append(_wake)
    return House(database, Definitions(load_all(settings.definitions_dir)), settings.base_url)


def _wake(names: frozenset[str]) -> None:
    queue.wake(names)


@worker_process_init.connect
def _own_connections(**_: Any) -> None:
    """A forked process must not speak on its parent's connections; they stay the parent's."""
    if house.cache_info().currsize:
        house().database.engine.dispose(close=False)
    queue.forget()
