"""One cell, one value."""

from __future__ import annotations

from datetime import date

import pytest

from pool.imports import parsing
from pool.imports.reading import Cell
from workflows.values import Bad
from workflows.vocabulary import APPLICANT_KINDS, MADE_WHERE


@pytest.mark.parametrize(
    ("cell", "day", "precision"),
    [
        ("2017-03-16", date(2017, 3, 16), "day"),
        ("16.03.2017", date(2017, 3, 16), "day"),
        ("16/3 2017", date(2017, 3, 16), "day"),
        ("16. marts 2017", date(2017, 3, 16), "day"),
        ("2017-03-16 00:00:00", date(2017, 3, 16), "day"),
        ("2017-03-16T00:00:00Z", date(2017, 3, 16), "day"),
        (date(2017, 3, 16), date(2017, 3, 16), "day"),
        ("2017-03", date(2017, 3, 31), "month"),
        ("marts 2017", date(2017, 3, 31), "month"),
        ("Oktober, 2017", date(2017, 10, 31), "month"),
        ("okt. 2017", date(2017, 10, 31), "month"),
        ("feb 2016", date(2016, 2, 29), "month"),
        ("03/2017", date(2017, 3, 31), "month"),
        ("2017 december", date(2017, 12, 31), "month"),
    ],
)
def test_meetings(cell: Cell, day: date, precision: str) -> None:
    assert parsing.meeting(cell) == (day, precision)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "missing"),
        (None, "missing"),
        ("i foråret", "meeting-shape"),
        ("forår 2017", "meeting-shape"),
        (2017, "meeting-shape"),
        (42810, "meeting-shape"),
        ("16.03", "meeting-no-year"),
        ("31.02.2017", "meeting-none"),
        ("2017-13", "meeting-none"),
        ("2017-00", "meeting-none"),
        ("0017-03", "meeting-none"),
        (date(1900, 1, 16), "meeting-none"),
        ("x" * 40_000, "meeting-shape"),
    ],
)
def test_what_is_no_meeting(cell: Cell, code: str) -> None:
    with pytest.raises(Bad) as caught:
        parsing.meeting(cell)
    assert caught.value.code == code
    assert all(len(str(value)) <= 60 for value in caught.value.params.values())


@pytest.mark.parametrize(
    ("cell", "ore"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        (0, 0),
        ("0", 0),
        (12700, 1_270_000),
        (12700.5, 1_270_050),
        (1234.5600000000001, 123_456),
        ("1.234,50", 123_450),
        ("10.000 kr.", 1_000_000),
        ("10.500", 1_050_000),
        ("1234.5", 123_450),
        ("12700.00", 1_270_000),
        ("10 000", 1_000_000),
    ],
)
def test_amounts(cell: Cell, ore: int | None) -> None:
    assert parsing.amount(cell) == ore


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("10.50", "amount-english"),
        ("1,234.50", "amount-english"),
        ("-5", "amount-negative"),
        (-5, "amount-negative"),
        ("ca. 5.000", "amount-shape"),
        ("=1+1", "amount-shape"),
        (True, "amount-shape"),
        (date(2017, 3, 16), "amount-shape"),
        (12.345, "amount-ore"),
        (1e300, "amount-too-large"),
        ("9" * 30, "amount-too-large"),
    ],
)
def test_what_is_no_amount(cell: Cell, code: str) -> None:
    with pytest.raises(Bad) as caught:
        parsing.amount(cell)
    assert caught.value.code == code
    assert all(len(str(value)) <= 60 for value in caught.value.params.values())


def test_private_persons_have_no_name() -> None:
    assert parsing.applicant("Privatperson") is None
    assert parsing.applicant("En borger ") is None
    assert parsing.applicant("Privatpersonernes Klub") == "Privatpersonernes Klub"


def test_lists_know_what_the_rules_know() -> None:
    assert set(parsing.KINDS) == set(APPLICANT_KINDS)
    assert set(parsing.WAYS) == set(MADE_WHERE)
    for words in (parsing.KINDS, parsing.DECISIONS, parsing.INITIATIVES, parsing.WAYS):
        every = [each for known in words.values() for each in known]
        assert len(every) == len(set(every))
        assert [parsing.word(each) for each in every] == every
