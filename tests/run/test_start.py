"""What is looked at before anything is started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pool.run import checks, embedded, folder
from pool.run.errors import Refused
from tests.support.processes import alive, started, until


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as listener:
        # As granian listens: with SO_REUSEPORT a second server would be let in.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port_is_refused_with_a_free_one(busy: int) -> None:
    with pytest.raises(Refused) as caught:
        checks.port("127.0.0.1", busy)
    words = str(caught.value)
    assert f"Port {busy} is taken" in words
    free = int(words.rpartition("PULJEN_PORT=")[2].rstrip("."))
    checks.port("127.0.0.1", free)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Refused, match="set PULJEN_HOST to an address of this machine"):
        checks.port("192.0.2.1", 8000)


@pytest.mark.parametrize("version", [(3, 10), (3, 13), (2, 7)])
def test_a_wrong_python_is_refused(version: tuple[int, int]) -> None:
    with pytest.raises(Refused, match=r"puljen needs 3\.11 or 3\.12: install"):
        checks.python(version)


def test_a_folder_is_one_instances_at_a_time(tmp_path: Path) -> None:
    lock = folder.claim(tmp_path / "data", "http://127.0.0.1:8000")
    try:
        with pytest.raises(Refused) as caught:
            folder.claim(tmp_path / "data", "http://127.0.0.1:9000")
    finally:
        os.close(lock)
    assert f"process {os.getpid()}, http://127.0.0.1:8000" in str(caught.value)
    os.close(folder.claim(tmp_path / "data", "http://127.0.0.1:9000"))


def test_what_a_killed_instance_left_is_waited_for(tmp_path: Path) -> None:
    """The supervisor is gone, a child of it still writes: not two at once."""
    code = f"""
import os, time
from pathlib import Path
from pool.run import folder
folder.claim(Path({str(tmp_path)!r}), "x")
if os.fork() == 0:
    time.sleep(1.5)
"""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True)
    os.close(folder.claim(tmp_path, "y"))
    assert 0.8 < time.monotonic() - begun < 10


@pytest.mark.parametrize("place", ["/proc/puljen", "{tmp}/file/below", "{tmp}/file"])
def test_an_unwritable_folder_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match=r"cannot be written to .*: give this user access"):
        folder.claim(Path(place.format(tmp=tmp_path)), "x")


def test_a_folder_too_deep_for_the_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="may be at most 400: choose a shorter one"):
        folder.claim(tmp_path / "/".join(["deep" * 20] * 6), "x")


def test_the_folder_is_closed_to_others(tmp_path: Path) -> None:
    os.close(folder.claim(tmp_path / "data", "x"))
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_deep_folder_gets_its_socket_in_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90)
    redis = embedded.EmbeddedRedis(deep)
    try:
        assert len(os.fsencode(redis.socket)) <= embedded.LONGEST_SOCKET
        assert redis.socket.parent.stat().st_mode & 0o777 == 0o700
        assert redis.files == deep / "redis"
    finally:
        redis.clean()
    assert not redis.socket.parent.exists()


def test_without_a_redis_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(Refused, match=r"install its package .* or set PULJEN_REDIS_URL"):
        embedded.find_server()


@pytest.mark.processes
def test_the_embedded_redis_keeps_its_data_and_opens_no_port(tmp_path: Path) -> None:
    import redis

    server = embedded.EmbeddedRedis(tmp_path)
    server.files.mkdir()
    for value in (b"kept", None):
        process = subprocess.Popen(server.arguments(), cwd=server.files, stdout=subprocess.DEVNULL)
        try:
            until(server.answers, "Redis answers")
            client = redis.Redis.from_url(server.url)
            if value:
                client.set("x", value)
            else:
                assert client.get("x") == b"kept"
            assert client.config_get("port") == {"port": "0"}
            client.close()
        finally:
            process.terminate()
            process.wait(10)
    assert server.socket.parent == tmp_path
    aside = server.set_aside()
    assert aside is not None
    assert aside.is_dir()
    assert not server.files.exists()


@pytest.mark.processes
def test_a_process_that_claims_after_a_kill_gets_the_folder_at_once(tmp_path: Path) -> None:
    code = f"""
import time
from pathlib import Path
from pool.run import folder
folder.claim(Path({str(tmp_path)!r}), "x")
print("claimed", flush=True)
time.sleep(60)
"""
    with started("-c", code) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "claimed\n"
        process.kill()
        until(lambda: not alive(process.pid), "it has ended")
        os.close(folder.claim(tmp_path, "y"))
