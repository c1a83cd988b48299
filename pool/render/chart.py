"""Charts as SVG: one picture for the page and for the PDF.

Series are told apart by pattern, mark and a label at the thing itself, never by colour alone. The
classes are the stylesheet's, so that a page's dark and high-contrast colours reach the picture;
the attributes beside them are for paper, where there is no stylesheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pool.render import course
from pool.render import strokes as pen
from pool.render.paper import Chart, show
from pool.render.words import Words

_INK, _GROUND = "#0a5563", "#ffffff"


def svg(chart: Chart, words: Words) -> str:
    """The picture of ``chart``, with its title and description for who cannot see it. The same
    chart gives the same text. Everything in it is escaped."""
    drawn, height = _FORMS[chart.form](chart, words)
    name = re.sub(r"[^A-Za-z0-9_-]", "-", chart.id)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{pen.WIDTH}"'
        f' viewBox="0 0 {pen.WIDTH} {height}" aria-labelledby="{name}-title {name}-desc"'
        f' font-family="Noto Sans, Almarai, Noto Sans Arabic, sans-serif" font-size="{pen.SIZE}"'
        f' fill="currentColor">'
        f'<title id="{name}-title">{pen.escaped(chart.title)}</title>'
        f'<desc id="{name}-desc">{pen.escaped(chart.alt)}</desc>'
        f"{_patterns(name)}{''.join(drawn).replace('@', name)}</svg>"
    )


def _patterns(name: str) -> str:
    """Solid has no pattern; the second series is hatched, the third dotted."""
    ground = f'<rect class="bar-ground" fill="{_GROUND}" width="8" height="8"/>'
    return (
        f'<defs><pattern id="{name}-1" width="8" height="8" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate(45)">{ground}'
        f'<rect class="bar-ink" fill="{_INK}" width="4" height="8"/></pattern>'
        f'<pattern id="{name}-2" width="8" height="8" patternUnits="userSpaceOnUse">{ground}'
        f'<circle class="bar-ink" fill="{_INK}" cx="4" cy="4" r="2"/></pattern></defs>'
    )


def _fill(place: int) -> str:
    ink = f'class="bar-ink" fill="{_INK}"'
    # A pattern is not a colour the stylesheet may replace, so it has no class. "@" becomes the
    # chart's id; in texts it is escaped.
    return ink if place % 3 == 0 else f'fill="url(#@-{place % 3})" stroke="currentColor"'


def _bars(chart: Chart, words: Words) -> tuple[list[str], int]:
    """Bars lying down, each with its value at the end; a long label stands above its bars."""
    labels = [pen.short(one) for one in chart.labels]
    several = len(chart.series) > 1
    beside = max((pen.width(one) for one in labels), default=0.0)
    stacked = beside > pen.WIDTH * 0.3
    left = 0.0 if stacked else beside + 10
    values = [show(v, chart.kind, words) for one in chart.series for v in one.values]
    right = max((pen.width(one) for one in values), default=0.0) + 12
    most = max((v for one in chart.series for v in one.values), default=0)
    scale = (pen.WIDTH - left - right) / most if most > 0 else 0.0
    drawn: list[str] = list(_legend(chart)) if several else []
    y = 26.0 * several
    for group, label in enumerate(labels):
        if stacked:
            drawn.append(pen.at(0, y + 13, label))
            y += 19
        else:
            middle = y + 9 * len(chart.series) + 4.5
            drawn.append(pen.at(left - 10, middle, label, anchor="end"))
        for place, one in enumerate(chart.series):
            value = one.values[group]
            length = max(value, 0) * scale
            drawn.append(
                f'<rect {_fill(place)} x="{left:.1f}" y="{y:.1f}" width="{length:.1f}"'
                f' height="16"/>'
            )
            drawn.append(pen.at(left + length + 6, y + 12.5, show(value, chart.kind, words)))
            y += 18
        y += 12 if stacked else 8
    if not stacked:
        drawn.append(
            f'<path d="M{left:.1f} {26 * several}V{max(y - 8, 1):.1f}" stroke="currentColor"'
            ' fill="none"/>'
        )
    return drawn, max(int(y), 20)


def _legend(chart: Chart) -> Iterator[str]:
    x = 0.0
    for place, one in enumerate(chart.series):
        yield f'<rect {_fill(place)} x="{x:.1f}" y="1" width="16" height="16"/>'
        yield pen.at(x + 22, 14, pen.short(one.label))
        x += 22 + pen.width(pen.short(one.label)) + 24


_LINES = (
    ('stroke-width="2"', ""),
    ('stroke-width="2.5"', "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z"),
    ('stroke-width="2.5"', "M-3.5 -3.5h7v7h-7z"),
)
_DASHES = ('stroke-dasharray="10 5"', "", 'stroke-dasharray="2 4"')


def _course(chart: Chart, words: Words) -> tuple[list[str], int]:
    """A line through each series' months, its name and last value written at its end."""
    tops = [show(one.values[-1], chart.kind, words) for one in chart.series if one.values]
    ends = [pen.short(one.label) for one in chart.series]
    right = max((pen.width(one) for one in (*tops, *ends)), default=0.0) + 16
    ticks = pen.ticks(max((v for one in chart.series for v in one.values), default=0))
    left = max(pen.width(show(one, chart.kind, words)) for one in ticks) + 8
    top, bottom = 12.0, 232.0
    wide = pen.WIDTH - left - right
    count = len(chart.labels)

    def x(place: int) -> float:
        return left + (wide * (place + 0.5) / count if count else 0.0)

    def y(value: int) -> float:
        return bottom - (bottom - top) * max(value, 0) / ticks[-1]

    drawn = []
    for tick in ticks:
        drawn.append(
            f'<path d="M{left:.1f} {y(tick):.1f}h{wide:.1f}" stroke="currentColor"'
            f' stroke-opacity="{"1" if tick == 0 else "0.25"}" fill="none"/>'
        )
        drawn.append(pen.at(left - 8, y(tick) + 4.5, show(tick, chart.kind, words), anchor="end"))
    every = 1 if count <= 12 else -(-count // 12)
    for place, label in enumerate(chart.labels):
        if place % every == 0:
            drawn.append(pen.at(x(place), bottom + 20, words.month(label)[:3], anchor="middle"))
    for place, one in enumerate(chart.series):
        points = [(x(at), y(value)) for at, value in enumerate(one.values)]
        look, mark = _LINES[place % 3]
        way = "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        drawn.append(
            f'<path d="M{way}" fill="none" stroke="currentColor" {look} {_DASHES[place % 3]}/>'
        )
        if mark:
            drawn += [
                f'<path d="{mark}" transform="translate({px:.1f} {py:.1f})"/>' for px, py in points
            ]
    wanted = [y(one.values[-1]) if one.values else bottom for one in chart.series]
    for place, middle in enumerate(pen.apart(wanted, 34, 14, bottom)):
        at = left + wide + 12
        drawn.append(pen.at(at, middle - 3, ends[place], strong=True))
        if chart.series[place].values:
            drawn.append(pen.at(at, middle + 13, tops[place]))
    return drawn, int(bottom) + 28


_FORMS = {"bars": _bars, "course": _course, "steps": course.steps}
