"""A report as a web page needs it: each block with its values put into words. The macro is
``templates/pages/macros/paper.html``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from pool.render.chart import svg
from pool.render.paper import (
    Block,
    Chart,
    Facts,
    Heading,
    Paper,
    Para,
    Table,
    Value,
    below,
    cell,
    note,
    show,
)
from pool.render.words import Words, words

_FIGURES = ("money", "number", "percent")


def told(paper: Paper) -> list[dict[str, Any]]:
    """The blocks in order, in the report's own language, as plain values; a picture is Markup,
    escaped where it was drawn. Tables without rows are left out."""
    return list(_told(paper.blocks, words(paper.lang)))


def _told(blocks: Sequence[Block], spoken: Words) -> Iterator[dict[str, Any]]:
    headed = False
    for block in blocks:
        match block:
            case Heading():
                yield {"kind": "heading", "id": block.id, "level": block.level, "text": block.text}
            case Para():
                kind = "own" if block.own else "para"
                yield {"kind": kind, "id": block.id, "text": block.text}
            case Facts():
                yield _facts(block, spoken)
            case Table() if block.rows:
                yield {**_table(block, spoken), "headed": headed}
            case Chart():
                yield {
                    "kind": "chart",
                    "id": block.id,
                    "title": block.title,
                    # Drawn and escaped by this program.
                    "svg": Markup(svg(block, spoken)),  # noqa: S704
                    "table": _table(block.table, spoken),
                }
        headed = isinstance(block, Heading)


def _facts(block: Facts, spoken: Words) -> dict[str, Any]:
    return {
        "kind": "facts",
        "id": block.id,
        "caption": block.caption,
        "label": block.label,
        "before_label": block.before_label,
        "note": block.note,
        "pairs": [(one.label, show(one.value, one.kind, spoken)) for one in block.rows],
        "rows": [
            {
                "label": one.label,
                "value": show(one.value, one.kind, spoken),
                "before": None if one.before is None else show(one.before, one.kind, spoken),
                "strong": one.strong,
            }
            for one in block.rows
        ],
    }


def _table(block: Table, spoken: Words) -> dict[str, Any]:
    shown = block.shown

    def line(row: tuple[Value, ...]) -> list[dict[str, Any]]:
        return [
            {
                "label": column.label,
                "text": cell(row, place, column, spoken),
                "small": below(row, under, spoken),
                "figure": column.kind in _FIGURES,
            }
            for place, column, under in shown
        ]

    return {
        "kind": "table",
        "id": block.id,
        "caption": block.caption,
        "heads": [column.label for _, column, _ in shown],
        "numeric": [at for at, (_, column, _) in enumerate(shown) if column.kind in _FIGURES],
        "rows": [line(row) for row in block.first_rows],
        "total": line(block.total) if block.total else None,
        "note": note(block, spoken),
    }
