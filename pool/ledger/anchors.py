"""Heads of the chains that were kept outside the database, read back from where they were kept.

Anything before and after them on a line is passed over, so that a mail, or a printed summary that
was typed in, can be handed over as it is::

    puljen-head <book> <n> <sha256>
    puljen-journal <stream> <n> <sha256>
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pool.journal as journal
from pool.ledger.verification import Head

BOOK = "puljen-head"
STREAM = "puljen-journal"
_HEAD = re.compile(rf"\b({BOOK}|{STREAM})\s+(\S+)\s+([0-9]+)\s+([0-9a-f]{{64}})(?![0-9a-f])")
_MEANT = re.compile(rf"\b({BOOK}|{STREAM})\b")


class AnchorsUnreadable(ValueError):
    """Lines that were meant to be heads and are none (their numbers), or no head at all (none)."""

    def __init__(self, lines: tuple[int, ...]) -> None:
        super().__init__(f"lines {lines}" if lines else "no head")
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Anchors:
    """Heads of books and of the journal's streams, of whatever age."""

    books: tuple[Head, ...]
    streams: tuple[journal.Head, ...]


def read(text: str) -> Anchors:
    """The heads in ``text``. Raises :class:`AnchorsUnreadable`: half a head is no anchor, and a
    file without any proves nothing."""
    books, streams, odd = [], [], []
    for number, line in enumerate(text.splitlines(), start=1):
        found = _HEAD.findall(line)
        if len(found) < len(_MEANT.findall(line)):
            odd.append(number)
        for word, name, n, digest in found:
            if word == BOOK:
                books.append(Head(name, int(n), digest))
            else:
                streams.append(journal.Head(name, int(n), digest))
    if odd or not (books or streams):
        raise AnchorsUnreadable(tuple(odd))
    return Anchors(tuple(books), tuple(streams))


def write(books: Iterable[Head], streams: Iterable[journal.Head] = ()) -> str:
    """The heads as :func:`read` reads them, a line each."""
    lines = [f"{BOOK} {head.book} {head.n} {head.hash}" for head in books]
    lines += [f"{STREAM} {head.stream} {head.n} {head.hash}" for head in streams]
    return "".join(f"{line}\n" for line in lines)
