"""The record: what happened, who did it, when it was written. Added to, never changed.

``write`` in the same unit of work as what it tells about; ``read`` for a timeline; ``heads``
and ``verify`` for whoever doubts. ``journal_event`` is append-only by database triggers, which
the migrations install; ``journal_personal`` can be deleted (by ``erase``) and not changed.
"""

from pool.journal.canonical import NotPlainData
from pool.journal.verifying import Finding, verify
from pool.journal.views import EventView, Head, heads, read
from pool.journal.writing import ERASED, NoSuchEvent, Precision, erase, write

__all__ = [
    "ERASED",
    "EventView",
    "Finding",
    "Head",
    "NoSuchEvent",
    "NotPlainData",
    "Precision",
    "erase",
    "heads",
    "read",
    "verify",
    "write",
]
