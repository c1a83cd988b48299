"""``python -m benchmarks``: everything is started on loopback in a temporary folder, measured, and
ended; the figures are printed and written to a file."""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import (
    filled,
    floors,
    machine,
    messages,
    money,
    pages,
    place,
    report,
    story,
    summaries,
)
from benchmarks.client import Unexpected
from pool import __version__
from pool.clock import local_day, now

PARTS = ("floors", "story", "pages", "summary", "money", "messages")
POOL = "bydelspulje"
WARM_UP = 5
MOST_CYCLES = 3_000
SETTLED = 10.0
"""Seconds after the start before the memory is looked at: a tick at least."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure. ``seconds`` bound the story, ``lists`` and ``sizes`` are numbers of cases
    for the pages and for the summary."""

    parts: tuple[str, ...] = PARTS
    pool: str = POOL
    seconds: float = 60.0
    lists: tuple[int, ...] = (40, 10_000, 100_000)
    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    forms: tuple[str, ...] = summaries.FORMS
    transfers: tuple[int, ...] = (1_000, 1_000_000)
    times: int = pages.TIMES
    settled: float = SETTLED
    warm_up: int = WARM_UP


def run(wanted: Wanted, folder: Path) -> report.Run:
    """Measure in ``folder``, which is left for the caller to remove."""
    found = report.Run(machine.described(folder), str(local_day(now())), __version__)
    with machine.watched() as company:
        if not {"floors", "story"}.isdisjoint(wanted.parts):
            place.make_ready(folder / "ready")
        if "floors" in wanted.parts:
            found.floors = _floors(wanted, folder / "floors", folder / "ready")
        if "story" in wanted.parts:
            found.story = _story(wanted, folder / "story", folder / "ready")
        for cases in wanted.lists if "pages" in wanted.parts else ():
            data_dir = _filled(wanted, folder, cases)
            _say(f"pages with {cases:,} cases")
            found.pages += pages.measure(data_dir, wanted.pool, cases, wanted.times)
        for cases in wanted.sizes if "summary" in wanted.parts else ():
            file = place.database_file(_filled(wanted, folder, cases))
            for what in wanted.forms:
                _say(f"summary of {cases:,} cases: {what}")
                found.summaries.append(
                    summaries.measure(file, wanted.pool, filled.year(), cases, what)
                )
        if "money" in wanted.parts:
            _say("the ledger")
            found.money = money.measure(folder / "money", wanted.transfers)
        if "messages" in wanted.parts:
            _say("messages")
            found.messages = messages.measure(folder / "messages")
    found.others = company.others
    return found


def _filled(wanted: Wanted, folder: Path, cases: int) -> Path:
    """The data folder with so many cases; pages and summary share it."""
    data_dir = folder / f"cases-{cases}" / "data"
    if not data_dir.exists():
        _say(f"a year of {cases:,} cases is made")
        filled.make(data_dir, wanted.pool, cases)
    return data_dir


def _floors(wanted: Wanted, folder: Path, ready: Path) -> report.Floors:
    _say("floors")
    shutil.copytree(ready, folder / "data")
    return report.Floors(
        bare_page=floors.bare_page(10 * wanted.times),
        commit=machine.commit(folder),
        sql=floors.story_sql(folder / "data", wanted.pool, max(3, wanted.times // 2)),
    )


def _story(wanted: Wanted, folder: Path, ready: Path) -> report.Story:
    _say(f"the story, for {wanted.seconds:.0f} s")
    data_dir = folder / "data"
    shutil.copytree(ready, data_dir)
    with place.running(data_dir) as running:
        time.sleep(wanted.settled)
        memory = machine.pss(running.stack.family())
        teller = running.teller(wanted.pool)
        for _ in range(wanted.warm_up):
            teller.cycle(story.Tale())
        tale = story.Tale()
        began = time.perf_counter()
        while len(tale.cycles) < MOST_CYCLES:
            teller.cycle(tale)
            if time.perf_counter() - began > wanted.seconds:
                break
        tale.wall = time.perf_counter() - began
        after = machine.pss(running.stack.family())
        verified = running.stack.puljen("ledger", "verify").returncode == 0
        return report.Story(
            pool=wanted.pool,
            cycles=len(tale.cycles),
            a_minute=tale.a_minute,
            milliseconds=1000 * statistics.median(tale.cycles),
            requests=round(statistics.median(tale.requests)),
            steps=tale.medians(),
            connections=running.line.connections,
            memory=memory,
            memory_after=after,
            verified=verified,
        )


def _say(words: str) -> None:
    print(f"… {words}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "part", nargs="*", help=f"{', '.join(PARTS)} or all (the default); several may be named"
    )
    parser.add_argument("--pool", default=POOL, help=f"whose story is told ({POOL})")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long it is told (60)")
    parser.add_argument(
        "--lists", default="40,10000,100000", help="cases for the pages (40,10000,100000)"
    )
    parser.add_argument(
        "--sizes", default="1000,10000,100000", help="cases for the summary (1000,10000,100000)"
    )
    parser.add_argument(
        "--forms", default=",".join(summaries.FORMS), help=f"of it ({','.join(summaries.FORMS)})"
    )
    parser.add_argument("--transfers", default="1000,1000000", help="in the ledger (1000,1000000)")
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"), help="the figures")
    parser.add_argument(
        "--into", type=Path, help="a document to put the tables into, such as docs/performance.md"
    )
    chosen = parser.parse_args(arguments)
    parts = tuple(chosen.part) if chosen.part and "all" not in chosen.part else PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if unknown := set(chosen.forms.split(",")) - set(summaries.FORMS):
        parser.error(f"no such form: {', '.join(sorted(unknown))}")
    wanted = Wanted(
        parts=parts,
        pool=chosen.pool,
        seconds=chosen.seconds,
        lists=_numbers(chosen.lists),
        sizes=_numbers(chosen.sizes),
        forms=tuple(chosen.forms.split(",")),
        transfers=_numbers(chosen.transfers),
    )
    with tempfile.TemporaryDirectory(prefix="puljen-bench-") as folder:
        try:
            found = run(wanted, Path(folder))
        except Unexpected as error:
            print(f"The story went another way: {error}", file=sys.stderr)
            return 1
    told = report.tables(found)
    print(told)
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(found.to_json(), encoding="utf-8")
    if chosen.into is not None:
        report.put_into(chosen.into, told)
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part.replace(".", "")) for part in text.split(",") if part.strip())


if __name__ == "__main__":
    raise SystemExit(main())
