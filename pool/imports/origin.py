"""Where an imported case comes from."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from pool.models.imports import ImportedCase, ImportRun


@dataclass(frozen=True, slots=True)
class Origin:
    """The line of the file a case was made of, and where the file's facts come from."""

    run_id: int
    source: str
    file_name: str
    line: int


def origin(session: Session, case_id: int) -> Origin | None:
    """None for a case that was not imported by a file."""
    found = session.execute(
        select(
            col(ImportRun.id), col(ImportRun.source), col(ImportRun.file_name),
            col(ImportedCase.line),
        )
        .join(ImportedCase, col(ImportedCase.run_id) == col(ImportRun.id))
        .where(col(ImportedCase.case_id) == case_id)
    ).one_or_none()  # fmt: skip
    return None if found is None else Origin(*found)
