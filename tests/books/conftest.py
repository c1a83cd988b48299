"""A world of the scene, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pool.db import Database
from tests.books import scene
from tests.support.house import World

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)


@pytest.fixture
def world(database: Database) -> World:
    return scene.make(database, NOW)
