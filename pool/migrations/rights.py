"""What the application's role may do on PostgreSQL. It owns nothing, so it can neither alter a
table nor switch a guard off; what the guards refuse anyway it is not even offered."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from pool.migrations import guards

_EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
_SPECIAL = {
    "alembic_version": ("SELECT",),
    # Balances and totals are moved by the guards, in their owner's name.
    "account": ("SELECT", "INSERT"),
    "total": ("SELECT",),
    # UPDATE is what locking the row asks for.
    "book": ("SELECT", "INSERT", "UPDATE"),
}


def of_table(table: str) -> tuple[str, ...]:
    """The rights the application needs on ``table``."""
    if table in _SPECIAL:
        return _SPECIAL[table]
    refused = {
        guard.event
        for guard in guards.GUARDS
        if guard.table == table and guard.timing == "BEFORE" and guard.is_never
    }
    return tuple(right for right in _EVERYTHING if right not in refused)


def grant(connection: Connection, role: str) -> None:
    """Give ``role`` the rights it needs on every table of the schema, and take all others."""
    quote = connection.dialect.identifier_preparer.quote
    name = quote(role)
    schema = quote(str(connection.execute(text("SELECT current_schema()")).scalar_one()))
    for statement in (
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
        f"REVOKE ALL ON SCHEMA {schema} FROM {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
        *(
            f"GRANT {', '.join(of_table(table))} ON {schema}.{quote(table)} TO {name}"
            for table in sorted(inspect(connection).get_table_names())
        ),
    ):
        connection.exec_driver_sql(statement)
