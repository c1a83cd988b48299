"""CHECKs and unique keys: those of the models against those in the catalogue.

Each engine tells a CHECK in its own spelling, so both sides are brought to one form that keeps
names, values, operators and their order and drops casts, quotes of identifiers, brackets and
space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import CheckConstraint, Connection, Dialect, Table, UniqueConstraint, inspect

from pool.models.base import metadata

_CAST = re.compile(r"::(?:character varying|[a-z]+)(?:\(\d+\))?(?:\[\])?")
_BETWEEN = re.compile(r"\s+")
_LARGE_NUMBER = re.compile(r"'(\d+)'")


def _plain(sql: str) -> str:
    sql = _LARGE_NUMBER.sub(r"\1", _CAST.sub("", sql.lower().replace('"', "")))
    sql = sql.replace("<> all (array[", "not in (").replace("= any (array[", "in (")
    sql = sql.replace("<> all ((array[", "not in (").replace("= any ((array[", "in (")
    sql = sql.replace("!=", "<>").replace("trim(both from ", "trim(")
    return _BETWEEN.sub("", re.sub(r"[()\[\]]", "", sql))


def compare_checks(connection: Connection, tables: list[str]) -> list[tuple[str, str, str]]:
    """(``missing`` | ``changed``, table, name) for each CHECK and unique key that is not as
    modelled."""
    inspector = inspect(connection)
    differences = []
    for table in tables:
        found = {
            str(check["name"]): _plain(check["sqltext"])
            for check in inspector.get_check_constraints(table)
        }
        keys = {
            str(key["name"]): tuple(key["column_names"])
            for key in inspector.get_unique_constraints(table)
        } | {
            str(index["name"]): tuple(str(name) for name in index["column_names"])
            for index in inspector.get_indexes(table)
            if index["unique"]
        }
        for name, wanted in _wanted(metadata.tables[table], connection.dialect):
            stands = found.get(name) if isinstance(wanted, str) else keys.get(name)
            if stands is None:
                differences.append(("missing", table, name))
            elif stands != wanted:
                differences.append(("changed", table, name))
    return sorted(differences)


def _wanted(table: Table, dialect: Dialect) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Name → condition of each CHECK, name → columns of each unique key."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            yield str(constraint.name), _plain(str(constraint.sqltext.compile(dialect=dialect)))
        elif isinstance(constraint, UniqueConstraint):
            yield str(constraint.name), tuple(column.name for column in constraint.columns)
    for index in table.indexes:
        if index.unique:
            yield str(index.name), tuple(column.name for column in index.columns)
