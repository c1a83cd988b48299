"""Messages: a row before it is a mail, sent once, kept as sent.

Use cases queue (:mod:`pool.outbox.queue`), look (:mod:`pool.outbox.queries`) and show letters
(:mod:`pool.outbox.letters`); the worker delivers (:mod:`pool.outbox.delivery`, imported there
alone).
"""

from __future__ import annotations

from pool.outbox.letter_templates import LETTERS
from pool.outbox.letters import file_name, letter_bytes, letter_preview, store
from pool.outbox.queries import (
    counts,
    document,
    for_case,
    latest,
    paused,
    relay_row,
    troubled,
    waiting_print,
)
from pool.outbox.queue import (
    TELLABLE,
    MessageStateError,
    NoAddressError,
    Recipient,
    discard,
    mark_posted,
    put,
    release,
    resend,
    rewrite,
    supersede,
)
from pool.outbox.taking_back import discard_unsent
from pool.outbox.template_data import TemplateDataError
from pool.outbox.templates import TEMPLATES

__all__ = [
    "LETTERS",
    "TELLABLE",
    "TEMPLATES",
    "MessageStateError",
    "NoAddressError",
    "Recipient",
    "TemplateDataError",
    "counts",
    "discard",
    "discard_unsent",
    "document",
    "file_name",
    "for_case",
    "latest",
    "letter_bytes",
    "letter_preview",
    "mark_posted",
    "paused",
    "put",
    "relay_row",
    "release",
    "resend",
    "rewrite",
    "store",
    "supersede",
    "troubled",
    "waiting_print",
]
