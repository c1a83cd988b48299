"""A report as tagged PDF (PDF/UA-1) on A4: the same report gives the same bytes.

A short report is two pages: where it would be more it is set tighter and longer texts are cut, a
step at a time, as little as does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
PAGES = 2
"""Of a short report."""
_TIGHTER: tuple[tuple[int | None, int | None], ...] = (
    (None, None),
    (None, 58),
    (120, 48),
    (72, 40),
    (60, 40),
    (44, 34),
)
"""How many characters are left at each step of a text that is whole at first, and of one that is
cut anyway."""
_BARE = 4
"""From this step on the longer texts below a cell (what a grant is for) are left to the page and
the spreadsheet."""
_ALL_PAGES = re.compile(rb"/Type\s*/Pages\b[^>]*?/Count (\d+)")
_SHORT_HASH = re.compile(r"^([0-9a-f]{12})[0-9a-f]{52}$")


def pdf(paper: Paper, *, moment: datetime) -> bytes:
    """The report on paper. ``moment`` goes into the file's metadata. Where no step makes a short
    report two pages (the group's own words have no limit) it is set as if it were a long one."""
    made = _set(paper, 0, moment)
    if not paper.small or _pages(made) <= PAGES:
        return made
    for step in range(1, len(_TIGHTER)):
        tighter = _set(_cut(paper, step), step, moment)
        if _pages(tighter) <= PAGES:
            return tighter
    return made


def _pages(made: bytes) -> int:
    """How many pages there are; the tree of pages is never compressed."""
    found = _ALL_PAGES.search(made)
    return int(found[1]) if found else 1


def _cut(paper: Paper, step: int) -> Paper:
    """With shorter texts in its tables of what people wrote."""
    whole, cut = _TIGHTER[step]

    def shorter(column: Column) -> Column:
        if column.clip and column.under and step >= _BARE:
            return replace(column, aside=True, under=None)
        most = [one for one in (column.clip, cut if column.clip else whole) if one is not None]
        shown = column.kind == "text" and not column.aside
        return replace(column, clip=min(most)) if shown and most else column

    blocks = (
        replace(one, columns=tuple(map(shorter, one.columns)))
        if isinstance(one, Table) and any(column.clip for column in one.columns)
        else one
        for one in paper.blocks
    )
    return replace(paper, blocks=tuple(blocks))


def _set(paper: Paper, step: int, moment: datetime) -> bytes:
    spoken = words(paper.lang)
    sheet = {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "lang": paper.lang,
        "dir": paper.dir,
        "author": "Puljen",
        "page_text": spoken.t("Page {page} of {pages}"),
        "foot": _foot(paper),
        "step": step,
        "blocks": list(_blocks(paper.blocks, spoken, step)),
        "stamp_title": spoken.t("How the figures can be checked"),
        "stamp": [{"label": label, "exact": value} for label, value in paper.stamp],
    }
    return typeset("reports/paper.typ", sheet, moment=moment)


def _foot(paper: Paper) -> str:
    """The beginning of the hash, on every page."""
    found = (_SHORT_HASH.match(value) for _, value in paper.stamp)
    return next((one[1] for one in found if one), "")


def _blocks(blocks: Sequence[Block], spoken: Words, step: int) -> Iterator[dict[str, Any]]:
    """Lists of figures after each other stand side by side; below a heading a table's caption
    would say the same again."""
    headed = False
    told = [one for one in blocks if not (isinstance(one, Table) and not one.rows)]
    for facts, group in groupby(told, key=lambda one: isinstance(one, Facts)):
        made = []
        for one in group:
            made.append({**_block(one, spoken, step), "headed": headed})
            headed = isinstance(one, Heading)
        if facts and len(made) > 1:
            yield {"kind": "beside", "parts": made}
        else:
            yield from made


def _block(block: Block, spoken: Words, step: int) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.text}
        case Para():
            return {"kind": "own" if block.own else "para", "text": block.text}
        case Facts():
            return _facts(block, spoken)
        case Table():
            return _table(block, spoken, step)
        case Chart():
            return {
                "kind": "chart",
                "title": block.title,
                "alt": f"{block.title}. {block.alt}",
                "svg": svg(block, spoken),
                "table": _table(block.table, spoken, step),
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


def _table(block: Table, spoken: Words, step: int) -> dict[str, Any]:
    """From the second step on what stands below a cell runs on in one line."""
    shown = block.shown
    crowded = any(column.clip for column in block.columns)

    def lines(row: tuple[Value, ...], under: tuple[tuple[int, Column], ...]) -> list[str]:
        told = below(row, under, spoken)
        return [" · ".join(told)] if step >= 2 and told else told

    def line(row: tuple[Value, ...]) -> list[dict[str, Any]]:
        return [
            {
                "text": _breakable(cell(row, place, column, spoken)),
                "small": [_breakable(one) for one in lines(row, under)],
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
