"""A house with the big pool, on a fresh database of either engine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pool.db import Database
from tests.payments.scene import Scene, make_scene


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def scene(database: Database, now: datetime) -> Scene:
    return make_scene(database, now)
