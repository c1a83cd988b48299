"""The report on paper for years of every size: tagged, titled, in its language, each picture with
its words, each table one table however many pages it fills."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest

from pool.cases.house import Definitions, House
from pool.db import Database
from pool.render.paper import Chart, Facts, Paper, Table
from pool.render.words import words
from pool.summary.files import make_of
from pool.summary.model import Request, Summary
from pool.summary.telling import tell
from tests.summary import forms
from tests.summary.agreement import collected, differences
from tests.support import office
from tests.support.years import generate
from workflows.loading import load_all

NOW = datetime(2027, 8, 1, 10, tzinfo=UTC)
ONLY_GRANTS = (("closed", 5), ("reported", 1), ("paid", 3), ("given up", 1))


def _summary(database: Database, grants: int) -> Summary:
    """A year of nothing but so many grants."""
    house = House(database, Definitions(load_all(None)), "http://127.0.0.1:8000")
    generate(
        database,
        house.definitions,
        pool="bydelspulje",
        year=2026,
        cases=grants,
        seed=3,
        fates=ONLY_GRANTS,
    )
    request = Request.make(("bydelspulje",), 2026, "final", now=NOW)
    summary = collected(house, request)
    assert differences(house, request, summary) == []
    assert len(summary.pools[0].grants) == grants
    return summary


@dataclass
class Structure:
    """What a PDF's tags say: how many elements of each kind, the pictures, and of each table its
    lines and the scopes of its heads."""

    kinds: Counter[str] = field(default_factory=Counter)
    figures: list[Any] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    scopes: list[set[str]] = field(default_factory=list)

    def read(self, node: Any) -> Structure:
        below = node.get("/K")
        if isinstance(below, pikepdf.Array):
            for one in below:
                self._take(one)
        elif below is not None:
            self._take(below)
        return self

    def _take(self, one: Any) -> None:
        if not isinstance(one, pikepdf.Dictionary) or "/S" not in one:
            return
        kind = str(one["/S"]).removeprefix("/")
        self.kinds[kind] += 1
        if kind == "Table":
            self.lines.append(0)
            self.scopes.append(set())
        elif kind == "TR":
            self.lines[-1] += 1
        elif kind == "TH":
            about = one.get("/A")
            each = list(about) if isinstance(about, pikepdf.Array) else [about] if about else []
            self.scopes[-1] |= {str(a["/Scope"]) for a in each if "/Scope" in a}
        elif kind == "Figure":
            self.figures.append(one)
        self.read(one)


def _tables(report: Paper) -> list[int]:
    """How many lines each table on paper has, with its head and its sum."""
    lines = []
    for block in report.blocks:
        table = block.table if isinstance(block, Chart) else block
        if isinstance(table, Facts):
            lines.append(1 + len(table.rows))
        elif isinstance(table, Table) and table.rows:
            lines.append(1 + len(table.rows) + (table.total is not None))
    return lines


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("grants", "lang"),
    [
        (0, "da"),
        (1, "en"),
        (12, "da"),
        (300, "da"),
        pytest.param(2000, "da", marks=pytest.mark.soak),
    ],
)
def test_the_pdf_is_tagged(database: Database, grants: int, lang: str) -> None:
    summary = _summary(database, grants)
    report = tell(summary, words(lang), own_words="Et godt år.", sha256="a" * 64)
    body = make_of(summary, lang, "pdf", own="Et godt år.").body
    with pikepdf.open(io.BytesIO(body)) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang).split("-")[0] == lang
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as about:
            assert about["dc:title"] == report.title
            assert about["pdfuaid:part"] == "1"
        found = Structure().read(root.StructTreeRoot)
        assert sorted(found.lines) == sorted(_tables(report))
        assert all("/Column" in scopes for scopes in found.scopes)
        charts = [one for one in report.blocks if isinstance(one, Chart)]
        told = [str(figure["/Alt"]) for figure in found.figures]
        assert told == [f"{chart.title}. {chart.alt}" for chart in charts]
        assert found.kinds["H1"] == 1
        pages = len(pdf.pages)
    if grants <= 12:
        assert pages <= 2, "a small year is two pages"
        assert not charts
    else:
        assert charts


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_workbook_of_many_grants_adds_up(database: Database) -> None:
    summary = _summary(database, 400)
    book = office.cells(make_of(summary, "da", "xlsx", own="").body)
    t = words("da").t
    head, *rows = book[t("Grants")]
    at = head.index(t("Granted in all"))
    found = [forms.ore(row[at]) for row in rows[:401]]
    assert found[400] == sum(one or 0 for one in found[:400]) == summary.pools[0].money.granted
