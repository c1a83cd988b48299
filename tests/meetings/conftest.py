"""A district with meetings on a fresh database of either engine."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pool.db import Database
from tests.meetings.scene import Scene
from tests.support.district import make_district


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(make_district(database, datetime(2026, 3, 2, 9, 0, tzinfo=UTC)))
