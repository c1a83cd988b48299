"""A house whose years 2017 are not open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pool.db import Database
from tests.support.house import World, make_world


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now, budgets={"urban-life": 96_000})
