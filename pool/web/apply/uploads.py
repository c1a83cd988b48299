"""Files as they come in with a form: looked at before any unit of work begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

import pool.files as files
from pool.web.context import site
from pool.web.language import t
from pool.web.ratelimit import address


@dataclass(frozen=True, slots=True)
class Uploads:
    """What was handed in: the files found fit, and a sentence for each that was not."""

    prepared: tuple[files.Prepared, ...]
    refused: tuple[str, ...]


def taken(name: str) -> Uploads:
    """The files sent in the field ``name``. Too many in a short while are refused like a bad
    one, so that what was typed beside them is kept."""
    prepared: list[files.Prepared] = []
    refused: list[str] = []
    for sent in request.files.getlist(name):
        if not sent.filename:
            continue
        if not site().throttle.hit("upload-address", address()):
            refused.append(t("Too many files in a short while. Wait a little, and try again."))
            break
        try:
            prepared.append(files.prepare(sent.filename, sent.read(files.MAX_BYTES + 1)))
        except files.FileRefused as error:
            refused.append(
                t(
                    "%(file)s: %(reason)s",
                    file=sent.filename[:80],
                    reason=_reason(error.code, error.params),
                )
            )
    return Uploads(tuple(prepared), tuple(refused))


def _reason(code: str, params: Mapping[str, Any]) -> str:
    return {
        "empty": t("the file is empty."),
        "too-large": t("the file is larger than 10 MB. Make it smaller, or send it in parts."),
        "kind": t("we cannot take this kind of file. Send it as PDF, as a picture (JPEG or PNG), "
                  "or as a document from Word, Excel or the like."),
        "extension": t("the file's name does not agree with what is in it. Save it once more from "
                       "the program it was made in."),
        "heic": t("pictures in HEIC format cannot be opened by everybody. Send it as JPEG."),
        "old-office": t("the file is in an old office format. Save it as .docx, .xlsx, .pptx or "
                        "PDF."),
        "macros": t("the file holds macros. Save it without them, or as PDF."),
        "locked": t("the file is protected by a password. Save it without one."),
        "bomb": t("the file unpacks to far more than a document does. Save it as PDF."),
        "too-many-pixels": t("the picture is too large. Make it smaller."),
        "damaged": t("the file cannot be read; it may be damaged. Try saving it once more."),
    }.get(code) or t("the file cannot be taken.")  # fmt: skip


def size_in_words(size: int) -> str:
    """``1,4 MB``, ``230 kB``: as people read it, from bytes."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB".replace(".", ",")
    return f"{max(1, round(size / 1000))} kB"
