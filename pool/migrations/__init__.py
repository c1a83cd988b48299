"""The schema's history, and the database's own guards.

:func:`upgrade` and :func:`downgrade` take an engine or a URL and do everything in one
transaction, on both engines: lock, take the guards away, migrate, put the guards on anew,
compare. The revisions are found in the installed package; there is no ``alembic.ini``.

A new revision is drafted by ``python -m pool.migrations "what changed"``.
"""

from __future__ import annotations

from pool.migrations.running import MigrationError, current, downgrade, heads, upgrade

__all__ = ["MigrationError", "current", "downgrade", "heads", "upgrade"]
