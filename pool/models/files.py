"""Files people hand in. Bytes live in the database, so that a backup is one thing, and in a table
of their own, so that no list ever loads them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field

from pool.models.base import Row, Utc


class StoredFile(Row, table=True):
    """What is known of a file without opening it."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size >= 1", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200)
    """Safe to offer as a download name; its extension agrees with the content."""
    media_type: str = Field(max_length=100)
    size: int
    """Bytes, as stored."""
    sha256: str = Field(max_length=64)
    """Of the bytes as stored (a picture's after its place data is taken out)."""
    width: int | None = None
    height: int | None = None
    created_at: datetime = Field(sa_type=Utc)
    sealed_at: datetime | None = Field(default=None, sa_type=Utc)
    """When it became part of a submitted case; from then on it is not deleted."""


class StoredFileContent(Row, table=True):
    """The bytes of one file."""

    __tablename__ = "stored_file_content"

    file_id: int = Field(foreign_key="stored_file.id", primary_key=True, ondelete="CASCADE")
    data: bytes = Field(sa_type=LargeBinary)
