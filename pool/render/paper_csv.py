"""The lists of a report as CSV that a Danish spreadsheet opens by itself: UTF-8 with its mark,
semicolons, decimal commas. A cell that a spreadsheet would run as a formula is told to be text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from csv import writer
from datetime import date

from pool.render.paper import Column, Paper, Table, Value, total_of
from pool.render.sheet import plain
from pool.render.words import Words, words

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell must not begin with."""


def csv(paper: Paper) -> bytes:
    """The lists of ``paper`` that stand alone (the grants), each with its head and its sum; those
    with the same columns under one head, with one sum."""
    spoken = words(paper.lang)
    file = io.StringIO(newline="")
    out = writer(file, delimiter=";", lineterminator="\r\n")
    for at, tables in enumerate(_together([one for one in paper.tables() if one.alone])):
        if at:
            out.writerow([])
        columns = tables[0].columns
        rows = [row for one in tables for row in one.rows]
        out.writerow([_safe(column.label) for column in columns])
        out.writerows(_cells(row, columns, spoken) for row in rows)
        if rows and any(column.sums for column in columns):
            label = next((one.key for one in columns if not one.sums and not one.aside), None)
            total = total_of(columns, rows, spoken.t("In all"), at=label)
            out.writerow(_cells(total, columns, spoken))
    return file.getvalue().encode("utf-8-sig")


def _together(tables: Sequence[Table]) -> Iterator[list[Table]]:
    """Tables after each other with the same columns."""
    group: list[Table] = []
    for one in tables:
        if group and [c.key for c in group[0].columns] != [c.key for c in one.columns]:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _cells(row: Sequence[Value], columns: Sequence[Column], spoken: Words) -> list[str]:
    return [_cell(value, column, spoken) for value, column in zip(row, columns, strict=True)]


def _cell(value: Value, column: Column, spoken: Words) -> str:
    if value is None:
        return spoken.t("Not known") if column.unknown is None else column.unknown
    if isinstance(value, date):
        return spoken.short_day(value)
    if isinstance(value, int):
        return amount(value) if column.kind == "money" else str(value)
    if column.kind in ("day", "month") and value:
        return f"{value[5:7]}.{value[:4]}"
    return _safe(plain(" ".join(value.split())))


def amount(ore: int) -> str:
    """``1234,56``: kroner as a number, without unit."""
    kroner, rest = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{kroner},{rest:02d}"


def _safe(typed: str) -> str:
    """What people typed, as text whatever it begins with."""
    return f"'{typed}" if typed.startswith(_FORMULA) else typed
