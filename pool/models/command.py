"""Commands that were carried out, of a case or of no case."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from pool.models.base import Row, Utc


class Command(Row, table=True):
    """A command that was carried out: bound to its actor and contents, with its result, so that
    a double click gets the first answer."""

    __tablename__ = "command"

    id: str = Field(primary_key=True, max_length=64)
    actor: str = Field(max_length=80)
    digest: str = Field(max_length=64)
    case_id: int | None = Field(default=None, foreign_key="grant_case.id")
    result: Any = Field(sa_type=JSON)
    at: datetime = Field(sa_type=Utc)
