"""The web application with everything wired: what ``granian`` serves.

Here alone the pages meet the queue: after a unit of work has committed, the workers it asked for
are told to look.
"""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from pool import settings as settings_room
from pool.db import Database, make_engine
from pool.settings import Settings
from pool.web import factory
from pool.web import logging as web_log
from worker import queue
from workflows.loading import load_all


def create_app(settings: Settings | None = None) -> Flask:
    """The application of one web process, for the settings in force.

    The demonstration's rooms are there where the database is marked as one, and nowhere else.
    Raises what the settings, the definitions and the key file raise.
    """
    from pool import demo

    settings = settings or settings_room.load()
    web_log.configure(settings.log_level)
    database = Database(make_engine(settings.database_url))
    app = factory.make_app(
        settings,
        database,
        load_all(settings.definitions_dir),
        demo=demo.is_demo(database),
    )
    database.on_commit.append(_wake)
    return app


def _wake(names: frozenset[str]) -> None:
    queue.wake(names)


def preload(*, demo: bool) -> None:
    """Import what :func:`create_app` will, so that forked processes share it."""
    for name in (*factory.BLUEPRINTS, *(factory.DEMO_BLUEPRINTS if demo else ())):
        import_module(name)
