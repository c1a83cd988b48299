"""Taking a file in two steps: what costs time outside any unit of work, what is kept inside::

prepared = prepare(upload.filename, upload.read())          # raises FileRefused
file = database.write(lambda s: store(s, prepared, now))
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import delete as delete_from
from sqlalchemy import update
from sqlmodel import Session, col, select

from pool.files.kinds import recognise
from pool.files.names import safe_name
from pool.files.refusals import MAX_BYTES, FileRefused
from pool.models.files import StoredFile, StoredFileContent


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file found fit to be kept, as it will be kept."""

    name: str
    media_type: str
    data: bytes
    sha256: str
    width: int | None = None
    height: int | None = None


class FileSealed(RuntimeError):
    """The file belongs to a submitted case and is not deleted."""


class FileDamaged(RuntimeError):
    """The bytes stored are not the bytes that were stored: the database was tampered with or
    is broken."""


def prepare(name: str, data: bytes) -> Prepared:
    """See what ``data`` is, whether it may be kept and whether ``name`` agrees; make pictures
    anew without place data. Pure, and slow for large pictures: outside any unit of work.

    Raises :class:`FileRefused`.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused("too-large", limit=MAX_BYTES)
    kind = recognise(data)
    name = safe_name(name, kind)
    width = height = None
    if kind.family == "picture":
        from pool.files.pictures import clean  # Pillow, which few processes need

        picture = clean(kind, data)
        data, width, height = picture.data, picture.width, picture.height
    return Prepared(name, kind.media_type, data, _sha256(data), width, height)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def store(session: Session, prepared: Prepared, now: datetime) -> StoredFile:
    """Keep a prepared file. It may be deleted until it is sealed."""
    file = StoredFile(
        name=prepared.name,
        media_type=prepared.media_type,
        size=len(prepared.data),
        sha256=prepared.sha256,
        width=prepared.width,
        height=prepared.height,
        created_at=now,
    )
    session.add(file)
    session.flush()
    if file.id is None:
        raise RuntimeError("the database gave the file no number")
    content = StoredFileContent(file_id=file.id, data=prepared.data)
    session.add(content)
    session.flush()
    session.expunge(content)  # or the session would hold the bytes to its end
    return file


def describe(session: Session, file_ids: Collection[int]) -> list[StoredFile]:
    """What is known of these files, in the order they came; one query and no bytes. Whether the
    reader may know of them is the caller's to ask."""
    return list(
        session.exec(
            select(StoredFile)
            .where(col(StoredFile.id).in_(list(file_ids)))
            .order_by(col(StoredFile.id))
        )
    )


def load(session: Session, file_id: int) -> tuple[StoredFile, bytes] | None:
    """The file and its bytes, or None. Raises :class:`FileDamaged` where the bytes are not those
    that were stored."""
    row = session.exec(
        select(StoredFile, StoredFileContent.data)
        .join(StoredFileContent, col(StoredFileContent.file_id) == col(StoredFile.id))
        .where(col(StoredFile.id) == file_id)
    ).one_or_none()
    if row is None:
        return None
    file, data = row
    if _sha256(data) != file.sha256:
        raise FileDamaged(f"file {file_id}")
    return file, data


def seal(session: Session, file_ids: Collection[int], now: datetime) -> None:
    """The files became part of a submitted case: they stay from now on."""
    session.exec(
        update(StoredFile)
        .where(col(StoredFile.id).in_(list(file_ids)), col(StoredFile.sealed_at).is_(None))
        .values(sealed_at=now)
        .execution_options(synchronize_session="fetch")
    )


def delete(session: Session, file_id: int) -> bool:
    """Delete a file that was not submitted yet. False where there is none. Raises
    :class:`FileSealed`. What points at the file (a draft's row) must be gone before."""
    file = session.exec(
        select(StoredFile).where(col(StoredFile.id) == file_id).with_for_update()
    ).one_or_none()
    if file is None:
        return False
    if file.sealed_at is not None:
        raise FileSealed(f"file {file_id}")
    for table, key in ((StoredFileContent, StoredFileContent.file_id), (StoredFile, StoredFile.id)):
        session.exec(
            delete_from(table)
            .where(col(key) == file_id)
            .execution_options(synchronize_session=False)
        )
    session.expunge(file)
    return True


def download_headers(file: StoredFile) -> dict[str, str]:
    """The headers a file is served with: always saved, never shown in the page's own name."""
    plain = "".join(c if (c.isascii() and c.isalnum()) or c in " .-_()" else "_" for c in file.name)
    return {
        "Content-Type": file.media_type,
        "Content-Disposition": f'attachment; filename="{plain}"; '
        f"filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
