"""Every version of a pool's definition that was ever used, as the bytes it was."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from pool.models.base import Row, Utc


class DefinitionVersion(Row, table=True):
    """Append-only: a changed text under a used version is refused at the start."""

    __tablename__ = "definition_version"

    pool: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    sha256: str = Field(max_length=64)
    source: str = Field(sa_type=Text)
    first_used_at: datetime = Field(sa_type=Utc)


class Marker(Row, table=True):
    """Facts about this database itself (``demo``: seeded, with one-click sign-ins)."""

    __tablename__ = "marker"

    key: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)
