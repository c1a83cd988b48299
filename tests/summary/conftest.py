"""One small year for all the tests of a file that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.summary.scene import Scene, play
from tests.support.databases import Factory

_ROOMS = {"sqlite": "sqlite_databases", "postgresql": "postgres_databases"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    factory = Factory(request.getfixturevalue(_ROOMS[request.param]))
    yield play(factory())
    factory.close()
