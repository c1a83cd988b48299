"""The guards in the catalogue are the guards in the source."""

from __future__ import annotations

from pool.db import Database
from pool.migrations import guards


def test_new_database_has_every_guard(database: Database) -> None:
    with database.engine.begin() as connection:
        assert guards.compare(connection) == []
        guards.install(connection)
        assert guards.compare(connection) == []
