"""The municipality's own books beside ours: postings read from a file, and what they match."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from pool.models.base import Row, Utc


class BooksFile(Row, table=True):
    """A file of postings that was uploaded, and how it was read. Dropped after it was read, its
    postings are gone; the journal keeps that they were there."""

    __tablename__ = "books_file"
    __table_args__ = (
        CheckConstraint("state IN ('uploaded', 'read', 'dropped')", name="state"),
        Index("ix_books_file_pool_year", "pool", "year"),
    )

    id: int | None = Field(default=None, primary_key=True)
    pool: str = Field(max_length=40)
    year: int
    file_id: int | None = Field(default=None, foreign_key="stored_file.id")
    """Its bytes, until it is read or dropped: what people wrote in it is not kept twice."""
    name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    state: str = Field(default="uploaded", max_length=10)
    layout: dict[str, object] = Field(default_factory=dict, sa_type=JSON)
    """How it is read: separator, encoding, columns, sign, order of day and month."""
    rows: int = 0
    new: int = 0
    left_out: int = 0
    """Lines that could not be read and were left out, until a file that has them is read."""
    uploaded_at: datetime = Field(sa_type=Utc)
    uploaded_by: str = Field(max_length=200)
    read_at: datetime | None = Field(default=None, sa_type=Utc)


class Posting(Row, table=True):
    """A line of the municipality's books. ``amount`` is øre: above zero money that was paid out,
    below zero money that came back. ``key`` makes the same line of another file the same row."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("pool", "year", "key"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("(explained IS NULL) = (explained_at IS NULL)", name="explained"),
    )

    id: int | None = Field(default=None, primary_key=True)
    pool: str = Field(max_length=40)
    year: int
    key: str = Field(max_length=64)
    books_file_id: int = Field(foreign_key="books_file.id")
    line: int
    booked_on: date
    amount: int = Field(sa_type=BigInteger)
    reference: str = Field(default="", max_length=100)
    text: str = Field(default="", sa_type=Text)
    explained: str | None = Field(default=None, sa_type=Text)
    """Why it belongs to no payment of ours."""
    explained_by: str | None = Field(default=None, max_length=200)
    explained_at: datetime | None = Field(default=None, sa_type=Utc)


class PostingMatch(Row, table=True):
    """A posting and a transfer that are the same money. Several postings may be one transfer, and
    several transfers one posting. Undone by deleting; the journal keeps both."""

    __tablename__ = "posting_match"
    __table_args__ = (
        UniqueConstraint("posting_id", "transfer_id"),
        CheckConstraint("how IN ('reference', 'amount', 'hand')", name="how"),
        Index("ix_posting_match_transfer_id", "transfer_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    posting_id: int = Field(foreign_key="posting.id")
    transfer_id: int = Field(foreign_key="transfer.id")
    how: str = Field(max_length=10)
    matched_at: datetime = Field(sa_type=Utc)
    matched_by: str = Field(max_length=200)
