"""Names that are safe to offer for download, on any machine."""

from __future__ import annotations

import re
import unicodedata

from pool.files.kinds import KINDS, Kind
from pool.files.refusals import FileRefused

_LONGEST = 120
_FORBIDDEN = re.compile(r'[<>:"/\\|?*;%]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_KNOWN = {extension: kind for kind in KINDS.values() for extension in kind.extensions}
_LIKELY_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}")


def safe_name(typed: str, kind: Kind) -> str:
    """``typed`` without folders, control or direction marks and signs that systems forbid, with
    an extension that agrees with ``kind``; ``file.pdf`` where nothing is left.

    A name without an extension gets one. Raises :class:`FileRefused` (``extension``) where the
    name says another kind than the content.
    """
    name = re.split(r"[/\\]", typed)[-1]
    name = "".join(sign for sign in unicodedata.normalize("NFC", name) if _visible(sign))
    stem, extension = _split(" ".join(_FORBIDDEN.sub(" ", name).split()))
    if extension and _KNOWN.get(extension.lower()) is not kind:
        raise FileRefused("extension", extension=extension.lower(), found=kind.key)
    extension = extension.lower() or kind.extensions[0]
    stem = stem.strip(" .")[: _LONGEST - len(extension)].rstrip(" .") or "file"
    if _DEVICES.fullmatch(stem):
        stem = f"file {stem}"
    return stem + extension


def _visible(sign: str) -> bool:
    """No control (Cc), format or direction (Cf), surrogate (Cs), private (Co) sign."""
    return not unicodedata.category(sign).startswith("C")


def _split(name: str) -> tuple[str, str]:
    """``referat 3.10`` has no extension, ``referat.exe`` has one."""
    stem, dot, last = name.rpartition(".")
    if dot and _LIKELY_EXTENSION.fullmatch(f".{last}"):
        return stem, f".{last}"
    return name, ""
