"""People who sign in, what they may be in which pool, and the links others come by."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from pool.models.base import Row, Utc


class Person(Row, table=True):
    """Somebody with a sign-in: staff, group members, steering group, auditor.

    Applicants are not people of this table; they come by links.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("session_epoch >= 0", name="session_epoch"),
        CheckConstraint("notices IN ('each', 'daily', 'weekly')", name="notices"),
    )

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(max_length=254)
    """As ``pool.identity.people.normalise_email`` gives it."""
    name: str = Field(max_length=200)
    organisation: str = Field(default="", max_length=200)
    """Whom they work for; a hint where a recusal may be due, never a lock."""
    password_hash: str | None = Field(default=None, max_length=200)
    active: bool = True
    language: str = Field(default="da", max_length=10)
    session_epoch: int = 0
    """A session carries the epoch it began in and ends when the person's has moved on."""
    created_at: datetime = Field(sa_type=Utc)
    signed_in_at: datetime | None = Field(default=None, sa_type=Utc)
    notices: str = Field(default="each", max_length=10)
    """How they are told what has no deadline: ``each`` by itself, or together ``daily`` or
    ``weekly``."""
    digested_on: date | None = None
    """The Copenhagen day of their last digest, or of the last look that found nothing to tell."""


class PersonRole(Row, table=True):
    """A role somebody has: in one pool, or in all of them where ``pool`` is null."""

    __tablename__ = "person_role"
    __table_args__ = (
        Index(
            "uq_person_role_one_pool",
            "person_id",
            "role",
            "pool",
            unique=True,
            sqlite_where=text("pool IS NOT NULL"),
            postgresql_where=text("pool IS NOT NULL"),
        ),
        Index(
            "uq_person_role_all_pools",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("pool IS NULL"),
            postgresql_where=text("pool IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str = Field(max_length=40)
    pool: str | None = Field(default=None, max_length=80)


class SigninAttempt(Row, table=True):
    """A counter of failed sign-ins for one account, one address, or the two together.

    ``key`` is hashed: people type passwords into the wrong field, and addresses are personal.
    """

    __tablename__ = "signin_attempt"
    __table_args__ = (CheckConstraint("count >= 1", name="count"),)

    key: str = Field(primary_key=True, max_length=80)
    count: int
    window_at: datetime = Field(sa_type=Utc, index=True)
    """When the first attempt of the counted window was made."""


class Token(Row, table=True):
    """A link somebody may come by. Only the hash of what the link carries is stored."""

    __tablename__ = "token"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("expires_at > created_at", name="expires_at"),
        Index("ix_token_purpose_subject", "purpose", "subject"),
    )

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(max_length=64)
    purpose: str = Field(max_length=20)
    subject: str = Field(max_length=80)
    """Whom or what it opens: ``person:3``, ``case:12``, ``draft:7``."""
    once: bool
    created_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc, index=True)
    claimed_at: datetime | None = Field(default=None, sa_type=Utc)
    """First use."""
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)
