"""The files of postings there are, and the bytes of those that wait for an answer."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from pool import files, keys
from pool.books.errors import BooksError
from pool.cases.house import House
from pool.identity.actor import Actor
from pool.models.books import BooksFile
from workflows import cpr


def files_of(session: Session, pool: str, year: int) -> list[BooksFile]:
    """The year's files, newest first."""
    return list(
        session.execute(
            select(BooksFile)
            .where(col(BooksFile.pool) == pool, col(BooksFile.year) == year)
            .order_by(col(BooksFile.id).desc())
        ).scalars()
    )


def unread(session: Session, pool: str, year: int) -> list[BooksFile]:
    """Those of which lines were left out, oldest first."""
    return list(
        session.execute(
            select(BooksFile)
            .where(
                col(BooksFile.pool) == pool,
                col(BooksFile.year) == year,
                col(BooksFile.state) == "read",
                col(BooksFile.left_out) > 0,
            )
            .order_by(col(BooksFile.id))
            .execution_options(populate_existing=True)
        ).scalars()
    )


def file_of(session: Session, file_id: int) -> BooksFile:
    """Raises :class:`BooksError` (``no-file``)."""
    found = session.get(BooksFile, file_id)
    if found is None:
        raise BooksError("no-file")
    return found


def waiting_file(house: House, file_id: int) -> tuple[BooksFile, bytes]:
    """A file and its bytes; none where it waits no more. Raises :class:`BooksError` (``sealed``:
    with another key than the house has now)."""
    with house.database.read() as session:
        row = file_of(session, file_id)
        stored = files.load(session, row.file_id) if row.file_id is not None else None
    try:
        return row, keys.ring().open(stored[1]) if stored else b""
    except keys.CannotOpen:
        raise BooksError("sealed", name=row.name) from None


def same(session: Session, pool: str, year: int, sha256: str) -> BooksFile | None:
    """A file of these bytes that stands: the one that was read, else the one that waits."""
    found: BooksFile | None = (
        session.execute(
            select(BooksFile)
            .where(
                col(BooksFile.pool) == pool,
                col(BooksFile.year) == year,
                col(BooksFile.sha256) == sha256,
                col(BooksFile.state) != "dropped",
            )
            .order_by(col(BooksFile.state), col(BooksFile.id).desc())
            .limit(1)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .first()
    )
    return found


def locked(session: Session, file_id: int) -> BooksFile:
    found: BooksFile | None = session.execute(
        select(BooksFile)
        .where(col(BooksFile.id) == file_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise BooksError("no-file")
    return found


def row_of(pool: str, year: int, name: str, sha256: str, actor: Actor, now: datetime) -> BooksFile:
    plain_name = re.sub(r"[\x00-\x1f\x7f]", "", re.split(r"[/\\]", name)[-1]).strip()[-200:]
    return BooksFile(
        pool=pool,
        year=year,
        name=cpr.mask(plain_name)[-200:] or "-",
        sha256=sha256,
        uploaded_at=now,
        uploaded_by=actor.name,
    )


def kept(body: bytes, kind: str) -> files.Prepared:
    """As the bytes are stored while the file waits: sealed, and never served to anybody."""
    sealed = keys.ring().seal(body)
    sha256 = hashlib.sha256(sealed).hexdigest()
    return files.Prepared(f"posteringer.{kind}", "application/octet-stream", sealed, sha256)
