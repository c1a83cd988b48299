"""Tables to bring in, written as a person's programs would write them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from pool.imports import checking, columns, reading
from workflows.definition import Definition
from workflows.loading import load_all

SHIPPED = Path(__file__).parents[2] / "pool" / "demo" / "data" / "neighbour-pool-2017.csv"
POOLS = load_all(None)
URBAN = POOLS["urban-life"]
TODAY = date(2026, 11, 23)

HEADINGS = "Møde;Titel;Ansøger;Ansøgertype;Ansøgt beløb;Bevilget beløb;Afgørelse;Begrundelse"
GOOD = "16.03.2017;Gadefest;Husum Juletræs Forening;forening;10.000;10.000;bevilget;"


def csv(*rows: str, headings: str = HEADINGS) -> bytes:
    return "\n".join([headings, *rows]).encode()


def xlsx(*sheets: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> bytes:
    """Days are written as a spreadsheet has them; a pair is a formula and its stored value."""
    body = io.BytesIO()
    book = xlsxwriter.Workbook(body)
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for number, rows in enumerate(sheets):
        sheet = book.add_worksheet(names[number] if names else None)
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, place, value, day)
                elif isinstance(value, tuple):
                    sheet.write_formula(line, place, value[0], None, value[1])
                elif isinstance(value, str):
                    sheet.write_string(line, place, value)
                elif value is not None:
                    sheet.write(line, place, value)
    book.close()
    return body.getvalue()


def checked(
    body: bytes,
    *,
    definition: Definition = URBAN,
    year: int = 2017,
    free: int = 10**10,
    known: dict[str, checking.Known] | None = None,
) -> list[checking.Checked]:
    book = reading.sheets(body, "table.csv")
    return checking.check(
        definition,
        book,
        columns.guess(book.headings),
        year=year,
        today=TODAY,
        free=free,
        known=lambda _: known or {},
    )


def one(row: str, **how: Any) -> checking.Checked:
    """The row of a table that has this one."""
    (found,) = checked(csv(row), **how)
    return found


def told(row: checking.Checked) -> list[tuple[str, str]]:
    return [(each["column"], each["code"]) for each in row.problems]
