"""What every chart is drawn with: measures, places for labels, round numbers on an axis."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from pool.render.sheet import plain

WIDTH = 520
"""Of a picture, in points; its height follows from what is in it."""
SIZE = 13
"""Of its letters."""
LABEL = 62
"""No label is longer; the table behind has it whole."""


def apart(wanted: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Places near the ``wanted`` ones where labels do not cover each other: the upper ones stay
    above the lower."""
    order = sorted(range(len(wanted)), key=lambda one: (wanted[one], one))
    placed = [0.0] * len(wanted)
    last = top - gap
    for one in order:
        last = placed[one] = max(wanted[one], last + gap, top)
    limit = bottom
    for one in reversed(order):
        placed[one] = min(placed[one], limit)
        limit = placed[one] - gap
    return placed


def ticks(most: int) -> list[int]:
    """Zero and three to five round numbers up to at least ``most`` (øre or a count)."""
    unit = 1
    while True:
        for step in (unit, 2 * unit, 5 * unit):
            if step * 5 >= max(most, 1):
                return [step * n for n in range(-(-max(most, 1) // step) + 1)]
        unit *= 10


def at(x: float, y: float, text: str, *, anchor: str = "", strong: bool = False) -> str:
    """A text with its foot at (``x``, ``y``)."""
    how = f" text-anchor={quoteattr(anchor)}" if anchor else ""
    weight = ' font-weight="700"' if strong else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{how}{weight}>{escaped(text)}</text>'


def escaped(text: str) -> str:
    """Escaped, without what XML cannot hold; "@" too, which stands for the chart's id."""
    return escape(plain(text), {"@": "&#64;", '"': "&quot;"})


def short(label: str) -> str:
    """``label`` in one line, cut where it is too long for a picture."""
    label = " ".join(plain(label).split())
    return label if len(label) <= LABEL else f"{label[: LABEL - 1].rstrip()}…"


def width(text: str) -> float:
    """About how wide ``text`` is in points, on the safe side."""
    return sum(SIZE * (0.34 if one in " .,iljtfrI1|'\u00a0" else 0.62) for one in text)
