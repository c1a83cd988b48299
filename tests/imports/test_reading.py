"""What a file says, and that nothing in one does harm."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from datetime import date
from typing import Any

import pytest

from pool.imports import reading
from pool.imports.reading import Unreadable, sheets
from tests.imports.tables import GOOD, HEADINGS, SHIPPED, csv, xlsx

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


def cells(book: reading.Book) -> list[tuple[reading.Cell, ...]]:
    return [line.cells for line in book.lines]


def test_the_shipped_file() -> None:
    book = sheets(SHIPPED.read_bytes(), SHIPPED.name)
    assert (book.kind, len(book.lines), book.heading_line) == ("csv", 38, 1)
    assert book.lines[0].number == 2
    assert book.lines[-1].number == 39
    assert book.lines[15].cells[2] == "Handelsforening Brønshøj, Husum og Tingbjerg"
    assert book.lines[10].cells[4:6] == (None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encoding_separator_and_line_ends_are_recognised(
    encoding: str, separator: str, end: str
) -> None:
    rows = [["Møde", "Titel", "Ansøger"], ["2017-03", 'Ærø; "ø, å"', "Grønært"]]
    text = end.join(
        separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
    )
    book = sheets(text.encode(encoding), "x.csv")
    assert book.headings == ("Møde", "Titel", "Ansøger")
    assert cells(book) == [("2017-03", 'Ærø; "ø, å"', "Grønært")]


def test_commas_in_texts_do_not_win_over_the_separator() -> None:
    book = sheets(b"meeting;title;applicant\n2017-03;a, b, c;d, e\n2017-03;f;g\n", "x.csv")
    assert book.headings == ("meeting", "title", "applicant")


def test_lines_are_counted_as_a_spreadsheet_counts_them() -> None:
    text = 'Møde;Titel;Ansøger\n\n2017-03;"to\nlinjer";b\n;;\n2017-03;c;d\n'
    assert [line.number for line in sheets(text.encode(), "x.csv").lines] == [3, 5]
    book = sheets(xlsx([["Møde", "Titel"], [], ["2017-03", "a"], [None, " "], ["x", "y"]]), "x")
    assert [line.number for line in book.lines] == [3, 5]


def test_excels_own_first_line_and_a_table_with_a_name_above_it() -> None:
    text = "sep=;\nBydelspuljen 2017\n\nMøde;Titel;Ansøger;Bevilget\n2017-03;a;b;1\n"
    book = sheets(text.encode(), "x.csv")
    assert (book.heading_line, book.headings) == (3, ("Møde", "Titel", "Ansøger", "Bevilget"))


def test_headings_are_told_apart() -> None:
    book = sheets(b"Navn;Navn;;Titel\n1;2;3;4;5\n", "x.csv")
    assert book.headings == ("Navn", "Navn (2)", "C", "Titel", "E")
    assert book.column("Navn (2)") == 1
    assert book.column("nowhere") is None


def test_a_workbook_gives_days_numbers_stored_values_and_text_as_text() -> None:
    rows: list[list[Any]] = [
        ["Møde", "Titel", "Ansøger", "Bevilget"],
        [date(2017, 3, 16), "=1+1", "A", ("=1+1", 12700.5)],
        ["marts 2017", 2700, True, 40000],
    ]
    book = sheets(xlsx([], rows, names=["Tomt", "Ark æ"]), "løgn.csv")
    assert (book.kind, book.names, book.sheet) == ("xlsx", ("Tomt", "Ark æ"), "Ark æ")
    assert cells(book) == [
        (date(2017, 3, 16), "=1+1", "A", 12700.5),
        ("marts 2017", 2700, True, 40000),
    ]


def test_a_sheet_is_chosen_by_its_name() -> None:
    body = xlsx([["Titel"], ["a"]], [["Titel"], ["b"]], names=["2016", "2017"])
    assert cells(sheets(body, "x.xlsx", "2017")) == [("b",)]
    with pytest.raises(Unreadable) as caught:
        sheets(body, "x.xlsx", "2018\0")
    assert (caught.value.code, caught.value.params) == ("no-sheet", {"sheet": "2018"})


def test_a_table_need_not_begin_in_the_corner() -> None:
    body = xlsx([[], [None, None, "Møde", "Titel", "Ansøger"], [None, None, "2017-03", "a", "b"]])
    book = sheets(body, "x.xlsx")
    assert book.headings == ("A", "B", "Møde", "Titel", "Ansøger")
    assert book.lines[0].cells[2:] == ("2017-03", "a", "b")


def packed(**parts: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return body.getvalue()


ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body>
<office:spreadsheet><table:table table:name="Ark">
<table:table-row><table:table-cell office:value-type="string"><text:p>Møde</text:p>
</table:table-cell><table:table-cell office:value-type="string"><text:p>Titel</text:p>
</table:table-cell><table:table-cell table:number-columns-repeated="16382"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell office:value-type="date" office:date-value="2017-03-16">
<text:p>16-03-17</text:p></table:table-cell><table:table-cell office:value-type="float"
 office:value="12700.5"><text:p>12.700,50</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048572"><table:table-cell
 table:number-columns-repeated="16384"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def ods(content: str = ODS) -> bytes:
    return packed(
        **{
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": b"<manifest/>",
            "content.xml": content.encode(),
        }
    )


def test_open_document_with_its_repeated_blanks() -> None:
    book = sheets(ods(), "x.ods")
    assert (book.kind, book.headings) == ("ods", ("Møde", "Titel"))
    assert book.lines == (reading.Line(4, (date(2017, 3, 16), 12700.5)),)


def corner() -> bytes:
    body = io.BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(body)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "Titel")
    sheet.write(1_048_575, 16_383, 1)  # the last cell there is
    book.close()
    return body.getvalue()


def bomb(*, lie: bool = False) -> bytes:
    """A workbook whose sheet is 300 MB of blanks; its list may say that it is small."""
    body = io.BytesIO()
    good = zipfile.ZipFile(io.BytesIO(xlsx([["a"]])))
    with good, zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as bad:
        for part in good.namelist():
            if not part.endswith("sheet1.xml"):
                bad.writestr(part, good.read(part))
        with bad.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(30):
                sheet.write(b" " * 10_000_000)
    data = bytearray(body.getvalue())
    if lie:
        entry = data.rindex(b"xl/worksheets/sheet1.xml") - 46
        data[entry + 24 : entry + 28] = (1000).to_bytes(4, "little")
    return bytes(data)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \r\n\t\n", "empty"),
    "only separators": (b";;;\n;;\n", "no-table"),
    "binary": (random.Random(1).randbytes(5000), "not-text"),
    "NUL in text": (b"title;applicant\na\0b;c\n", "not-text"),
    "PNG": (PNG, "not-text"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\x00", "not-text"),
    "old Excel": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "old-office"),
    "with a password": (
        bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
        "locked",
    ),
    "some archive": (packed(readme=b"hello"), "not-text"),
    "a text document": (packed(mimetype=b"application/vnd.oasis.opendocument.text"), "kind"),
    "cut off": (xlsx([["Titel"], ["a"]])[:-400], "damaged"),
    "no sheets": (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "damaged"),
    "nothing in it": (xlsx([]), "no-table"),
    "bomb": (bomb(), "bomb"),
    "lying bomb": (bomb(lie=True), "damaged"),
    "two cells far apart": (corner(), "too-heavy"),
    "a cell repeated seventeen billion times": (
        ods(
            ODS.replace('rows-repeated="2"', 'rows-repeated="1000000"').replace(
                '"16384"/>', '"16384" office:value-type="float" office:value="1"/>'
            )
        ),
        "damaged",
    ),
    "300 columns": (csv(";".join("x" * 300), headings=";".join("y" * 300)), "too-many-columns"),
    "300 columns of a workbook": (xlsx([["y"] * 300, ["x"] * 300]), "too-many-columns"),
    "a cell of 200,000 characters": (csv("x" * 200_000), "cell-too-long"),
    "a quotation mark": (csv(GOOD, '16.03.2017;"Gadefest;A;b', GOOD), "quote-open"),
    "too many rows": (csv(*(["a;b"] * 20_001)), "too-many-rows"),
    "too many rows of a workbook": (xlsx([["a"]] * 20_002), "too-many-rows"),
    "eleven megabytes": (b"a;b\n" * 2_900_000, "too-large"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_table_is_refused_with_a_reason(what: str) -> None:
    body, code = HOSTILE[what]
    with pytest.raises(Unreadable) as caught:
        sheets(body, "table.xlsx")
    assert caught.value.code == code


def test_as_much_as_is_taken() -> None:
    wide = ";".join("x" * 200)
    assert len(sheets(csv(wide, headings=";".join("y" * 200)), "x").headings) == 200
    assert len(sheets(csv(*(["a;b"] * 20_000)), "x").lines) == 20_000
    long = "ø" * 40_000
    assert cells(sheets(csv(long, headings="Titel"), "x")) == [(long,)]
    assert cells(sheets(csv("=1+1;@SUM(A1)", headings="a;b"), "x")) == [("=1+1", "@SUM(A1)")]


def test_whatever_a_file_is_changed_into_it_is_read_or_refused() -> None:
    chance = random.Random(2017)
    whole = [SHIPPED.read_bytes(), xlsx([HEADINGS.split(";"), GOOD.split(";")])]
    for number in range(30):
        body = bytearray(whole[number % 2])
        for _ in range(chance.randint(1, 40)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        with contextlib.suppress(Unreadable):
            assert sheets(bytes(body[: chance.randint(1, len(body))]), "x").headings
