"""The schema as a test's database gets it: by the migrations, as everywhere else."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import pool.models  # noqa: F401 - makes the metadata whole
from pool import migrations
from pool.db import make_engine
from pool.models.base import metadata


def make_schema(url: str) -> None:
    """All tables and guards, in the empty database at ``url``."""
    engine = make_engine(url)
    try:
        migrations.upgrade(engine)
        with engine.connect() as connection:
            forgotten = compare_metadata(MigrationContext.configure(connection), metadata)
        if forgotten:
            raise RuntimeError(
                "the models have what no revision has; draft one with"
                f" python -m pool.migrations 'what changed': {forgotten}"
            )
    finally:
        engine.dispose()
