"""The numbers people are paid by, and how a CPR number is kept out of what is said."""

from __future__ import annotations

import io
import logging
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pool.run.logbook import Logbook
from worker.run import LINE, Masked
from workflows import cpr, payee

DAY = date(2026, 3, 2)
GOOD: dict[str, Any] = {
    "way": "applicant",
    "number_kind": "cvr",
    "number": "64942212",
    "name": "Husum Beboere",
}
UNIT: dict[str, Any] = {"way": "internal", "number_kind": "unit"}


@pytest.mark.parametrize(
    ("changed", "number", "doubtful"),
    [
        ({}, "64942212", False),
        ({"number": "DK 64 94 22 12"}, "64942212", False),
        ({"number": "64942213"}, "64942213", True),  # only warns
        ({"number_kind": "ean", "number": "5798 0098 11578"}, "5798009811578", False),
        ({"number_kind": "cpr", "number": "010190-4321"}, "0101904321", False),
        ({"number_kind": "cpr", "number": "010190 4321"}, "0101904321", False),
        (
            {"way": "internal", "number_kind": "unit", "number": "1234-5678 90"},
            "1234-5678 90",
            False,
        ),
        ({"reference": "3412905678"}, "64942212", False),  # no day of the calendar
        ({"reference": "Faktura 02-03-2026 12"}, "64942212", False),
        ({"reference": "2026-03-02, 101500"}, "64942212", False),
    ],
)
def test_taken(changed: dict[str, Any], number: str, doubtful: bool) -> None:
    found = payee.check(GOOD | changed, DAY)
    assert (found["number"], found["doubtful"]) == (number, doubtful)
    assert payee.check(found, DAY) == found  # values already


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"number": "1234567"}, ("payee.number", "cvr")),
        ({"number": "6494221x"}, ("payee.number", "cvr")),
        ({"number_kind": "ean", "number": "5798009811579"}, ("payee.number", "ean-check")),
        ({"number_kind": "ean", "number": "579800981157"}, ("payee.number", "ean")),
        ({"number_kind": "cpr", "number": "310290-4321"}, ("payee.number", "cpr-day")),
        ({"number_kind": "cpr", "number": "030326-4321"}, ("payee.number", "cpr-day")),  # unborn
        ({"number_kind": "cpr", "number": "01019-04321"}, ("payee.number", "cpr")),
        ({"way": "invoice", "number_kind": "cpr"}, ("payee.number_kind", "payee-kind")),
        ({"way": "internal"}, ("payee.number_kind", "payee-kind")),
        ({"way": "cash"}, ("payee.way", "option")),
        ({"name": " "}, ("payee.name", "required")),
        ({"way": ""}, ("payee.way", "required-choice")),
        ({"name": "Sara 010190-4321"}, ("payee.name", "cpr-elsewhere")),
        ({"reference": "til 010190-4321"}, ("payee.reference", "cpr-elsewhere")),
        ({"name": "x" * 201}, ("payee.name", "too-long")),
        *(
            (UNIT | {"number": spelled}, ("payee.number", "cpr-elsewhere"))
            for spelled in ("0101904321", "010190 4321", "010190\u20134321", "01 01 90-43 21")
        ),
        *(
            ({field: f"til {spelled}"}, (f"payee.{field}", "cpr-elsewhere"))
            for field in ("name", "reference")
            for spelled in (
                *("0101904321", "01.01.90.4321", "010190/4321", "0101 90 4321", "01-01-90-43-21"),
                "\uff10\uff11\uff10\uff11\uff19\uff10\uff14\uff13\uff12\uff11",
            )
        ),
    ],
)
def test_refused(changed: dict[str, Any], fault: tuple[str, str]) -> None:
    with pytest.raises(payee.Refused) as refused:
        payee.check(GOOD | changed, DAY)
    assert [(one.key, one.code) for one in refused.value.faults] == [fault]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("0101904321", "******-****"),
        ("cpr=010190-4321&x", "cpr=******-****&x"),
        ("010190%2D4321", "******-****"),
        ("010190 4321", "******-****"),
        ("710190-4321", "******-****"),  # a replacement number
        ("991390-4321", "991390-4321"),
        ("20260302101500", "20260302101500"),
        ("64942212", "64942212"),
        ("5798009811578", "5798009811578"),
        *(
            (f"x{begun}{spelled};", f"x{begun}******-****;")
            for begun in ("", " ", "%22", "%20", "\\u00e6")
            for spelled in (
                *("010190%2D4321", "010190%204321", "010190%E2%80%934321", "010190+4321"),
                *("010190\u20134321", "010190\u20144321", "010190.4321", "010190_4321"),
                *("010190/4321", "010190 - 4321", "01-01-90-4321", "01.01.90-4321"),
                *("01 01 90 4321", "01/01/90-4321"),
            )
        ),
        *(
            (text, text)
            for text in (
                *("5798 0098 11578", "1.234.567,00 kr.", "9500,00", "120.326,50", "02-03-2026"),
                *("2026-03-02 10:15:00.123456", "02.03.26 1234,00", "20260302T101500Z"),
                *("BP-2026-17", "+45 12 34 56 78"),
                "0101904321ab" * 5 + "0000",
                "5b010190-4321-4a52-8f0d-8b9d1f6a2c71",
            )
        ),
    ],
)
def test_masking(text: str, masked: str) -> None:
    assert cpr.mask(text) == masked
    assert cpr.named_in(text) == (text != masked)


def test_the_workers_log_is_masked() -> None:
    record = logging.makeLogRecord(
        {"levelname": "ERROR", "name": "worker", "msg": "for 010190-4321\n[parameters: ('x',)]"}
    )
    said = Masked(LINE).format(record)
    assert said == "ERROR worker: for ******-****\n[parameters: ***]"


def test_the_supervisors_book_is_masked(tmp_path: Path) -> None:
    console = io.StringIO()
    book = Logbook(tmp_path, console)
    book.line("web", "POST 0101904321")
    book.close()
    assert "0101904321" not in book.path.read_text(encoding="utf-8") + console.getvalue()
