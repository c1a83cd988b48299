"""The course of a year: one picture of steps, and the months beside it."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from pool.ledger import Step
from pool.render.chart import svg
from pool.render.words import words
from pool.web.steering.course import chart

SVG = "{http://www.w3.org/2000/svg}"
DA = words("da")
STEPS = (
    Step(date(2025, 12, 12), 9_600_000, 0, 0, 9_600_000),
    Step(date(2026, 2, 3), 9_600_000, 950_000, 0, 8_650_000),
    Step(date(2026, 2, 20), 9_600_000, 950_000, 950_000, 8_650_000),
    Step(date(2026, 6, 30), 9_600_000, 900_000, 950_000, 8_700_000),
)


def drawn(steps: tuple[Step, ...] = STEPS, until: date = date(2026, 8, 14)) -> ElementTree.Element:
    made = chart(2026, steps, until, DA)
    assert made is not None
    return ElementTree.fromstring(svg(made, DA))  # noqa: S314 - our own


def lines(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [one for one in root.iter(f"{SVG}path") if "H" in one.attrib["d"]]


def test_four_lines_without_colour() -> None:
    root = drawn()
    looks = {(one.get("stroke-dasharray"), one.get("stroke-width")) for one in lines(root)}
    assert len(lines(root)) == len(looks) == 4
    assert {one.get("stroke") for one in lines(root)} == {"currentColor"}
    texts = [one.text for one in root.iter(f"{SVG}text")]
    for name, value in (
        ("Budget", "96.000"), ("Disponeret", "9.000"), ("Udbetalt", "9.500"),
        ("Rest til disposition", "87.000"),
    ):  # fmt: skip
        assert texts[texts.index(name) + 1] == f"{value}\u00a0kr."
    marks = [one.attrib["d"] for one in root.iter(f"{SVG}path") if "translate" in str(one.attrib)]
    assert len(marks) == 8
    assert len(set(marks)) == 4, "each at its line's end and at its name"
    assert "style" not in {key for one in root.iter() for key in one.attrib}


def test_a_step_on_each_day_something_moved() -> None:
    disposed = lines(drawn())[1].attrib["d"]
    assert len(re.findall("V", disposed)) == 2
    assert len(re.findall("H", disposed)) == 4, "to each day, and on to today"
    xs = [float(one) for one in re.findall(r"[MH]([\d.]+)", disposed)]
    assert all(a < b for a, b in pairwise(xs))


def test_names_do_not_cover_each_other() -> None:
    same = Step(date(2026, 1, 5), 100, 100, 100, 100)
    names = [one for one in drawn((same,)).iter(f"{SVG}text") if one.get("font-weight")]
    ys = sorted(float(one.attrib["y"]) for one in names)
    assert all(b - a >= 30 for a, b in pairwise(ys))


def test_the_months_beside_it_also_the_quiet_ones() -> None:
    made = chart(2026, STEPS, date(2026, 8, 14), DA)
    assert made is not None
    assert [row[0] for row in made.table.rows] == [f"2026-{n:02d}" for n in range(1, 9)]
    assert made.table.rows[0] == ("2026-01", 9_600_000, 0, 0, 9_600_000)
    assert made.table.rows[3] == ("2026-04", 9_600_000, 950_000, 950_000, 8_650_000)
    assert made.table.rows[-1] == ("2026-08", 9_600_000, 900_000, 950_000, 8_700_000)
    assert "1. januar 2026 til 14. august 2026" in made.alt
    assert "9.500\u00a0kr. er udbetalt" in made.alt


@pytest.mark.parametrize(
    ("steps", "until", "months"),
    [
        ((Step(date(2025, 11, 1), 5, 0, 0, 5),), date(2026, 1, 1), 1),
        ((Step(date(2026, 1, 1), 5, 0, 0, 5),), date(2025, 12, 1), 1),
        ((Step(date(2026, 12, 31), 5, 0, 0, 5),), date(2027, 9, 1), 12),
        ((*STEPS, Step(date(2028, 3, 1), 1, 1, 1, 0)), date(2028, 4, 1), 27),
    ],
)
def test_years_that_begin_and_end_oddly(steps: tuple[Step, ...], until: date, months: int) -> None:
    made = chart(2026, steps, until, DA)
    assert made is not None
    assert len(made.table.rows) == months
    assert made.table.rows[-1][1:] == (
        steps[-1].budget, steps[-1].disposed, steps[-1].paid, steps[-1].free,
    )  # fmt: skip
    root = drawn(steps, until)
    assert len([one for one in root.iter(f"{SVG}text") if one.get("text-anchor") == "middle"]) <= 14
    assert not re.search(r"nan|inf", ElementTree.tostring(root, "unicode"))


def test_nothing_moved() -> None:
    assert chart(2026, (), date(2026, 8, 14), DA) is None
