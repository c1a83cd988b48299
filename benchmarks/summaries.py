"""A year's summary of a thousand, ten thousand and a hundred thousand cases: time and memory, each
in a process of its own.

``python -m benchmarks.summaries FILE POOL YEAR WHAT`` is such a process; it prints what it took.
"""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import tape
from pool.cases.house import Definitions, House
from pool.clock import now
from pool.db import Database, make_engine
from pool.summary.figures import collect
from pool.summary.model import Request, Summary
from tests.support.processes import ROOT, clean_environment
from workflows.loading import load_all

FORMS = ("collect", "pdf", "xlsx", "sql")
"""The figures; the two heavy forms, from figures that are there; and the figures' SQL alone."""
WITHIN = 600.0
"""Seconds one of them may take."""
MEMORY = 8 << 30
"""Bytes one of them may ask for."""


@dataclass(frozen=True, slots=True)
class Measured:
    """``seconds`` is None for what was not done within :data:`WITHIN`, or failed, as ``why``
    tells. ``peak`` is the whole process's, in MiB; ``bytes`` of the file."""

    cases: int
    what: str
    seconds: float | None
    peak: float | None
    bytes: int = 0
    why: str = ""


def measure(file: Path, pool: str, year: int, cases: int, what: str) -> Measured:
    """Run one in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.summaries", str(file), pool, str(year), what]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True,
            timeout=WITHIN, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Measured(cases, what, None, None, why=f"not within {WITHIN:.0f} s")
    if done.returncode:
        return Measured(cases, what, None, None, why=_why(done))
    told = json.loads(done.stdout.splitlines()[-1])
    return Measured(cases, what, told["seconds"], told["peak"] or None, told["bytes"])


def _why(done: subprocess.CompletedProcess[str]) -> str:
    said = done.stderr.strip()
    if "memory" in said.lower() or done.returncode == -signal.SIGKILL:
        return f"needs more than {MEMORY >> 30} GiB"
    return (said.splitlines() or [f"ended with code {done.returncode}"])[-1][:200]


def _once(file: Path, pool: str, year: int, what: str) -> dict[str, float]:
    database = Database(make_engine(f"sqlite:///{file}"))
    house = House(database, Definitions(load_all(None)), "http://127.0.0.1")
    request = Request.make((pool,), year, "final", now=now())
    size = 0
    if what == "sql":
        with tape.recording(database.engine) as written:
            _collect(database, house, request)
        seconds = tape.read_again(written, file)
    elif what == "collect":
        began = time.perf_counter()
        _collect(database, house, request)
        seconds = time.perf_counter() - began
    else:
        from pool.summary.files import make_of

        summary = _collect(database, house, request)
        began = time.perf_counter()
        size = len(make_of(summary, "da", what, own="").body)
        seconds = time.perf_counter() - began
    # Of the SQL alone the whole process tells nothing: it has put the figures together before.
    return {"seconds": seconds, "peak": 0.0 if what == "sql" else _peak(), "bytes": size}


def _peak() -> float:
    """MiB this process has had at most. Not ``ru_maxrss``: that begins with its parent's."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _collect(database: Database, house: House, request: Request) -> Summary:
    with database.read() as session:
        return collect(session, house, request)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _file, _pool, _year, _what = sys.argv[1:]
    print(json.dumps(_once(Path(_file), _pool, int(_year), _what)))
