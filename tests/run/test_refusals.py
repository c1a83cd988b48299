"""A start that cannot work is one sentence that says what to do: exit code 2, no traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.processes import clean_environment
from tests.support.stack import free_port, puljen, running_stack

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

MakeFolder = Callable[..., Path]


def refused(folder: Path, *command: str, **env: str) -> str:
    """What a refused start says."""
    settings = {"PULJEN_DATA_DIR": str(folder), "PULJEN_PORT": str(free_port())} | env
    done = puljen(*command, env=settings)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr.startswith("puljen: ")
    assert done.stderr.count("\n") == 1
    return done.stderr.strip()


def test_a_busy_port(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        said = refused(tmp_path / "data", "run", "--port", str(port))
    assert f"Port {port} is taken by another program: stop that one, or choose another" in said


def test_an_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = refused(tmp_path / "file" / "data", "run")
    assert "cannot be written to (Not a directory): give this user access" in said


def test_a_path_too_long(tmp_path: Path) -> None:
    said = refused(tmp_path / "/".join(["deep" * 20] * 6), "run")
    assert "choose a shorter one with PULJEN_DATA_DIR" in said


def test_a_setting_that_cannot_be_used(tmp_path: Path) -> None:
    assert "PULJEN_LANGUAGE is 'kl'" in refused(tmp_path / "data", "run", PULJEN_LANGUAGE="kl")


def test_a_database_that_is_away(tmp_path: Path) -> None:
    url = f"postgresql://puljen:geheim@127.0.0.1:{free_port()}/puljen"
    said = refused(tmp_path / "data", "run", PULJEN_DATABASE_URL=url)
    assert "check PULJEN_DATABASE_URL" in said
    assert "geheim" not in said


def test_a_relay_that_would_show_its_password(tmp_path: Path) -> None:
    said = refused(
        tmp_path / "data",
        "run",
        PULJEN_SMTP_URL="smtp://me:geheim@relay.example.dk",
        PULJEN_MAIL_FROM="p@example.dk",
    )
    assert "PULJEN_SMTP_URL cannot be used: " in said
    assert "geheim" not in said


def test_a_missing_module(tmp_path: Path) -> None:
    (tmp_path / "celery.py").write_text("raise ModuleNotFoundError(\"No module named 'celery'\")")
    said = refused(
        tmp_path / "data", "run", PYTHONPATH=os.pathsep.join([str(tmp_path), os.getcwd()])
    )
    assert "A part of puljen is missing (No module named 'celery'): run `make run`" in said


def test_a_wrong_python(tmp_path: Path) -> None:
    """As far as this Python can play another one."""
    code = (
        "import sys; sys.version_info = (3, 13, 0, 'final', 0); "
        "sys.argv = ['puljen', 'settings']; from pool.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("puljen: This is Python 3.13, and puljen needs 3.11 or 3.12")
    assert "Traceback" not in done.stderr


def test_a_definition_with_a_fault(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("key = 3\n")
    settings = {"PULJEN_DATA_DIR": str(tmp_path / "d"), "PULJEN_DEFINITIONS_DIR": str(tmp_path)}
    done = puljen("run", env=settings | {"PULJEN_PORT": str(free_port())})
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stdout + done.stderr
    assert "bad.toml:1:" in done.stderr


def test_another_instance_and_the_other_purpose(demo_folder: MakeFolder) -> None:
    folder = demo_folder()
    with running_stack(folder) as stack:
        said = refused(folder, "demo")
        assert f"Another puljen (process {stack.process.pid}, {stack.url}) is using" in said
        assert stack.stop(signal.SIGTERM) == 0
    assert "This database is a demonstration, where everybody may sign in" in refused(folder, "run")


def test_earnest_data_is_not_made_a_demonstration(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    env = {"PULJEN_DATA_DIR": str(folder)}
    assert puljen("db", "upgrade", env=env).returncode == 0
    added = puljen(
        "user", "add", "mette@example.dk", "--name", "Mette", "--role", "secretariat", env=env
    )
    assert added.returncode == 0, added.stderr
    assert "in earnest use and is not turned into a demonstration" in refused(folder, "demo")
