"""A report on paper: tagged, titled, every figure readable, always the same."""

from __future__ import annotations

import contextlib
import io
import re
import time
from dataclasses import replace
from functools import cache
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from pool.render.paper import Chart, Facts, Paper
from pool.render.paper_pdf import PAGES, pdf
from pool.render.words import words
from pool.summary.model import Summary
from pool.summary.sentences import draft
from tests.support.summaries import (
    ARABIC,
    LONG,
    MOMENT,
    amounts,
    make_grant,
    make_paper,
    make_pool,
    make_summary,
)


@cache
def told(grants: int, lang: str = "da", several: bool = False) -> tuple[Summary, Paper, bytes]:
    summary = make_summary(grants, several=several)
    paper = make_paper(summary, lang)
    return summary, paper, pdf(paper, moment=MOMENT)


def text_of(made: bytes) -> str:
    """What is read when the pages are read, with single spaces."""
    document = pypdfium2.PdfDocument(made)
    pages = []
    for number in range(len(document)):
        with contextlib.closing(document[number].get_textpage()) as text:
            pages.append(text.get_text_range())
    document.close()
    return re.sub(r"\s+", " ", " ".join(pages).replace("\u200b", "").replace("\ufffe", ""))


def right_edge(made: bytes) -> float:
    """How far to the right anything reaches, in points; the paper is 595 wide."""
    document = pypdfium2.PdfDocument(made)
    edge = 0.0
    for number in range(len(document)):
        with contextlib.closing(document[number].get_textpage()) as text:
            edge = max(edge, *(text.get_charbox(at)[2] for at in range(text.count_chars())))
    document.close()
    return edge


def elements(made: bytes) -> list[Any]:
    """The structure elements in reading order: kind, and alternative text where there is one."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for one in node:
                walk(one)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append((str(node["/S"]), str(node.get("/Alt", ""))))
            if "/K" in node:
                walk(node["/K"])

    with pikepdf.open(io.BytesIO(made)) as document:
        walk(document.Root["/StructTreeRoot"])
    return found


def tables_expected(paper: Paper) -> int:
    lists = sum(isinstance(one, Facts) for one in paper.blocks)
    return lists + sum(bool(one.rows) for one in paper.tables())


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(("grants", "several"), [(0, False), (1, False), (12, True), (40, False)])
def test_a_report_is_accessible(grants: int, several: bool, lang: str) -> None:
    _, paper, made = told(grants, lang, several)
    with pikepdf.open(io.BytesIO(made)) as document:
        assert document.Root["/MarkInfo"]["/Marked"]
        assert str(document.Root["/Lang"]) == lang
        assert document.Root["/ViewerPreferences"]["/DisplayDocTitle"]
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert str(metadata["dc:title"]) == paper.title
    found = elements(made)
    kinds = [kind for kind, _ in found]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") == tables_expected(paper), "one element for each table"
    assert kinds.count("/THead") == kinds.count("/Table"), "each with its row of heads"
    charts = [one for one in paper.blocks if isinstance(one, Chart)]
    assert [alt for kind, alt in found if kind == "/Figure"] == [
        f"{one.title}. {one.alt}" for one in charts
    ]


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(("grants", "several"), [(1, False), (12, True), (40, False)])
def test_every_figure_can_be_read(grants: int, several: bool, lang: str) -> None:
    summary, paper, made = told(grants, lang, several)
    text = text_of(made)
    shown = words(lang)
    for amount in amounts(summary):
        assert shown.money(amount).replace("\u00a0", " ") in text, amount
    for one in summary.pools:
        for grant in one.grants:
            assert grant.number in text
            title = " ".join(grant.title.split())
            assert (title[:40] if several else title) in text, "long ones are cut on two pages"
    for _, value in paper.stamp:
        assert value in text
    assert text.count(paper.stamp[4][1][:12]) > 1, "also in the foot of each page"


def test_a_chart_s_labels_are_words() -> None:
    _, paper, made = told(40)
    text = text_of(made)
    for label in ("Positive fællesskaber", "Flere frivillige", "jan feb mar"):
        assert label in text
    assert "Disponeret" in text
    assert len([one for one in paper.blocks if isinstance(one, Chart)]) == 4


def pages(made: bytes) -> int:
    with pikepdf.open(io.BytesIO(made)) as document:
        return len(document.pages)


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("titles", ["common", "long"])
@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [(12, None, 3), (25, None, 3), (29, None, 0), (9, 3, 3), (12, 12, 3)],
)
def test_below_thirty_cases_it_is_two_pages(
    first: int, second: int | None, refused: int, titles: str, lang: str
) -> None:
    years = [make_pool(first, refused=refused, undecided=int(first < 29))]
    if second is not None:
        name = {"da": "Videnspuljen", "en": "The knowledge pool"}
        years.append(make_pool(second, pool="knowledge", name=name, refused=0))
    if titles == "long":
        years = [
            replace(one, grants=tuple(replace(grant, title=LONG) for grant in one.grants))
            for one in years
        ]
    summary = replace(make_summary(1), pools=tuple(years))
    assert summary.small
    paper = make_paper(summary, lang, own_words=draft(summary, words(lang)))
    made = pdf(paper, moment=MOMENT)
    assert pages(made) == PAGES == 2
    text = text_of(made)
    for grant in (grant for one in years for grant in one.grants):
        assert grant.number in text
        assert words(lang).money(grant.granted).replace("\u00a0", " ") in text
        assert grant.title[:20] in text
    assert ("regnearket har dem" if lang == "da" else "the spreadsheet has them") in text
    assert right_edge(made) < 595 - 36


def test_words_that_cannot_fit_are_not_set_small() -> None:
    paper = make_paper(make_summary(12), own_words="Et langt afsnit om året, der gik. " * 600)
    made = pdf(paper, moment=MOMENT)
    assert pages(made) > PAGES
    assert LONG in text_of(made), "nothing is cut for nothing"


def test_a_common_year_is_two_pages() -> None:
    assert pages(told(12)[2]) == 2


def test_long_and_arabic_titles() -> None:
    assert len(LONG) == 200
    _, paper, made = told(12)
    text = text_of(made)
    assert ARABIC in text
    assert right_edge(made) < 595 - 42
    without_spaces = replace(paper, title="x" * 200, subtitle="y" * 200)
    assert right_edge(pdf(without_spaces, moment=MOMENT)) < 595 - 42


def test_hostile() -> None:
    """What people typed is text: no markup, no fault for a character that no font has."""
    title = "#strong[x] $y$ <b>漢字 🎉</b> \u202e\x00 \\ " + "w" * 120
    grant = make_grant(
        1, title=title, applicant="@a <ref> 漢", purpose="`raw` _em_ 😀", result="= h"
    )
    summary = make_summary(1)
    pool = replace(summary.pools[0], grants=(grant,))
    paper = make_paper(replace(summary, pools=(pool,)), own_words="*ikke fed* 漢 #pagebreak()")
    made = pdf(paper, moment=MOMENT)
    text = text_of(made)
    assert "#strong[x] $y$ <b>□□ </b> \\ www" in text
    assert "@a <ref> □" in text
    assert "`raw` _em_" in text
    assert "= h" in text
    assert "*ikke fed* □ #pagebreak()" in text
    assert right_edge(made) < 595 - 42


@pytest.mark.parametrize("grants", [0, 12, 40])
def test_the_same_report_is_the_same_bytes(grants: int) -> None:
    _, paper, made = told(grants)
    assert pdf(paper, moment=MOMENT) == made


@pytest.mark.soak
def test_two_thousand_grants() -> None:
    """A long table breaks over pages with its head on each, and is one table."""
    began = time.monotonic()
    summary, paper, made = told(2_000)
    assert time.monotonic() - began < 120
    with pikepdf.open(io.BytesIO(made)) as document:
        assert len(document.pages) > 50
        pages = len(document.pages)
    kinds = [kind for kind, _ in elements(made)]
    assert kinds.count("/Table") == tables_expected(paper)
    assert kinds.count("/TR") > 2_000
    text = text_of(made)
    assert text.count("Hvad der kom ud af det") >= pages - 5
    assert all(grant.number in text for grant in summary.pools[0].grants)
    assert words("da").money(summary.pools[0].money.granted).replace("\u00a0", " ") in text
