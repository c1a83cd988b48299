"""A report as a workbook: formulas that give the same figures, text that is only text."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pool.render.paper import Column, Paper, Table
from pool.render.workbook import xlsx
from pool.summary.model import Summary
from tests.support.office import cells, formulas, recalculated
from tests.support.summaries import MOMENT, amounts, make_grant, make_paper, make_summary

KINDS = [(0, "da", False), (1, "en", False), (12, "da", True), (40, "en", False)]


@cache
def told(grants: int, lang: str, several: bool) -> tuple[Summary, Paper, bytes]:
    summary = make_summary(grants, several=several)
    paper = make_paper(summary, lang)
    return summary, paper, xlsx(paper, moment=MOMENT)


def numbers(book: dict[str, list[list[Any]]]) -> list[float]:
    return [
        value
        for rows in book.values()
        for row in rows
        for value in row
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_is_there(kind: tuple[int, str, bool]) -> None:
    summary, paper, made = told(*kind)
    book = cells(made)
    found = {round(value * 100) for value in numbers(book)}
    assert amounts(summary) <= found
    assert len(book) == 1 + len(list(paper.tables()))
    assert all(len(name) <= 31 for name in book)


def test_libreoffice_calculates_the_same(tmp_path: Path) -> None:
    made = [told(*kind)[2] for kind in KINDS]
    assert all(formulas(one) for one in made)
    for stored, again in zip(made, recalculated(made, tmp_path), strict=True):
        before = cells(stored)
        assert list(before) == list(again)
        for name, rows in before.items():
            assert len(again[name]) == len(rows)
            for row, other in zip(rows, again[name], strict=True):
                for value, calculated in zip(row, other, strict=False):
                    if isinstance(value, int | float):
                        assert calculated == pytest.approx(value, abs=0.001), (name, row)
                    elif value != "":
                        assert calculated == value, (name, row)


def test_the_money_is_made_of_the_grants() -> None:
    found = formulas(told(12, "da", True)[2])
    grants = [one for one in found if one.startswith("SUM('Bevillinger BT'!")]
    assert len(grants) == 4, "granted, back, paid, held"
    assert any(one.startswith("SUBTOTAL(109,") for one in found)
    free = [one for one in found if one.count("-") == 2]
    assert free, "what is left is calculated"


def test_a_formula_that_would_say_something_else_is_not_written() -> None:
    summary = make_summary(3)
    pool = summary.pools[0]
    odd = replace(pool, money=replace(pool.money, granted=pool.money.granted + 1, free=5))
    made = xlsx(make_paper(replace(summary, pools=(odd,))), moment=MOMENT)
    assert (odd.money.granted) / 100 in numbers(cells(made))
    assert len([one for one in formulas(made) if one.startswith("SUM(")]) == 3


@pytest.mark.parametrize(
    "typed", ["=1+1", "+45", "-3", "@SUM(A1)", "https://x.example", "{=1}", "\t=1"]
)
def test_what_people_typed_is_text(typed: str) -> None:
    summary = make_summary(1)
    grant = make_grant(1, title=typed, applicant=typed, purpose=typed, result=typed)
    pool = replace(summary.pools[0], grants=(grant,))
    made = xlsx(make_paper(replace(summary, pools=(pool,)), own_words=typed), moment=MOMENT)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "/worksheets/" in name]
    assert not [one for one in sheets if b"hyperlink" in one]
    assert not [one for one in formulas(made) if typed.strip() in one]
    assert typed.strip() in [value for row in cells(made)["Bevillinger"] for value in row]


def test_unknown_is_said_and_not_counted() -> None:
    rows = cells(told(12, "da", True)[2])["Bevillinger BT"]
    asked = rows[0].index("Søgt")
    column = [row[asked] for row in rows[1:13]]
    assert column.count("Ikke oplyst") == 2
    assert 0 not in column
    assert rows[13][asked] == pytest.approx(sum(v for v in column if isinstance(v, float)))


def test_days_are_days() -> None:
    rows = cells(told(12, "da", True)[2])["Bevillinger BT"]
    decided = rows[0].index("Besluttet")
    assert rows[1][decided] == date(2024, 2, 1)
    assert rows[5][decided] == date(2024, 2, 29), "a month, by its last day"


def test_the_same_report_is_the_same_bytes() -> None:
    _, paper, made = told(12, "da", True)
    assert xlsx(paper, moment=MOMENT) == made
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        core = parts.read("docProps/core.xml").decode()
        sheet = parts.read("xl/worksheets/sheet3.xml").decode()
    assert "2024-12-16T11:05:00Z" in core
    assert "<dc:title>Bylivs- og tryghedspuljen og Videnspuljen 2024</dc:title>" in core
    assert "<autoFilter" in sheet
    assert 'state="frozen"' in sheet


def test_names_of_sheets() -> None:
    columns = (Column("a", "A"),)
    names = ("x" * 40, "x" * 40, "[a]/b:c", "'", "History", "OVERBLIK")
    paper = replace(
        make_paper(make_summary(0)),
        blocks=tuple(Table(f"t{n}", name, columns, (("v",),)) for n, name in enumerate(names)),
    )
    made = list(cells(xlsx(paper, moment=MOMENT)))
    assert len({name.lower() for name in made}) == len(names) + 1
    assert all(0 < len(name) <= 31 for name in made)
    assert "a b c" in made


def test_a_long_paragraph_is_as_high_as_rows_can_be() -> None:
    typed = "Vi har lært meget af året. " * 700
    made = xlsx(make_paper(make_summary(1), own_words=typed), moment=MOMENT)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert max(map(float, re.findall(r' ht="([\d.]+)"', sheet))) <= 409
    told = [str(row[0]) for row in cells(made)["Overblik"]]
    assert (
        " ".join(
            one for one in told if one.startswith(("Vi har", "har", "lært", "meget", "af", "året"))
        ).count("lært")
        >= 700
    )


def test_very_long_text_is_cut_and_not_lost() -> None:
    summary = make_summary(1)
    pool = replace(summary.pools[0], grants=(make_grant(1, purpose="ord " * 20_000),))
    made = xlsx(make_paper(replace(summary, pools=(pool,))), moment=MOMENT)
    longest = max(len(str(v)) for row in cells(made)["Bevillinger"] for v in row)
    assert longest == 32_767
