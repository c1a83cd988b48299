"""Fixtures of the whole suite: real databases on both engines.

``database``       a fresh :class:`pool.db.Database`, once on SQLite and once on PostgreSQL
``make_database``  makes several; ``make_database.url_of(database)`` is for another process
``database_kind``  the parameter behind both: parametrise a test with it to take one engine only
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pool import keys
from pool.cases import effects_reports
from pool.db import Database
from tests.support.databases import Factory, PostgresDatabases, SqliteDatabases
from tests.support.postgres import NoPostgres, Server, start

_server = pytest.StashKey[Server]()
_missing = pytest.StashKey[str]()
_URL = "puljen_postgres"


def pytest_configure(config: pytest.Config) -> None:
    keys.use(keys.Keyring([b"only for the tests' sealed data!"]))
    # One server for all workers of a parallel run: the process that steers them starts it.
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        _start(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    server = node.config.stash.get(_server, None)
    node.workerinput[_URL] = server.url if server else ""
    node.workerinput["puljen_missing"] = node.config.stash.get(_missing, "")


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_server, None)
    if server is not None:
        server.stop()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    why = config.stash.get(_missing, None)
    if why:
        terminalreporter.section("PostgreSQL was NOT tested", sep="!", red=True, bold=True)
        terminalreporter.write_line(why)
    # Told from the reports, which come together here also from the workers of a parallel run.
    for needle, name, missing in _LEFT_OUT:
        left_out = [
            report
            for report in terminalreporter.stats.get("skipped", [])
            if needle in str(report.longrepr).lower()
        ]
        if left_out:
            terminalreporter.section(f"{name} tests were LEFT OUT", sep="!", red=True, bold=True)
            terminalreporter.write_line(f"{len(left_out)} tests: {missing} is not installed")


_LEFT_OUT = (
    ("chromium", "Browser", "/usr/bin/chromium"),
    ("libreoffice", "Workbook", "LibreOffice Calc (soffice)"),
    ("poppler", "PDF text", "poppler-utils (pdftotext)"),
    ("hledger", "Plain text accounting", "hledger"),
)
"""What tests need of the machine: a word of their reason to be skipped, and what to call it."""


def _start(config: pytest.Config) -> None:
    try:
        config.stash[_server] = start()
    except NoPostgres as error:
        config.stash[_missing] = str(error)


SLOW_MARKS = frozenset({"browser", "processes"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives browsers and processes comes first: of two workers none is left with a long
    tail while the other has nothing to do."""
    items.sort(key=lambda item: not SLOW_MARKS & {mark.name for mark in item.iter_markers()})


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Server:
    """The run's PostgreSQL; skips where there is none."""
    shared: dict[str, str] | None = getattr(pytestconfig, "workerinput", None)
    if shared is not None:
        if not shared[_URL]:
            pytest.skip(shared["puljen_missing"])
        return Server(shared[_URL])
    if _server not in pytestconfig.stash and _missing not in pytestconfig.stash:
        _start(pytestconfig)
    if _missing in pytestconfig.stash:
        pytest.skip(pytestconfig.stash[_missing])
    return pytestconfig.stash[_server]


@pytest.fixture(scope="session")
def postgres_databases(
    postgres_server: Server, pytestconfig: pytest.Config
) -> Iterator[PostgresDatabases]:
    shared: dict[str, str] = getattr(pytestconfig, "workerinput", {})
    databases = PostgresDatabases(postgres_server, shared.get("workerid", "main"))
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def make_database(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Factory]:
    source = "sqlite_databases" if database_kind == "sqlite" else "postgres_databases"
    factory = Factory(request.getfixturevalue(source))
    yield factory
    factory.close()


@pytest.fixture
def database(make_database: Factory) -> Database:
    return make_database()


@pytest.fixture(autouse=True)
def nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No report is drawn for a spot check: which are is chance, and a test must not hang on it.
    ``tests.reports.scene.draw_always`` draws."""
    monkeypatch.setattr(effects_reports, "drawn", lambda *_: False)
