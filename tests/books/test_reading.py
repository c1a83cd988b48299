"""How a file of postings is read: what it tells by itself, what is asked, what cannot be read."""

from __future__ import annotations

import io
import sys
import time
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pool.books import cells, layout
from pool.books.layout import Found, Layout, Reading, recognise, rows
from pool.files import tables
from pool.files.tables import Unreadable
from workflows.values import Bad

ROWS = (("13-03-2026", "1.234,56", "B-1", "Tilskud, Ærø"), ("14-03-2026", "-10,00", "", "x"))
HEADS = ("Bogføringsdato", "Beløb", "Bilagsnr", "Tekst")


def text(separator: str = ";", heads: tuple[str, ...] = HEADS) -> str:
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in ROWS]
    return "\r\n".join(separator.join(row) for row in [heads, *quoted])


def read(body: bytes, **chosen: str) -> tuple[Found, Reading]:
    found = recognise(body, Layout(**{"sign": "plus", **chosen}))  # type: ignore[arg-type]
    return found, rows(found)


def told(body: bytes, **chosen: str) -> list[tuple[date, int, str, str]]:
    found, reading = read(body, **chosen)
    assert found.asked == ()
    assert reading.bad == ()
    return [(one.booked_on, one.amount, one.reference, one.text) for one in reading.rows]


WANTED = [
    (date(2026, 3, 13), 123_456, "B-1", "Tilskud, Ærø"),
    (date(2026, 3, 14), -1_000, "", "x"),
]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_separators_and_encodings(separator: str, encoding: str) -> None:
    assert told(text(separator).encode(encoding)) == WANTED


@pytest.mark.parametrize(
    "heads",
    [
        ("Posteringsdato", "Beløb i DKK", "Reference", "Posteringstekst"),
        ("Dato", "Beløb (kr.)", "Betalings-ID", "Beskrivelse"),
        ("Posting date", "Amount", "Voucher no.", "Description"),
        ("BOGFØRINGSDATO ", "BELØB", "BILAGS NR", "TEKST"),
    ],
)
def test_headings_in_both_languages(heads: tuple[str, ...]) -> None:
    assert told(text(heads=heads).encode()) == WANTED


def test_a_title_above_and_no_headings_at_all() -> None:
    above = f"Kontoudtog 2026\r\n\r\n{text()}"
    found, reading = read(above.encode())
    assert [one.line for one in reading.rows] == [4, 5]
    bare = "\r\n".join(text().split("\r\n")[1:])
    found, _ = read(bare.encode())
    assert found.asked == ("columns",)
    assert (found.headings, found.layout.headed) == (("A", "B", "C", "D"), "no")
    chosen = Layout(columns={"date": "A", "amount": "B", "reference": "C"}, sign="plus")
    assert len(rows(recognise(bare.encode(), chosen)).rows) == 2


def test_debit_and_credit() -> None:
    body = "Dato;Debet;Kredit;Bilag\n13-03-2026;5.000,00;-;1\n14-03-2026;;1.000,00;2\n"
    found = recognise(body.encode(), Layout())
    assert (found.asked, found.layout.sign) == ((), "plus")
    assert [one.amount for one in rows(found).rows] == [500_000, -100_000]


def test_a_workbook() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Konto")
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for at, heading in enumerate(HEADS):
        sheet.write(0, at, heading)
    sheet.write_datetime(1, 0, date(2026, 3, 4), day)
    sheet.write_number(1, 1, 1234.56)
    sheet.write_number(1, 2, 4711)
    sheet.write_string(1, 3, "=1+1")
    sheet.write_number(2, 0, 46085)  # a day without the format of one
    sheet.write_number(2, 1, -0.1 - 0.2)
    book.close()
    assert told(file.getvalue()) == [
        (date(2026, 3, 4), 123_456, "4711", "=1+1"),
        (date(2026, 3, 4), -30, "", ""),
    ]


AMOUNTS = {
    "1.234,56": 123_456,
    "1,234.56": 123_456,
    "1234,5": 123_450,
    "1234.5": 123_450,
    "1.234": 123_400,
    "1,234": 123_400,
    "1 234 567,50": 123_456_750,
    "1'234.50": 123_450,
    "-5,00": -500,
    "5,00-": -500,
    "−5,00": -500,
    "(1.234,56)": -123_456,
    "+5": 500,
    "5,-": 500,
    "kr. 1.234,-": 123_400,
    "1.234,56 DKK": 123_456,
    "-": None,
    " ": None,
    "0,00": 0,
}


@pytest.mark.parametrize("typed", AMOUNTS)
def test_amounts(typed: str) -> None:
    assert cells.amount(typed, "") == AMOUNTS[typed]


@pytest.mark.parametrize(
    ("typed", "mark", "code"),
    [
        ("abc", "", "amount-shape"),
        ("1.23.456", "", "amount-shape"),
        ("--5", "", "amount-shape"),
        ("-5-", "", "amount-shape"),
        ("1 23,00", "", "amount-shape"),
        ("0,123", "", "amount-ore"),
        ("12.50", ",", "amount-mark"),
        ("1,234", ",", "amount-mark"),
        ("99.999.999.999", "", "amount-too-large"),
    ],
)
def test_no_amounts(typed: str, mark: str, code: str) -> None:
    with pytest.raises(Bad) as bad:
        cells.amount(typed, mark)
    assert bad.value.code == code


@given(st.integers(-(10**11), 10**11), st.sampled_from([",", "."]), st.integers(0, 2))
def test_every_amount_is_read_back(ore: int, mark: str, how: int) -> None:
    whole, rest = divmod(abs(ore), 100)
    other = "." if mark == "," else ","
    plain = f"{whole:,}".replace(",", other) + f"{mark}{rest:02d}"
    written = [f"-{plain}", f"{plain}-", f"({plain})"][how] if ore < 0 else plain
    assert cells.amount(written, mark) == ore


def test_day_and_month() -> None:
    def asked(*days: str) -> tuple[tuple[str, ...], str]:
        found, _ = read("\n".join(["Dato;Beløb", *(f"{day};5" for day in days)]).encode())
        return found.asked, found.layout.dates

    assert asked("02-03-2026", "13-03-2026") == ((), "dmy")
    assert asked("02/03/2026", "03/13/2026") == ((), "mdy")
    assert asked("02-03-2026", "04-03-2026") == (("dates",), "")
    assert asked("13-03-2026", "03-13-2026") == (("dates",), "")
    assert asked("03-03-2026") == ((), "")  # the same either way
    assert asked("2026-03-02", "20260304") == ((), "")
    assert asked("4. marts 2026") == ((), "")


def test_what_a_person_says_wins() -> None:
    body = b"Dato;Belob;Penge\n02-03-2026;5,00;7,00\n"
    found = recognise(
        body, Layout(columns={"date": "Dato", "amount": "Penge"}, dates="mdy", sign="minus")
    )
    (row,) = rows(found).rows
    assert (row.booked_on, row.amount) == (date(2026, 2, 3), -700)


def test_bad_lines_are_named_and_zeros_left_out() -> None:
    body = text() + "\r\n;5,00;B-3;ingen dag\r\n31-02-2026;5,00;;\r\n15-03-2026;fem;;"
    body += "\r\n15-03-2026;;;intet\r\n15-03-2026;0,00;;nul\r\n;;;I alt"
    _, reading = read(body.encode())
    assert [(one.line, one.role, one.code) for one in reading.bad] == [
        (4, "date", "missing"),
        (5, "date", "date-none"),
        (6, "amount", "amount-shape"),
        (7, "amount", "amount-none"),
        (9, "date", "missing"),
    ]
    assert (len(reading.rows), reading.zeros) == (2, 1)


def test_equal_lines_count_and_the_file_s_form_does_not() -> None:
    double = text() + "\r\n" + text().split("\r\n")[1]
    keys = [one.key for one in read(double.encode())[1].rows]
    assert len(set(keys)) == 3
    other = [one.key for one in read(text("\t").encode("cp1252"))[1].rows]
    assert set(other) < set(keys)


@pytest.mark.parametrize(
    "reference",
    ["1201904567", "0101904321", "010190 4321", "010190/4321", "01.01.90-4321", "x 010190-4321"],
)
def test_a_cpr_number_is_not_kept(reference: str) -> None:
    body = f"Dato;Beløb;Reference;Tekst\n13-03-2026;5,00;{reference};Til 010190-1234 Hansen\n"
    found, reading = read(body.encode())
    (row,) = reading.rows
    assert (row.reference.endswith("******-****"), row.text) == (True, "Til ******-**** Hansen")
    assert reference not in "".join(row.what)
    (mine,) = rows(found, {"".join(reference.split()).casefold()}).rows
    assert (mine.reference, mine.key) == (reference, row.key)  # a reference of our own payments


def test_a_cpr_number_is_in_no_heading_and_no_word_of_a_fault() -> None:
    body = "Dato;Beløb;Bilag;010190-4321\n13-03-2026;010190-4321;B-1;x\n"
    found, reading = read(body.encode())
    assert found.headings[3] == "******-****"
    assert [one.params for one in reading.bad] == [{"value": "******-****"}]
    assert layout.shown(101904321) == layout.shown("0101904321") == "******-****"


def test_what_is_left_out_is_a_posting_unless_it_has_no_money_or_is_the_sum() -> None:
    body = text() + "\r\n;;;I alt\r\nI alt;1.224,56;;\r\nI alt;9,00;;\r\n;5,00;;Gebyr"
    reading = read(body.encode())[1]
    assert [one.posting for one in reading.bad] == [False, False, True, True]
    assert reading.unread == 2


def test_the_posting_s_own_number_tells_two_equal_ones_apart() -> None:
    head = "Dato;Beløb;Betalings-ID;Bilagsnr\n"
    one, other = (
        read(f"{head}13-03-2026;5,00;B-1;{number}\n".encode()) for number in ("1001", "1002")
    )
    assert one[0].layout.columns["number"] == "Bilagsnr"
    assert one[1].rows[0].numbered
    assert one[1].rows[0].key != other[1].rows[0].key
    assert "number" not in read(text().encode())[0].layout.columns  # its voucher is the reference


def workbook(*rows_: tuple[str, ...]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for at, row in enumerate(rows_):
        sheet.write_row(at, 0, row)
    book.close()
    return file.getvalue()


def test_a_small_workbook_with_much_in_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One long text is stored once and stands in hundreds of cells."""
    body = workbook(*((f"{n}", "x" * 30_000) for n in range(400)))
    assert len(body) < 20_000

    def code() -> str:
        with pytest.raises(Unreadable) as refused:
            recognise(body, Layout())
        return refused.value.code

    assert code() == "too-much"
    monkeypatch.setattr(tables, "_LONGEST", 29_999)
    assert code() == "cell-too-much"
    body = workbook(*(("x",) * 20 for _ in range(30)))
    monkeypatch.setattr(tables, "_MOST_CELLS", 500)
    assert code() == "too-much"


def test_an_answer_without_end_is_not_read() -> None:
    command = [sys.executable, "-c", "import sys\nwhile True: sys.stdout.write('x' * 65536)"]
    with pytest.raises(Unreadable) as refused:
        tables._answer(command, b"")
    assert refused.value.code == "too-heavy"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\x03\x04", "not-text"),
        (b"x" * (10 * 1024 * 1024 + 1), "too-large"),
        (b'Dato;Bel\xc3\xb8b\n"13-03-2026;5\n', "quote-open"),
        (b"PK\x03\x04rubbish", "damaged"),
        (("Dato;Beløb\n" + "13-03-2026;5\n" * (layout.MAX_ROWS + 1)).encode(), "too-many-rows"),
    ],
)
def test_what_is_not_taken(body: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        recognise(body, Layout())
    assert refused.value.code == code


def test_the_largest_file_is_read_in_seconds() -> None:
    lines = [f"{1 + n % 28:02d}-03-2026;{n},50;B-{n};Tilskud" for n in range(layout.MAX_ROWS)]
    began = time.monotonic()
    _, reading = read("\n".join([";".join(HEADS), *lines]).encode())
    assert len(reading.rows) == layout.MAX_ROWS
    assert time.monotonic() - began < 30


@given(st.binary(max_size=400))
def test_no_file_does_harm(body: bytes) -> None:
    try:
        found = recognise(body, Layout(sign="plus", dates="dmy"))
    except Unreadable:
        return
    if not found.asked:
        rows(found)
