"""The text of a transfer that is hashed, and its hash.

The guard builds the same text in SQL (``pool.migrations.guards.ledger``) and refuses a row whose
text is another. ``puljen-transfer-1`` names the form: a change here is a new form, and old
chains keep theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

FORM = "puljen-transfer-1"
FIELDS = (
    "book_id",
    "n",
    "year_id",
    "command_id",
    "line",
    "kind",
    "from_id",
    "to_id",
    "amount",
    "cites_id",
    "case_id",
    "decision_id",
    "actor",
    "effective_on",
    "precision",
    "recorded_at",
    "prev_hash",
)


def canonical(row: Mapping[str, Any]) -> str:
    """The fields of a transfer as one line: numbers in decimal, nothing for null, days ISO,
    the moment UTC with microseconds."""
    return "|".join((FORM, *(_text(row[name]) for name in FIELDS)))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def digest(text: str) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()
