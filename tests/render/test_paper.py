"""A report on a page and as CSV: every figure, nothing that people typed taken for more."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import html5lib
import pytest

from pool.render.environment import environment_for
from pool.render.paper import Chart, Column, Paper, cell, number, show
from pool.render.paper_csv import csv as to_csv
from pool.render.words import words
from pool.summary.model import Summary
from tests.support.summaries import amounts, make_grant, make_paper, make_summary

PAGE = '{% from "pages/macros/paper.html" import paper %}<!doctype html><title>x</title>'


@cache
def told(grants: int, lang: str = "da", several: bool = False) -> tuple[Summary, Paper, str]:
    summary = make_summary(grants, several=several)
    paper = make_paper(summary, lang)
    return summary, paper, page(paper, lang)


def page(paper: Paper, lang: str, after: str = "{{ paper(report) }}", **context: Any) -> str:
    return environment_for(lang).from_string(PAGE + after).render(report=paper, **context)


def parsed(html: str) -> Any:
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", " ".join(parsed(html).itertext()))


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(("grants", "several"), [(0, False), (1, False), (12, True), (40, False)])
def test_a_page(grants: int, several: bool, lang: str) -> None:
    summary, paper, html = told(grants, lang, several)
    text = text_of(html)
    for amount in amounts(summary):
        assert words(lang).money(amount).replace("\u00a0", " ") in text, amount
    root = parsed(html)
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    shown = {one.id for one in paper.blocks if getattr(one, "rows", True)}
    assert shown <= set(ids), "every block can be linked to"
    assert not [one for one in root.iter() if one.get("style") or one.tag == "style"]
    for table in root.iter("table"):
        assert table.find("caption") is not None
        assert {one.get("scope") for one in table.find("thead").iter("th")} == {"col"}
        assert all(row.find("th").get("scope") == "row" for row in table.find("tbody"))
    levels = [int(one.tag[1]) for one in root.iter() if re.fullmatch(r"h\d", str(one.tag))]
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert paper.stamp[4][1] in text


def test_a_chart_has_its_table_behind_it() -> None:
    _, paper, html = told(40)
    figures = list(parsed(html).iter("figure"))
    charts = [one for one in paper.blocks if isinstance(one, Chart)]
    assert [one.get("id") for one in figures] == [one.id for one in charts]
    for one in figures:
        assert one.find("figcaption") is not None
        assert one.find("details/summary") is not None
        assert len(list(one.iter("table"))) == 1


def test_a_page_has_an_end() -> None:
    summary, paper, _ = told(12)
    grants = next(one for one in paper.tables() if one.id == "grants")
    long = replace(grants, rows=grants.rows * 250)
    html = page(replace(paper, blocks=(long,)), "da")
    assert html.count("BT-2024-0001") == 209
    assert "De første 2.500 af 3.000 rækker" in html
    assert words("da").money(summary.pools[0].money.granted) in html, "the sum is of all of them"


def test_something_can_stand_after_a_block() -> None:
    _, paper, _ = told(1)
    html = page(paper, "da", "{% call(id) paper(report) %}<i>{{ id }}</i>{% endcall %}")
    assert "<i>three-1</i>" in html
    assert "<i>three-head</i>" not in html
    html = page(paper, "da", "{{ paper(report, questions=q) }}", q={"money": "<b>?"})
    assert html.count("&lt;b&gt;?") == 1


def test_what_people_typed_is_escaped() -> None:
    typed = "<script>alert(1)</script>{{ 7*7 }}"
    summary = make_summary(1)
    grant = make_grant(1, title=typed, purpose=typed, result=typed)
    pool = replace(summary.pools[0], grants=(grant,), name={"da": typed})
    paper = make_paper(replace(summary, pools=(pool,)), own_words=typed)
    html = page(paper, "da")
    assert "<script" not in html
    assert "{{ 7*7 }}" in text_of(html)


def test_a_report_in_another_language_says_so() -> None:
    _, paper, _ = told(1)
    assert '<div lang="da" dir="ltr">' in page(paper, "en")


def test_values() -> None:
    da, en = words("da"), words("en")
    assert show(None, "money", da) == "Ikke oplyst"
    assert show(None, "number", en, unknown="") == ""
    assert show(0, "money", da) == "0\u00a0kr."
    assert show(123_456, "money", en) == "1.234,56\u00a0kr."
    assert show(12_345, "number", da) == "12.345"
    assert show(89, "percent", da) == "89\u00a0%"
    assert show(date(2024, 10, 18), "day", en) == "18.10.2024"
    assert show("2024-03", "day", da) == "marts 2024"
    assert show("2024-03", "month", en) == "March 2024"
    assert show("2024-03", "text", en) == "2024-03"
    assert number(-1_234) == "−1.234"
    short = Column("a", "A", clip=10)
    assert cell(("et to tre fire",), 0, short, da) == "et to tre…"
    assert cell(("x" * 30,), 0, short, da) == "x" * 10 + "…"
    assert cell(("et to",), 0, short, da) == "et to"


def rows_of(made: bytes) -> list[list[str]]:
    text = made.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(text.removeprefix("\ufeff").splitlines(), delimiter=";"))


def test_the_grants_as_csv() -> None:
    summary, paper, _ = told(12, several=True)
    rows = rows_of(to_csv(paper))
    assert len(rows) == 1 + 15 + 1, "two pools under one head, and the sum"
    head = rows[0]
    by_name = [dict(zip(head, row, strict=True)) for row in rows[1:]]
    grants = [grant for one in summary.pools for grant in one.grants]
    for row, grant in zip(by_name, grants, strict=False):
        assert row["Sagsnummer"] == grant.number
        assert row["Bevilget"].replace(",", "") == str(grant.granted)
        assert row["Søgt"] == (
            "Ikke oplyst" if grant.asked is None else f"{grant.asked // 100},{grant.asked % 100:02}"
        )
    assert by_name[4]["Besluttet"] == "02.2024"
    total = by_name[-1]
    assert total["Aktivitet"] == "I alt"
    assert total["Bevilget"].replace(",", "") == str(sum(one.granted for one in grants))


def test_csv_of_an_empty_year_has_its_head() -> None:
    rows = rows_of(to_csv(told(0, "en")[1]))
    assert len(rows) == 1
    assert rows[0][0] == "Activity"


@pytest.mark.parametrize("typed", ["=1+1", "+45", "-3", "@SUM(A1)", "\t=1", "\r\n=1"])
def test_csv_runs_nothing(typed: str) -> None:
    summary = make_summary(1)
    pool = replace(summary.pools[0], grants=(make_grant(1, title=typed, applicant=typed),))
    rows = rows_of(to_csv(make_paper(replace(summary, pools=(pool,)))))
    assert rows[1][0].startswith("'")
    assert rows[1][2].startswith("'")
    assert len(rows) == 3


def test_the_same_report_is_the_same_bytes() -> None:
    _, paper, html = told(12, several=True)
    assert to_csv(paper) == to_csv(paper)
    assert page(paper, "da") == html
