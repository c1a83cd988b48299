"""Up, down one, up again, on both engines; and the application's role on PostgreSQL."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError

from pool import migrations
from pool.db import make_engine
from pool.migrations import guards, running
from pool.migrations.__main__ import draft
from pool.migrations.guards.checks import compare_checks
from pool.models.base import metadata
from tests.support.databases import PostgresDatabases, SqliteDatabases


@pytest.fixture
def empty(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database without a table."""
    source: SqliteDatabases | PostgresDatabases = request.getfixturevalue(
        f"{database_kind.replace('postgresql', 'postgres')}_databases"
    )
    url = source.empty_url()
    engine = make_engine(url)
    yield engine
    engine.dispose()
    source.drop(url)


def _is_as_modelled(engine: Engine) -> None:
    with engine.connect() as connection:
        assert guards.compare(connection) == []
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert compare_checks(connection, sorted(metadata.tables)) == []


def test_one_head() -> None:
    assert len(migrations.heads()) == 1


def test_up_down_one_up_again(empty: Engine) -> None:
    migrations.upgrade(empty)
    assert migrations.current(empty) == migrations.heads()[0]
    _is_as_modelled(empty)

    migrations.downgrade(empty, "-1")
    assert migrations.current(empty) != migrations.heads()[0]
    with empty.connect() as connection:
        left = {each.table for each in guards.compare(connection)}
        assert "message" in left, "a table of an older form lacks its guards, and it is told"

    migrations.upgrade(empty)
    _is_as_modelled(empty)


def test_rows_of_the_first_version_are_kept(empty: Engine) -> None:
    """A database from before the second revision keeps its cases, decisions and messages."""
    migrations.upgrade(empty, "0001")
    with empty.begin() as connection:
        for statement in _ROWS_OF_THE_FIRST_VERSION:
            connection.exec_driver_sql(statement)
    migrations.upgrade(empty)
    with empty.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT grant_case.kind, outcome FROM grant_case WHERE id = 7"
        ).one()
        assert tuple(found) == ("application", "full")
        found = connection.exec_driver_sql(
            "SELECT made_precision, imported, reasons FROM decision WHERE id = 9"
        ).one()
        assert (found[0], bool(found[1]), found[2]) == ("day", False, "ja")
    _is_as_modelled(empty)


_AT = "'2024-05-01T10:00:00.000000Z'"
_ROWS_OF_THE_FIRST_VERSION = (
    "INSERT INTO applicant (id, kind, name) VALUES (5, 'person', 'Mona')",
    "INSERT INTO grant_case (id, number, pool, year, definition_version, form, channel, lang,"
    " state, state_version, clock, title, asked, granted, outcome, decision_id, applicant_id,"
    " urgent, received_at, changed_at) VALUES (7, 'BT-2024-1', 'urban-life', 2024, 1, 'short',"
    " 'online', 'da', 'granted', 2, 'stopped', 'Fest', 500, 500, 'full', 9, 5, false,"
    f" {_AT}, {_AT})",
    "INSERT INTO decision (id, case_id, number, outcome, amount, reasons, made_on, made_how,"
    " took_part, stayed_out, actor_name, recorded_at, announced_at) VALUES (9, 7, 1, 'full', 500,"
    f" 'ja', '2024-05-01', 'system', '', '', 'Formand', {_AT}, {_AT})",
)


def test_down_to_nothing_leaves_nothing(empty: Engine) -> None:
    migrations.upgrade(empty)
    migrations.downgrade(empty, "base")
    assert inspect(empty).get_table_names() == ["alembic_version"]
    assert migrations.current(empty) is None
    if empty.dialect.name == "postgresql":
        with empty.connect() as connection:
            left = connection.exec_driver_sql(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            )
            assert left.all() == []


def test_up_again_mends_a_guard_that_was_taken_away(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.begin() as connection:
        dropped = "guard_transfer_before_delete"
        on = " ON transfer" if empty.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER {dropped}{on}")
        assert [(each.what, each.name) for each in guards.compare(connection)] == [
            ("missing", dropped)
        ]
    migrations.upgrade(empty)
    _is_as_modelled(empty)


def test_upgrade_at_head_changes_nothing(empty: Engine) -> None:
    migrations.upgrade(empty)
    migrations.upgrade(empty)
    _is_as_modelled(empty)


def test_two_at_once_come_after_each_other(empty: Engine) -> None:
    """Two processes that start at once both migrate; the second finds nothing to do."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            migrations.upgrade(empty)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []
    _is_as_modelled(empty)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_table_in_use_makes_it_give_up(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not queue before everybody else who wants the table, and changes nothing."""
    migrations.upgrade(empty)
    monkeypatch.setattr(running, "LOCK_TIMEOUT", "50ms")
    with empty.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM transfer")
        with pytest.raises(OperationalError, match="lock timeout"):
            migrations.downgrade(empty, "base")
    _is_as_modelled(empty)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_row_that_points_nowhere_stops_it(empty: Engine) -> None:
    """Foreign keys are off while SQLite's tables are made anew; they are asked at the end."""
    migrations.upgrade(empty)
    with empty.connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.execute("DROP TRIGGER guard_transfer_before_delete")
        cursor.execute("INSERT INTO draft_file (draft_id, file_id) VALUES (7, 7)")
        cursor.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(migrations.MigrationError, match="draft_file"):
        migrations.upgrade(empty)
    with empty.connect() as connection:
        assert [each.what for each in guards.compare(connection)] == ["missing"]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_drafting_a_revision_when_nothing_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the developer's command writes is empty where models and revisions agree."""
    made = tmp_path / "migrations"
    shutil.copytree(Path(running.__file__).parent, made)
    monkeypatch.setattr(running, "SCRIPTS", str(made))
    last = migrations.heads()[0]
    draft("nothing new")
    written = (made / "versions" / f"{int(last) + 1:04d}_nothing_new.py").read_text()
    assert "op." not in written
    assert f"down_revision = '{last}'" in written


def test_going_down_is_refused_where_it_would_lose_what_happened(empty: Engine) -> None:
    migrations.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO plan_move (year, edition, from_line, to_line, amount, decided_on,"
                " decided_by, steering, reason, command_id, recorded_at, recorded_by) VALUES"
                " (2024, 1, 4, 5, 100, '2024-05-02', 'ØKF', 'hørt', 'fordi', 'c',"
                " '2024-05-02T10:00:00.000000Z', 'Ole')"
            )
        )
    with pytest.raises(RuntimeError, match="money moved in the plan"):
        migrations.downgrade(empty, "0003")
    assert migrations.current(empty) == migrations.heads()[0]
