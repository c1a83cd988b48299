"""Why a file is not taken."""

from __future__ import annotations

from collections.abc import Mapping

MAX_BYTES = 10 * 1024 * 1024
"""10 MB a file, as handed in."""

CODES: Mapping[str, str] = {
    "empty": "The file has no content.",
    "too-large": "The file is larger than `limit` bytes.",
    "kind": "The file is none of the kinds taken.",
    "extension": "The name ends in `extension`, but the content is `found`.",
    "heic": "A HEIC or HEIF picture: send it as JPEG.",
    "old-office": "A file of Office 97-2003: save it as .docx, .xlsx, .pptx or PDF.",
    "macros": "An office file with macros: save it without.",
    "locked": "The file is protected by a password.",
    "bomb": "The file unpacks to far more than a document does.",
    "too-many-pixels": "The picture has more than `limit` million pixels.",
    "damaged": "The file cannot be read.",
}


class FileRefused(ValueError):
    """``code`` is one of :data:`CODES`; ``params`` what its sentence names."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params
