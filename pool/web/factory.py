"""The web application, put together. Everything it needs is given to it.

A room of pages is a module (or package) with an attribute ``blueprint`` and, where it has
entries in a menu, ``navigation`` (:class:`pool.web.navigation.Item`). Adding one is adding its
name to :data:`BLUEPRINTS`. Each of its views is marked with who may use it
(:mod:`pool.web.access`); the application refuses to start with an unmarked one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any

from flask import Flask, g, get_flashed_messages, request, session
from jinja2 import Environment
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, ValidationError

from pool import clock as real_clock
from pool.db import Database
from pool.models.base import LARGEST_ID
from pool.render.environment import jinja_environment
from pool.settings import Settings, secret_keys
from pool.web import (
    access,
    assets,
    context,
    errors,
    frame,
    language,
    logging,
    navigation,
    security,
)
from pool.web.ratelimit import DEMO_TIMES, Throttle
from workflows.definition import Definition

BLUEPRINTS = (
    "pool.web.public",
    "pool.web.apply",
    "pool.web.applicant",
    "pool.web.casework",
    "pool.web.payments",
    "pool.web.meetings",
    "pool.web.voting",
    "pool.web.steering",
    "pool.web.summaries",
    "pool.web.imports",
    "pool.web.books",
    "pool.web.messages",
    "pool.web.drafts",
    "pool.web.operations",
    "pool.web.holds",
    "pool.web.signin",
    "pool.web.meta",
)
"""The rooms of pages, in every installation."""

DEMO_BLUEPRINTS = ("pool.web.demo",)
"""Rooms that exist in the demonstration alone: elsewhere their addresses are 404."""


class RowId(IntegerConverter):
    """``<int:…>`` of an address: nothing has a number larger than a column of ids holds."""

    regex = r"\d{1,10}"

    def to_python(self, value: str) -> int:
        found = int(super().to_python(value))
        if found > LARGEST_ID:
            raise ValidationError
        return found


class PuljenApp(Flask):
    """Flask with the house's Jinja environment instead of its own."""

    def create_jinja_environment(self) -> Environment:  # type: ignore[override]
        environment = jinja_environment(language.speak)
        environment.globals.update(
            url_for=self.url_for,
            get_flashed_messages=get_flashed_messages,
            request=request,
            session=session,
            g=g,
        )
        environment.policies["json.dumps_function"] = self.json.dumps
        return environment


def make_app(
    settings: Settings,
    database: Database,
    definitions: Mapping[str, Definition],
    *,
    clock: Callable[[], datetime] = real_clock.now,
    keys: Sequence[bytes] | None = None,
    demo: bool = False,
    blueprints: Sequence[str] = BLUEPRINTS,
) -> Flask:
    """The application that serves ``definitions`` from ``database``.

    ``keys`` sign cookies and forms: the last signs, all are read, so that a key can be changed
    without signing everybody out; by default those of the settings' key file. ``demo`` adds
    the demonstration's rooms. Raises :class:`~pool.web.access.UnmarkedViewError` if an endpoint
    does not say who may use it.
    """
    app = PuljenApp("pool.web", static_folder=None, template_folder=None)
    app.url_map.converters["int"] = RowId
    keys = tuple(keys) if keys else secret_keys(settings)[::-1]
    parts = context.Site(
        settings=settings,
        database=database,
        definitions=definitions,
        throttle=Throttle(settings.redis_url, keys[-1], times=DEMO_TIMES if demo else 1),
        clock=clock,
        demo=demo,
    )
    logging.install(app)
    context.install(app, parts)
    security.configure(app, settings, keys)
    language.install(app)
    access.install(app)
    errors.install(app)
    assets.install(app)
    frame.install(app)
    for name in (*blueprints, *(DEMO_BLUEPRINTS if demo else ())):
        register(app, name)
    access.check_marks(app)
    navigation.check(app)
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    return app


def register(app: Flask, name: str) -> None:
    """Register the ``blueprint`` and the ``navigation`` of the module ``name``."""
    module: Any = import_module(name)
    app.register_blueprint(module.blueprint)
    navigation.add(app, getattr(module, "navigation", ()))
