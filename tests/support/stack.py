"""The whole of it, started as a person starts it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support.processes import ROOT, alive, children, clean_environment, family

START_WITHIN = 90.0
STOP_WITHIN = 60.0


@dataclass
class RunningStack:
    """A supervisor and what it started. ``url`` has no slash at its end."""

    url: str
    data_dir: Path
    process: subprocess.Popen[str]
    env: dict[str, str]
    output_file: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def output(self) -> str:
        """What stands on its console so far."""
        return self.output_file.read_text()

    @property
    def log(self) -> str:
        return (self.data_dir / "logs" / "puljen.log").read_text()

    def children(self) -> list[int]:
        return children(self.process.pid)

    def family(self) -> list[int]:
        return family(self.process.pid)

    def get(self, path: str, timeout: float = 15.0) -> tuple[int, str]:
        """(status, body) of a page."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def puljen(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command with the same settings."""
        return puljen(*arguments, env=self.env)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask for the end and wait for it; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=STOP_WITHIN)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def puljen(
    *arguments: str, env: dict[str, str] | None = None, cwd: Path = ROOT, timeout: float = 90
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "pool", *arguments],
        env=clean_environment() | (env or {}),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@contextlib.contextmanager
def running_stack(
    data_dir: Path,
    command: Sequence[str] = ("demo",),
    *,
    port: int | None = None,
    wait: bool = True,
    **settings: str,
) -> Iterator[RunningStack]:
    """``puljen demo`` (or another ``command``) on a free port, until the block ends; what is
    left of it then is ended by force, which fails the test.

    ``settings``: further variables without ``PULJEN_``, such as ``log_level="DEBUG"``.
    """
    port = port or free_port()
    env = {f"PULJEN_{name.upper()}": value for name, value in settings.items()} | {
        "PULJEN_DATA_DIR": str(data_dir),
        "PULJEN_PORT": str(port),
    }
    console = data_dir.with_name(f"{data_dir.name}-{time.monotonic_ns()}.console")
    console.parent.mkdir(parents=True, exist_ok=True)
    with console.open("w") as output:
        process = _start(command, env, output)
        stack = RunningStack(f"http://127.0.0.1:{port}", data_dir, process, env, console)
        try:
            if wait:
                _until_ready(stack)
            yield stack
        finally:
            _end(stack)


def _start(command: Sequence[str], env: dict[str, str], output: IO[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pool", *command],
        env=clean_environment() | env,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        text=True,
    )


def _until_ready(stack: RunningStack) -> None:
    """Ready is what the person at the console is told, and what a visitor finds."""
    deadline = time.monotonic() + START_WITHIN
    while "Puljen is ready" not in stack.output:
        if stack.process.poll() is not None:
            raise AssertionError(f"it ended with {stack.process.returncode}:\n{stack.output}")
        if time.monotonic() > deadline:
            raise AssertionError(f"not ready within {START_WITHIN:.0f} s:\n{stack.output}")
        time.sleep(0.05)
    status, body = stack.get("/health")
    assert status == 200, body


def _end(stack: RunningStack) -> None:
    members = stack.family()
    if stack.process.poll() is None:
        stack.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            stack.process.wait(timeout=STOP_WITHIN)
    # Children of one that was killed end by themselves.
    deadline = time.monotonic() + STOP_WITHIN
    while (left := [pid for pid in members if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if stack.process.poll() is None:
        stack.process.wait(timeout=10)
    assert not left, f"still running {STOP_WITHIN:.0f} s after the end: {left}\n{stack.output}"
