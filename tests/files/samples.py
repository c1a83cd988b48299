"""Files as people hand them in, and as others do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageDraw

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
OPENXML = "application/vnd.openxmlformats-officedocument."
OPENDOCUMENT = "application/vnd.oasis.opendocument."
MAIN = {
    "docx": ("word/document.xml", f"{OPENXML}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OPENXML}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OPENXML}presentationml.presentation.main+xml"),
}
SECRET = "55.7171 NORTH"
"""What must not be found in a picture afterwards."""


def archive(parts: Mapping[str, bytes | str], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def openxml(kind: str, *, extra: Mapping[str, bytes | str] | None = None, more: str = "") -> bytes:
    part, media_type = MAIN[kind]
    listed = (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns='
        '"http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{media_type}"/>{more}</Types>'
    )
    return archive({"[Content_Types].xml": listed, part: "<x/>", **(extra or {})})


def opendocument(kind: str, *, extra: Mapping[str, bytes | str] | None = None) -> bytes:
    name = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}[kind]
    parts = {"mimetype": OPENDOCUMENT + name, "content.xml": "<x/>", **(extra or {})}
    return archive(parts, how=zipfile.ZIP_STORED)


def drawn(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """A picture whose left third is dark: one sees which way up it is."""
    image = Image.new("RGB", size, (240, 230, 40))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1]), fill=(20, 20, 120))
    return image.convert(mode)


def picture(form: str, *, mode: str = "RGB", size: tuple[int, int] = (60, 40), **how: Any) -> bytes:
    out = io.BytesIO()
    drawn(mode, size).save(out, form, **how)
    return out.getvalue()


def telling_exif(orientation: int = 1) -> Image.Exif:
    """EXIF with a place, a camera, a serial number and a comment."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = f"Camera {SECRET}"
    exif[0x010E] = SECRET
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", (55.0, 43.0, 1.5)
    place[3], place[4] = "E", (12.0, 28.0, 2.5)
    place[29] = SECRET
    return exif


XMP = (
    '<?xpacket begin="" id="x"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    f'<place>{SECRET}</place></x:xmpmeta><?xpacket end="w"?>'
).encode()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
