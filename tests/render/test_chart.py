"""Charts: well-formed, escaped, told apart without colour, and the same every time."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from pool.render.chart import svg
from pool.render.paper import Chart, Column, Series, Table
from pool.render.strokes import apart, ticks
from pool.render.words import words
from tests.support.summaries import make_paper, make_summary

SVG = "{http://www.w3.org/2000/svg}"


def chart(form: str, labels: tuple[str, ...], *series: Series, title: str = "Titel") -> Chart:
    table = Table("t", "T", (Column("a", "A"),), (("x",),))
    return Chart("c.1", title, "Det, den viser.", form, labels, series, "money", table)  # type: ignore[arg-type]


def drawn(one: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(svg(one, words("da")))  # noqa: S314 - our own


def texts(root: ElementTree.Element) -> list[str]:
    return [one.text or "" for one in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("grants", [40, 200])
def test_charts_of_a_year(grants: int) -> None:
    paper = make_paper(make_summary(grants))
    for one in paper.blocks:
        if isinstance(one, Chart):
            root = drawn(one)
            assert root.get("role") == "img"
            told = [root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")]
            assert told == [one.title, one.alt]
            ids = {node.get("id") for node in root.iter()}
            assert set((root.get("aria-labelledby") or "").split()) <= ids
            assert "style" not in {key for node in root.iter() for key in node.attrib}
            assert svg(one, words("da")) == svg(one, words("da"))
            for series in one.series:
                last = words("da").money(series.values[-1])
                assert last in texts(root), "values stand at the thing itself"


def test_series_are_told_apart_without_colour() -> None:
    bars = drawn(chart("bars", ("A",), *(Series(f"S{n}", (n + 1,)) for n in range(3))))
    fills = [one.get("fill") for one in bars.iter(f"{SVG}rect") if one.get("height") == "16"]
    assert len(set(fills)) == 3
    lines = drawn(
        chart("course", ("2024-01", "2024-02"), *(Series(f"S{n}", (n, n)) for n in range(3)))
    )
    dashes = [
        one.get("stroke-dasharray") for one in lines.iter(f"{SVG}path") if one.get("stroke-width")
    ]
    assert len(set(dashes)) == 3
    assert {"S0", "S1", "S2"} <= set(texts(lines))


def test_what_people_typed_is_escaped() -> None:
    label = '<script>"@1"&\x00\u202e'
    one = chart("bars", (label, "x" * 200), Series("s", (5, 7)), title=label)
    root = drawn(one)
    assert texts(root)[0] == '<script>"@1"&'
    assert root.findtext(f"{SVG}title") == '<script>"@1"&'
    assert len(texts(root)[2]) == 62
    assert "<script" not in svg(one, words("da"))


def test_nothing_to_draw() -> None:
    for form in ("bars", "course"):
        root = drawn(chart(form, (), Series("s", ())))
        assert root.tag == f"{SVG}svg"
        assert not re.search(r"nan|inf", ElementTree.tostring(root, "unicode"))
    zero = drawn(chart("bars", ("A", "B"), Series("s", (0, 0))))
    assert texts(zero).count("0\u00a0kr.") == 2
    drawn(chart("course", ("2024-01",), Series("s", (0,))))


def test_labels_do_not_cover_each_other() -> None:
    placed = apart([100.0, 101.0, 99.0, 230.0], 34, 14, 232)
    assert sorted(placed) == sorted(placed, key=float)
    ordered = sorted(placed)
    assert all(b - a >= 34 for a, b in pairwise(ordered))
    assert placed[2] < placed[0] < placed[1], "the upper one stays above"
    assert max(placed) <= 232


@pytest.mark.parametrize("most", [0, 1, 7, 99, 1_234_567, 10**11])
def test_ticks_are_round_and_reach(most: int) -> None:
    found = ticks(most)
    assert found[0] == 0
    assert found[-1] >= most
    assert 2 <= len(found) <= 6
    assert re.fullmatch(r"[125]0*", str(found[1]))
