"""Who is paid and how, in how many parts, and the lists that leave for the accounting system.

Amounts are øre. A CPR number stands nowhere in clear: ``Payee.secret`` and ``PaymentList.sealed``
are encrypted with a key that is not in the data folder (``pool.keys``).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field

from pool.models.base import Row, Utc

WAYS = ("applicant", "invoice", "receipts", "internal")
"""How a grant is paid: to the applicant, a supplier's invoice, receipts reimbursed, or between
units of the municipality."""
NUMBER_KINDS = ("cvr", "ean", "cpr", "unit")
"""What the receiver is known by; ``unit``: an account of the municipality's own."""


class Payee(Row, table=True):
    """Where a case's money is to go, as told after the grant. A new answer supersedes the old."""

    __tablename__ = "payee"
    __table_args__ = (
        CheckConstraint("way IN ('applicant', 'invoice', 'receipts', 'internal')", name="way"),
        CheckConstraint("number_kind IN ('cvr', 'ean', 'cpr', 'unit')", name="number_kind"),
        CheckConstraint(
            "(number_kind = 'cpr') = (secret IS NOT NULL)"
            " AND (number_kind = 'cpr') = (number IS NULL)",
            name="cpr_is_secret",
        ),
        CheckConstraint("length(trim(name)) > 0", name="name"),
        Index(
            "uq_payee_current",
            "case_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id", index=True)
    way: str = Field(max_length=12)
    number_kind: str = Field(max_length=4)
    number: str | None = Field(default=None, max_length=60)
    """CVR, EAN or the unit's account, without spaces; None for a CPR number."""
    secret: bytes | None = Field(default=None, sa_type=LargeBinary)
    """The CPR number, encrypted."""
    name: str = Field(max_length=200)
    """Of who is paid: applicant, supplier or unit."""
    reference: str = Field(default="", max_length=100)
    """What the receiver knows the payment by: an invoice's number, an order, a person to find."""
    doubtful: bool = False
    """The CVR number's check digit is not right; some valid ones have none."""
    given_at: datetime = Field(sa_type=Utc)
    given_by: str = Field(max_length=200)
    given_by_id: int | None = Field(default=None, foreign_key="person.id")
    """None for the applicant. Who told where the money is to go does not release it."""
    superseded_at: datetime | None = Field(default=None, sa_type=Utc)


class Instalment(Row, table=True):
    """One part of a grant that is paid in parts; each has a held account of its own."""

    __tablename__ = "instalment"
    __table_args__ = (
        UniqueConstraint("decision_id", "number"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id", index=True)
    decision_id: int = Field(foreign_key="decision.id")
    number: int
    amount: int = Field(sa_type=BigInteger)
    due_on: date
    """The day it is to be paid, at the earliest."""
    account_id: int = Field(foreign_key="account.id")


class PaymentList(Row, table=True):
    """Payments that leave together as a file: made by one, released by another."""

    __tablename__ = "payment_list"
    __table_args__ = (
        UniqueConstraint("pool", "number"),
        CheckConstraint("state IN ('prepared', 'released', 'settled', 'dropped')", name="state"),
        CheckConstraint(
            "released_by_id IS NULL OR released_by_id <> prepared_by_id", name="two_persons"
        ),
        CheckConstraint(
            "state NOT IN ('released', 'settled') OR (released_by_id IS NOT NULL"
            " AND released_at IS NOT NULL AND sha256 IS NOT NULL AND sealed IS NOT NULL)",
            name="released_is_whole",
        ),
        CheckConstraint("(state = 'dropped') = (dropped_at IS NOT NULL)", name="dropped"),
    )

    id: int | None = Field(default=None, primary_key=True)
    pool: str = Field(max_length=40)
    number: int
    state: str = Field(default="prepared", max_length=10)
    version: int = Field(default=1)
    """Moves with every change of the list, so that what is released is what was seen."""
    prepared_by_id: int = Field(foreign_key="person.id")
    prepared_by: str = Field(max_length=200)
    prepared_at: datetime = Field(sa_type=Utc)
    released_by_id: int | None = Field(default=None, foreign_key="person.id")
    released_by: str | None = Field(default=None, max_length=200)
    released_at: datetime | None = Field(default=None, sa_type=Utc)
    sha256: str | None = Field(default=None, max_length=64)
    """Of the file in clear, as it was handed out."""
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    """The file, encrypted: it may name persons by their CPR number."""
    settled_at: datetime | None = Field(default=None, sa_type=Utc)
    dropped_at: datetime | None = Field(default=None, sa_type=Utc)
    reason: str = Field(default="", sa_type=Text)
    """Why it was dropped."""


class PaymentItem(Row, table=True):
    """One payment on a list. While it is ``listed`` nothing else may be done with its money."""

    __tablename__ = "payment_item"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("state IN ('listed', 'paid', 'dropped')", name="state"),
        CheckConstraint("(state = 'listed') = (ended_at IS NULL)", name="ended"),
        Index("ix_payment_item_list_id", "list_id"),
        Index("ix_payment_item_case_id", "case_id"),
        Index(
            "uq_payment_item_listed",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'listed'"),
            postgresql_where=text("state = 'listed'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="payment_list.id")
    case_id: int = Field(foreign_key="grant_case.id")
    decision_id: int = Field(foreign_key="decision.id")
    payee_id: int = Field(foreign_key="payee.id")
    action: str = Field(max_length=40)
    """The transition that pays it (``pay``, ``pay-instalment``, …)."""
    amount: int = Field(sa_type=BigInteger)
    state: str = Field(default="listed", max_length=10)
    reference: str = Field(default="", max_length=100)
    """The accounting system's, when it was paid."""
    ended_at: datetime | None = Field(default=None, sa_type=Utc)
    ended_by: str = Field(default="", max_length=200)
    stopped: bool = False
    """It stood in a file, and was taken off when somebody had seen to it that the accounting system
    does not pay it."""
    reason: str = Field(default="", sa_type=Text)
    """Why it was taken off."""
