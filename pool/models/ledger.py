"""The ledger's tables: every place a krone can be is an account, every move is a transfer.

Amounts are whole øre (DKK), moments UTC. The rules that bind rows to each other (shape of a
kind, gapless numbers, chain, balances) are triggers: :mod:`pool.migrations.guards`. The CHECKs
here say what one row can be by itself.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from pool.models.base import Row, Utc

ACCOUNT_KINDS = ("source", "free", "earmark", "held", "paid")
TRANSFER_KINDS = (
    "appropriate",
    "relinquish",
    "earmark",
    "unearmark",
    "hold",
    "void",
    "post",
    "return",
    "reverse",
)
TOTAL_KINDS = TRANSFER_KINDS[:-1]
"""A reverse has no total of its own: it counts against what it cites."""
YEAR_STATES = ("open", "closing", "closed")
PRECISIONS = ("day", "month", "year")
GENESIS = "0" * 64
"""What the first transfer of a book stands on."""


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Book(Row, table=True):
    """A pool's money, or the plan's. Its row is the lock of its chain of transfers."""

    __tablename__ = "book"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("length(key) > 0", name="key"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=40)


class BookYear(Row, table=True):
    """A budget year of a book: open ↔ closing → closed, and nothing from closed."""

    __tablename__ = "book_year"
    __table_args__ = (
        UniqueConstraint("book_id", "year"),
        CheckConstraint(_one_of("state", YEAR_STATES), name="state"),
        CheckConstraint("year >= 1900 AND year <= 9999", name="year"),
    )

    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="book.id")
    year: int
    state: str = Field(default="open", max_length=10)


class Account(Row, table=True):
    """A place money can be. Opened at 0; only a transfer moves ``balance`` and ``last_n``.

    ``source`` (where the pool's money comes from) is the one account that goes below zero: its
    balance is minus the budget. ``held`` hangs under ``free`` or an ``earmark``, ``paid`` (one
    per payout) under its ``held``.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("year_id", "kind", "label"),
        Index(
            "uq_account_one_of_its_kind",
            "year_id",
            "kind",
            unique=True,
            sqlite_where=text("kind IN ('source', 'free')"),
            postgresql_where=text("kind IN ('source', 'free')"),
        ),
        Index("ix_account_case_id", "case_id"),
        Index("ix_account_parent_id", "parent_id"),
        CheckConstraint(_one_of("kind", ACCOUNT_KINDS), name="kind"),
        CheckConstraint("kind = 'source' OR balance >= 0", name="not_overdrawn"),
        CheckConstraint("length(label) > 0", name="label"),
        CheckConstraint("last_n >= 0", name="last_n"),
        CheckConstraint(
            "kind NOT IN ('held', 'paid') OR (parent_id IS NOT NULL"
            " AND case_id IS NOT NULL AND decision_id IS NOT NULL)",
            name="child_has_parent_and_case",
        ),
        CheckConstraint(
            "kind IN ('held', 'paid') OR (parent_id IS NULL"
            " AND case_id IS NULL AND decision_id IS NULL)",
            name="root_has_neither",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    year_id: int = Field(foreign_key="book_year.id")
    kind: str = Field(max_length=10)
    label: str = Field(max_length=120)
    parent_id: int | None = Field(default=None, foreign_key="account.id")
    case_id: int | None = Field(default=None, foreign_key="grant_case.id")
    decision_id: int | None = Field(default=None, foreign_key="decision.id")
    balance: int = Field(default=0, sa_type=BigInteger)
    last_n: int = Field(default=0)
    """Number, in its book, of the newest transfer that touched this account; 0 before any."""


class Transfer(Row, table=True):
    """One move of money, never changed or deleted. Carries ids, never names.

    ``effective_on`` (with its ``precision``) is the day it is about, ``n`` and ``recorded_at``
    when it was written; the two axes are never mixed. ``hash`` is the SHA-256 of ``canonical``,
    whose last field is ``prev_hash``.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        UniqueConstraint("book_id", "n"),
        UniqueConstraint("command_id", "line"),
        Index(
            "uq_transfer_reversed_once",
            "cites_id",
            unique=True,
            sqlite_where=text("kind = 'reverse'"),
            postgresql_where=text("kind = 'reverse'"),
        ),
        Index("ix_transfer_year_id_n", "year_id", "n"),
        Index("ix_transfer_year_id_kind", "year_id", "kind"),
        Index("ix_transfer_from_id", "from_id"),
        Index("ix_transfer_to_id", "to_id"),
        Index("ix_transfer_cites_id", "cites_id"),
        Index("ix_transfer_case_id", "case_id"),
        Index("ix_transfer_decision_id", "decision_id"),
        CheckConstraint(_one_of("kind", TRANSFER_KINDS), name="kind"),
        CheckConstraint("amount >= 1 AND amount <= 100000000000", name="amount"),
        CheckConstraint("n >= 1", name="n"),
        CheckConstraint("line >= 1", name="line"),
        CheckConstraint("from_id <> to_id", name="two_accounts"),
        CheckConstraint(
            "kind NOT IN ('hold', 'void', 'post', 'return')"
            " OR (case_id IS NOT NULL AND decision_id IS NOT NULL)",
            name="has_case",
        ),
        CheckConstraint(
            "kind NOT IN ('return', 'reverse') OR cites_id IS NOT NULL", name="must_cite"
        ),
        CheckConstraint("kind IN ('return', 'reverse') OR cites_id IS NULL", name="may_cite"),
        CheckConstraint(_one_of("precision", PRECISIONS), name="precision"),
        CheckConstraint("length(hash) = 64 AND length(prev_hash) = 64", name="hash"),
    )

    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="book.id")
    n: int
    year_id: int = Field(foreign_key="book_year.id")
    command_id: str = Field(max_length=64)
    line: int
    kind: str = Field(max_length=12)
    from_id: int = Field(foreign_key="account.id")
    to_id: int = Field(foreign_key="account.id")
    amount: int = Field(sa_type=BigInteger)
    cites_id: int | None = Field(default=None, foreign_key="transfer.id")
    case_id: int | None = Field(default=None, foreign_key="grant_case.id")
    decision_id: int | None = Field(default=None, foreign_key="decision.id")
    actor: str = Field(max_length=80)
    """Who, as a role-neutral id: ``person:3``, ``applicant:12``, ``system``."""
    effective_on: date
    precision: str = Field(default="day", max_length=5)
    recorded_at: datetime = Field(sa_type=Utc)
    canonical: str = Field(max_length=600)
    prev_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class Total(Row, table=True):
    """What was moved by each kind in a year, reverses deducted: for display, kept by triggers."""

    __tablename__ = "total"
    __table_args__ = (CheckConstraint(_one_of("kind", TOTAL_KINDS), name="kind"),)

    year_id: int = Field(primary_key=True, foreign_key="book_year.id")
    kind: str = Field(primary_key=True, max_length=12)
    amount: int = Field(default=0, sa_type=BigInteger)
    last_n: int = Field(default=0)
    """Number, in its book, of the newest transfer counted here; 0 before any."""
