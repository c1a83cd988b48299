"""As ``docs/deploy.md`` tells: PostgreSQL with two roles, a Redis of its own, further workers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pool.run import embedded
from tests.support import postgres
from tests.support.postgres import Server
from tests.support.processes import started, until
from tests.support.stack import running_stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

OWNER = "earnest_owner"


@pytest.fixture
def two_roles(postgres_server: Server) -> Iterator[tuple[str, str]]:
    """(the owner's address, the application's) of an empty database."""
    with postgres.two_roles(postgres_server, "earnest") as addresses:
        yield addresses


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    place = embedded.EmbeddedRedis(tmp_path)
    place.files.mkdir()
    process = subprocess.Popen(place.arguments(), cwd=place.files, stdout=subprocess.DEVNULL)
    until(place.answers, "Redis answers")
    yield place.url
    process.terminate()
    process.wait(10)


def test_the_guide_is_true(tmp_path: Path, two_roles: tuple[str, str], redis_url: str) -> None:
    if not two_roles[0].startswith(f"postgresql://{OWNER}@"):
        pytest.skip("the named server's roles have passwords")
    with running_stack(
        tmp_path / "data",
        ("run",),
        database_url=two_roles[1],
        owner_database_url=two_roles[0],
        redis_url=redis_url,
        worker_processes="2",
    ) as stack:
        assert not (tmp_path / "data" / "redis").exists()
        added = stack.puljen("user", "add", "m@example.dk", "--name", "M", "--role", "admin")
        assert added.returncode == 0, added.stderr
        opening = ("year", "open", "--pool", "urban-life", "--year", "2025", "--budget", "96.000")
        assert stack.puljen(*opening, "--source", "Tryghedsplan 2025").returncode == 0
        verified = stack.puljen("ledger", "verify", "--json")
        found: dict[str, Any] = json.loads(verified.stdout)
        assert found["ok"] is True
        assert found["transfers"] == 1
        assert stack.get("/")[0] == 200
        with started("-m", "pool", "worker", "--processes", "2", env=stack.env) as further:
            assert further.stdout is not None
            assert any("ready" in line for line in further.stdout)
            further.terminate()
            assert further.wait(30) == 0
        assert stack.stop() == 0
    assert "Traceback" not in stack.output
    with psycopg.connect(two_roles[1]) as application, pytest.raises(psycopg.Error):
        application.execute("ALTER TABLE transfer DISABLE TRIGGER ALL")
