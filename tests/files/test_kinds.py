"""A file is what its content says, and its name must agree."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from pool.files import ACCEPT, CODES, KINDS, MAX_BYTES, FileRefused, prepare
from pool.files.kinds import recognise
from tests.files.samples import (
    MAIN,
    PDF,
    archive,
    opendocument,
    openxml,
    picture,
)

GOOD = {
    "pdf": PDF,
    **{kind: openxml(kind) for kind in ("docx", "xlsx", "pptx")},
    **{kind: opendocument(kind) for kind in ("odt", "ods", "odp")},
    **{kind: picture(kind.upper()) for kind in ("jpeg", "png", "webp", "gif")},
}
OLD = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000


def code(name: str, data: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        prepare(name, data)
    assert refused.value.code in CODES
    return refused.value.code


def test_every_kind_has_a_sample() -> None:
    assert set(GOOD) == set(KINDS)


@pytest.mark.parametrize("kind", GOOD)
def test_the_kinds_taken(kind: str) -> None:
    for extension in KINDS[kind].extensions:
        prepared = prepare(f"bilag{extension}", GOOD[kind])
        assert prepared.media_type == KINDS[kind].media_type
        assert prepared.name == f"bilag{extension}"


@pytest.mark.parametrize("kind", GOOD)
def test_a_name_that_says_another_kind_is_refused(kind: str) -> None:
    for other in KINDS.values():
        if other.key != kind:
            with pytest.raises(FileRefused) as refused:
                prepare(f"bilag{other.extensions[0]}", GOOD[kind])
            assert refused.value.code == "extension"
            assert refused.value.params == {"extension": other.extensions[0], "found": kind}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b"hej", "kind"),
        (b"<html><script>alert(1)</script>", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
        (b"MZ" + b"\0" * 300, "kind"),
        (b"{\\rtf1 hej}", "kind"),
        (picture("BMP"), "kind"),
        (picture("TIFF"), "kind"),
        (picture("AVIF"), "kind"),
        (OLD, "old-office"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "locked"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 90, "heic"),
        (b"\0\0\0\x24ftypmif1\0\0\0\0mif1heic" + b"\0" * 90, "heic"),
        (PDF[:40], "damaged"),
        (b"   ", "kind"),
        (archive({"a.txt": "hej"}), "kind"),
        (archive({"mimetype": "application/epub+zip"}), "kind"),
        (archive({"mimetype": b"\xff\xfe"}), "damaged"),
        (archive({"[Content_Types].xml": "<Types/>", "word/document.xml": "x"}), "kind"),
        (openxml("docx")[:-30], "damaged"),
        (b"PK\x03\x04" + b"\0" * 50, "damaged"),
        (openxml("docx", extra={"word/vbaProject.bin": "x"}, more="vbaProject"), "macros"),
        (
            archive(
                {
                    "[Content_Types].xml": '<Override ContentType="application/vnd.ms-word.'
                    'document.macroEnabled.main+xml"/>',
                }
            ),
            "macros",
        ),
        (opendocument("odt", extra={"Basic/Standard/Module1.xml": "x"}), "macros"),
        (
            opendocument("odt", extra={"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
            "locked",
        ),
    ],
)
def test_what_is_not_taken_and_why(data: bytes, expected: str) -> None:
    assert code("bilag", data) == expected


def test_a_template_is_no_document() -> None:
    _, media_type = MAIN["docx"]
    listed = f'<Override ContentType="{media_type.replace("document.main", "template.main")}"/>'
    assert code("x.dotx", archive({"[Content_Types].xml": listed})) == "kind"


def test_the_limit_is_ten_megabytes() -> None:
    fits = PDF[:-6] + b" " * (MAX_BYTES - len(PDF)) + b"%%EOF\n"
    assert len(fits) == MAX_BYTES
    assert len(prepare("a.pdf", fits).data) == MAX_BYTES
    assert code("a.pdf", fits + b"\n") == "too-large"


def test_a_document_that_unpacks_to_far_more_is_refused_unopened() -> None:
    zeros = b"\0" * (60 * 1024 * 1024)
    assert code("a.docx", openxml("docx", extra={"word/media/a.bin": zeros})) == "bomb"
    assert code("a.docx", openxml("docx", extra={f"p{n}": "" for n in range(5001)})) == "bomb"


def test_a_sheet_of_many_equal_cells_is_no_bomb() -> None:
    cells = "".join(f'<c r="A{n}"><v>{n % 7}</v></c>' for n in range(100_000)).encode()
    sheet = openxml("xlsx", extra={"xl/worksheets/sheet1.xml": cells})
    assert prepare("a.xlsx", sheet).data == sheet


def test_a_pdf_may_begin_with_an_empty_line() -> None:
    assert prepare("a.pdf", b"\r\n" + PDF).data == b"\r\n" + PDF


def test_a_list_of_contents_that_never_ends_is_not_read_to_its_end() -> None:
    data = archive({"[Content_Types].xml": b"<x/>" * 300_000, "noise": bytes(range(256)) * 4000})
    with pytest.raises(FileRefused) as refused:
        recognise(data)
    assert refused.value.code == "bomb"


def test_an_archive_that_lies_about_its_size_does_no_harm() -> None:
    """The list says ten bytes, the part unpacks to megabytes: it is read as ten and fails."""
    data = bytearray(archive({"[Content_Types].xml": b"<x/>" * 100_000}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as made:
        assert made.infolist()[0].file_size == 400_000
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(sign)
        data[start + at : start + at + 4] = struct.pack("<I", 10)
    assert code("a.docx", bytes(data)) in {"damaged", "kind"}


def test_encrypted_parts_are_said_to_be_locked() -> None:
    data = bytearray(openxml("docx"))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(sign)
        data[start + at] |= 1
    assert code("a.docx", bytes(data)) == "locked"


def test_the_field_accepts_what_is_taken() -> None:
    assert ".pdf" in ACCEPT.split(",")
    assert ".jpg" in ACCEPT.split(",")
    assert ".doc" not in ACCEPT.split(",")
