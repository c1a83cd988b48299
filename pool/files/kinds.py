"""What a file is, by its content. The name is only asked whether it agrees."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pool.files.refusals import FileRefused

_MOST_PARTS = 5_000
_MOST_UNPACKED = 250 * 1024 * 1024
_MOST_RATIO = 150
"""Text of a document packs to a tenth, a table of zeros to a hundredth."""
_SMALL = 1024 * 1024
_MOST_LISTED = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken. ``extensions``: the first is given where a name has none."""

    key: str
    media_type: str
    extensions: tuple[str, ...]
    family: Literal["pdf", "office", "picture"]


_OPENXML = "application/vnd.openxmlformats-officedocument."
_OPENDOCUMENT = "application/vnd.oasis.opendocument."

KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("pdf", "application/pdf", (".pdf",), "pdf"),
        Kind("docx", f"{_OPENXML}wordprocessingml.document", (".docx",), "office"),
        Kind("xlsx", f"{_OPENXML}spreadsheetml.sheet", (".xlsx",), "office"),
        Kind("pptx", f"{_OPENXML}presentationml.presentation", (".pptx",), "office"),
        Kind("odt", f"{_OPENDOCUMENT}text", (".odt",), "office"),
        Kind("ods", f"{_OPENDOCUMENT}spreadsheet", (".ods",), "office"),
        Kind("odp", f"{_OPENDOCUMENT}presentation", (".odp",), "office"),
        Kind("jpeg", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), "picture"),
        Kind("png", "image/png", (".png",), "picture"),
        Kind("webp", "image/webp", (".webp",), "picture"),
        Kind("gif", "image/gif", (".gif",), "picture"),
    )
}

ACCEPT = ",".join(extension for kind in KINDS.values() for extension in kind.extensions)
"""For the ``accept`` of a file field."""

_BY_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS.values()}
_MAIN_PART = re.compile(rb"""ContentType\s*=\s*["']([^"']{1,200}\.main\+xml)["']""")
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def recognise(data: bytes) -> Kind:
    """The kind of ``data``. Raises :class:`FileRefused`: ``empty``, ``kind``, ``heic``,
    ``old-office``, ``macros``, ``locked``, ``bomb``, ``damaged``."""
    if not data:
        raise FileRefused("empty")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise FileRefused("heic")
    if data.startswith(_OLD_OFFICE):
        # A password makes a new document an old container around the encrypted one.
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise FileRefused("locked" if locked else "old-office")
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return _by_magic(data)


def _by_magic(data: bytes) -> Kind:
    import puremagic  # its tables cost memory, which processes that take no files can spare

    try:
        matches = puremagic.magic_string(data.lstrip())  # some scanners begin a PDF with a line
    except (puremagic.PureError, ValueError) as error:
        raise FileRefused("kind") from error
    kind = _BY_MEDIA_TYPE.get(matches[0].mime_type) if matches else None
    if kind is None or kind.family == "office":
        raise FileRefused("kind")
    if kind.key == "pdf" and b"%%EOF" not in data[-2048:].rstrip(b"\0"):
        raise FileRefused("damaged")  # the end is missing: a copy broken off half way
    return kind


def _office(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive, len(data))
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                return _openxml(archive)
            if "mimetype" in names:
                return _opendocument(archive)
    except FileRefused:
        raise
    except Exception as error:  # a broken archive fails in many ways, all of them damage
        raise FileRefused("damaged") from error
    raise FileRefused("kind")


def _check_parts(archive: zipfile.ZipFile, packed: int) -> None:
    """By the archive's own list, nothing unpacked. A list that lies fails when it is read: all
    reading here is bounded."""
    parts = archive.infolist()
    if any(part.flag_bits & 0x1 for part in parts):
        raise FileRefused("locked")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED:
        raise FileRefused("bomb")
    if unpacked > _SMALL and unpacked > packed * _MOST_RATIO:
        raise FileRefused("bomb")


def _openxml(archive: zipfile.ZipFile) -> Kind:
    listed = _read(archive, "[Content_Types].xml")
    lowered = listed.lower()
    if b"macroenabled" in lowered or b"vbaproject" in lowered:
        raise FileRefused("macros")
    for found in _MAIN_PART.finditer(listed):
        media_type = found[1].decode("latin-1").removesuffix(".main+xml")
        kind = _BY_MEDIA_TYPE.get(media_type)
        if kind is not None:
            return kind
    raise FileRefused("kind")


def _opendocument(archive: zipfile.ZipFile) -> Kind:
    kind = _BY_MEDIA_TYPE.get(_read(archive, "mimetype").strip().decode("ascii"))
    if kind is None:
        raise FileRefused("kind")
    names = archive.namelist()
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise FileRefused("macros")
    if "META-INF/manifest.xml" in names and b"encryption-data" in _read(
        archive, "META-INF/manifest.xml"
    ):
        raise FileRefused("locked")
    return kind


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        data = part.read(_MOST_LISTED + 1)
    if len(data) > _MOST_LISTED:
        raise FileRefused("bomb")
    return data
