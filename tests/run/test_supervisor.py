"""The supervisor with toy children: starting, restarting, giving up, stopping in order."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.processes import alive, started, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(90)]


def toy(scenario: str, folder: Path, **env: str) -> AbstractContextManager[subprocess.Popen[str]]:
    return started("-W", "error", "-m", "tests.run.toy", scenario, str(folder), env=env)


def pid_of(folder: Path, name: str) -> int:
    file = folder / f"{name}.pid"
    until(lambda: file.exists() and file.read_text(), f"{name} has started")
    return int(file.read_text())


def log_of(folder: Path) -> str:
    return (folder / "logs" / "puljen.log").read_text()


def ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if "all ready" in line:
            return
    raise AssertionError("ended before all were ready")


def end(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=30)
    return output


def test_starts_logs_with_a_name_before_each_line_and_stops_in_order(tmp_path: Path) -> None:
    with toy("three", tmp_path) as process:
        ready(process)
        pids = [pid_of(tmp_path, name) for name in ("one", "two", "three")]
        end(process)
    assert process.returncode == 0
    # "one" takes a while to end; nevertheless the next group is asked only after it.
    assert (tmp_path / "ended").read_text().split() == ["two", "one", "three"]
    assert not any(alive(pid) for pid in pids)
    log = log_of(tmp_path)
    assert "first    | prepared" in log
    assert "one      | one is up" in log


def test_a_killed_child_is_started_again_and_logged(tmp_path: Path) -> None:
    with toy("three", tmp_path) as process:
        ready(process)
        first, other = pid_of(tmp_path, "two"), pid_of(tmp_path, "one")
        os.kill(first, signal.SIGKILL)
        until(lambda: pid_of(tmp_path, "two") != first, "a new one runs")
        assert pid_of(tmp_path, "one") == other
        end(process)
    assert "two was ended by SIGKILL; started again in 0.2 s" in log_of(tmp_path)
    assert process.returncode == 0


def test_a_child_that_keeps_dying_stops_the_whole_with_the_reason(tmp_path: Path) -> None:
    with toy("broken", tmp_path) as process:
        output, _ = process.communicate(timeout=30)
        well = pid_of(tmp_path, "well")
    assert process.returncode == 1
    assert "ill ended with code 3, the 5th time within 60 s" in output
    assert "its last words: no luck today" in output
    assert not alive(well)
    assert (tmp_path / "ended").read_text().split() == ["well"]


def test_who_does_not_stop_in_time_is_ended_by_force(tmp_path: Path) -> None:
    with toy("deaf", tmp_path, GRACE="0.5") as process:
        ready(process)
        deaf = pid_of(tmp_path, "deaf")
        output = end(process)
    assert "deaf did not stop: ended by force" in output
    assert not alive(deaf)


def test_asking_twice_waits_for_nothing(tmp_path: Path) -> None:
    with toy("deaf", tmp_path, GRACE="60") as process:
        ready(process)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)  # at once: the same wish, passed on twice
        time.sleep(1.2)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    assert process.returncode == 0


def test_a_stop_while_starting_is_heard(tmp_path: Path) -> None:
    with toy("never-ready", tmp_path) as process:
        unready = pid_of(tmp_path, "unready")
        end(process)
    assert process.returncode == 0
    assert not alive(unready)


def test_children_and_theirs_end_with_a_killed_supervisor(tmp_path: Path) -> None:
    with toy("family", tmp_path) as process:
        ready(process)
        pids = [pid_of(tmp_path, "parent"), pid_of(tmp_path, "grandchild")]
        process.kill()
        until(lambda: not any(alive(pid) for pid in pids), "all have ended")
