"""The guards as PostgreSQL's triggers and functions, and reading them back.

The functions run as the owner of the tables (``SECURITY DEFINER`` with a fixed search path), so
that the application's role needs no right to change a balance. The triggers are ``ENABLE
ALWAYS``: ``session_replication_role`` does not silence them.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from .parts import Effect, Guard


def _body(guard: Guard) -> str:
    lines = [f"  {guard.lock};"] if guard.lock else []
    for step in guard.steps_on("postgresql"):
        if isinstance(step, Effect):
            lines.append(f"  {step.sql};")
        else:
            lines.append(
                f"  IF ({step.when}) THEN"
                f" RAISE EXCEPTION '{step.code}' USING ERRCODE = '23000'; END IF;"
            )
    row = "OLD" if guard.event == "DELETE" else "NEW"
    return "\nBEGIN\n" + "\n".join(lines) + f"\n  RETURN {row};\nEND\n"


def _definitions(guard: Guard) -> list[tuple[str, str, str, str]]:
    """(name, table, when it fires, function body) of the guard's triggers."""
    when = f"{guard.timing} {guard.event} ON {guard.table} FOR EACH ROW"
    made = [(guard.name, guard.table, when, _body(guard))]
    if guard.event == "DELETE":
        code = guard.steps[0].code if not isinstance(guard.steps[0], Effect) else ""
        made.append(
            (
                f"guard_{guard.table}_truncate",
                guard.table,
                f"BEFORE TRUNCATE ON {guard.table} FOR EACH STATEMENT",
                f"\nBEGIN\n  RAISE EXCEPTION '{code}' USING ERRCODE = '23000';\nEND\n",
            )
        )
    return made


def expected(guards: tuple[Guard, ...]) -> dict[str, str]:
    return {
        name: f"{when} ALWAYS DEFINER{body}"
        for guard in guards
        for name, _, when, body in _definitions(guard)
    }


def install(connection: Connection, guards: tuple[Guard, ...]) -> None:
    schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one()
    for guard in guards:
        for name, table, when, body in _definitions(guard):
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
                f" SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp"
                f" AS $guard${body}$guard$"
            )
            connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {name}() FROM PUBLIC")
            connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def remove(connection: Connection, names: list[str]) -> None:
    tables = {name: table for name, (table, _) in found(connection).items()}
    for name in names:
        connection.exec_driver_sql(f"DROP TRIGGER {name} ON {tables[name]}")
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}()")


_CATALOGUE = text(
    """
    SELECT t.tgname, c.relname,
           CASE WHEN t.tgtype & 2 <> 0 THEN 'BEFORE' ELSE 'AFTER' END || ' ' ||
           CASE WHEN t.tgtype & 4 <> 0 THEN 'INSERT' WHEN t.tgtype & 8 <> 0 THEN 'DELETE'
                WHEN t.tgtype & 16 <> 0 THEN 'UPDATE' ELSE 'TRUNCATE' END
           || ' ON ' || c.relname || ' FOR EACH '
           || CASE WHEN t.tgtype & 1 <> 0 THEN 'ROW' ELSE 'STATEMENT' END
           || CASE WHEN t.tgqual IS NOT NULL OR t.tgattr::text <> '' OR t.tgnargs <> 0
                   THEN ' CONDITIONAL' ELSE '' END
           || CASE t.tgenabled WHEN 'A' THEN ' ALWAYS' WHEN 'D' THEN ' DISABLED' ELSE ' ENABLED' END
           || CASE WHEN p.prosecdef THEN ' DEFINER' ELSE '' END
           || CASE WHEN p.proname <> t.tgname THEN ' ' || p.proname ELSE '' END
           || CASE WHEN p.proconfig IS DISTINCT FROM ARRAY['search_path=pg_catalog, '
                        || quote_ident(current_schema()) || ', pg_temp']
                   THEN ' SEARCHING ' || coalesce(p.proconfig::text, 'anywhere') ELSE '' END
           || CASE WHEN p.proowner <> c.relowner THEN ' FOREIGN OWNER' ELSE '' END
           || p.prosrc
    FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
    """
)


def found(connection: Connection) -> dict[str, tuple[str, str]]:
    """Every trigger of the schema: name → (table, what it is, in the form of ``expected``)."""
    return {name: (table, told) for name, table, told in connection.execute(_CATALOGUE)}
