"""The guards as SQLite's triggers, and reading them back."""

from __future__ import annotations

import re

from sqlalchemy import Connection

from .parts import Effect, Guard

_TOUCHED = re.compile(r"IS (NOT )?DISTINCT FROM")


def _spell(sql: str) -> str:
    """``IS [NOT] DISTINCT FROM`` came with SQLite 3.39; ``IS [NOT]`` has always been there."""
    return _TOUCHED.sub(lambda found: "IS" if found[1] else "IS NOT", sql)


def create(guard: Guard) -> str:
    """``CREATE TRIGGER``, letter by letter as SQLite keeps it."""
    steps = []
    for step in guard.steps_on("sqlite"):
        if isinstance(step, Effect):
            steps.append(_spell(step.sql))
        else:
            steps.append(f"SELECT RAISE(ABORT, '{step.code}') WHERE {_spell(step.when)}")
    body = "".join(f"\n  {step};" for step in steps)
    return (
        f"CREATE TRIGGER {guard.name} {guard.timing} {guard.event} ON {guard.table}\n"
        f"FOR EACH ROW BEGIN{body}\nEND"
    )


def expected(guards: tuple[Guard, ...]) -> dict[str, str]:
    return {guard.name: create(guard) for guard in guards}


def install(connection: Connection, guards: tuple[Guard, ...]) -> None:
    for guard in guards:
        connection.exec_driver_sql(create(guard))


def remove(connection: Connection, names: list[str]) -> None:
    for name in names:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def found(connection: Connection) -> dict[str, tuple[str, str]]:
    """Every trigger of the database: name → (table, text)."""
    rows = connection.exec_driver_sql(
        "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"
    )
    return {name: (table, sql) for name, table, sql in rows}
