"""Letters of messages: made, shown beforehand, and kept as they went out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from pool.models.outbox import Document, Message
from pool.outbox.letter_templates import LETTERS
from pool.outbox.template_data import freeze
from pool.outbox.templates import TEMPLATES
from pool.render.words import words

PDF = "application/pdf"


def letter_preview(letter: str, lang: str, data: Mapping[str, Any], now: datetime) -> bytes:
    """The PDF as it would be sent with this data, byte for byte if ``now`` is the moment of
    queueing. ``data`` may hold more than the letter needs (the mail's keys)."""
    from pool.render.letter import letter as typeset

    return typeset(letter, lang, _needed(letter, freeze(data)), moment=now)


def letter_bytes(
    message: Message,
    recipient: Sequence[str] | None = None,
    *,
    data: Mapping[str, Any] | None = None,
) -> bytes:
    """The PDF of a message: its own letter, else its mail set as a letter, to be printed.

    ``data`` is what it tells, where that is not what it was made with; ``recipient`` is name and
    address on such a letter, a line each; the name where none is given.
    Takes some tenths of a second: outside any unit of work.
    """
    told = message.data if data is None else data
    if message.letter is not None:
        return letter_preview(message.letter, message.lang, told, message.date)
    from pool.render.letter import printed

    return printed(
        message.template,
        message.lang,
        {**told, **({"link": None} if "link" in told else {})},
        recipient=list(recipient or [message.to_name]),
        moment=message.date,
        legal=TEMPLATES[message.template].legal,
    )


def file_name(message: Message) -> str:
    """What the PDF is called in the recipient's language: ``Afgørelse BT-2024-0012.pdf``."""
    spoken = words(message.lang)
    if (message.letter or message.template).startswith(("decision-", "revoked", "changed")):
        stem = spoken.t("Decision")
    else:
        stem = spoken.t("Letter")
    number = str(message.data.get("case_number", "")).replace("/", "-").replace("\\", "-")
    return f"{stem} {number}".strip() + ".pdf"


def store(
    session: Session,
    *,
    name: str,
    media_type: str,
    body: bytes,
    now: datetime,
    case_id: int | None,
) -> Document:
    """Keep bytes for good; the row has its id at once."""
    document = Document(
        name=name,
        media_type=media_type,
        sha256=hashlib.sha256(body).hexdigest(),
        body=body,
        created_at=now,
        case_id=case_id,
    )
    session.add(document)
    session.flush()
    return document


def _needed(letter: str, data: Mapping[str, Any]) -> dict[str, Any]:
    needed = {
        key: data[key] for key, kind in LETTERS[letter].items() if key in data or kind[-1] != "~"
    }
    return needed | ({"own": data["own"]} if data.get("own") else {})
