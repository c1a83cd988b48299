"""The newest links of the chains that count in a summary. Printed, they anchor all before."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from pool.models.journal import JournalEvent, JournalStream
from pool.models.ledger import Book, Transfer
from pool.summary.model import ChainHead


def heads(session: Session, pools: Collection[str], known_at: datetime) -> tuple[ChainHead, ...]:
    """As they were at ``known_at``, by two queries.

    ``ledger:<book>`` of each pool with a transfer; ``journal:system``; and ``journal``, which
    stands for every stream of the record: the SHA-256 of a line ``<stream> <n> <hash>`` for each,
    sorted by stream, every line ended by a newline. Its ``n`` is how many events there are.
    """
    return (*_books(session, pools, known_at), *_journal(session, known_at))


def _books(session: Session, pools: Collection[str], known_at: datetime) -> list[ChainHead]:
    newest = (
        select(col(Transfer.book_id).label("book_id"), func.max(col(Transfer.n)).label("n"))
        .join(Book, col(Book.id) == col(Transfer.book_id))
        .where(col(Book.key).in_(tuple(pools)), col(Transfer.recorded_at) <= known_at)
        .group_by(col(Transfer.book_id))
        .subquery()
    )
    found = session.execute(
        select(col(Book.key), col(Transfer.n), col(Transfer.hash))
        .join(newest, (newest.c.book_id == Transfer.book_id) & (newest.c.n == Transfer.n))
        .join(Book, col(Book.id) == col(Transfer.book_id))
    )
    return [ChainHead(f"ledger:{key}", n, digest) for key, n, digest in sorted(map(tuple, found))]


def _journal(session: Session, known_at: datetime) -> list[ChainHead]:
    newest = (
        select(col(JournalEvent.stream_id).label("stream_id"), func.max(col(JournalEvent.n)))
        .where(col(JournalEvent.recorded_at) <= known_at)
        .group_by(col(JournalEvent.stream_id))
        .subquery("newest")
    )
    stream_id, n = newest.c
    found = sorted(
        tuple(row)
        for row in session.execute(
            select(col(JournalStream.key), col(JournalEvent.n), col(JournalEvent.hash))
            .join(newest, (stream_id == JournalEvent.stream_id) & (n == JournalEvent.n))
            .join(JournalStream, col(JournalStream.id) == col(JournalEvent.stream_id))
        )
    )
    if not found:
        return []
    told = [ChainHead(f"journal:{row[0]}", row[1], row[2]) for row in found if row[0] == "system"]
    lines = "".join(f"{key} {number} {digest}\n" for key, number, digest in found)
    events = sum(row[1] for row in found)
    return [*told, ChainHead("journal", events, hashlib.sha256(lines.encode()).hexdigest())]
