"""The course of a year as a picture: a line of steps for each figure, from day to day.

Four lines are told apart by dashes, by the mark at their end and by the name written there, never
by colour. Where two lie on each other both are seen: the solid one is thin, the dotted one has
dots thicker than it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from pool.render import strokes as pen
from pool.render.paper import Chart, show
from pool.render.words import Words

_LINES = (
    'stroke-width="1.5" stroke-dasharray="11 5"',
    'stroke-width="2"',
    'stroke-width="5" stroke-dasharray="1.5 6"',
    'stroke-width="2.5" stroke-dasharray="14 4 3 4"',
)
_MARKS = (
    "M-5 4h10l-5 -9z",
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "M-4 -4h8v8h-8z",
    "M0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z",
)
_TOP, _BOTTOM = 16.0, 262.0
_LABEL = 36.0
"""How far the labels at the lines' ends stand from each other: two lines of text each."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and values stand: ``left`` to ``left + wide``, days from ``first`` to ``last``,
    values from nothing to ``most``."""

    left: float
    wide: float
    first: date
    last: date
    most: int

    def x(self, day: date) -> float:
        length = max((self.last - self.first).days, 1)
        return self.left + self.wide * (day - self.first).days / length

    def y(self, value: int) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * max(value, 0) / self.most


def steps(chart: Chart, words: Words) -> tuple[list[str], int]:
    """What is drawn of a chart whose ``labels`` are days (ISO) in their order, and its height. A
    value holds from its day until the next one; the last day is where the lines end."""
    days = [date.fromisoformat(one) for one in chart.labels]
    shown = [one for one in chart.series if one.values]
    told = [(pen.short(one.label), show(one.values[-1], chart.kind, words)) for one in shown]
    ticks = pen.ticks(max((value for one in shown for value in one.values), default=0))
    right = max((pen.width(line) for one in told for line in one), default=0.0) + 34
    left = max(pen.width(show(one, chart.kind, words)) for one in ticks) + 8
    first, last = _span(days)
    frame = _Frame(left, pen.WIDTH - left - right, first, last, ticks[-1])
    drawn: list[str] = []
    for tick in ticks:
        drawn.append(
            f'<path d="M{left:.1f} {frame.y(tick):.1f}h{frame.wide:.1f}" stroke="currentColor"'
            f' stroke-opacity="{"1" if tick == 0 else "0.25"}" fill="none"/>'
        )
        name = show(tick, chart.kind, words)
        drawn.append(pen.at(left - 8, frame.y(tick) + 4.5, name, anchor="end"))
    drawn += _months(frame, words)
    for place, one in enumerate(shown):
        way = _way([frame.x(day) for day in days], [frame.y(value) for value in one.values])
        look = _LINES[place % len(_LINES)]
        drawn.append(f'<path d="{way}" fill="none" stroke="currentColor" {look}/>')
    if shown:
        ends = [(frame.x(days[-1]), frame.y(one.values[-1])) for one in shown]
        drawn += _ends(frame, ends, told)
    return drawn, int(_BOTTOM) + 30


def _span(days: Sequence[date]) -> tuple[date, date]:
    """From the first day to the end of the last day's month."""
    if not days:
        return date(2000, 1, 1), date(2000, 12, 31)
    last = days[-1]
    return days[0], last.replace(day=monthrange(last.year, last.month)[1])


def _months(frame: _Frame, words: Words) -> list[str]:
    """A stroke where each month begins, its name in its middle; in a long course not each."""
    starts = [frame.first.replace(day=1)]
    while starts[-1] <= frame.last:
        starts.append((starts[-1] + timedelta(days=32)).replace(day=1))
    every = -(-(len(starts) - 1) // 12)
    drawn = []
    for place, (start, after) in enumerate(pairwise(starts)):
        if start > frame.first:
            drawn.append(
                f'<path d="M{frame.x(start):.1f} {_BOTTOM:.1f}v5" stroke="currentColor"'
                ' stroke-width="1" fill="none"/>'
            )
        if place % every == 0:
            begins, ends = max(start, frame.first), min(after, frame.last)
            middle = (frame.x(begins) + frame.x(ends)) / 2
            name = words.month(start)[:3]
            drawn.append(pen.at(middle, _BOTTOM + 20, name, anchor="middle"))
    return drawn


def _way(xs: Sequence[float], ys: Sequence[float]) -> str:
    """Across to a day, then up or down to what it brought."""
    parts = [f"M{xs[0]:.1f} {ys[0]:.1f}"]
    for before, px, py in zip(ys, xs[1:], ys[1:], strict=False):
        parts.append(f"H{px:.1f}" + (f"V{py:.1f}" if py != before else ""))
    return "".join(parts)


def _ends(
    frame: _Frame, ends: Sequence[tuple[float, float]], told: Sequence[tuple[str, str]]
) -> list[str]:
    """At each line's end its mark; beside it the mark again, the name and the value, joined to
    the end by a thin line."""
    beside = frame.left + frame.wide + 16
    drawn = []
    places = pen.apart([py for _, py in ends], _LABEL, _TOP, _BOTTOM)
    for place, ((px, py), middle, (name, value)) in enumerate(zip(ends, places, told, strict=True)):
        mark = _MARKS[place % len(_MARKS)]
        drawn.append(
            f'<path d="M{px:.1f} {py:.1f}L{beside:.1f} {middle - 7:.1f}" stroke="currentColor"'
            ' stroke-width="1" stroke-opacity="0.5" fill="none"/>'
        )
        drawn.append(f'<path d="{mark}" transform="translate({px:.1f} {py:.1f})"/>')
        drawn.append(f'<path d="{mark}" transform="translate({beside:.1f} {middle - 7:.1f})"/>')
        drawn.append(pen.at(beside + 10, middle - 2, name, strong=True))
        drawn.append(pen.at(beside + 10, middle + 14, value))
    return drawn
