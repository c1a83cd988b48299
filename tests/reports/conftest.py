"""A house on a fresh database of either engine, with the light pools or with the big one too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pool.db import Database
from tests.support.district import make_district
from tests.support.house import World, make_world


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now)


@pytest.fixture
def district(database: Database, now: datetime) -> World:
    return make_district(database, now)
