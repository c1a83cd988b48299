"""The figures of a run as tables, and as a file to compare with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import messages, money, pages, summaries
from benchmarks.floors import Sql

BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"

PEER = {
    "cycles": "16–18 cycles a minute",
    "cycle": "3.6 s, 19 requests",
    "application form, first page": "230 ms",
    ("staff list, all cases", 40): "660 ms, 120–142 queries",
    ("staff list, all cases", 10_000): "1.2 s, 120–142 queries",
    "memory": "541 MiB",
}
"""Hypha 6.7, measured on this kind of machine."""


@dataclass
class Story:
    """The story, told over and over."""

    pool: str
    cycles: int
    a_minute: float
    milliseconds: float
    """A cycle, the median."""
    requests: int
    steps: dict[str, float]
    connections: int
    memory: float
    """MiB (PSS) of all processes just before the first cycle, nobody asking for anything."""
    memory_after: float
    verified: bool


@dataclass
class Floors:
    """What it could not be quicker than: milliseconds."""

    bare_page: float
    commit: float
    sql: Sql


@dataclass
class Run:
    """All that was measured. Parts that were not asked for are None or empty."""

    machine: str
    day: str
    software: str
    others: float = 0.0
    floors: Floors | None = None
    story: Story | None = None
    pages: list[pages.Measured] = field(default_factory=list)
    summaries: list[summaries.Measured] = field(default_factory=list)
    money: list[money.Measured] = field(default_factory=list)
    messages: list[messages.Measured] = field(default_factory=list)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def tables(run: Run) -> str:
    """The run in Markdown."""
    parts = [_about(run)]
    if run.story is not None:
        parts.append(_story(run.story, run.floors))
    if run.pages:
        parts.append(_pages(run.pages, run.floors))
    if run.summaries:
        parts.append(_summaries(run.summaries))
    if run.money:
        parts.append(_money(run.money))
    if run.messages:
        parts.append(_messages(run.messages))
    if run.floors is not None:
        parts.append(_floors(run.floors))
    return "\n\n".join(parts) + "\n"


def _about(run: Run) -> str:
    shared = f"Other programs took {run.others:.0f} % of the cores meanwhile."
    return f"Measured on {run.day} with version {run.software}, {run.machine}. {shared}"


def _story(story: Story, floors: Floors | None) -> str:
    lines = [
        f"The story on `{story.pool}`, from an empty form to the letter read: {story.cycles} "
        f"cycles by one client over {story.connections} kept connection"
        f"{'' if story.connections == 1 else 's'}, "
        f"the books afterwards {'whole' if story.verified else 'NOT WHOLE'}.",
        "",
    ]
    rows: list[list[str]] = [
        ["cycles a minute", f"{story.a_minute:.0f}", _floor_cycles(story, floors), PEER["cycles"]],
        [
            f"a cycle, {story.requests} requests",
            _ms(story.milliseconds),
            _ms(_floor(story, floors)) if floors else "",
            PEER["cycle"],
        ],
        *([f"  {name}", _ms(took), "", ""] for name, took in story.steps.items()),
        ["memory (PSS), nobody asking", f"{story.memory:.0f} MiB", "", PEER["memory"]],
        ["memory after the story", f"{story.memory_after:.0f} MiB", "", ""],
    ]
    return "\n".join([*lines, _table(["", "measured", "floor", "Hypha 6.7"], rows)])


def _floor(story: Story, floors: Floors) -> float:
    return story.requests * floors.bare_page + floors.sql.milliseconds


def _floor_cycles(story: Story, floors: Floors | None) -> str:
    return f"{60_000 / _floor(story, floors):.0f}" if floors else ""


def _pages(found: Sequence[pages.Measured], floors: Floors | None) -> str:
    rows = [
        [
            one.page,
            f"{one.cases:,}",
            _ms(one.milliseconds),
            _ms(one.slow),
            str(one.queries),
            PEER.get((one.page, one.cases), PEER.get(one.page, "")),
        ]
        for one in found
    ]
    if floors is not None:
        rows.append(["floor: a bare page", "", _ms(floors.bare_page), "", "0", ""])
    heads = ["page", "cases", "median", "nine of ten", "queries", "Hypha 6.7"]
    return _table(heads, rows)


def _money(found: Sequence[money.Measured]) -> str:
    rows = [
        [
            one.what,
            f"{one.transfers:,}",
            one.engine,
            _ms(one.value) if one.unit == "ms" else "",
            f"{one.value:.0f}" if one.unit != "ms" else "",
        ]
        for one in found
    ]
    return _table(["the ledger", "transfers", "engine", "median", "a second"], rows)


def _messages(found: Sequence[messages.Measured]) -> str:
    rows = [[one.what, _ms(one.value) if one.unit == "ms" else f"{one.value:.0f} a second"]
            for one in found]  # fmt: skip
    return _table(["messages", "measured"], rows)


def _summaries(found: Sequence[summaries.Measured]) -> str:
    names = {
        "collect": "the figures",
        "sql": "floor: the figures' SQL alone",
        "pdf": "PDF, from the figures",
        "xlsx": "XLSX, from the figures",
    }
    rows = []
    for one in found:
        took = one.why if one.seconds is None else _ms(1000 * one.seconds)
        peak = "" if one.peak is None else f"{one.peak:.0f} MiB"
        size = f"{one.bytes / 1e6:.1f} MB" if one.bytes else ""
        rows.append([f"{one.cases:,}", names[one.what], took, peak, size])
    return _table(["cases", "the year's summary", "time", "peak of its process", "file"], rows)


def _floors(floors: Floors) -> str:
    sql = floors.sql
    return (
        f"Floors: a bare Flask page behind granian with the same settings {_ms(floors.bare_page)}; "
        f"a durable commit on this disk {_ms(floors.commit)}; the story's own SQL without anything "
        f"around it {_ms(sql.milliseconds)} ({sql.statements} statements, {sql.queries} of them "
        f"looking, in {sql.commits} units of work, pages and mail worker together)."
    )


def _ms(milliseconds: float) -> str:
    if milliseconds >= 10_000:
        return f"{milliseconds / 1000:.0f} s"
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.1f} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 20 else f"{milliseconds:.2g} ms"


def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def put_into(document: Path, told: str) -> None:
    """Replace what stands between the marks. Raises ValueError where they are not there."""
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} has no place for the figures: {BEGIN} … {END}")
    document.write_text(f"{before}{BEGIN}\n\n{told}\n{END}{after}", encoding="utf-8")
