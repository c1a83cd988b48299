"""Cases that come out of a spreadsheet: the file as it was, its rows, and what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Field

from pool.models.base import Row, Utc

RUN_STATES = (
    "checked",  # read and tried; nothing has been done
    "running",  # a worker (or the command line) brings the rows in
    "done",
    "failed",  # given up; the rows that are in stay in
    "dropped",  # a person decided not to import it
)
ROW_STATES = (
    "good",  # can be brought in
    "bad",  # cannot: `problems` say why
    "imported",
    "unchanged",  # was brought in before, and says the same
    "conflict",  # was brought in before, and says something else now
)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class ImportRun(Row, table=True):
    """One file for one pool and year. ``body`` is the file byte for byte, ``sha256`` its hash."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(_one_of("state", RUN_STATES), name="state"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("budget IS NULL OR budget >= 0", name="budget"),
    )

    id: int | None = Field(default=None, primary_key=True)
    pool: str = Field(max_length=40)
    year: int
    budget: int | None = Field(default=None, sa_type=BigInteger)
    """Øre the year is opened with where it is not in the books yet."""
    source: str = Field(default="", max_length=500)
    """Where the file's facts come from, for who checks it later."""
    file_name: str = Field(max_length=200)
    sha256: str = Field(max_length=64)
    body: bytes = Field(sa_type=LargeBinary)
    sheet: str | None = Field(default=None, max_length=200)
    """The sheet of a workbook that was read."""
    mapping: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """Field → heading of the column it is read from."""
    state: str = Field(default="checked", max_length=10)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    person_name: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=Utc)
    finished_at: datetime | None = Field(default=None, sa_type=Utc)


class ImportRow(Row, table=True):
    """One line of the file."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("run_id", "line"),
        CheckConstraint(_one_of("state", ROW_STATES), name="state"),
        CheckConstraint("length(identity) = 64 OR identity = ''", name="identity"),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="import_run.id", index=True)
    line: int
    """As a spreadsheet counts: the headings are line 1."""
    values: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    """What was read, by field; amounts in øre, days as ISO text, as typed where it is bad."""
    identity: str = Field(default="", max_length=64)
    """sha256 of what makes it the same case in another file; empty where that cannot be told."""
    digest: str = Field(default="", max_length=64)
    """sha256 of all it says."""
    state: str = Field(max_length=10)
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    """``{"column", "code", "params"}``, each a reason why the row is not brought in."""
    case_id: int | None = Field(default=None, foreign_key="grant_case.id")


class ImportedCase(Row, table=True):
    """Which row a case was made of, so that a second import of it changes nothing."""

    __tablename__ = "imported_case"
    __table_args__ = (UniqueConstraint("pool", "year", "identity"),)

    case_id: int = Field(primary_key=True, foreign_key="grant_case.id")
    pool: str = Field(max_length=40)
    year: int
    identity: str = Field(max_length=64)
    digest: str = Field(max_length=64)
    run_id: int = Field(foreign_key="import_run.id")
    line: int
