"""The procedure drawn: one box a state, one line in it an action, one lane a target.

An own layout, so that nothing has to be installed: boxes stand below each other (ends last, then
those of suggestions), each action leaves its box to the right into the lane of the state it leads
to, and each lane has one arrow, into its state. Actions that leave the case where it is are named
together at the foot of the box. Lines cross but never lie on each other; where they meet there is
a dot.
Without ``style`` anywhere (strict CSP) and readable without colour: the present state has a heavy
border and says so in words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

from workflows.definition import Definition, State, Transition
from workflows.handbook import Cell, MatrixRow, markdown, matrix
from workflows.ordering import order
from workflows.procedure_words import pick, say
from workflows.vocabulary import ROLE_NAMES

WIDTH_OF_A_LETTER = 7.4
"""Of 14 px text in the system's fonts, on average, with room to spare."""

_PAD, _HEAD, _ROW, _GAP, _LANE, _MARGIN, _FOOT = 14, 66, 24, 26, 18, 20, 17
_FOOT_LETTERS = 84
"""Letters in a line of the foot, in its smaller type."""
_APART = 34
"""More room before the boxes of suggestions."""


@dataclass(slots=True)
class _Box:
    state: State
    rows: list[Transition]
    """The actions that lead elsewhere."""
    foot: list[str]
    """Those that do not, in lines."""
    y: int = 0
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def height(self) -> int:
        below = len(self.rows) * _ROW + len(self.foot) * _FOOT
        return _HEAD + (below + _PAD if below else 0) + (2 if self.foot else 0)

    @property
    def foot_y(self) -> int:
        return self.y + _HEAD + len(self.rows) * _ROW + 14

    @property
    def entry(self) -> int:
        """Where the arrow of its lane comes in."""
        return self.y + 22


@dataclass(slots=True)
class _Lane:
    target: _Box
    sources: list[int]
    column: int = 0

    @property
    def top(self) -> int:
        return min(self.target.entry, *self.sources)

    @property
    def bottom(self) -> int:
        return max(self.target.entry, *self.sources)


def svg(
    definition: Definition, lang: str, current: str | None = None, *, standalone: bool = False
) -> str:
    """The procedure as an SVG image with title and description. ``current`` lights up a state.

    Lines and letters take the colour of the page; ``standalone`` gives it a light ground of its
    own, for a file that is looked at by itself. Raises KeyError for an unknown state.
    """
    if current is not None:
        definition.state(current)
    boxes = _boxes(definition, lang)
    width = max(_width(box, lang, current) for box in boxes)
    lanes = _lanes(boxes)
    columns = 1 + max((lane.column for lane in lanes), default=0)
    total = _MARGIN * 2 + width + _LANE * (columns + 1)
    height = boxes[-1].y + boxes[-1].height + _MARGIN
    name = f"{say('procedure', lang)}: {pick(definition.name, lang)}"
    ident = f"procedure-{definition.key}"
    ground = ' color="#1a1a1a"' if standalone else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{escape(lang)}"'
        f' class="procedure" viewBox="0 0 {total} {height}" width="{total}" height="{height}"'
        f' aria-labelledby="{ident}-title {ident}-desc" fill="none" stroke="currentColor"'
        f' font-family="system-ui, sans-serif" font-size="14"{ground}>',
        f'<title id="{ident}-title">{escape(name)}</title>',
        f'<desc id="{ident}-desc">{escape(describe(definition, lang, current))}</desc>',
    ]
    if standalone:
        parts.append(f'<rect width="{total}" height="{height}" fill="#ffffff" stroke="none"/>')
    right = _MARGIN + width
    parts += [_draw_lane(lane, right) for lane in lanes]
    parts += [_draw_box(box, width, lang, current) for box in boxes]
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def describe(definition: Definition, lang: str, current: str | None = None) -> str:
    """The same in sentences, for whoever does not see the drawing."""
    sentences = []
    for state in order(definition):
        name = pick(state.staff, lang)
        notes = _notes(state, lang, current)
        steps = [
            f"{pick(t.label, lang)} ({_whose(t, lang)}) {say('to', lang)}"
            f" {pick(definition.state(t.target(state.key)).staff, lang)}"
            for t in definition.leaving(state.key)
        ]
        told = f"{say('from', lang)} {name} ({', '.join(notes)})"
        sentences.append(f"{told}: {'; '.join(steps)}." if steps else f"{told}.")
    return " ".join(sentences)


def _notes(state: State, lang: str, current: str | None) -> list[str]:
    notes = [say(state.clock, lang), say(state.money, lang)]
    if state.start:
        notes.insert(0, say("start", lang))
    if state.final:
        notes = [say("end", lang), say(state.money, lang)]
    if state.undisclosed:
        notes.append(say("undisclosed", lang))
    if state.key == current:
        notes.insert(0, say("now", lang))
    return notes


def _whose(transition: Transition, lang: str) -> str:
    return ", ".join(pick(ROLE_NAMES[role], lang) for role in transition.who)


def _row(transition: Transition, lang: str) -> str:
    return f"{pick(transition.label, lang)} · {_whose(transition, lang)}"


def _foot(transitions: list[Transition], lang: str) -> list[str]:
    """``Besides: this, that``, broken into lines between the names."""
    lines: list[str] = []
    rest = [pick(transition.label, lang) for transition in transitions]
    line = f"{say('stays', lang).capitalize()}: "
    for place, name in enumerate(rest):
        word = name + (", " if place < len(rest) - 1 else "")
        if len(line) + len(word) > _FOOT_LETTERS and not line.endswith(": "):
            lines.append(line.rstrip())
            line = ""
        line += word
    return [*lines, line] if rest else []


# -- layout


def _boxes(definition: Definition, lang: str) -> list[_Box]:
    boxes = []
    for state in order(definition):
        leaving = list(definition.leaving(state.key))
        rows = [move for move in leaving if move.target(state.key) != state.key]
        boxes.append(_Box(state, rows, _foot([t for t in leaving if t not in rows], lang)))
    y = _MARGIN
    for place, box in enumerate(boxes):
        if place and box.state.kind != boxes[place - 1].state.kind:
            y += _APART
        box.y = y
        for number, transition in enumerate(box.rows):
            box.ports[transition.key] = y + _HEAD + number * _ROW + _ROW // 2
        y += box.height + _GAP
    return boxes


def _width(box: _Box, lang: str, current: str | None) -> int:
    texts = [
        pick(box.state.staff, lang) + "  ",
        pick(box.state.applicant, lang),
        ", ".join(_notes(box.state, lang, current)),
        *("   " + _row(transition, lang) for transition in box.rows),
        *(line[: int(len(line) * 0.9)] for line in box.foot),
    ]
    return int(max(len(text) for text in texts) * WIDTH_OF_A_LETTER) + _PAD * 2


def _lanes(boxes: list[_Box]) -> list[_Lane]:
    """A lane for each state something leads to; lanes that do not meet share a column."""
    lanes = []
    for target in boxes:
        sources = [
            y
            for box in boxes
            for key, y in box.ports.items()
            if next(t for t in box.rows if t.key == key).to == target.state.key
        ]
        if sources:
            lanes.append(_Lane(target, sources))
    lanes.sort(key=lambda lane: (lane.bottom - lane.top, lane.top))
    placed: list[_Lane] = []
    for lane in lanes:
        taken = {
            other.column
            for other in placed
            if other.top <= lane.bottom + 4 and lane.top <= other.bottom + 4
        }
        lane.column = next(n for n in range(len(lanes)) if n not in taken)
        placed.append(lane)
    return lanes


# -- drawing


def _draw_lane(lane: _Lane, right: int) -> str:
    x = right + _LANE * (lane.column + 1)
    entry = lane.target.entry
    lines = [f"M{x} {lane.top}V{lane.bottom}"]
    lines += [f"M{right} {y}H{x}" for y in lane.sources]
    lines.append(f"M{x} {entry}H{right + 7}")
    ends = {lane.top, lane.bottom}
    dots = [
        f'<circle cx="{x}" cy="{y}" r="3" fill="currentColor" stroke="none"/>'
        for y in {*lane.sources, entry}
        if y not in ends
    ]
    arrow = f'<path d="M{right + 1} {entry}l9 -5v10z" fill="currentColor" stroke="none"/>'
    return f'<g class="lane"><path d="{"".join(lines)}"/>{"".join(sorted(dots))}{arrow}</g>'


def _draw_box(box: _Box, width: int, lang: str, current: str | None) -> str:
    state, x = box.state, _MARGIN
    here = state.key == current
    stroke = 4 if here else 1.5
    dash = ' stroke-dasharray="6 3"' if state.final and not here else ""
    mark = "▶ " if here else ""
    left = x + _PAD
    parts = [
        f'<g class="state{" now" if here else ""}">',
        f'<rect x="{x}" y="{box.y}" width="{width}" height="{box.height}" rx="6"'
        f' stroke-width="{stroke}"{dash}/>',
        _write(left, box.y + 22, mark + pick(state.staff, lang), 'font-weight="700"'),
        _write(left, box.y + 40, pick(state.applicant, lang), 'font-style="italic"'),
        _write(left, box.y + 57, ", ".join(_notes(state, lang, current)), 'font-size="12"'),
    ]
    for place, transition in enumerate(box.rows):
        y = box.y + _HEAD + place * _ROW + _ROW // 2
        parts.append(_write(left + 16, y + 5, _row(transition, lang), ""))
        parts.append(_write(left, y + 5, "›", 'aria-hidden="true"'))
    for place, line in enumerate(box.foot):
        parts.append(_write(left, box.foot_y + place * _FOOT, line, 'font-size="12"'))
    parts.append("</g>")
    return "".join(parts)


def _write(x: int, y: int, words: str, extra: str) -> str:
    extra = f" {extra}" if extra else ""
    return f'<text x="{x}" y="{y}" fill="currentColor" stroke="none"{extra}>{escape(words)}</text>'


__all__ = ["Cell", "MatrixRow", "describe", "markdown", "matrix", "svg"]
