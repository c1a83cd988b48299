"""What a view is given: the site's parts, the moment, the reading session, the words.

Reading: :func:`read` (the same session for the whole request, closed by itself). Writing:
``site().database.write(...)`` through floor 4's use cases; afterwards :func:`read` gives a
session that sees what was written. The moment is fixed when the request begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from flask import Flask, abort, current_app, g, has_app_context
from flask.ctx import _AppCtxGlobals
from sqlmodel import Session

from pool.cases.opening import begun
from pool.clock import local_day
from pool.db import Database
from pool.settings import Settings
from workflows.definition import Contact, Definition

if TYPE_CHECKING:
    from pool.web.ratelimit import Throttle

EXTENSION = "puljen"


@dataclass(frozen=True, slots=True)
class Site:
    """The parts one web process is made of."""

    settings: Settings
    database: Database
    definitions: Mapping[str, Definition]
    """The pools in force, by key."""
    throttle: Throttle
    clock: Callable[[], datetime]
    demo: bool
    """Whether this is the demonstration: one-click sign-ins and the mailbox page exist."""


def site() -> Site:
    """The parts of the application that answers this request."""
    return cast(Site, current_app.extensions[EXTENSION])


def now() -> datetime:
    """The moment this request began: aware, UTC, the same each time it is asked."""
    if "now" not in g:
        g.now = site().clock()
    return cast(datetime, g.now)


def today() -> date:
    """The day it is in Copenhagen."""
    return local_day(now())


class Globals(_AppCtxGlobals):
    """``flask.g`` with the request's reading session on it."""

    @property
    def db_read(self) -> Session:
        return read()


def read() -> Session:
    """The request's session for looking; opened at the first call, closed with the request.

    After a unit of work has committed it is a new one, which sees what was written.
    """
    if "read_session" not in g:
        manager = site().database.read()
        g.read_manager = manager
        g.read_session = manager.__enter__()
    return cast(Session, g.read_session)


def close_read(_error: BaseException | None = None) -> None:
    """Let go of the reading session. What was loaded from it stays readable."""
    session: Session | None = g.pop("read_session", None)
    manager: AbstractContextManager[Session] | None = g.pop("read_manager", None)
    if session is None or manager is None:
        return
    session.expunge_all()
    manager.__exit__(None, None, None)


def _after_commit(_wanted: frozenset[str]) -> None:
    if has_app_context():
        close_read()


def install(app: Flask, parts: Site) -> None:
    """Make ``parts`` reachable by :func:`site`, and the reading session close by itself."""
    app.extensions[EXTENSION] = parts
    app.app_ctx_globals_class = Globals
    app.teardown_appcontext(close_read)
    if _after_commit not in parts.database.on_commit:
        parts.database.on_commit.append(_after_commit)


def definition(pool_key: str) -> Definition:
    """The definition in force of a pool; 404 for a pool that is not there."""
    found = site().definitions.get(pool_key)
    if found is None:
        abort(404)
    return found


def offered() -> dict[str, Definition]:
    """The pools people meet here, by key: all but those that are shown while open alone and of
    which no year was ever opened. One query."""
    known = begun(read())
    return {
        key: one for key, one in site().definitions.items() if one.shown == "always" or key in known
    }


def contacts(of: Iterable[Definition] | None = None) -> list[Contact]:
    """The people to ask, of these pools or of all that are always shown, each once."""
    found: list[Contact] = []
    if of is None:
        every = site().definitions.values()
        of = [one for one in every if one.shown == "always"] or every
    for definition_ in of:
        if definition_.contact not in found:
            found.append(definition_.contact)
    return found
