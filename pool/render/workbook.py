"""A report as a workbook (XLSX) to be calculated on: a first sheet of facts, then a sheet for each
table with filters and sums that are formulas.

What is typed by people is written as text and never becomes a formula or a link. The same report
gives the same bytes.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from textwrap import wrap
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_col_to_name, xl_rowcol_to_cell

from pool.render.paper import (
    Column,
    Facts,
    Heading,
    Kind,
    Paper,
    Para,
    Table,
    Value,
    last_day,
)
from pool.render.sheet import plain
from pool.render.words import Words, words

_MOST: Final = 32_767
"""The longest text a cell can hold."""
_NAME: Final = 31
_HIGHEST: Final = 409.0
"""Points: no row can be higher."""
_PART: Final = 2_000
"""Characters of a paragraph in one row, which that height has room for."""
_PAGE: Final = 200
"""A table of more characters a row is printed over several pages, not made too small to read."""
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_FORMATS: Final = {
    "money": '#,##0.00 "kr."',
    "number": "#,##0",
    "percent": '0 "%"',
    "day": "dd.mm.yyyy",
    "month": "mm.yyyy",
    "text": "@",
}
_WIDTHS: Final = {
    "money": 17.0,
    "number": 12.0,
    "percent": 12.0,
    "day": 13.0,
    "month": 13.0,
    "text": 24.0,
}


def xlsx(paper: Paper, *, moment: datetime) -> bytes:
    """The workbook of ``paper``. ``moment`` is written into it as the time it was made."""
    return _Workbook(paper, moment).made()


class _Workbook:
    """One workbook while it is written. Rows and columns are numbered from 0."""

    def __init__(self, paper: Paper, moment: datetime) -> None:
        self._paper = paper
        self._words: Words = words(paper.lang)
        self._file = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._file,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties(
            {
                "title": _text(paper.title)[:255],
                "subject": _text(paper.subtitle)[:255],
                "author": "Puljen",
                "created": moment.astimezone(UTC).replace(tzinfo=None),
            }
        )
        self._book.set_custom_property("Language", paper.lang)
        self._looks: dict[tuple[tuple[str, Any], ...], Any] = {}
        overview = self._words.t("Overview")
        taken = {overview.lower(), "history"}
        self._overview = self._sheet(overview)
        self._tables = [
            (one, self._sheet(_unique(one.sheet or one.caption, taken))) for one in paper.tables()
        ]
        self._ranges: dict[tuple[str, str], tuple[str, list[Value]]] = {}
        for table, sheet in self._tables:
            for place, column in enumerate(table.columns):
                if table.rows:
                    letter = xl_col_to_name(place, col_abs=True)
                    name = quote_sheetname(sheet.get_name())
                    where = f"{name}!{letter}$2:{letter}${len(table.rows) + 1}"
                    values = [row[place] for row in table.rows]
                    self._ranges[table.id, column.key] = (where, values)

    def made(self) -> bytes:
        self._facts_sheet()
        for table, sheet in self._tables:
            self._table_sheet(table, sheet)
        self._book.close()
        return self._file.getvalue()

    def _sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(9)  # A4
        # "&" begins a code in a footer.
        sheet.set_footer(f"&L{_text(self._paper.title).replace('&', '&&')[:120]}&R&P / &N")
        if self._paper.dir == "rtl":
            sheet.right_to_left()
        return sheet

    def _look(self, kind: Kind, **more: Any) -> Any:
        wanted = {"num_format": _FORMATS[kind], "valign": "top", **more}
        key = tuple(sorted(wanted.items()))
        if key not in self._looks:
            self._looks[key] = self._book.add_format(wanted)
        return self._looks[key]

    def _facts_sheet(self) -> None:
        sheet, paper = self._overview, self._paper
        sheet.set_column(0, 0, 58)
        sheet.set_column(1, 2, 19)
        sheet.hide_gridlines(2)
        sheet.fit_to_pages(1, 0)
        sheet.merge_range(0, 0, 0, 2, "", self._look("text"))
        sheet.write_string(
            0, 0, _text(paper.title), self._look("text", bold=True, font_size=15, text_wrap=True)
        )
        sheet.set_row(0, min(20.0 * (1 + len(paper.title) // 70), _HIGHEST))
        sheet.write_string(1, 0, _text(paper.subtitle), self._look("text", italic=True))
        row = 3
        for block in paper.blocks:
            if isinstance(block, Heading):
                row += block.level == 2
                size = 13 if block.level == 2 else 11
                sheet.write_string(
                    row, 0, _text(block.text), self._look("text", bold=True, font_size=size)
                )
                row += 1
            elif isinstance(block, Para):
                row = self._told(row, block.text)
            elif isinstance(block, Facts):
                row = self._facts(row, block) + 1
            else:
                name = next(
                    one.get_name()
                    for table, one in self._tables
                    if table is (block if isinstance(block, Table) else block.table)
                )
                sheet.write_string(row, 0, f"→ {name}", self._look("text"))
                row += 2
        stamped = self._words.t("How the figures can be checked")
        sheet.write_string(row + 1, 0, stamped, self._look("text", bold=True, font_size=13))
        for place, (label, value) in enumerate(paper.stamp, row + 2):
            sheet.write_string(place, 0, _text(label), self._look("text"))
            sheet.write_string(place, 1, _text(value), self._look("text"))

    def _told(self, row: int, text: str) -> int:
        """A paragraph over the three columns, as high as it needs: a very long one over several
        rows, because a row has an end."""
        look = self._look("text", text_wrap=True)
        for part in wrap(_text(text), _PART, break_on_hyphens=False) or [""]:
            self._overview.merge_range(row, 0, row, 2, "", look)
            self._overview.write_string(row, 0, part, look)
            self._overview.set_row(row, min(15.0 * (1 + len(part) // 92), _HIGHEST))
            row += 1
        return row

    def _facts(self, row: int, block: Facts) -> int:
        """Writes the list from ``row``; the row after it."""
        sheet = self._overview
        head = self._look("text", bold=True, bottom=1)
        beside = self._look("text", bold=True, bottom=1, align="right")
        sheet.write_string(row, 0, _text(block.caption), head)
        sheet.write_string(row, 1, block.label or "", beside)
        if block.before_label:
            sheet.write_string(row, 2, block.before_label, beside)
        places = {fact.key: row + 1 + at for at, fact in enumerate(block.rows)}
        values = {fact.key: fact.value for fact in block.rows}
        for fact in block.rows:
            at = places[fact.key]
            more: dict[str, Any] = {"bold": True} if fact.strong else {}
            sheet.write_string(at, 0, _text(fact.label), self._look("text", **more))
            formula = self._formula(fact.value, fact.sum_of, fact.made_of, places, values)
            if formula and isinstance(fact.value, int):
                look = self._look(fact.kind, **more)
                sheet.write_formula(at, 1, formula, look, _number(fact.value, fact.kind))
            else:
                plainly = {"text_wrap": False} if fact.kind == "text" else {}
                self._write(sheet, at, 1, fact.value, Column("", "", fact.kind), **more, **plainly)
            if block.before_label and fact.before is not None:
                self._write(sheet, at, 2, fact.before, Column("", "", fact.kind), **more)
        row += 1 + len(block.rows)
        return self._told(row, block.note) if block.note else row

    def _formula(
        self,
        value: Value,
        sum_of: tuple[str, str] | None,
        made_of: tuple[str, ...],
        places: dict[str, int],
        values: dict[str, Value],
    ) -> str | None:
        """Only where calculating it gives the very figure: a workbook never says another one."""
        if sum_of and sum_of in self._ranges:
            where, parts = self._ranges[sum_of]
            if sum(one for one in parts if isinstance(one, int)) == value:
                return f"=SUM({where})"
        if made_of:
            total, cells = 0, ""
            for part in made_of:
                key = part.removeprefix("-")
                amount = values.get(key)
                if not isinstance(amount, int):
                    return None
                sign = "-" if part.startswith("-") else "+"
                total += -amount if sign == "-" else amount
                cells += f"{sign}{xl_rowcol_to_cell(places[key], 1)}"
            if total == value:
                return f"={cells.removeprefix('+')}"
        return None

    def _table_sheet(self, table: Table, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 0)
        last = len(table.rows)
        for place, column in enumerate(table.columns):
            figure = column.kind in ("money", "number", "percent")
            look = self._look(
                "text",
                bold=True,
                text_wrap=True,
                bottom=1,
                bg_color="#E3EEF0",
                align="right" if figure else "left",
            )
            sheet.write_string(0, place, _text(column.label), look)
            sheet.set_column(place, place, _width(table, place, column))
        if sum(_width(table, *one) for one in enumerate(table.columns)) < _PAGE:
            sheet.fit_to_pages(1, 0)
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
        for at, row in enumerate(table.rows, 1):
            for place, column in enumerate(table.columns):
                self._write(sheet, at, place, row[place], column)
        if table.total is not None and table.rows:
            self._total(table, sheet, last + 1)
        if table.note:
            sheet.write_string(last + 3, 0, _text(table.note), self._look("text", italic=True))

    def _total(self, table: Table, sheet: Any, at: int) -> None:
        """Sums of the rows that are shown: they follow the filter."""
        assert table.total is not None, "the caller looked"
        for place, column in enumerate(table.columns):
            value = table.total[place]
            known = [row[place] for row in table.rows]
            adds_up = sum(one for one in known if isinstance(one, int)) == value
            if column.sums and isinstance(value, int) and adds_up:
                letter = xl_col_to_name(place)
                sheet.write_formula(
                    at,
                    place,
                    f"=SUBTOTAL(109,{letter}2:{letter}{at})",
                    self._look(column.kind, bold=True, top=1),
                    _number(value, column.kind),
                )
            else:
                self._write(sheet, at, place, value, column, bold=True, top=1)

    def _write(
        self, sheet: Any, row: int, place: int, value: Value, column: Column, **more: Any
    ) -> None:
        """One cell by its kind; what is not known is said in words, which no sum counts."""
        kind = column.kind
        if value is None:
            said = self._words.t("Not known") if column.unknown is None else column.unknown
            look = self._look("text", italic=True, align="right", **more)
            sheet.write_string(row, place, said, look)
        elif isinstance(value, date):
            sheet.write_datetime(row, place, value, self._look("day", **more))
        elif isinstance(value, int):
            sheet.write_number(row, place, _number(value, kind), self._look(kind, **more))
        elif kind in ("day", "month") and value:
            sheet.write_datetime(row, place, last_day(value), self._look("month", **more))
        elif value:
            look = self._look("text", **{"text_wrap": True, **more})
            sheet.write_string(row, place, _text(value), look)
        else:
            sheet.write_blank(row, place, None, self._look("text", **more))


def _number(value: int, kind: Kind) -> float | int:
    """Kroner of øre: a workbook's numbers hold them exactly enough to the øre."""
    return value / 100 if kind == "money" else value


def _text(text: str) -> str:
    return "\n".join(plain(line) for line in text.split("\n"))[:_MOST]


def _width(table: Table, place: int, column: Column) -> float:
    if column.kind != "text":
        return _WIDTHS[column.kind]
    longest = max((len(str(row[place] or "")) for row in table.rows), default=0)
    return float(min(max(longest, len(column.label), 10) + 2, 60 if column.clip else 40))


def _unique(wanted: str, taken: set[str]) -> str:
    """A name for a sheet: at most 31 characters, none that are not allowed, none twice."""
    base = " ".join(plain(wanted).translate(_FORBIDDEN).split()).strip("'")[:_NAME].strip() or "1"
    name, n = base, 1
    while name.lower() in taken:
        n += 1
        name = f"{base[: _NAME - len(str(n)) - 1]} {n}"
    taken.add(name.lower())
    return name
