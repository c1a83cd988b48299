"""The steering group's summaries: each edition as it was made, its files, what was asked about
it, and that it was noted as received."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from pool.models.base import Row, Utc

EDITIONS = ("provisional", "final")
AXES = ("recorded", "effective")
STATES = ("draft", "submitted", "received")
LANGUAGES = ("da", "en")
FORMATS = ("pdf", "xlsx", "csv", "json")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class SummaryEdition(Row, table=True):
    """One summary of one or several pools' year. The figures never change once made; a later
    look is another edition. ``own_words`` may be written until it is submitted."""

    __tablename__ = "summary_edition"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint(_one_of("edition", EDITIONS), name="edition"),
        CheckConstraint(_one_of("axis", AXES), name="axis"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted"),
        CheckConstraint("(state = 'received') = (received_at IS NOT NULL)", name="received"),
        CheckConstraint("version >= 1", name="version"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=120)
    """Unique: the command that made it, or the December job's year and pools."""
    pools: list[str] = Field(sa_type=JSON)
    year: int
    edition: str = Field(max_length=20)
    axis: str = Field(max_length=20)
    as_of: date
    """The last day that counts, on ``axis``."""
    known_at: datetime = Field(sa_type=Utc)
    """What was written after this moment does not count."""
    figures: str = Field(sa_type=Text)
    """Canonical JSON of the figures, with the parameters and the heads of the chains."""
    sha256: str = Field(max_length=64)
    """Of ``figures``."""
    own_words: str = Field(default="", sa_type=Text)
    """The group's own words, Danish, as plain paragraphs."""
    own_words_en: str = Field(default="", sa_type=Text)
    version: int = 1
    """Moves with every change of the words, so that nobody overwrites a colleague unseen."""
    state: str = Field(default="draft", max_length=10)
    made: int = 0
    """How many of its files are made, for the progress shown."""
    wanted: int = 0
    """How many are to be made."""
    files_version: int = 0
    """The ``version`` of the words the files were made of; 0 while there are none."""
    created_at: datetime = Field(sa_type=Utc)
    created_by: str = Field(max_length=200)
    submitted_at: datetime | None = Field(default=None, sa_type=Utc)
    submitted_by: str | None = Field(default=None, max_length=200)
    received_at: datetime | None = Field(default=None, sa_type=Utc)
    received_by: str | None = Field(default=None, max_length=200)
    received_note: str = Field(default="", sa_type=Text)


class SummaryFile(Row, table=True):
    """A file of an edition, kept as a document (append-only, with its hash)."""

    __tablename__ = "summary_file"
    __table_args__ = (
        UniqueConstraint("edition_id", "words_version", "lang", "format"),
        CheckConstraint(_one_of("lang", LANGUAGES), name="lang"),
        CheckConstraint(_one_of("format", FORMATS), name="format"),
    )

    id: int | None = Field(default=None, primary_key=True)
    edition_id: int = Field(foreign_key="summary_edition.id")
    words_version: int
    lang: str = Field(max_length=8)
    format: str = Field(max_length=8)
    document_id: int = Field(foreign_key="document.id")


class SummaryQuestion(Row, table=True):
    """A question of the steering group at a paragraph, and its answer."""

    __tablename__ = "summary_question"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        CheckConstraint("length(trim(question)) > 0", name="question"),
        Index("ix_summary_question_edition_id", "edition_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    edition_id: int = Field(foreign_key="summary_edition.id")
    anchor: str = Field(max_length=80)
    """The paragraph, table or chart it is about: its id on the page."""
    question: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=Utc)
    asked_by_id: int | None = Field(default=None, foreign_key="person.id")
    asked_by: str = Field(max_length=200)
    answer: str | None = Field(default=None, sa_type=Text)
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
    answered_by: str | None = Field(default=None, max_length=200)
