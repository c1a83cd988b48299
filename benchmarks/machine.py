"""What was measured on, in general words, and who else was at it."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path


def described(folder: Path) -> str:
    """``2 cores (x86_64), 24 GiB, ext4 on a disk without moving parts, Python 3.11``."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = ".".join(platform.python_version_tuple()[:2])
    return (
        f"{cores} cores ({platform.machine()}), {memory:.0f} GiB, {_disk(folder)}, "
        f"{platform.system()}, Python {python}"
    )


def _disk(folder: Path) -> str:
    number = folder.stat().st_dev
    name = f"{os.major(number)}:{os.minor(number)}"
    kind = "disk"
    block = Path("/sys/dev/block") / name
    for place in (block, block.resolve().parent):
        turns = place / "queue" / "rotational"
        if turns.exists():
            kind = "turning disk" if turns.read_text().strip() == "1" else "SSD"
            if place.resolve().name.startswith("vd"):
                kind = "virtual disk"
    system = "a file system"
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if fields[2] == name:
            system = line.rpartition(" - ")[2].split()[0]
    return f"{system} on a {kind}"


def commit(folder: Path, times: int = 200) -> float:
    """Milliseconds of one durable commit of one row: ``BEGIN IMMEDIATE``, WAL,
    ``synchronous=FULL``; the median."""
    took = []
    with closing(sqlite3.connect(folder / "commits.sqlite", isolation_level=None)) as line:
        line.execute("PRAGMA journal_mode=WAL")
        line.execute("PRAGMA synchronous=FULL")
        line.execute("CREATE TABLE one (n INTEGER PRIMARY KEY, text TEXT)")
        for _ in range(times):
            began = time.perf_counter()
            line.execute("BEGIN IMMEDIATE")
            line.execute("INSERT INTO one (text) VALUES ('a line of an ordinary length')")
            line.execute("COMMIT")
            took.append(time.perf_counter() - began)
    return 1000 * statistics.median(took)


def pss(pids: list[int]) -> float:
    """MiB the processes take together, what they share counted once."""
    kib = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                kib += int(line.split()[1])
    return kib / 1024


@dataclass
class Company:
    """How much of the cores other programs took while the block ran; per cent."""

    others: float = field(default=0.0)


@contextmanager
def watched() -> Iterator[Company]:
    found = Company()
    began, busy, ours = time.monotonic(), _busy(), _ours()
    yield found
    spent = (_busy() - busy) - (_ours() - ours)
    whole = (time.monotonic() - began) * (os.cpu_count() or 1)
    found.others = max(0.0, 100 * spent / whole) if whole else 0.0


def _busy() -> float:
    """Seconds of processor time all programs of the machine have taken."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    user, nice, system, _idle, _iowait, irq, softirq, *_ = (int(field) for field in first)
    ticks: int = os.sysconf("SC_CLK_TCK")
    return (user + nice + system + irq + softirq) / ticks


def _ours() -> float:
    """Seconds this process and those it started and saw end have taken."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)
