"""Sending files: always as a download, never opened inside a page of ours."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from flask import Response

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SAFE = {"application/pdf", "text/csv", "application/zip", "image/png", "image/jpeg"}
_SAFE |= {"application/json", _XLSX}
_DANISH = {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}


def send(data: bytes, name: str, media_type: str) -> Response:
    """``data`` as a download called ``name``. Nothing in it can run as a part of the site."""
    shown = media_type if media_type in _SAFE else "application/octet-stream"
    if shown.startswith("text/"):
        shown += "; charset=utf-8"
    response = Response(data, content_type=shown)
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


def disposition(name: str) -> str:
    """The header for a download called ``name``, with a plain spelling for old readers."""
    clean = re.sub(r'[\x00-\x1f\x7f/\\"]', "_", name).strip(". ") or "fil"
    clean = clean[-150:]
    danish = "".join(_DANISH.get(letter, letter) for letter in clean)
    plain = unicodedata.normalize("NFKD", danish).encode("ascii", "ignore").decode("ascii")
    return f"attachment; filename=\"{plain or 'fil'}\"; filename*=UTF-8''{quote(clean, safe='')}"
