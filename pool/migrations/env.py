"""Alembic's way in: run by it, with the connection that ``pool.migrations`` opened."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.dialects.postgresql import JSONB

import pool.models  # noqa: F401 - makes the metadata whole
from pool.models.base import Utc, metadata


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """How a revision writes the column types of our own."""
    if kind == "type" and isinstance(item, Utc):
        autogen.imports.add("from pool.models.base import Utc")
        return "Utc()"
    if kind == "type" and type(item).__module__.startswith("sqlmodel"):
        return "sa.String()" if item.length is None else f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, JSONB):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "postgresql.JSONB()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
