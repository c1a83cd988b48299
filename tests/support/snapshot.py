"""Everything a database holds, to compare before and after."""

from __future__ import annotations

from sqlalchemy import select

from pool.db import Database
from pool.models.base import metadata


def snapshot(database: Database) -> dict[str, list[str]]:
    """The rows of every table, as text, sorted."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def changes(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """The tables that differ."""
    return [name for name in before if before[name] != after[name]]
