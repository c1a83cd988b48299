"""A house on a fresh database of either engine: the pools, a year each, and people."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pool.db import Database
from tests.support.house import World, make_world


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_world(database, now)


@pytest.fixture
def definitions_dir() -> Path:
    return Path(__file__).parents[2] / "workflows" / "definitions"
