from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pool.clock import local, local_day
from workflows import dates
from workflows.calendar import (
    add_working_days,
    end_of_day_utc,
    is_working_day,
    working_days_between,
)

DAY = date(2024, 10, 18)


@pytest.mark.parametrize(
    "typed",
    [
        "2024-10-18", "18.10.2024", "18/10-2024", "18/10 2024", "18/10/2024", "18-10-2024",
        "18.10.24", "18/10-24", " 18. 10. 2024 ", "18. oktober 2024", "18 oktober 2024",
        "18. okt. 2024", "18. OKT 2024", "d. 18. oktober 2024", "den 18. oktober 2024",
        "18 October 2024", "18th October 2024", "the 18th October, 2024", "18\u00a0oktober 2024",
        "١٨.١٠.٢٠٢٤", "۱۸/۱۰-۲۰۲۴",
    ],
)  # fmt: skip
def test_days_as_people_write_them(typed: str) -> None:
    assert dates.parse(typed) == DAY


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "date-shape"),
        ("i morgen", "date-shape"),
        ("18.10.202", "date-shape"),
        ("October 18, 2024", "date-shape"),
        ("18. xyz 2024", "date-shape"),
        ("18. ju 2024", "date-shape"),
        ("2024.10.18", "date-shape"),
        ("18.10", "date-no-year"),
        ("18/10", "date-no-year"),
        ("18. oktober", "date-no-year"),
        ("31.2.2024", "date-none"),
        ("29.2.2023", "date-none"),
        ("10.18.2024", "date-none"),
        ("0.1.2024", "date-none"),
        ("18.10.1924", "date-far"),
        ("18.10.2124", "date-far"),
        ("2024-10-18T00:00:00", "date-shape"),
    ],
)
def test_anything_else_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(dates.NotADay) as caught:
        dates.parse(typed)
    assert caught.value.code == code


@settings(deadline=None)
@given(st.dates(dates.EARLIEST, dates.LATEST))
def test_what_is_shown_can_be_typed(day: date) -> None:
    for lang in ("da", "en"):
        assert dates.parse(dates.show(day, lang)) == day
    assert dates.parse(f"{day.day}.{day.month}.{day.year}") == day


def test_how_days_are_shown() -> None:
    assert dates.show(DAY, "da") == "18. oktober 2024"
    assert dates.show(DAY, "en") == "18 October 2024"
    assert dates.show(DAY, "so") == "18. oktober 2024"


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2023-05-05", False),  # Great Prayer Day, the last
        ("2024-04-26", True),  # and gone
        ("2024-03-28", False),  # Maundy Thursday
        ("2024-03-29", False),
        ("2024-04-01", False),  # Easter Monday
        ("2024-05-01", True),  # no day off in the municipality
        ("2024-05-09", False),  # Ascension Day
        ("2024-05-10", True),
        ("2024-05-20", False),  # Whit Monday
        ("2024-06-05", False),  # Constitution Day
        ("2024-12-23", True),
        ("2024-12-24", False),
        ("2024-12-25", False),
        ("2024-12-26", False),
        ("2024-12-27", True),
        ("2024-12-31", False),
        ("2025-01-01", False),
        ("2025-01-02", True),
        ("2024-10-19", False),  # a Saturday
        ("2024-10-20", False),
    ],
)
def test_danish_working_days(day: str, working: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is working


def test_counting_over_easter_and_christmas() -> None:
    assert add_working_days(date(2024, 3, 27), 1) == date(2024, 4, 2)
    assert add_working_days(date(2024, 12, 23), 2) == date(2024, 12, 30)
    assert add_working_days(date(2024, 12, 30), 1) == date(2025, 1, 2)
    assert add_working_days(date(2024, 10, 19), 0) == date(2024, 10, 21)
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(DAY, -1)


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 60))
def test_so_many_working_days_lie_between(day: date, count: int) -> None:
    later = add_working_days(day, count)
    assert is_working_day(later)
    assert working_days_between(day, later) == count
    assert working_days_between(later, day) == 0


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_end_of_a_day_is_that_day_in_copenhagen(day: date) -> None:
    end = end_of_day_utc(day)
    assert end.tzinfo == UTC
    assert local_day(end) == day
    assert local_day(end + timedelta(seconds=1)) == day + timedelta(days=1)
    assert local(end).strftime("%H.%M.%S") == "23.59.59"


def test_summer_and_winter() -> None:
    assert end_of_day_utc(date(2024, 7, 1)) == datetime(2024, 7, 1, 21, 59, 59, tzinfo=UTC)
    assert end_of_day_utc(date(2024, 12, 1)) == datetime(2024, 12, 1, 22, 59, 59, tzinfo=UTC)
