"""What belongs to a case beside its decision: hearings, the talk with the applicant, the checklist,
renderings of answers, assessments, and what each reader has seen.

Days are Copenhagen's, moments UTC, amounts øre.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field

from pool.models.base import Row, Utc


class Hearing(Row, table=True):
    """Facts from others, sent to the applicant before they may count against them
    (forvaltningsloven §19). Open until answered, called off, or its day has passed."""

    __tablename__ = "hearing"
    __table_args__ = (
        CheckConstraint("length(trim(facts)) > 0", name="facts"),
        CheckConstraint("length(trim(source)) > 0", name="source"),
        CheckConstraint("answered_at IS NULL OR answer IS NOT NULL", name="answered"),
        CheckConstraint("stopped_at IS NULL OR answered_at IS NULL", name="one_end"),
        Index(
            "uq_hearing_open",
            "case_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL AND stopped_at IS NULL"),
            postgresql_where=text("answered_at IS NULL AND stopped_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id", index=True)
    facts: str = Field(sa_type=Text)
    source: str = Field(max_length=200)
    """Whom the facts come from."""
    due_on: date
    """The last day for an answer; after it the case may be decided."""
    sent_at: datetime = Field(sa_type=Utc)
    sent_by: str = Field(max_length=200)
    answer: str | None = Field(default=None, sa_type=Text)
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
    stopped_at: datetime | None = Field(default=None, sa_type=Utc)
    """Called off, or run out: the unit that ends it writes this, so that another may begin."""
    stopped_because: str | None = Field(default=None, max_length=10)
    """``called-off`` or ``ran-out``."""


class Correspondence(Row, table=True):
    """One contribution to the conversation between the applicant and the secretariat. Never
    changed; internal notes are not here but in the journal."""

    __tablename__ = "correspondence"
    __table_args__ = (
        CheckConstraint("side IN ('applicant', 'staff')", name="side"),
        CheckConstraint("length(trim(text)) > 0", name="text"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id", index=True)
    side: str = Field(max_length=10)
    text: str = Field(sa_type=Text)
    author: str = Field(max_length=200)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    written_at: datetime = Field(sa_type=Utc)
    read_at: datetime | None = Field(default=None, sa_type=Utc)
    """When the other side first had it on a page."""


class ChecklistMark(Row, table=True):
    """A colleague's mark at one point of the pool's screening checklist."""

    __tablename__ = "checklist_mark"
    __table_args__ = (CheckConstraint("mark IN ('yes', 'no', 'not-relevant')", name="mark"),)

    case_id: int = Field(primary_key=True, foreign_key="grant_case.id")
    item: str = Field(primary_key=True, max_length=60)
    mark: str = Field(max_length=20)
    remark: str = Field(default="", sa_type=Text)
    marked_at: datetime = Field(sa_type=Utc)
    marked_by: str = Field(max_length=200)


class Rendering(Row, table=True):
    """A caseworker's Danish rendering of an answer written in another language. The answer stays
    as written; the rendering is shown beside it and marked as one."""

    __tablename__ = "rendering"
    __table_args__ = (CheckConstraint("length(trim(text)) > 0", name="text"),)

    case_id: int = Field(primary_key=True, foreign_key="grant_case.id")
    question: str = Field(primary_key=True, max_length=60)
    """Key of the question; ``title`` for the title."""
    text: str = Field(sa_type=Text)
    written_at: datetime = Field(sa_type=Utc)
    written_by: str = Field(max_length=200)


class Assessment(Row, table=True):
    """One member's assessment of a case, by the pool's criteria. May be given anew until the case
    is decided; each version is in the journal."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="grant_case.id")
    person_id: int = Field(foreign_key="person.id")
    name: str = Field(max_length=200)
    marks: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """By key of the criterion: a whole number on a scale, true or false for yes or no."""
    comment: str = Field(default="", sa_type=Text)
    by_post: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Recommended amount by key of the budget's post, øre."""
    amount: int | None = Field(default=None, sa_type=BigInteger)
    """The recommended amount in all, øre; None where none was given."""
    given_at: datetime = Field(sa_type=Utc)


class DecisionEnd(Row, table=True):
    """A decision that is no longer in force, and why. The decision's own row never changes."""

    __tablename__ = "decision_end"
    __table_args__ = (
        UniqueConstraint("decision_id"),
        CheckConstraint("how IN ('undone', 'reopened', 'revoked', 'changed')", name="how"),
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    decision_id: int = Field(foreign_key="decision.id")
    case_id: int = Field(foreign_key="grant_case.id", index=True)
    how: str = Field(max_length=10)
    """``undone`` before its letter went: it was never told. ``reopened``, ``revoked`` after.
    ``changed``: another decision raised or lowered the grant."""
    reason: str = Field(sa_type=Text)
    effective_on: date
    ended_at: datetime = Field(sa_type=Utc)
    ended_by: str = Field(max_length=200)


class CaseSeen(Row, table=True):
    """When somebody last looked at a case."""

    __tablename__ = "case_seen"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    case_id: int = Field(primary_key=True, foreign_key="grant_case.id")
    seen_at: datetime = Field(sa_type=Utc)


class InboxMark(Row, table=True):
    """Up to when somebody has marked everything as read."""

    __tablename__ = "inbox_mark"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    read_at: datetime = Field(sa_type=Utc)
