"""A report as tagged PDF (PDF/UA-1) on A4: the same report gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from pool.render.chart import svg
from pool.render.paper import (
    Block,
    Chart,
    Column,
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
from pool.render.typeset import typeset
from pool.render.words import Words, words

_LONG = re.compile(r"\S{22,}")
"""What can be too wide for a column of a table."""
_FIGURES = ("money", "number", "percent")
_SHORT_HASH = re.compile(r"^([0-9a-f]{12})[0-9a-f]{52}$")


def pdf(paper: Paper, *, moment: datetime) -> bytes:
    """The report on paper. ``moment`` goes into the file's metadata."""
    spoken = words(paper.lang)
    sheet = {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "lang": paper.lang,
        "dir": paper.dir,
        "author": "Puljen",
        "page_text": spoken.t("Page {page} of {pages}"),
        "foot": _foot(paper),
        "small": paper.small,
        "blocks": list(_blocks(paper.blocks, spoken)),
        "stamp_title": spoken.t("How the figures can be checked"),
        "stamp": [{"label": label, "exact": value} for label, value in paper.stamp],
    }
    return typeset("reports/paper.typ", sheet, moment=moment)


def _foot(paper: Paper) -> str:
    """The beginning of the hash, on every page."""
    found = (_SHORT_HASH.match(value) for _, value in paper.stamp)
    return next((one[1] for one in found if one), "")


def _blocks(blocks: Sequence[Block], spoken: Words) -> Iterator[dict[str, Any]]:
    """Lists of figures after each other stand side by side; below a heading a table's caption
    would say the same again."""
    headed = False
    told = [one for one in blocks if not (isinstance(one, Table) and not one.rows)]
    for facts, group in groupby(told, key=lambda one: isinstance(one, Facts)):
        made = []
        for one in group:
            made.append({**_block(one, spoken), "headed": headed})
            headed = isinstance(one, Heading)
        if facts and len(made) > 1:
            yield {"kind": "beside", "parts": made}
        else:
            yield from made


def _block(block: Block, spoken: Words) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.text}
        case Para():
            return {"kind": "own" if block.own else "para", "text": block.text}
        case Facts():
            return _facts(block, spoken)
        case Table():
            return _table(block, spoken)
        case Chart():
            return {
                "kind": "chart",
                "title": block.title,
                "alt": f"{block.title}. {block.alt}",
                "svg": svg(block, spoken),
                "table": _table(block.table, spoken),
            }


def _facts(block: Facts, spoken: Words) -> dict[str, Any]:
    rows = [
        {
            "strong": one.strong,
            "cells": [
                one.label,
                show(one.value, one.kind, spoken),
                *(
                    ["" if one.before is None else show(one.before, one.kind, spoken)]
                    if block.before_label
                    else []
                ),
            ],
            "text": one.kind == "text",
        }
        for one in block.rows
    ]
    return {
        "kind": "facts",
        "caption": block.caption,
        "heads": [block.label or "", *([block.before_label] if block.before_label else [])],
        "rows": rows,
        "note": block.note,
    }


def _table(block: Table, spoken: Words) -> dict[str, Any]:
    shown = block.shown
    crowded = any(column.clip for column in block.columns)

    def line(row: tuple[Value, ...]) -> list[dict[str, Any]]:
        return [
            {
                "text": _breakable(cell(row, place, column, spoken)),
                "small": [_breakable(one) for one in below(row, under, spoken)],
            }
            for place, column, under in shown
        ]

    return {
        "kind": "table",
        "caption": block.caption,
        "columns": [
            {
                "label": _breakable(column.label),
                "figure": column.kind in _FIGURES,
                "wide": bool(column.clip or under) and column.kind == "text",
                "width": _width(block, place, column, spoken) if under and crowded else None,
            }
            for place, column, under in shown
        ],
        "rows": [line(row) for row in block.first_rows],
        "total": line(block.total) if block.total else None,
        "note": note(block, spoken),
    }


def _width(block: Table, place: int, column: Column, spoken: Words) -> float | None:
    """How wide the figures of a column are, in ems: what stands below them takes no more room."""
    if column.kind not in _FIGURES:
        return None
    rows = (*block.rows, *((block.total,) if block.total else ()))
    texts = {column.label, *(cell(row, place, column, spoken) for row in rows)}
    return max(sum(0.3 if c in " .,\u00a0" else 0.61 for c in text) for text in texts)


def _breakable(text: str) -> str:
    return _LONG.sub(
        lambda word: "\u200b".join(word[0][at : at + 11] for at in range(0, len(word[0]), 11)),
        text,
    )
