"""The database's own guards: triggers that refuse what must never be, whoever asks.

Alembic compares neither triggers nor CHECKs, and its batch mode drops triggers unseen. So the
guards live here, once for both engines, are installed anew after every migration
(:func:`install`), and are compared with the catalogue (:func:`compare`) by ``puljen ledger
verify`` and the tests.

A refusal reaches the application as an integrity error whose message is a stable code,
``ledger:overdraft``; :func:`refusal` finds it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import ModuleType

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from pool.models.base import metadata

from . import ledger, money, postgresql, records, sqlite
from .checks import compare_checks
from .parts import Guard

GUARDS: tuple[Guard, ...] = (*ledger.GUARDS, *records.GUARDS, *money.GUARDS)
TABLES: tuple[str, ...] = tuple(dict.fromkeys(guard.table for guard in GUARDS))
"""Every table that has guards."""

_PREFIX = "guard_"
_CODE = re.compile(r"\b(?:ledger|record):[a-z-]+")


@dataclass(frozen=True, slots=True)
class Difference:
    """The database is not as it should be: ``what`` is ``missing``, ``changed`` or
    ``unexpected``; ``name`` that of the trigger or CHECK."""

    what: str
    table: str
    name: str

    def __str__(self) -> str:
        return f"{self.table}: {self.name} {self.what}"


def _engine(dialect: str) -> ModuleType:
    return {"sqlite": sqlite, "postgresql": postgresql}[dialect]


def _of(tables: set[str]) -> tuple[Guard, ...]:
    return tuple(guard for guard in GUARDS if guard.table in tables)


def _tables(connection: Connection) -> set[str]:
    """The guarded tables that exist."""
    return set(inspect(connection).get_table_names()).intersection(TABLES)


def _whole(connection: Connection) -> set[str]:
    """Those of them that have the columns their guards speak of. A table that was taken back to
    an older form gets its guards from the program of that form; to :func:`compare` they lack."""
    inspector = inspect(connection)
    return {
        name
        for name in _tables(connection)
        if {column.name for column in metadata.tables[name].columns}
        <= {column["name"] for column in inspector.get_columns(name)}
    }


def install(connection: Connection) -> None:
    """Put the guards on those of their tables that exist as modelled, in place of whatever guards
    there were. Within the caller's transaction."""
    remove(connection)
    _engine(connection.dialect.name).install(connection, _of(_whole(connection)))


def remove(connection: Connection) -> None:
    """Take every guard away: a migration is about to change the tables."""
    engine = _engine(connection.dialect.name)
    engine.remove(
        connection, sorted(name for name in engine.found(connection) if name.startswith(_PREFIX))
    )


def expected(dialect: str) -> dict[str, str]:
    """Name → definition of every trigger there should be on ``sqlite`` or ``postgresql``."""
    return dict(_engine(dialect).expected(GUARDS))


def compare(connection: Connection) -> list[Difference]:
    """What the catalogue says against what it should say, for the tables that exist: triggers
    missing, changed (disabled ones too) or unexpected, CHECKs missing or changed."""
    engine = _engine(connection.dialect.name)
    tables = _tables(connection)
    wanted: dict[str, str] = engine.expected(_of(tables))
    found: dict[str, tuple[str, str]] = engine.found(connection)
    owner = {name: guard.table for guard in _of(tables) for name in engine.expected((guard,))}
    differences = [
        Difference("missing" if name not in found else "changed", owner[name], name)
        for name, definition in wanted.items()
        if name not in found or found[name][1] != definition
    ]
    differences += [
        Difference("unexpected", table, name)
        for name, (table, _) in sorted(found.items())
        if name not in wanted and (table in tables or name.startswith(_PREFIX))
    ]
    differences += [
        Difference(what, table, name)
        for what, table, name in compare_checks(connection, sorted(tables))
    ]
    return differences


def refusal(error: DBAPIError) -> str | None:
    """The code of the guard that refused, ``ledger:overdraft``; None where no guard did."""
    found = _CODE.search(str(error.orig))
    return found[0] if found else None


__all__ = [
    "GUARDS",
    "TABLES",
    "Difference",
    "Guard",
    "compare",
    "expected",
    "install",
    "refusal",
    "remove",
]
