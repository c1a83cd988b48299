"""What every table shares: constraint names, and a UTC column that means it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata: MetaData = SQLModel.metadata
metadata.naming_convention = NAMING


class Utc(TypeDecorator[datetime]):
    """An aware UTC moment. ``timestamptz`` on PostgreSQL; on SQLite text of fixed width
    (``2026-11-23T07:58:06.000000Z``), so that text order is time order."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond:06d}Z"
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)  # fixed width with Z: aware, UTC
        assert isinstance(value, datetime)
        return value.astimezone(UTC)


BINARY_TEXT: Any = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is ordered by its bytes on both engines."""

JSON_VALUE: Any = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""JSON that a guard may compare; None is NULL."""


class Row(SQLModel):
    """Base of every table class (``class Case(Row, table=True)``)."""


LARGEST_ID = 2**31 - 1
"""What a column of ids holds. A larger number from outside names no row, and is not to be asked
for: PostgreSQL refuses the question."""


def known(row_id: int | None) -> int:
    """The id of a stored row. Raises ValueError for one that is not stored yet."""
    if row_id is None:
        raise ValueError("not stored yet")
    return row_id
