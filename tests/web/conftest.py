"""A web application on a fresh database, at a moment the test decides, and a hostile client.

Web tests run on SQLite; a test that should run on both engines is marked::

    @pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from pool.db import Database
from pool.models.identity import Person
from pool.settings import Settings
from pool.web.factory import BLUEPRINTS, make_app
from tests.support.client import HostileClient
from tests.support.compiled import COMPILED
from tests.support.people import make_person, sign_in
from workflows import loading
from workflows.definition import Definition

KEY = b"a key for tests, thirty-two byte"


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return cast(str, request.param)


@dataclass
class Clock:
    """The time as the application sees it."""

    moment: datetime = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **parts: float) -> datetime:
        self.moment += timedelta(**parts)
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var")


@pytest.fixture(scope="session")
def definitions() -> Mapping[str, Definition]:
    return loading.load_all()


MakeApp = Callable[..., Flask]
FOUNDATION = ("pool.web.signin", "pool.web.meta")
"""The rooms every other room stands on."""


@pytest.fixture
def rooms() -> Sequence[str]:
    """The rooms of pages in the application. A test module may ask for fewer."""
    return BLUEPRINTS


@pytest.fixture
def make(
    settings: Settings,
    database: Database,
    definitions: Mapping[str, Definition],
    clock: Clock,
    rooms: Sequence[str],
) -> MakeApp:
    """``make(settings=…, keys=…, demo=…)`` is an application, with the fixtures' parts where
    none are given."""

    def build(**parts: Any) -> Flask:
        first = parts.pop("settings", settings)
        given: dict[str, Any] = {"clock": clock, "keys": [KEY], "blueprints": rooms} | parts
        app = make_app(first, database, definitions, **given)
        app.jinja_env.bytecode_cache = COMPILED
        app.testing = True
        app.test_client_class = HostileClient
        app.config["PROPAGATE_EXCEPTIONS"] = False
        return app

    return build


@pytest.fixture
def app(make: MakeApp) -> Flask:
    return make()


@pytest.fixture
def client(app: Flask) -> HostileClient:
    """Somebody who has never been here."""
    return cast(HostileClient, app.test_client())


MakeColleague = Callable[..., tuple[Person, HostileClient]]


@pytest.fixture
def colleague(app: Flask, database: Database, clock: Clock) -> MakeColleague:
    """``colleague("secretariat", "chair", pool="knowledge")`` is a person with these roles, and
    a client signed in as that person."""

    def make_one(
        *roles: str, pool: str | None = None, name: str = "", password: bool = False
    ) -> tuple[Person, HostileClient]:
        person = make_person(
            database,
            name or " ".join(["Kim", *roles]).title(),
            *roles,
            now=clock(),
            pool=pool,
            password=password,
        )
        client = cast(HostileClient, app.test_client())
        sign_in(client, person)
        return person, client

    return make_one
