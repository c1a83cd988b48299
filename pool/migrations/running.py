"""Running migrations. Alembic is imported when one is run, not before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from pool.db import make_engine
from pool.migrations import guards, rights

if TYPE_CHECKING:
    from alembic.config import Config

LOCK_TIMEOUT = "10s"
"""How long a migration waits for a table that somebody uses before it gives up (PostgreSQL)."""

SCRIPTS = "pool:migrations"
"""Where the revisions are: in the package, wherever it is installed."""

_ONE_AT_A_TIME = 7_082_114_501_001
"""The advisory lock of a running migration; a number nobody else uses."""


class MigrationError(RuntimeError):
    """The database is not what the migration should have made of it; nothing was changed."""


def upgrade(target: Engine | str, revision: str = "head", *, app_role: str | None = None) -> None:
    """Bring the database to ``revision``, with its guards.

    On PostgreSQL ``target`` is the owner's; ``app_role`` is an existing role that the
    application signs in as, and is given the rights it needs and no others.
    """

    def work(connection: Connection, config: Config) -> None:
        from alembic import command

        if _current(connection) != _aim(config, revision) or guards.compare(connection):
            guards.remove(connection)
            command.upgrade(config, revision)
            _guard(connection, whole=_current(connection) == _aim(config, "head"))
        if app_role is not None:
            rights.grant(connection, app_role)

    _run(target, work)


def downgrade(target: Engine | str, revision: str) -> None:
    """Take the database back to ``revision`` (``-1``, ``base``), with the guards of what is
    left as this program knows it; ``upgrade`` of the older program puts on its own."""

    def work(connection: Connection, config: Config) -> None:
        from alembic import command

        guards.remove(connection)
        command.downgrade(config, revision)
        guards.install(connection)

    _run(target, work)


def current(target: Engine | str) -> str | None:
    """The revision the database is at; None where there is none."""
    with _engine(target) as engine, engine.connect() as connection:
        return _current(connection)


def heads() -> tuple[str, ...]:
    """The newest revisions of the program: one, unless two branches were merged unnoticed."""
    from alembic.script import ScriptDirectory

    return tuple(ScriptDirectory.from_config(make_config()).get_heads())


def make_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _aim(config: Config, revision: str) -> str | None:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config)
    if revision == "head":
        return script.get_current_head()
    return revision if revision in {each.revision for each in script.walk_revisions()} else None


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return found


def _guard(connection: Connection, *, whole: bool) -> None:
    """``whole``: the database is at the newest revision, and must be as the models say."""
    guards.install(connection)
    differences = guards.compare(connection) if whole else []
    if differences:
        raise MigrationError("; ".join(str(each) for each in differences))


@contextmanager
def _engine(target: Engine | str) -> Iterator[Engine]:
    if isinstance(target, Engine):
        yield target
        return
    engine = make_engine(target)
    try:
        yield engine
    finally:
        engine.dispose()


def _run(target: Engine | str, work: Callable[[Connection, Config], None]) -> None:
    with _engine(target) as engine:
        if engine.dialect.name == "sqlite":
            _on_sqlite(engine, work)
        else:
            _on_postgresql(engine, work)


def _on_sqlite(engine: Engine, work: Callable[[Connection, Config], None]) -> None:
    """Foreign keys are off meanwhile (a table is changed by making it anew), which can only be
    said outside a transaction, and are asked for all rows at the end."""
    with engine.execution_options(puljen_begin="IMMEDIATE").connect() as connection:
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                work(connection, make_config(connection))
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
                if broken is not None:
                    raise MigrationError(f"{broken[0]}: row {broken[1]} points at no {broken[2]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _on_postgresql(engine: Engine, work: Callable[[Connection, Config], None]) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        work(connection, make_config(connection))
