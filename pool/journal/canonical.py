"""What is hashed, letter by letter. A change here is a new ``FORM``; old chains keep theirs.

Canonical JSON: keys sorted, no spaces, UTF-8 unescaped, no floats. ``data`` holds codes and
numbers only; sentences and names belong in the personal text, which can be erased.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

FORM = "puljen-journal-1"

_CODE = re.compile(r"[\w.:/+\-]{0,200}")


class NotPlainData(ValueError):
    """Something in ``data`` is no id, code, amount or day: a fault in the program."""


def data_text(data: Mapping[str, Any] | None) -> str:
    """``data`` as stored and hashed. Days and moments become ISO text.

    Raises :class:`NotPlainData` for floats, and for text with spaces or ``@`` in it: what a
    person wrote must not get into the part that is never erased.
    """
    return _dump(_plain(data or {}, "data", codes_only=True))


def personal_text(personal: Mapping[str, Any] | None) -> str:
    """The personal text as stored. Raises :class:`NotPlainData` for what JSON cannot say."""
    return _dump(_plain(personal or {}, "personal", codes_only=False))


def _dump(value: Any) -> str:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def _plain(value: Any, where: str, *, codes_only: bool) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        if codes_only and not _CODE.fullmatch(value):
            raise NotPlainData(f"{where} is free text; put it in personal: {value[:40]!r}")
        return storable(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or not _CODE.fullmatch(key):
                raise NotPlainData(f"{where} has the key {key!r}")
        return {k: _plain(v, f"{where}.{k}", codes_only=codes_only) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, f"{where}[{i}]", codes_only=codes_only) for i, v in enumerate(value)]
    if isinstance(value, set | frozenset):
        return sorted(_plain(v, where, codes_only=codes_only) for v in value)
    raise NotPlainData(f"{where} is a {type(value).__name__}")


def storable(text: str) -> str:
    """``text`` without what a database cannot keep: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def moment_text(moment: datetime) -> str:
    """UTC with microseconds: ``2026-11-23T07:58:06.000000Z``."""
    if moment.tzinfo is None:
        raise NotPlainData("a moment without a time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def personal_digest(salt: str, name: str | None, text: str) -> str:
    """What the chain holds of the personal text. ``salt`` is random per event, so that nobody
    finds an erased name by trying names."""
    return hashlib.sha256(f"{salt}\n{_dump(name)}\n{text}".encode()).hexdigest()


def event_hash(
    *,
    stream: str,
    n: int,
    kind: str,
    actor_kind: str,
    actor_id: int | None,
    actor_roles: str,
    effective_on: date,
    effective_precision: str,
    recorded_at: datetime,
    software: str,
    data: str,
    digest: str | None,
    prev_hash: str,
) -> str:
    """The hash of one event, over all that is stored of it and the hash before."""
    fields = [
        FORM,
        stream,
        n,
        kind,
        actor_kind,
        actor_id,
        actor_roles,
        effective_on.isoformat(),
        effective_precision,
        moment_text(recorded_at),
        software,
        data,
        digest,
        prev_hash,
    ]
    return hashlib.sha256(_dump(fields).encode()).hexdigest()
