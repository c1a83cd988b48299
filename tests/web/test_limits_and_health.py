"""Rate limits, with and without Redis, and what the keepers ask."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask

from pool.run import embedded
from pool.settings import Settings
from pool.web import context, ratelimit
from pool.web.access import public
from pool.web.ratelimit import Throttle
from tests.support.client import HostileClient
from tests.support.processes import until
from tests.web.conftest import FOUNDATION, KEY, MakeApp


@pytest.fixture
def rooms() -> Sequence[str]:
    return FOUNDATION


THREE = {"trial": "3 per hour"}


def _tries(throttle: Throttle, who: str, count: int = 5) -> list[bool]:
    return [throttle.hit("trial", who) for _ in range(count)]


def test_counting_in_the_process() -> None:
    throttle = Throttle(None, KEY, THREE)
    assert _tries(throttle, "a") == [True, True, True, False, False]
    assert _tries(throttle, "b", 1) == [True]
    assert not throttle.left("trial", "a")
    assert 0 < throttle.wait("trial", "a") <= 3600
    throttle.forget("trial", "a")
    assert throttle.left("trial", "a")


def test_an_unknown_limit_is_a_fault() -> None:
    with pytest.raises(KeyError):
        Throttle(None, KEY).hit("no-such-limit", "a")


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    place = embedded.EmbeddedRedis(tmp_path)
    place.files.mkdir()
    process = subprocess.Popen(place.arguments(), cwd=place.files, stdout=subprocess.DEVNULL)
    until(place.answers, "Redis answers")
    yield place.url
    process.terminate()
    process.wait(10)


def test_processes_count_together_in_redis(redis_url: str) -> None:
    one, other = (Throttle(redis_url, KEY, THREE) for _ in range(2))
    assert _tries(one, "a", 3) == [True, True, True]
    assert _tries(other, "a", 1) == [False]
    assert 0 < other.wait("trial", "a") <= 3600


def test_redis_holds_no_address(redis_url: str) -> None:
    import redis

    Throttle(redis_url, KEY, THREE).hit("trial", "jens@example.dk")
    with redis.Redis.from_url(redis_url) as connection:
        keys = [key.decode() for key in connection.keys("*")]
    assert keys
    assert not any("jens" in key for key in keys)
    assert all(key.startswith("puljen-limits") for key in keys)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "unix:///no/such/socket", "redis://["])
def test_redis_away_counts_in_the_process_and_quickly(url: str) -> None:
    throttle = Throttle(url, KEY, THREE)
    began = time.monotonic()
    assert _tries(throttle, "a") == [True, True, True, False, False]
    assert time.monotonic() - began < 2


def test_redis_coming_back_is_used_again(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    throttle = Throttle(redis_url, KEY, THREE)
    real: Any = throttle._connected()
    assert real is not None

    class Gone:
        def hit(self, *_: object) -> bool:
            raise ConnectionError

    throttle._redis = Gone()  # type: ignore[assignment]
    assert throttle.hit("trial", "a")
    assert throttle._connected() is None
    throttle._redis, throttle._away_until = real, 0.0
    assert _tries(throttle, "a") == [True, True, True, False, False]


def test_a_view_that_limits(app: Flask) -> None:
    blueprint = Blueprint("limited", __name__)

    @blueprint.get("/limited")
    @public
    def limited() -> tuple[str, int]:
        ratelimit.limit("forgotten-email", "somebody")
        return "", 204

    app.register_blueprint(blueprint)
    client = app.test_client()
    assert isinstance(client, HostileClient)
    assert [client.get("/limited").status_code for _ in range(4)] == [204, 204, 204, 429]
    answer = client.get("/limited")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert "Prøv igen om" in client.page(answer).text


def test_the_address_asking_for_links_is_limited(client: HostileClient) -> None:
    page = client.look("/glemt-adgangskode")
    statuses = [
        client.submit(page, {"email": f"nobody{n}@kk.example"}).status_code for n in range(21)
    ]
    assert statuses == [200] * 20 + [429]


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_health(client: HostileClient, app: Flask) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["status"], answer.json["database"]) == ("ok", True)
    assert "Set-Cookie" not in answer.headers
    ready = client.get("/health/ready")
    assert ready.json is not None
    assert ready.json["tables"] is True


def test_health_without_tables(make: MakeApp, settings: Settings, tmp_path: Any) -> None:
    from dataclasses import replace

    from pool.db import Database, make_engine

    app = make()
    empty = Database(make_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
    app.extensions[context.EXTENSION] = replace(app.extensions[context.EXTENSION], database=empty)
    client = app.test_client()
    assert client.get("/health").status_code == 200
    assert client.get("/health/ready").status_code == 503
    empty.engine.dispose()


def test_health_without_a_database(make: MakeApp, tmp_path: Any) -> None:
    from dataclasses import replace

    from pool.db import Database, make_engine

    app = make()
    gone = Database(make_engine(f"sqlite:///{tmp_path / 'no' / 'folder.db'}"))
    app.extensions[context.EXTENSION] = replace(app.extensions[context.EXTENSION], database=gone)
    for path in ("/health", "/health/ready"):
        answer = app.test_client().get(path)
        assert answer.status_code == 503
        assert answer.json is not None
        assert answer.json["status"] == "failing"
    gone.engine.dispose()


@pytest.mark.parametrize(("demo", "most"), [(False, 30), (True, 300)])
def test_a_workshop_shares_one_address(make: MakeApp, demo: bool, most: int) -> None:
    throttle = make(demo=demo).extensions[context.EXTENSION].throttle
    let_through = [throttle.hit("apply-address", "10.0.0.1") for _ in range(most + 1)]
    assert let_through == [True] * most + [False]
