from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows import values
from workflows.values import Bad
from workflows.wording import ANSWERS

Reader = Callable[[Any], Any]


def code(reader: Reader, raw: Any) -> str:
    with pytest.raises(Bad) as caught:
        reader(raw)
    assert caught.value.code in ANSWERS
    return caught.value.code


def test_what_cannot_be_seen_or_stored_is_taken_out() -> None:
    assert values.clean("  a\x00b\ud800c\u2028\r\nd\re\x07 \n") == "abc\nd\ne"
    assert values.clean("A\u030a") == "Å"
    assert values.line("a\n\tb   c", 20) == "a b c"


@settings(deadline=None)
@given(st.text())
def test_clean_text_is_storable_and_stays_as_it_is(text: str) -> None:
    clean = values.clean(text)
    clean.encode("utf-8")
    assert "\x00" not in clean
    assert values.clean(clean) == clean


@pytest.mark.parametrize("raw", ["", "  \n ", "\x00", None, [], [""], {}, [{"a": ""}]])
def test_blank(raw: Any) -> None:
    assert values.blank(raw)


@pytest.mark.parametrize("raw", ["0", 0, False, [0], {"a": False}, date(2024, 1, 1)])
def test_not_blank(raw: Any) -> None:
    assert not values.blank(raw)


def test_length_is_told_with_the_limit() -> None:
    with pytest.raises(Bad) as caught:
        values.lines("x" * 11, 10)
    assert caught.value.params == {"longest": 10, "length": 11}
    assert values.lines(" " + "x" * 10 + "\n", 10) == "x" * 10


def test_yes_and_no() -> None:
    assert [values.yes_no(raw) for raw in ("ja", "Yes", "on", "1", True)] == [True] * 5
    assert [values.yes_no(raw) for raw in ("nej", "NO", "off", "0", False)] == [False] * 5
    assert code(values.yes_no, "måske") == "yesno"


def test_amounts() -> None:
    assert values.amount("10.000,50 kr.") == 1_000_050
    assert values.amount(1_000_050) == 1_000_050
    assert values.amount("۸.۵۰۰") == 850_000
    assert code(values.amount, "10.50") == "money-english"
    assert code(values.amount, "-5") == "money-negative"
    assert code(values.amount, -5) == "money-negative"
    assert code(values.amount, 10**12) == "money-too-large"
    assert code(values.amount, "kr.") == "money-empty"
    assert code(values.amount, "mange") == "money-shape"
    assert code(values.amount, 1.5) == "unreadable"
    assert code(values.amount, True) == "unreadable"
    assert code(lambda raw: values.amount(raw, 100), "0") == "amount-too-small"
    assert code(lambda raw: values.amount(raw, 0, 100), "2") == "amount-too-large"


def test_whole_numbers() -> None:
    assert [values.whole(raw) for raw in ("40", "1.200", "1 200", " -3 ", 7)] == [
        40, 1200, 1200, -3, 7,
    ]  # fmt: skip
    for raw in ("4,5", "1.20", "fyrre", "9" * 40, ""):
        assert code(values.whole, raw) == "number"
    assert code(lambda raw: values.whole(raw, 1), "0") == "number-too-small"
    assert code(lambda raw: values.whole(raw, 1, 5), "6") == "number-too-large"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a@example.dk", "a@example.dk"),
        (" Anna.Berg+pulje@EXAMPLE.dk ", "Anna.Berg+pulje@example.dk"),
        ("anna@bælle.dk", "anna@xn--blle-voa.dk"),
    ],
)
def test_addresses(typed: str, kept: str) -> None:
    assert values.email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "a", "a@", "@b.dk", "a@b", "a b@c.dk", "a@b.dk, c@d.dk", "a@b..dk", "a@-b.dk",
        "a..b@c.dk", ".a@c.dk", "a.@c.dk", "<a@b.dk>", "a@b.dk\nBcc: x@y.dk", "å@b.dk",
        "a@" + "b" * 64 + ".dk", "a@b c.dk", "x" * 65 + "@b.dk", "a@b.dk>",
    ],
)  # fmt: skip
def test_no_addresses(typed: str) -> None:
    assert code(values.email, typed) == "email"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("33663366", "33 66 33 66"),
        ("٣٣٦٦٣٣٦٦", "33 66 33 66"),
        ("33 66 33 66", "33 66 33 66"),
        ("+45 33-66-33-66", "33 66 33 66"),
        ("0045 33 66 33 66", "33 66 33 66"),
        ("(+45) 33.66.33.66", "33 66 33 66"),
        ("+46 70 123 45 67", "+46701234567"),
        ("0046701234567", "+46701234567"),
    ],
)
def test_telephone_numbers(typed: str, kept: str) -> None:
    assert values.phone(typed) == kept
    assert values.phone(kept) == kept


@pytest.mark.parametrize(
    "typed", ["3366336", "336633667", "112", "+45 3366", "01234567", "tolv", "+", "++45 33663366"]
)
def test_no_telephone_numbers(typed: str) -> None:
    assert code(values.phone, typed) == "phone"


def test_cvr_and_postcode() -> None:
    assert values.cvr("DK 64 94 22 12") == "64942212"
    assert code(values.cvr, "64942213") == "cvr-check"
    assert code(values.cvr, "6494221") == "cvr"
    assert code(values.cvr, "00000000") == "cvr"
    assert values.postcode(" 2700 ") == "2700"
    assert values.postcode("DK-2700") == "2700"
    assert code(values.postcode, "0123") == "postcode"
    assert code(values.postcode, "27000") == "postcode"


def test_choices() -> None:
    assert values.some_of(["b", "a", "b", ""], ["a", "b", "c"]) == ["a", "b"]
    assert values.some_of("b", ["a", "b"]) == ["b"]
    assert code(lambda raw: values.some_of(raw, ["a"]), ["a", "x"]) == "option"
    assert code(lambda raw: values.some_of(raw, ["a"]), 7) == "option"
    assert code(lambda raw: values.one_of(raw, ["a"]), "A") == "option"


def test_numbers_of_files() -> None:
    assert values.ids(["3", 1, "3", ""], 5) == [3, 1]
    assert code(lambda raw: values.ids(raw, 1), [1, 2]) == "too-many-files"
    assert code(lambda raw: values.ids(raw, 1), "1") == "files"


def test_days() -> None:
    assert values.day(date(2024, 1, 2)) == date(2024, 1, 2)
    assert code(values.day, datetime(2024, 1, 2, 3, 4)) == "unreadable"  # noqa: DTZ001
    assert code(values.day, "31.2.2024") == "date-none"


@pytest.mark.parametrize(
    "reader",
    [
        values.day, values.amount, values.whole, values.email, values.phone, values.cvr,
        values.postcode, values.yes_no, lambda raw: values.line(raw, 50),
        lambda raw: values.one_of(raw, ["a"]), lambda raw: values.some_of(raw, ["a"]),
        lambda raw: values.ids(raw, 3),
    ],
)  # fmt: skip
@settings(deadline=None)
@given(
    st.text() | st.integers() | st.none() | st.booleans() | st.floats() | st.lists(st.text())
    | st.dictionaries(st.text(), st.text())
)  # fmt: skip
def test_whatever_comes_is_read_or_refused_with_a_code_that_has_words(
    reader: Reader, raw: Any
) -> None:
    try:
        value = reader(raw)
    except Bad as bad:
        ANSWERS[bad.code] % bad.params
    else:
        if not isinstance(value, (bool, list, date)):
            assert reader(value) == value
